/*
 * How long a store of a million cases is brought up to date, step by step: from the schema of the first
 * package, or BENCH_FROM. BENCH_CASES sets how many cases, BENCH_FOLDER where. One line a step: seconds of
 * the clock and of the processor. A gateway is silent for their sum.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>

#include "store/upkeep/backup.h"
#include "tests/bench/measure.h"
#include "tests/support/old_store.h"
#include "tests/support/support.h"

static double processor_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int number_of(const char *name, int otherwise)
{
    const char *value = getenv(name);

    return value ? atoi(value) : otherwise;
}

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void say(const char *what, double began, double worked)
{
    printf("%-20s %7.2f s  (processor %7.2f s)\n", what, measure_now() - began, processor_now() - worked);
    fflush(stdout);
}

static void measure_backup(void *mem, const char *path)
{
    char *copy = talloc_asprintf(mem, "%s.copy", path);
    double began = measure_now(), worked = processor_now();
    struct backup_count count;
    const char *error = "";

    if (!backup_take(mem, path, copy, &count, &error))
        give_up(error);
    remove(copy);
    say("backup, checked", began, worked);
}

int main(void)
{
    void *mem = talloc_new(NULL);
    int from = number_of("BENCH_FROM", OLDEST_PACKAGED), cases = number_of("BENCH_CASES", 1000000);
    const char *folder = getenv("BENCH_FOLDER"), *error = "";
    char *path = talloc_asprintf(mem, "%s/old.db", folder ? folder : temporary_directory(mem));
    double began, worked, all, all_worked;
    struct stat file;

    if (stat(path, &file) != 0 && !old_store_make(mem, path, from, cases, &error))
        give_up(error);
    stat(path, &file);
    printf("%d cases, %lld MB\n", cases, (long long)file.st_size >> 20);
    if (!folder)
        measure_backup(mem, path);
    all = measure_now();
    all_worked = processor_now();
    for (int version = from + 1; version <= schema_version(); version++) {
        began = measure_now();
        worked = processor_now();
        if (!old_store_update(mem, path, version, &error))
            give_up(error);
        say(talloc_asprintf(mem, "to schema %d", version), began, worked);
    }
    say("all steps", all, all_worked);
    talloc_free(mem);
    return 0;
}
