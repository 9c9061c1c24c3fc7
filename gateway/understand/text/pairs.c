#include "gateway/understand/text/pairs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

static bool is_letter(ucs4_t c)
{
    return (c >= 0x3400 && c < 0xa000) || (c >= 0x20000 && c < 0x32000) || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

uint32_t pairs_hash(ucs4_t left, ucs4_t right, int bits)
{
    uint64_t both = (uint64_t)left << 21 | right;

    return (uint32_t)(both * 0x9e3779b97f4a7c15 >> (64 - bits));
}

int pairs_order(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

size_t pairs_find(const char *text, int bits, uint32_t pairs[PAIRS_MOST])
{
    const uint8_t *at = (const uint8_t *)text;
    size_t left = strlen(text), n = 0, unique = 0;
    ucs4_t last = 0, c;

    while (left > 0 && n < PAIRS_MOST) {
        int length = u8_mbtouc(&c, at, left);

        at += length, left -= (size_t)length;
        if (is_letter(c) && last)
            pairs[n++] = pairs_hash(last, c, bits);
        last = is_letter(c) ? c : 0;
    }
    if (n > 0)
        qsort(pairs, n, sizeof *pairs, pairs_order);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || pairs[i] != pairs[i - 1])
            pairs[unique++] = pairs[i];
    return unique;
}
