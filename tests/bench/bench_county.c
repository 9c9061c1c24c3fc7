/*
 * A county's two years, played: Fushan took in 10,411 appeals and solved 10,328. Then how large the store is,
 * and how long lists, the calendar and reports take with it, with a hundred thousand and a million cases, and
 * how each grows: 1.0 is as fast as the cases, 0.0 not at all. XIANGYIN_BENCH_CASES adds a greater number:
 * 3000000 takes some minutes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include "tests/bench/measure.h"
#include "tests/county/county.h"
#include "tests/support/program.h"

enum { APPEALS = 10411, SOLVED = 10328, MONTHS = 24, TRIES = 3 };

static double megabytes(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? (double)status.st_size / 1e6 : 0;
}

static void play(struct county *county)
{
    double start = measure_now();
    struct county_sum sum;

    county_play(county);
    county_check_reports(county);
    sum = county_sum(county);
    printf("county: %ld appeals, %ld solved, %ld texts (%ld twice), %ld steps, %ld texts out, %ld days and "
           "%ld hours (%ld days "
           "off, killed %ld times, %ld on leave): %.0f s, %ld promises broken\n",
           sum.appeals, sum.solved, sum.texts, sum.duplicates, sum.steps, sum.notices, sum.days, sum.hours,
           sum.outages, sum.kills, sum.leaves, measure_now() - start, sum.broken);
    fflush(stdout);
    if (sum.broken || sum.appeals != APPEALS || sum.solved != SOLVED)
        exit(EXIT_FAILURE);
}

static void run(sqlite3 *db, const char *sql)
{
    char *error = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK) {
        printf("%s: %s\n", sql, error);
        exit(EXIT_FAILURE);
    }
}

/* Each copy is another county's: its own numbers and reporters, the same times. Steps of what is open come
 * along. */
static void grow(void *mem, const char *path, int from, int copies)
{
    sqlite3 *db;

    if (sqlite3_open(path, &db) != SQLITE_OK)
        exit(EXIT_FAILURE);
    run(db, "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; BEGIN");
    run(db, talloc_asprintf(mem, "CREATE TEMP TABLE copy AS SELECT * FROM cases WHERE id <= %d", APPEALS));
    for (int i = 1; i < copies; i++) {
        run(db, talloc_asprintf(mem,
                                "UPDATE copy SET id = id + %1$d, merged_into = merged_into + %1$d, number ="
                                " substr(number, 1, 8) || printf('%%03d', %2$d), reporter ="
                                " substr(reporter, 1, 14) || %2$d",
                                APPEALS, i));
        if (i >= from)
            run(db,
                talloc_asprintf(
                    mem,
                    "INSERT INTO cases SELECT * FROM copy;"
                    "INSERT INTO steps (case_id, at, actor, line, kind, words, transition, move, leads_to)"
                    " SELECT case_id + %1$d, at, actor, steps.line, kind, words, transition, move, leads_to"
                    " FROM steps JOIN cases ON cases.id = case_id WHERE case_id <= %2$d"
                    "  AND (state IN ('new', 'in hand') OR move = moves)",
                    i * APPEALS, APPEALS));
    }
    run(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(db);
}

static const struct line {
    const char *name;
    const char *arguments[8];
    bool is_next_day; /* --at the day after what was played */
} lines[] = {
    { .name = "case list", .arguments = { "case", "list", "--limit", "50" } },
    { .name = "newest", .arguments = { "case", "list", "--limit", "50", "--newest" } },
    { .name = "new", .arguments = { "case", "list", "--state", "new", "--limit", "50" } },
    { .name = "of a place", .arguments = { "case", "list", "--place", "141027101", "--limit", "50" } },
    { .name = "due", .arguments = { "due", "--dry-run" }, .is_next_day = true },
    { .name = "due, months later", .arguments = { "due", "--dry-run", "--at", "2024-02-07 09:00" } },
    { .name = "report", .arguments = { "report", "--format", "json" } },
    { .name = "by month", .arguments = { "report", "--by", "month", "--format", "json" } },
};
enum { LINES = sizeof lines / sizeof *lines };

/* What each line took last, and with how many cases; 0: nothing yet. */
struct growth {
    long cases;
    double seconds[LINES];
};

/* What people ask for; the median of some tries. */
static double measure(void *mem, const char *name, const char *const *arguments)
{
    double seconds[TRIES];

    for (int i = 0; i < TRIES; i++) {
        double start = measure_now();
        struct outcome outcome = program_run(mem, NULL, NULL, arguments);

        seconds[i] = measure_now() - start;
        if (outcome.status != 0) {
            printf("%s: %s\n", name, outcome.err);
            exit(EXIT_FAILURE);
        }
    }
    return measure_median(seconds, TRIES);
}

static double measure_line(void *mem, const struct county *county, const struct line *line)
{
    const char *arguments[16] = { NULL };
    size_t n = 0;

    while (line->arguments[n]) {
        arguments[n] = line->arguments[n];
        n++;
    }
    if (line->is_next_day) {
        arguments[n++] = "--at";
        arguments[n++] = county_next_day(mem, county);
    }
    arguments[n++] = "-c";
    arguments[n] = county_config(county);
    return measure(mem, line->name, arguments);
}

static void measure_all(void *mem, const struct county *county, long cases, struct growth *growth)
{
    struct growth now = { .cases = cases };

    printf("county, %ld cases, %.0f MB, seconds:", cases, megabytes(county_database(county)));
    for (int i = 0; i < LINES; i++) {
        now.seconds[i] = measure_line(mem, county, &lines[i]);
        printf("  %s %.2f", lines[i].name, now.seconds[i]);
        if (growth->cases)
            printf(" (%.2f)",
                   log(now.seconds[i] / growth->seconds[i]) / log((double)cases / (double)growth->cases));
        fflush(stdout);
    }
    printf("\n");
    *growth = now;
}

int main(void)
{
    void *mem = talloc_new(NULL);
    const char *program = getenv("XIANGYIN"), *most = getenv("XIANGYIN_BENCH_CASES");
    const int copies[] = { 1, 10, 96, most ? atoi(most) / APPEALS : 0 };
    const struct county_options wish = { .seed = county_seed(1),
                                         .appeals = APPEALS,
                                         .unsolved = APPEALS - SOLVED,
                                         .months = MONTHS,
                                         .program = program ? program : "build/xiangyin" };
    struct county *county = county_new(mem, &wish);
    struct growth growth = { 0 };

    play(county);
    for (size_t i = 0; i < sizeof copies / sizeof *copies && copies[i]; i++) {
        grow(mem, county_database(county), i ? copies[i - 1] : 1, copies[i]);
        measure_all(mem, county, (long)copies[i] * APPEALS, &growth);
    }
    talloc_free(mem);
    return 0;
}
