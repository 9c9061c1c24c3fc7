#include "gateway/model/examples.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

int examples_label(struct examples *examples, void *mem, enum model_head head, const char *label)
{
    size_t *n = &examples->n_labels[head];

    if (*n == 0 && (head == HEAD_URGENT || head == HEAD_ACCUSES)) {
        examples->labels[head][(*n)++] = "0";
        examples->labels[head][(*n)++] = "1";
    }
    for (size_t i = 0; i < *n; i++)
        if (strcmp(examples->labels[head][i], label) == 0)
            return (int)i;
    if (*n == LABELS_MOST || head == HEAD_URGENT || head == HEAD_ACCUSES)
        return -1;
    examples->labels[head][*n] = talloc_strdup(mem, label);
    return (int)(*n)++;
}

void examples_add(struct examples *examples, void *mem, const struct example *example)
{
    if ((examples->n & (examples->n - 1)) == 0)
        examples->list = talloc_realloc(mem, examples->list, struct example,
                                        (unsigned)(examples->n ? 2 * examples->n : 1));
    examples->list[examples->n++] = *example;
}

/* Sequences by hash. */
struct index {
    uint32_t *hashes; /* 0: empty */
    uint32_t *holders;
    uint32_t *numbers;
    uint8_t *orders;
    size_t mask, n;
};

static size_t place_of(const struct index *index, uint32_t hash)
{
    size_t at = (hash * 0x9E3779B97F4A7C15u >> 32) & index->mask;

    while (index->hashes[at] && index->hashes[at] != hash)
        at = (at + 1) & index->mask;
    return at;
}

static struct index *index_new(void *mem, size_t room)
{
    struct index *index = talloc_zero(mem, struct index);

    index->mask = room - 1;
    index->hashes = talloc_zero_array(index, uint32_t, (unsigned)room);
    index->holders = talloc_zero_array(index, uint32_t, (unsigned)room);
    index->numbers = talloc_array(index, uint32_t, (unsigned)room);
    index->orders = talloc_zero_array(index, uint8_t, (unsigned)room);
    return index;
}

static struct index *index_grown(struct index *index)
{
    struct index *larger = index_new(talloc_parent(index), (index->mask + 1) * 2);

    larger->n = index->n;
    for (size_t i = 0; i <= index->mask; i++)
        if (index->hashes[i]) {
            size_t at = place_of(larger, index->hashes[i]);

            larger->hashes[at] = index->hashes[i];
            larger->holders[at] = index->holders[i];
            larger->orders[at] = index->orders[i];
        }
    talloc_free(index);
    return larger;
}

/* A sequence of a text. */
struct held {
    uint32_t hash;
    uint32_t order;
};

static int by_hash(const void *a, const void *b)
{
    const struct held *left = a, *right = b;

    return (left->hash > right->hash) - (left->hash < right->hash);
}

/* The sequences of an example, sorted. From mem. */
static struct held *sequences_of(void *mem, const struct example *example, size_t *n)
{
    uint32_t *hashes = talloc_array(mem, uint32_t, (unsigned)grams_room(example->n));
    size_t all = grams_of(example->symbols, example->n, GRAM_LENGTHS, hashes, NULL);
    struct held *held = talloc_array(mem, struct held, (unsigned)all);

    *n = 0;
    for (size_t i = 0; i < all; i++)
        if (hashes[i])
            held[(*n)++] = (struct held){ hashes[i], (uint32_t)(i % GRAM_LENGTHS) + 1 };
    qsort(held, *n, sizeof *held, by_hash);
    return held;
}

static struct index *count_holders(struct index *index, const struct examples *examples)
{
    for (size_t e = 0; e < examples->n; e++) {
        void *scratch = talloc_new(NULL);
        size_t n;
        struct held *held = examples->list[e].part ? NULL : sequences_of(scratch, &examples->list[e], &n);

        for (size_t i = 0; held && i < n; i++) {
            size_t at;

            if (i > 0 && held[i].hash == held[i - 1].hash)
                continue;
            at = place_of(index, held[i].hash);
            index->n += index->hashes[at] == 0;
            index->hashes[at] = held[i].hash;
            index->orders[at] = (uint8_t)held[i].order;
            index->holders[at]++;
            if (index->n * 2 > index->mask)
                index = index_grown(index);
        }
        talloc_free(scratch);
    }
    return index;
}

static void number(struct vocabulary *vocabulary, struct index *index, uint32_t least)
{
    vocabulary->hashes = talloc_array(vocabulary, uint32_t, (unsigned)index->n + 1);
    vocabulary->orders = talloc_array(vocabulary, uint8_t, (unsigned)index->n + 1);
    vocabulary->holders = talloc_array(vocabulary, uint32_t, (unsigned)index->n + 1);
    for (size_t i = 0; i <= index->mask; i++) {
        if (!index->hashes[i] || index->holders[i] < least)
            continue;
        index->numbers[i] = (uint32_t)vocabulary->n;
        vocabulary->hashes[vocabulary->n] = index->hashes[i];
        vocabulary->orders[vocabulary->n] = index->orders[i];
        vocabulary->holders[vocabulary->n++] = index->holders[i];
    }
}

/* Writes down the known sequences of one example; returns the place behind them. */
static size_t write_example(struct vocabulary *vocabulary, const struct index *index, uint32_t least,
                            const struct example *example, size_t end)
{
    void *scratch = talloc_new(NULL);
    size_t n;
    struct held *held = sequences_of(scratch, example, &n);

    for (size_t i = 0, next; i < n; i = next) {
        size_t at = place_of(index, held[i].hash);

        for (next = i + 1; next < n && held[next].hash == held[i].hash;)
            next++;
        if (!index->hashes[at] || index->holders[at] < least)
            continue;
        vocabulary->sequence[end] = index->numbers[at];
        vocabulary->root[end++] = sqrtf((float)(next - i));
    }
    talloc_free(scratch);
    return end;
}

struct vocabulary *vocabulary_new(void *mem, const struct examples *examples, uint32_t least)
{
    enum { ROOM_AT_FIRST = 1 << 16 };
    struct vocabulary *vocabulary = talloc_zero(mem, struct vocabulary);
    struct index *index = count_holders(index_new(vocabulary, ROOM_AT_FIRST), examples);
    size_t end = 0, room = 1;

    number(vocabulary, index, least);
    for (size_t e = 0; e < examples->n; e++) {
        room += grams_room(examples->list[e].n);
        vocabulary->texts += examples->list[e].part == 0;
    }
    vocabulary->from = talloc_array(vocabulary, size_t, (unsigned)examples->n + 1);
    vocabulary->sequence = talloc_array(vocabulary, uint32_t, (unsigned)room);
    vocabulary->root = talloc_array(vocabulary, float, (unsigned)room);
    for (size_t e = 0; e < examples->n; e++) {
        vocabulary->from[e] = end;
        end = write_example(vocabulary, index, least, &examples->list[e], end);
    }
    vocabulary->from[examples->n] = end;
    vocabulary->sequence = talloc_realloc(vocabulary, vocabulary->sequence, uint32_t, (unsigned)end + 1);
    vocabulary->root = talloc_realloc(vocabulary, vocabulary->root, float, (unsigned)end + 1);
    talloc_free(index);
    return vocabulary;
}
