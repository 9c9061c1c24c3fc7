/*
 * How well intents are read: intents-train.tsv (../shared/data/README.md), without asking right, wrong,
 * asked; ratings turned round, complaints lost, stray cases. `bench_intents -v` prints each that is not
 * right.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/intent.h"

struct tally {
    int all, right, wrong, asked, ratings, turned, complaints, lost, others, stray;
};

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

int main(int argc, char **argv)
{
    const char *path = getenv("INTENTS") ? getenv("INTENTS") : "../shared/data/intents-train.tsv", *error;
    void *mem = talloc_new(NULL);
    const struct unit units[] = { { .id = 1, .name = "浮山县", .level = UNIT_COUNTY },
                                  { .id = 2, .name = "响水河镇", .level = UNIT_TOWNSHIP, .parent = 1 },
                                  { .id = 3, .name = "东陈村委会", .level = UNIT_VILLAGE, .parent = 2 } };
    struct understanding *understanding = understanding_new(
        mem, &(struct understanding_source){ .units = units, .n_units = 3, .lexicons = getenv("LEXICONS") },
        &error);
    FILE *file = fopen(path, "r");
    char line[4096];
    bool is_verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    struct tally tally = { 0 };

    if (!understanding || !file) {
        puts("no intents to measure");
        return understanding ? 0 : 1;
    }
    while (fgets(line, sizeof line, file)) {
        char *rest = line, *situation_name = strsep(&rest, "\t"), *wanted = strsep(&rest, "\t");
        void *turn = talloc_new(mem);
        struct understood understood;
        enum situation situation;
        struct intent intent;

        rest[strcspn(rest, "\n")] = '\0';
        if (!situation_parse(situation_name, &situation))
            continue;
        understand(understanding, turn, rest, &understood);
        intent_read(understanding, turn, &understood, situation, &intent);
        count(&tally, wanted, &intent);
        if (is_verbose && (intent.asks || strcmp(intent_name(&intent), wanted) != 0))
            printf("%s\t%s\t%s%s\t%s\n", situation_name, wanted, intent_name(&intent), intent.asks ? "?" : "",
                   rest);
        talloc_free(turn);
    }
    printf(
        "%d texts: right %.3f wrong %.3f asked %.3f; turned %d of %d, lost %d of %d, stray %d of %d (%.3f)\n",
        tally.all, (double)tally.right / tally.all, (double)tally.wrong / tally.all,
        (double)tally.asked / tally.all, tally.turned, tally.ratings, tally.lost, tally.complaints,
        tally.stray, tally.others, (double)tally.stray / tally.others);
    talloc_free(mem);
    return fclose(file);
}
