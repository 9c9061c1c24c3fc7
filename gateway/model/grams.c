#include "gateway/model/grams.h"

#include <stdbool.h>

/* Symbols of our own, below every printable character. */
enum { EMPTY = 7 /* the hash of nothing */ };
enum { BEGIN = 1, END = 2, MARK = 3, DIGIT = 4 };

static bool is_mark(uint32_t c)
{
    return c < '0' || (c > '9' && c < 'a') || (c > 'z' && c < 0xC0) || (c >= 0x2000 && c < 0x2E80) ||
           (c >= 0x3000 && c < 0x3040) || (c >= 0xFE30 && c < 0xFF70);
}

static uint32_t folded(uint32_t c)
{
    if (c >= '0' && c <= '9')
        return DIGIT;
    return is_mark(c) ? MARK : c;
}

/* The hash of a sequence from that of its beginning; never 0. */
static uint32_t extended(uint32_t hash, uint32_t symbol)
{
    uint64_t mixed = ((uint64_t)hash << 21 ^ symbol) * 0x9E3779B97F4A7C15u;

    mixed ^= mixed >> 29;
    mixed *= 0xBF58476D1CE4E5B9u;
    hash = (uint32_t)(mixed >> 32);
    return hash ? hash : 1;
}

size_t grams_room(size_t n)
{
    return GRAM_LENGTHS * ((n < GRAM_SYMBOLS_MOST ? n : GRAM_SYMBOLS_MOST) + 2);
}

/* The symbol before, and the hashes of the one and two that stand before; 0: there are none. */
struct last {
    uint32_t symbol, one, two;
};

/* Adds one counted symbol: the sequences that end with it. */
static void add(uint32_t *hashes, size_t i, struct last *last, uint32_t symbol, size_t longest)
{
    uint32_t *out = hashes + GRAM_LENGTHS * i;

    out[0] = extended(EMPTY, symbol);
    out[1] = last->one ? extended(last->one, symbol) : 0;
    if (longest > 2)
        out[2] = last->two ? extended(last->two, symbol) : 0;
    last->symbol = symbol;
    last->one = out[0];
    last->two = out[1];
}

size_t grams_of(const uint32_t *symbols, size_t n, size_t longest, uint32_t *hashes, uint32_t *where)
{
    struct last last = { BEGIN, extended(EMPTY, BEGIN), 0 };
    size_t count = 0;

    if (n > GRAM_SYMBOLS_MOST)
        n = GRAM_SYMBOLS_MOST;
    for (size_t i = 0; i < n; i++) {
        uint32_t symbol = folded(symbols[i]);

        if ((symbol == MARK || symbol == DIGIT) && last.symbol == symbol)
            continue;
        if (where)
            where[count] = (uint32_t)i;
        add(hashes, count++, &last, symbol, longest);
    }
    if (where)
        where[count] = (uint32_t)n;
    add(hashes, count++, &last, END, longest);
    hashes[GRAM_LENGTHS * (count - 1)] = 0; /* every text has an end */
    return GRAM_LENGTHS * count;
}
