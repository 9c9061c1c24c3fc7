/*
 * What it costs to find the similar ones among very many open cases, and cases by words: a million cases
 * unless BENCH_CASES says how many.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/lifecycle_guard.h"
#include "gateway/turn/similar.h"
#include "store/people.h"
#include "store/search/search.h"
#include "tests/bench/measure.h"
#include "tests/support/support.h"

enum {
    CASES = 1000000,
    PLACES = 127,
    A_COMMIT = 20000,
    ASKED = 200,
    TEXTS = 1250,
    OCTETS_OF_A_TEXT = 67 * 3
};

static const char *const topics[] = {
    "water", "road", "power", "housing", "land", "env", "welfare", "other"
};

static void give_up(const struct store *store)
{
    fprintf(stderr, "%s\n", store_error(store));
    exit(1);
}

static size_t read_texts(void *mem, const char *texts[TEXTS])
{
    FILE *file = fopen("tests/corpus/texts-train.tsv", "r");
    char *line = NULL;
    size_t size = 0, n = 0;

    while (file && n < TEXTS && getline(&line, &size, file) >= 0) {
        char *text = strrchr(line, '\t');

        if (*line != '#' && text) {
            text[strcspn(text, "\n")] = '\0';
            texts[n++] = talloc_strndup(mem, text + 1, OCTETS_OF_A_TEXT);
        }
    }
    free(line);
    if (n == 0)
        exit(1);
    return n;
}

/* The head of one text and the tail of another: some ten cases begin, and some ten end, alike. */
static const char *text_of(void *mem, const char *const *texts, size_t n, unsigned i)
{
    const char *one = texts[i * 2654435761u % n], *other = texts[i * 2246822519u / 7 % n];
    size_t half = strlen(one) / 6 * 3, tail = strlen(other) / 6 * 3;

    return talloc_asprintf(mem, "%.*s%s", (int)half, one, other + tail);
}

static struct case_ make_case(void *mem, const char *const *texts, size_t n, unsigned i)
{
    return (struct case_){ .number = talloc_asprintf(mem, "26%08u", i),
                           .reporter = talloc_asprintf(mem, "+86138%08u", i),
                           .topic = topics[i * 2654435761u / 3 % 8],
                           .place = 1 + i * 40503u / 5 % PLACES,
                           .text = text_of(mem, texts, n, i),
                           .received_at = 1700000000 + i,
                           .touched_at = 1700000000 + i };
}

static void add_places(struct store *store)
{
    for (unsigned i = 0; i < PLACES; i++) {
        char code[16];
        struct unit unit = { .code = code, .name = "东陈村", .level = UNIT_VILLAGE, .duty = "" };

        snprintf(code, sizeof code, "%u", i);
        if (!store_put_unit(store, &unit))
            give_up(store);
    }
}

static void fill(struct store *store, const char *const *texts, size_t n, unsigned cases)
{
    for (unsigned i = 0; i < cases;) {
        if (!store_begin(store, 1000))
            give_up(store);
        for (unsigned k = 0; k < A_COMMIT && i < cases; k++, i++) {
            void *mem = talloc_new(NULL);
            struct case_ case_ = make_case(mem, texts, n, i);

            if (!store_open_case(store, &case_) || !similar_add(store, &case_))
                give_up(store);
            talloc_free(mem);
        }
        if (!store_commit(store))
            give_up(store);
    }
}

static double milliseconds_to_find(struct store *store, const char *const *texts, size_t n, unsigned i,
                                   size_t *found)
{
    void *mem = talloc_new(NULL);
    struct case_ case_ = make_case(mem, texts, n, i);
    struct similar_case *similar;
    double begun = measure_now();
    size_t n_found;

    if (!similar_find(store, mem, &case_, 5, &similar, &n_found))
        give_up(store);
    begun = measure_now() - begun;
    *found += n_found;
    talloc_free(mem);
    return begun * 1e3;
}

static double milliseconds_to_see_earlier(struct store *store, const char *const *texts, size_t n, unsigned i)
{
    void *mem = talloc_new(NULL);
    struct case_ case_ = make_case(mem, texts, n, i);
    struct similar_case *earlier;
    double begun = measure_now();

    if (!similar_earlier(store, mem, &case_, &earlier))
        give_up(store);
    begun = measure_now() - begun;
    talloc_free(mem);
    return begun * 1e3;
}

/* From one character that most texts have to eight that few have, a number, and two words. */
static void search(struct store *store)
{
    static const char *const words[] = { "的",     "水",       "水管",           "自来水",
                                         "没人管", "停水三天", "老人孩子没水喝", "霾",
                                         "5",      "00012345", "4567",           "水 老人" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        void *mem = talloc_new(NULL);
        double times[RUNS];
        int64_t *ids;
        size_t n;

        for (int run = 0; run < RUNS; run++) {
            double begun = measure_now();
            if (!store_search(store, mem, &(struct search){ .words = words[i], .with_reporters = true }, &ids,
                              &n))
                give_up(store);
            times[run] = (measure_now() - begun) * 1e3;
        }
        printf("search, %s: %.0f ms (the slowest of %d %.0f), %zu cases\n", words[i],
               measure_median(times, RUNS), RUNS, times[RUNS - 1], n);
        talloc_free(mem);
    }
}

int main(void)
{
    void *mem = talloc_new(NULL);
    unsigned cases = getenv("BENCH_CASES") ? (unsigned)atoi(getenv("BENCH_CASES")) : CASES;
    const char *error, *texts[TEXTS];
    size_t n = read_texts(mem, texts), found = 0;
    struct store *store =
        store_open(mem, talloc_asprintf(mem, "sqlite:%s/x.db", temporary_directory(mem)), &error);
    double times[ASKED], earlier[ASKED], begun = measure_now();

    if (!store || !lifecycle_guard_write(store))
        exit(1);
    add_places(store);
    fill(store, texts, n, cases);
    begun = measure_now() - begun;
    for (unsigned i = 0; i < ASKED; i++) {
        times[i] = milliseconds_to_find(store, texts, n, cases + i * 7919, &found);
        earlier[i] = milliseconds_to_see_earlier(store, texts, n, cases + i * 7919);
    }
    printf(
        "similar, %u open cases: %.2f ms to find five (the slowest of %d %.2f; %.1f found), %.2f ms to see an"
        " earlier one; %.0f us to keep a case and its index\n",
        cases, measure_median(times, ASKED), ASKED, times[ASKED - 1], (double)found / ASKED,
        measure_median(earlier, ASKED), begun / cases * 1e6);
    search(store);
    talloc_free(mem);
    return 0;
}
