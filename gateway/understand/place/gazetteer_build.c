#include "gateway/understand/place/gazetteer_tables.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static int by_id(const void *a, const void *b, void *arg)
{
    const struct place *places = arg;
    int64_t x = places[*(const uint32_t *)a].id, y = places[*(const uint32_t *)b].id;

    return (x > y) - (x < y);
}

void gazetteer_order(struct gazetteer *gazetteer)
{
    bool is_ordered = true;

    gazetteer->by_id = talloc_array(gazetteer, uint32_t, gazetteer->n_places + 1);
    for (size_t i = 0; i < gazetteer->n_places; i++) {
        gazetteer->by_id[i] = (uint32_t)i;
        is_ordered &= i == 0 || gazetteer->places[i].id > gazetteer->places[i - 1].id;
    }
    if (!is_ordered)
        qsort_r(gazetteer->by_id, gazetteer->n_places, sizeof *gazetteer->by_id, by_id, gazetteer->places);
}

int32_t gazetteer_place(const struct gazetteer *gazetteer, int64_t id)
{
    size_t from = 0, to = gazetteer->n_places;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (gazetteer->places[gazetteer->by_id[middle]].id < id)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == gazetteer->n_places || gazetteer->places[gazetteer->by_id[from]].id != id)
        return NONE;
    return (int32_t)gazetteer->by_id[from];
}

/* Parents that form a circle, or a chain of more than DEPTH_MOST, count as none. */
static void find_parents(struct gazetteer *gazetteer)
{
    struct place *places = gazetteer->places;
    int64_t last = 0;
    int32_t above = NONE;

    for (size_t i = 0; i < gazetteer->n_places; i++) {
        int64_t parent = gazetteer->gathering->parents[i];

        if (parent != last) /* neighbours mostly have one parent */
            above = parent ? gazetteer_place(gazetteer, parent) : NONE;
        last = parent;
        places[i].parent = above;
    }
    for (size_t i = 0; i < gazetteer->n_places; i++) {
        int depth = 0;

        for (int32_t at = (int32_t)i; at != NONE && depth <= DEPTH_MOST; at = places[at].parent)
            depth++;
        if (depth > DEPTH_MOST)
            places[i].parent = NONE;
    }
}

/* The tree of the places as they came. */
struct tree {
    const struct place *places;
    int32_t *first, *next; /* the first place in each, the next one in the same; NONE */
    uint32_t *order, *end; /* its index to be, and where the places in it end */
    uint32_t n;
};

static struct tree *tree_of(const struct gazetteer *gazetteer)
{
    size_t n = gazetteer->n_places;
    struct tree *tree = talloc_zero(gazetteer->gathering, struct tree);

    tree->places = gazetteer->places;
    tree->first = talloc_array(tree, int32_t, n + 1);
    tree->next = talloc_array(tree, int32_t, n + 1);
    tree->order = talloc_array(tree, uint32_t, n + 1);
    tree->end = talloc_array(tree, uint32_t, n + 1);
    memset(tree->first, 0xFF, (n + 1) * sizeof *tree->first);
    memset(tree->next, 0xFF, (n + 1) * sizeof *tree->next);
    for (size_t i = n; i-- > 0;) {
        int32_t parent = tree->places[i].parent;

        if (parent == NONE)
            continue;
        tree->next[i] = tree->first[parent];
        tree->first[parent] = (int32_t)i;
    }
    return tree;
}

static void walk(struct tree *tree, int32_t root)
{
    for (int32_t at = root;; at = tree->next[at]) {
        for (; tree->first[at] != NONE; at = tree->first[at])
            tree->order[at] = tree->n++;
        tree->order[at] = tree->n++;
        for (; at != root && tree->next[at] == NONE; at = tree->places[at].parent)
            tree->end[at] = tree->n;
        tree->end[at] = tree->n;
        if (at == root)
            return;
    }
}

static void order_names(struct gazetteer *gazetteer, const uint32_t *order)
{
    struct gathering *gathering = gazetteer->gathering;

    for (size_t i = 0; i < gathering->n_names; i++) {
        uint32_t *claim = &gathering->names[i].claim;

        *claim = order[CLAIM_PLACE(*claim)] << 1 | CLAIM_IS_ALIAS(*claim);
    }
}

/* Puts the places in the order of the tree. */
static void order_places(struct gazetteer *gazetteer)
{
    struct tree *tree = tree_of(gazetteer);
    size_t n = gazetteer->n_places;
    struct place *places = talloc_array(gazetteer, struct place, n + 1);
    int32_t *proper = talloc_array(gazetteer, int32_t, n + 1);

    for (size_t i = 0; i < n; i++)
        if (gazetteer->places[i].parent == NONE)
            walk(tree, (int32_t)i);
    for (size_t i = 0; i < n; i++) {
        struct place *place = &places[tree->order[i]];

        *place = gazetteer->places[i];
        place->end = tree->end[i];
        if (place->parent != NONE)
            place->parent = (int32_t)tree->order[place->parent];
        proper[tree->order[i]] = gazetteer->proper[i];
    }
    for (size_t i = 0; i < n; i++)
        gazetteer->by_id[i] = tree->order[gazetteer->by_id[i]];
    order_names(gazetteer, tree->order);
    talloc_free(tree);
    talloc_free(gazetteer->places);
    talloc_free(gazetteer->proper);
    gazetteer->places = places;
    gazetteer->proper = proper;
}

static int by_place(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Sorts the claims of a name; one place claims it once, by its name rather than by an alias. */
static uint32_t keep_claims(uint32_t *claims, uint32_t n)
{
    uint32_t kept = 0;

    if (n > 1)
        qsort(claims, n, sizeof *claims, by_place);
    for (uint32_t i = 0; i < n; i++)
        if (kept == 0 || CLAIM_PLACE(claims[i]) != CLAIM_PLACE(claims[kept - 1]))
            claims[kept++] = claims[i];
    return kept;
}

static void make_claims(struct gazetteer *gazetteer)
{
    const struct gathering *gathering = gazetteer->gathering;
    size_t words = wordlist_count(gazetteer->names);
    uint32_t *first = talloc_zero_array(gazetteer, uint32_t, words + 2), from = 0, kept = 0;
    uint32_t *claims = talloc_array(gazetteer, uint32_t, gathering->n_names + 1);

    for (size_t i = 0; i < gathering->n_names; i++)
        first[gathering->names[i].word + 2]++;
    for (size_t word = 0; word < words; word++)
        first[word + 2] += first[word + 1];
    for (size_t i = 0; i < gathering->n_names; i++)
        claims[first[gathering->names[i].word + 1]++] = gathering->names[i].claim;
    for (size_t word = 0; word < words; word++) {
        uint32_t to = first[word + 1], n = keep_claims(claims + from, to - from);

        memmove(claims + kept, claims + from, n * sizeof *claims);
        first[word] = kept;
        kept += n;
        from = to;
    }
    first[words] = kept;
    gazetteer->first_claim = first;
    gazetteer->claims = claims;
}

static void make_echoes(struct gazetteer *gazetteer)
{
    size_t words = wordlist_count(gazetteer->names);
    uint32_t *sound_of = talloc_array(gazetteer->gathering, uint32_t, words + 1), *first;
    uint32_t symbols[WORDLIST_LONGEST];

    for (size_t word = 0; word < words; word++) {
        size_t n = wordlist_symbols(gazetteer->names, word, symbols);

        for (size_t i = 0; i < n; i++)
            symbols[i] = pinyin_sound(gazetteer->pinyin, symbols[i]);
        sound_of[word] = (uint32_t)wordlist_add(gazetteer->sounds, symbols, n);
    }
    first = talloc_zero_array(gazetteer, uint32_t, wordlist_count(gazetteer->sounds) + 2);
    gazetteer->echoes = talloc_array(gazetteer, uint32_t, words + 1);
    for (size_t word = 0; word < words; word++)
        first[sound_of[word] + 2]++;
    for (size_t sound = 0; sound < wordlist_count(gazetteer->sounds); sound++)
        first[sound + 2] += first[sound + 1];
    for (size_t word = 0; word < words; word++)
        gazetteer->echoes[first[sound_of[word] + 1]++] = (uint32_t)word;
    gazetteer->first_echo = first;
}

void gazetteer_close(struct gazetteer *gazetteer)
{
    if (!gazetteer->by_id)
        gazetteer_order(gazetteer);
    find_parents(gazetteer);
    order_places(gazetteer);
    make_claims(gazetteer);
    wordlist_trim(gazetteer->names);
    make_echoes(gazetteer);
    wordlist_trim(gazetteer->sounds);
    gazetteer_make_signs(gazetteer);
    talloc_free(gazetteer->gathering);
    gazetteer->gathering = NULL;
}
