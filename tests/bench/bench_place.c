/*
 * The place of a text, with a county's list and with the country's: what the list costs to load, in time and
 * memory, and how long a text takes. The country's list is BENCH_COUNTRY, else build/country.tsv, which
 * tests/bench/country.sh makes; without it the line says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/understand/understand.h"
#include "tests/bench/measure.h"

enum { TEXTS = 1200, NAMES = 600, ROUNDS = 10, OCTETS_OF_A_TEXT = 67 * 3, EVERY = 1009 };

#define COUNTY "141027" /* 浮山县 */

struct list {
    const char *path, *only; /* the codes that begin so */
    size_t n;
    char *names[NAMES]; /* of some villages */
    size_t n_names;
};

/* Seconds this process has had of a processor. */
static double cpu_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* The level is the word's; the code is the id. */
static bool add_line(struct list *list, struct gazetteer *gazetteer, char *line)
{
    char *code = strtok(line, "\t\n"), *name = strtok(NULL, "\t\n"), *level = strtok(NULL, "\t\n");
    char *parent = strtok(NULL, "\t\n");
    struct unit unit = {
        .id = atoll(code), .code = code, .name = name, .parent = parent ? atoll(parent) : 0
    };

    if (strncmp(code, list->only, strlen(list->only)) != 0)
        return true;
    if (!unit_level_parse(level, &unit.level))
        return false;
    gazetteer_add(gazetteer, &unit);
    list->n++;
    if (unit.level == UNIT_VILLAGE && list->n_names < NAMES && (*list->only || list->n % EVERY == 0))
        list->names[list->n_names++] = talloc_strdup(NULL, name);
    return true;
}

static bool add_places(struct gazetteer *gazetteer, void *arg)
{
    struct list *list = arg;
    FILE *file = fopen(list->path, "r");
    char *line = NULL;
    size_t size = 0;
    bool is_good = true;

    while (is_good && getline(&line, &size, file) >= 0)
        is_good = add_line(list, gazetteer, line);
    free(line);
    fclose(file);
    return is_good;
}

/* The texts of tests/corpus, cut to one SMS; every second one names a village. */
static size_t read_texts(const struct list *list, const char *texts[TEXTS])
{
    FILE *file = fopen("tests/corpus/texts-train.tsv", "r");
    char *line = NULL;
    size_t size = 0, n = 0;

    while (file && n < TEXTS && getline(&line, &size, file) >= 0) {
        char *text = strrchr(line, '\t');
        const char *name = n % 2 && list->n_names ? list->names[n % list->n_names] : "";

        if (*line == '#' || !text)
            continue;
        text[strcspn(text, "\n")] = '\0';
        texts[n++] = talloc_asprintf(NULL, "%s%.*s", name, OCTETS_OF_A_TEXT, text + 1);
    }
    free(line);
    return n;
}

static double time_of(const struct understanding *understanding, const char *const *texts, size_t n,
                      bool is_whole)
{
    struct understood *understood = talloc_array(NULL, struct understood, n);
    double begun = cpu_now();

    for (size_t i = 0; i < n; i++) {
        void *mem = is_whole ? talloc_new(understood) : understood;

        understand(understanding, mem, texts[i], &understood[i]);
        if (is_whole)
            talloc_free(mem);
    }
    if (!is_whole) {
        begun = cpu_now();
        for (size_t i = 0; i < n; i++)
            understanding_find_near(understanding, understood, 0, &understood[i]);
    }
    begun = cpu_now() - begun;
    talloc_free(understood);
    return begun / (double)n * 1e6;
}

static double median_of(const struct understanding *understanding, const char *const *texts, size_t n,
                        bool is_whole)
{
    double runs[ROUNDS];

    for (int i = 0; i < ROUNDS; i++)
        runs[i] = time_of(understanding, texts, n, is_whole);
    return measure_median(runs, ROUNDS);
}

static void measure(const char *what, struct list *list)
{
    struct understanding_source source = { .add_places = add_places, .add_places_arg = list };
    const char *error, *texts[TEXTS];
    double begun = cpu_now(), load;
    struct understanding *understanding = understanding_new(NULL, &source, &error);
    long resident = measure_status(getpid(), "VmRSS", 0), peak = measure_status(getpid(), "VmHWM", 0);
    size_t n;

    load = cpu_now() - begun;
    if (!understanding)
        abort();
    n = read_texts(list, texts);
    printf("place, %s (%zu units): loaded in %.2f s; %.0f MB resident, %.0f at most; %.1f us a text, %.1f us "
           "with all the rest\n",
           what, list->n, load, (double)resident / 1024, (double)peak / 1024,
           median_of(understanding, texts, n, false), median_of(understanding, texts, n, true));
}

/* In a process of its own, so that its memory is its own. */
static int measure_apart(const char *what, struct list *list)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        measure(what, list);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return status;
}

int main(void)
{
    const char *path = getenv("BENCH_COUNTRY");

    if (!path || access(path, R_OK) != 0) {
        printf("place: left out, for there is no list of the country's villages (tests/bench/country.sh)\n");
        return 0;
    }
    return measure_apart("a county", &(struct list){ .path = path, .only = COUNTY }) ||
           measure_apart("the country", &(struct list){ .path = path, .only = "" });
}
