/*
 * How well intents are read that neither the tables nor the model have learned from: a model is trained on
 * one half of the texts, by a hash of their words, and tried on the other, several times. The tables were
 * written with some of the texts in view. `bench_intents FILE` trains on everything else and reads FILE; -v
 * prints what is not right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/model/train.h"
#include "gateway/understand/intent.h"
#include "gateway/understand/learn/lesson.h"
#include "store/fnv.h"

static const char *const corpora[] = { "tests/corpus/intents-train.tsv", "tests/corpus/intents.tsv",
                                       "tests/corpus/replies.tsv" };
enum { SPLITS = 3, OCTETS = 460000 };

struct row {
    enum situation situation;
    const char *wanted, *text;
};

struct rows {
    struct row *list;
    size_t n;
};

struct tally {
    int all, right, wrong, asked, ratings, turned, complaints, lost, others, stray;
};

static void read_rows(void *mem, const char *path, struct rows *rows)
{
    FILE *file = fopen(path, "r");
    char line[4096];

    while (file && fgets(line, sizeof line, file)) {
        char *rest = line, *situation = strsep(&rest, "\t"), *wanted = strsep(&rest, "\t");
        struct row row;

        if (!rest || *wanted == '!' || !situation_parse(situation, &row.situation))
            continue;
        rest[strcspn(rest, "\n")] = '\0';
        row.wanted = talloc_strdup(mem, wanted);
        row.text = talloc_strdup(mem, rest);
        rows->list = talloc_realloc(mem, rows->list, struct row, (unsigned)rows->n + 1);
        rows->list[rows->n++] = row;
    }
    if (file)
        fclose(file);
}

static bool is_matter(const char *name)
{
    return strcmp(name, "complaint") == 0 || strcmp(name, "both") == 0;
}

static void count(struct tally *tally, const char *wanted, const struct intent *intent)
{
    const char *got = intent_name(intent);
    bool is_right = strcmp(got, wanted) == 0;
    int rated = strncmp(wanted, "rate", 4) == 0 ? wanted[4] - '0' : 0;

    tally->all++;
    tally->right += !intent->asks && is_right;
    tally->wrong += !intent->asks && !is_right;
    tally->asked += intent->asks;
    tally->ratings += rated > 0;
    tally->turned += rated && !intent->asks && intent->rating && (rated <= 2) != (intent->rating <= 2);
    tally->complaints += is_matter(wanted);
    tally->lost += is_matter(wanted) && !intent->asks && !is_matter(got) && strcmp(got, "add") != 0;
    tally->others += !is_matter(wanted);
    tally->stray += !is_matter(wanted) && !intent->asks && is_matter(got);
}

static void print(const char *what, const struct tally *tally)
{
    printf("intents, %s: %d texts: right %.3f wrong %.3f asked %.3f; turned %d of %d, lost %d of %d, stray "
           "%d of %d\n",
           what, tally->all, (double)tally->right / tally->all, (double)tally->wrong / tally->all,
           (double)tally->asked / tally->all, tally->turned, tally->ratings, tally->lost, tally->complaints,
           tally->stray, tally->others);
}

static struct model *train_on(const struct understanding *understanding, void *mem, const struct rows *rows,
                              const bool *is_used)
{
    const struct settings settings = { .order = 2, .power = 1, .cost = 1, .signals = 0.3F, .parts = 1 };
    struct examples subjects, intents;
    struct trained *trained = talloc_zero(mem, struct trained);
    bool *all;

    lesson_begin(&subjects, &intents);
    for (size_t i = 0; i < rows->n; i++) {
        struct lesson lesson = { .text = rows->list[i].text, .situation = rows->list[i].situation };

        lesson.labels[HEAD_INTENT] = rows->list[i].wanted;
        if (is_used[i])
            lesson_add(understanding, mem, &lesson, &subjects, &intents);
    }
    all = talloc_array(mem, bool, (unsigned)intents.n + 1);
    memset(all, true, intents.n);
    trained->block = fit_block(trained, &intents, vocabulary_new(mem, &intents, 2), &settings, all, OCTETS);
    return train_model(mem, &intents, NULL, trained, "half\n");
}

static void try_row(const struct understanding *understanding, const struct row *row, bool is_verbose,
                    struct tally *tally)
{
    void *mem = talloc_new(NULL);
    struct understood understood;
    struct intent intent;

    understand(understanding, mem, row->text, &understood);
    intent_read(understanding, mem, &understood, row->situation, &intent);
    count(tally, row->wanted, &intent);
    if (is_verbose && (intent.asks || strcmp(intent_name(&intent), row->wanted) != 0))
        printf("%d\t%s\t%s%s\t%d\t%s\n", (int)row->situation, row->wanted, intent_name(&intent),
               intent.asks ? "?" : "", intent.confidence, row->text);
    talloc_free(mem);
}

static void try_rows(struct understanding *understanding, const struct model *model, const struct rows *rows,
                     const bool *is_used, bool is_verbose, struct tally *tally)
{
    understanding_use_model(understanding, model);
    for (size_t i = 0; i < rows->n; i++)
        if (!is_used || !is_used[i])
            try_row(understanding, &rows->list[i], is_verbose, tally);
    understanding_use_model(understanding, NULL);
}

static void split(struct understanding *understanding, const struct rows *rows)
{
    struct tally tally = { 0 };

    for (uint64_t repeat = 0; repeat < SPLITS; repeat++)
        for (uint64_t half = 0; half < 2; half++) {
            void *mem = talloc_new(NULL);
            bool *is_used = talloc_array(mem, bool, (unsigned)rows->n);

            for (size_t i = 0; i < rows->n; i++)
                is_used[i] =
                    ((fnv_add_text(FNV_START, rows->list[i].text) * 0x9E3779B97F4A7C15u) >> (40 + repeat)) %
                        2 ==
                    half;
            try_rows(understanding, train_on(understanding, mem, rows, is_used), rows, is_used, getenv("V"),
                     &tally);
            talloc_free(mem);
        }
    print("halves", &tally);
}

/* A file that the model has not learned from. */
static void read_file(struct understanding *understanding, const char *path, bool is_verbose)
{
    void *mem = talloc_new(NULL);
    struct rows rows = { .n = 0 }, others = { .n = 0 };
    struct tally tally = { 0 };
    bool *all;

    read_rows(mem, path, &rows);
    for (size_t i = 0; i < sizeof corpora / sizeof *corpora; i++)
        if (strcmp(corpora[i], path) != 0)
            read_rows(mem, corpora[i], &others);
    all = talloc_array(mem, bool, (unsigned)others.n + 1);
    memset(all, true, others.n);
    try_rows(understanding, train_on(understanding, mem, &others, all), &rows, NULL, is_verbose, &tally);
    print(path, &tally);
    talloc_free(mem);
}

int main(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    const struct unit units[] = { { .id = 1, .name = "浮山县", .level = UNIT_COUNTY },
                                  { .id = 2, .name = "响水河镇", .level = UNIT_TOWNSHIP, .parent = 1 },
                                  { .id = 3, .name = "东陈村委会", .level = UNIT_VILLAGE, .parent = 2 } };
    const struct understanding_source source = { .units = units,
                                                 .n_units = 3,
                                                 .lexicons = getenv("LEXICONS") };
    struct rows rows = { .n = 0 };
    const char *error;
    struct understanding *understanding = understanding_new(mem, &source, &error);

    if (!understanding)
        return puts(error), 1;
    for (size_t i = 0; i < sizeof corpora / sizeof *corpora; i++)
        read_rows(mem, corpora[i], &rows);
    if (argc > 1)
        read_file(understanding, argv[1], argc > 2);
    else
        split(understanding, &rows);
    talloc_free(mem);
    return 0;
}
