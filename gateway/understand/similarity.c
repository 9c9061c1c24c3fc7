#include "gateway/understand/similarity.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

/*
 * Pairs are counted in PLACES hash places, where few collide; only the first PAIRS_MOST of a text count.
 * Among few texts a pair in two of them would seem common, so rarity is computed as if there were
 * TEXTS_LEAST.
 */
enum { PLACES = 1 << 18, PAIRS_MOST = 256, TEXTS_LEAST = 1000 };

struct text {
    uint32_t *pairs; /* hash places, sorted, each once */
    size_t n;
    double length; /* of the vector of their weights */
};

struct similarity {
    struct text *texts;
    size_t n;
    uint32_t count[PLACES]; /* texts that hold a pair of this place */
    float weight[PLACES];
};

struct similarity *similarity_new(void *mem)
{
    return talloc_zero(mem, struct similarity);
}

/* Digits and marks do not tell what a text is about. */
static bool is_letter(ucs4_t c)
{
    return (c >= 0x3400 && c < 0xa000) || (c >= 0x20000 && c < 0x32000) || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static uint32_t place_of(ucs4_t left, ucs4_t right)
{
    uint64_t both = (uint64_t)left << 21 | right;

    return (uint32_t)(both * 0x9e3779b97f4a7c15 >> 46);
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

static size_t find_pairs(const char *text, uint32_t pairs[PAIRS_MOST])
{
    const uint8_t *at = (const uint8_t *)text;
    size_t left = strlen(text), n = 0, unique = 0;
    ucs4_t last = 0, c;

    while (left > 0 && n < PAIRS_MOST) {
        int length = u8_mbtouc(&c, at, left);

        at += length, left -= (size_t)length;
        if (is_letter(c) && last)
            pairs[n++] = place_of(last, c);
        last = is_letter(c) ? c : 0;
    }
    qsort(pairs, n, sizeof *pairs, by_number);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || pairs[i] != pairs[i - 1])
            pairs[unique++] = pairs[i];
    return unique;
}

void similarity_add(struct similarity *similarity, const char *text)
{
    uint32_t pairs[PAIRS_MOST] = { 0 };
    struct text added = { .n = find_pairs(text, pairs) };

    if ((similarity->n & (similarity->n - 1)) == 0)
        similarity->texts =
            talloc_realloc(similarity, similarity->texts, struct text, similarity->n ? 2 * similarity->n : 1);
    added.pairs = talloc_memdup(similarity, pairs, added.n * sizeof *pairs);
    similarity->texts[similarity->n++] = added;
    for (size_t i = 0; i < added.n; i++)
        similarity->count[pairs[i]]++;
}

void similarity_weigh(struct similarity *similarity)
{
    double n = similarity->n > TEXTS_LEAST ? (double)similarity->n : TEXTS_LEAST;

    for (size_t i = 0; i < PLACES; i++) {
        double rarity = similarity->count[i] ? log((1 + n) / similarity->count[i]) : 0;

        similarity->weight[i] = (float)(rarity * rarity);
    }
    for (size_t i = 0; i < similarity->n; i++) {
        struct text *text = &similarity->texts[i];
        double sum = 0;

        for (size_t k = 0; k < text->n; k++)
            sum += similarity->weight[text->pairs[k]];
        text->length = sqrt(sum);
    }
}

double similarity_of(const struct similarity *similarity, size_t a, size_t b)
{
    const struct text *left = &similarity->texts[a], *right = &similarity->texts[b];
    double lengths = left->length * right->length, shared = 0;

    for (size_t i = 0, k = 0; i < left->n && k < right->n;) {
        uint32_t here = left->pairs[i], there = right->pairs[k];

        if (here == there)
            shared += similarity->weight[here];
        i += here <= there;
        k += there <= here;
    }
    return lengths > 0 ? shared / lengths : 0;
}
