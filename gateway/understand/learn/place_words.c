#include "gateway/understand/learn/place_words.h"

#include "gateway/understand/understand_tables.h"

#include <string.h>
#include <talloc.h>
#include <unistr.h>

enum { FOLDS = 5, ALL_FOLDS = -1, SHORTEST = 2, LONGEST = 6, NAMES_A_PLACE = 3, PEOPLE_COUNTED = 8 };

struct told {
    const struct correction *correction;
    struct normal normal;
};

struct learning {
    void *mem;
    const struct understanding *understanding;
    struct told *list;
    size_t n;
    int fold; /* these are held back; ALL_FOLDS: none */
};

/* A sequence of symbols that may be a name. */
struct candidate {
    const uint32_t *symbols;
    size_t n, texts;
};

static bool holds(const struct normal *normal, const struct candidate *candidate)
{
    for (size_t i = 0; i + candidate->n <= normal->n_symbols; i++)
        if (memcmp(normal->symbols + i, candidate->symbols, candidate->n * sizeof *candidate->symbols) == 0)
            return true;
    return false;
}

/* A name is not made of what is often said: some pair of its characters is strange to the program's model. */
static bool is_strange(const struct model *model, const struct candidate *candidate)
{
    bool is_strange = false;

    for (size_t i = 0; i < candidate->n; i++)
        if (candidate->symbols[i] < 0x4E00 || candidate->symbols[i] > 0x9FFF)
            return false;
    for (size_t i = 0; i + SHORTEST <= candidate->n; i++)
        is_strange |= !model_knows(model, candidate->symbols + i, SHORTEST);
    return is_strange;
}

static int fold_of(const struct told *told)
{
    return (int)(((uint64_t)told->correction->case_id * 0x9E3779B97F4A7C15u >> 40) % FOLDS);
}

static bool is_of(const struct told *told, int64_t place)
{
    return told->correction->kind == CORRECTED_PLACE && told->correction->place == place;
}

/* Adds the words to those that were seen; false: they are among them. */
static bool is_new(const char *words, const char *seen[PEOPLE_COUNTED], size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(seen[i], words) == 0)
            return false;
    if (*n < PEOPLE_COUNTED)
        seen[(*n)++] = words;
    return true;
}

/* Whether it stands in the texts of enough people about this place, and in none about another. */
static bool is_name(const struct learning *learning, int64_t place, struct candidate *candidate)
{
    const char *reporters[PEOPLE_COUNTED], *people[PEOPLE_COUNTED];
    size_t n_reporters = 0, n_people = 0;

    candidate->texts = 0;
    for (size_t i = 0; i < learning->n; i++) {
        const struct told *told = &learning->list[i];

        if (fold_of(told) == learning->fold || (told->correction->place == place && !is_of(told, place)) ||
            !holds(&told->normal, candidate))
            continue;
        if (told->correction->place != place)
            return false;
        candidate->texts++;
        is_new(told->correction->reporter, reporters, &n_reporters);
        is_new(told->correction->actor, people, &n_people);
    }
    return n_reporters >= PLACE_WORD_REPORTERS && n_people >= PLACE_WORD_PEOPLE;
}

static bool is_better(const struct candidate *candidate, const struct candidate *best)
{
    return candidate->texts > best->texts || (candidate->texts == best->texts && candidate->n > best->n);
}

/* The best name in a text that has none yet. */
static void find_in(const struct learning *learning, const struct told *told, struct candidate *best)
{
    for (size_t at = 0; at < told->normal.n_symbols; at++)
        for (size_t n = SHORTEST; n <= LONGEST && at + n <= told->normal.n_symbols; n++) {
            struct candidate candidate = { told->normal.symbols + at, n, 0 };

            if (is_strange(learning->understanding->language->model, &candidate) &&
                is_name(learning, told->correction->place, &candidate) && is_better(&candidate, best))
                *best = candidate;
        }
}

static const char *name_of(void *mem, const struct candidate *candidate)
{
    size_t length = candidate->n * 4;
    uint8_t *octets = talloc_array(mem, uint8_t, (unsigned)length + 1);

    if (!u32_to_u8(candidate->symbols, candidate->n, octets, &length))
        length = 0;
    octets[length] = '\0';
    return (const char *)octets;
}

struct names {
    struct candidate *list;
    int64_t *units;
    size_t n;
};

static int64_t said_by(const struct names *names, const struct told *told)
{
    for (size_t i = 0; i < names->n; i++)
        if (holds(&told->normal, &names->list[i]))
            return names->units[i];
    return 0;
}

static bool has_enough(const struct names *names, int64_t place)
{
    size_t n = 0;

    for (size_t i = 0; i < names->n; i++)
        n += names->units[i] == place;
    return n >= NAMES_A_PLACE;
}

/* Of every text about a corrected place in which no name stands yet the best one. */
static struct names learn(struct learning *learning, int fold)
{
    struct names names = { talloc_array(learning->mem, struct candidate, (unsigned)learning->n + 1),
                           talloc_array(learning->mem, int64_t, (unsigned)learning->n + 1), 0 };

    learning->fold = fold;
    for (size_t i = 0; i < learning->n; i++) {
        const struct told *told = &learning->list[i];
        int64_t place = told->correction->place;
        struct candidate best = { NULL, 0, 0 };

        if (told->correction->kind != CORRECTED_PLACE || fold_of(told) == fold || has_enough(&names, place) ||
            said_by(&names, told))
            continue;
        find_in(learning, told, &best);
        if (best.n == 0)
            continue;
        names.list[names.n] = best;
        names.units[names.n++] = place;
    }
    return names;
}

/* What is understood today, or with these names. */
static int64_t place_of(const struct learning *learning, const struct names *names, const struct told *told)
{
    int64_t named = names ? said_by(names, told) : 0;
    struct place_found found;

    if (named)
        return named;
    gazetteer_find(learning->understanding->gazetteer, learning->mem, &told->normal, 0, &found);
    return found.how == PLACE_AMBIGUOUS ? 0 : found.unit;
}

static void try_fold(struct learning *learning, int fold, struct place_words *learned)
{
    struct names names = learn(learning, fold);

    for (size_t i = 0; i < learning->n; i++) {
        const struct told *told = &learning->list[i];
        int64_t place = told->correction->place;
        bool is_right, was_right;

        if (fold_of(told) != fold || place == 0)
            continue;
        is_right = place_of(learning, &names, told) == place;
        was_right = place_of(learning, NULL, told) == place;
        learned->held += told->correction->kind == CORRECTED_PLACE;
        learned->right += is_right;
        learned->right_before += was_right;
        learned->better += is_right && !was_right;
        learned->worse += was_right && !is_right;
    }
}

void place_words_learn(const struct understanding *understanding, void *mem,
                       const struct correction *const *corrections, size_t n, struct place_words *learned)
{
    struct learning learning = { .mem = talloc_new(mem), .understanding = understanding };
    struct names names;

    *learned = (struct place_words){ .n = 0 };
    learning.list = talloc_array(learning.mem, struct told, (unsigned)n + 1);
    for (size_t i = 0; i < n; i++) {
        struct told *told = &learning.list[learning.n++];

        told->correction = corrections[i];
        normalise(understanding->language->normaliser, learning.mem, corrections[i]->text, &told->normal);
    }
    for (int fold = 0; fold < FOLDS; fold++)
        try_fold(&learning, fold, learned);
    if (corrections_are_no_chance(learned->better, learned->worse)) {
        names = learn(&learning, ALL_FOLDS);
        learned->list = talloc_array(mem, struct place_name, (unsigned)names.n + 1);
        for (; learned->n < names.n; learned->n++)
            learned->list[learned->n] = (struct place_name){ .name = name_of(mem, &names.list[learned->n]),
                                                             .unit = names.units[learned->n] };
    }
    talloc_free(learning.mem);
}
