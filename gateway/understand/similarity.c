#include "gateway/understand/similarity.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>

#include "gateway/understand/text/pairs.h"

/*
 * Pairs are counted in PLACES hash places, where few collide.
 * Among few texts a pair in two of them would seem common, so rarity is computed as if there were
 * TEXTS_LEAST.
 */
enum { PLACE_BITS = 18, PLACES = 1 << PLACE_BITS, TEXTS_LEAST = 1000 };

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

void similarity_add(struct similarity *similarity, const char *text)
{
    uint32_t pairs[PAIRS_MOST] = { 0 };
    struct text added = { .n = pairs_find(text, PLACE_BITS, pairs) };

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
