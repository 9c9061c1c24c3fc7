#include "gateway/understand/text/wordlist.h"

#include "gateway/understand/text/normalise.h"

#include <assert.h>
#include <string.h>
#include <talloc.h>

/*
 * A slot holds the index of a word and eight bits of its hash, so that a probe that fails hardly ever reads
 * the pool. The symbols stand in the pool as UTF-16, behind their number of units. starts tells, for the
 * first two symbols of a text, which lengths of words begin so: most positions of a text need no probe at
 * all.
 */
enum {
    LONGEST = WORDLIST_LONGEST,
    LENGTH_BITS = 16, /* the last bit stands for this length and all longer ones */
    LEAST_SLOTS = 16,
    MOST_STARTS = 1 << 20,
    SINGLES = 1024, /* of 64 symbols each */
    INDEX_BITS = 24,
    INDEX = (1 << INDEX_BITS) - 1
};

struct wordlist {
    uint32_t *words; /* where each begins in the pool, in the order of adding */
    size_t n, room;
    uint32_t *slots; /* 8 bits of the hash, 24 of 1 + the word's index; 0 empty */
    size_t mask;
    uint16_t *pool;
    size_t pool_length, pool_size;
    uint16_t *starts; /* by the hash of two symbols: a bit for each length */
    size_t starts_mask;
    uint64_t singles[SINGLES]; /* by the low bits of a symbol: whether it may be a word by itself */
};

static uint64_t extended(uint64_t hash, uint32_t symbol)
{
    return (hash ^ symbol) * 0x9E3779B97F4A7C15u;
}

static uint64_t hash_of(const uint32_t *symbols, size_t n)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < n; i++)
        hash = extended(hash, symbols[i]);
    return hash;
}

static size_t start_of(const struct wordlist *list, const uint32_t *symbols)
{
    return (size_t)(hash_of(symbols, 2) >> 40) & list->starts_mask;
}

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 24) << INDEX_BITS;
}

static size_t encode(const uint32_t *symbols, size_t n, uint16_t *units)
{
    size_t length = 0;

    for (size_t i = 0; i < n; i++) {
        if (symbols[i] < 0x10000) {
            units[length++] = (uint16_t)symbols[i];
            continue;
        }
        units[length++] = (uint16_t)(0xD800 + ((symbols[i] - 0x10000) >> 10));
        units[length++] = (uint16_t)(0xDC00 + (symbols[i] & 0x3FF));
    }
    return length;
}

static size_t decode(const uint16_t *units, size_t length, uint32_t *symbols)
{
    size_t n = 0;

    for (size_t i = 0; i < length; i++) {
        if ((units[i] & 0xFC00) == 0xD800 && i + 1 < length) {
            symbols[n++] = 0x10000 + ((uint32_t)(units[i] & 0x3FF) << 10) + (units[i + 1] & 0x3FF);
            i++;
        } else {
            symbols[n++] = units[i];
        }
    }
    return n;
}

size_t wordlist_symbols(const struct wordlist *list, size_t word, uint32_t symbols[WORDLIST_LONGEST])
{
    const uint16_t *at = list->pool + list->words[word];

    return decode(at + 1, *at, symbols);
}

static bool is_word(const struct wordlist *list, size_t word, const uint32_t *symbols, size_t n)
{
    const uint16_t *at = list->pool + list->words[word], *end = at + 1 + *at;

    for (at++; n > 0 && at < end; n--, symbols++) {
        if (*symbols < 0x10000) {
            if (*at++ != *symbols)
                return false;
            continue;
        }
        if (at + 2 > end || at[0] != 0xD800 + ((*symbols - 0x10000) >> 10) ||
            at[1] != 0xDC00 + (*symbols & 0x3FF))
            return false;
        at += 2;
    }
    return n == 0 && at == end;
}

/* The slot of the word, or the empty one where it would go. */
static size_t slot_of(const struct wordlist *list, uint64_t hash, const uint32_t *symbols, size_t n)
{
    size_t slot = (size_t)(hash >> 32) & list->mask;
    uint32_t tag = tag_of(hash);

    for (; list->slots[slot]; slot = (slot + 1) & list->mask)
        if ((list->slots[slot] & ~(uint32_t)INDEX) == tag &&
            is_word(list, (list->slots[slot] & INDEX) - 1, symbols, n))
            break;
    return slot;
}

static void make_room(struct wordlist *list, size_t units)
{
    if (list->n == list->room) {
        list->room = list->room + list->room / 2 + LONGEST;
        list->words = talloc_realloc(list, list->words, uint32_t, list->room);
    }
    if (list->pool_length + units > list->pool_size) {
        list->pool_size = list->pool_length + list->pool_length / 2 + units + LONGEST;
        list->pool = talloc_realloc(list, list->pool, uint16_t, list->pool_size);
    }
}

static void note_start(struct wordlist *list, const uint32_t *symbols, size_t n)
{
    size_t bit = n < LENGTH_BITS ? n : LENGTH_BITS;

    if (n == 0)
        return;
    if (n == 1)
        list->singles[symbols[0] / 64 % SINGLES] |= UINT64_C(1) << symbols[0] % 64;
    else
        list->starts[start_of(list, symbols)] |= (uint16_t)(1u << (bit - 1));
}

/* Tables for so many words, filled with those there are: at most three slots of four are taken. */
static void make_tables(struct wordlist *list, size_t words)
{
    uint32_t symbols[LONGEST];
    size_t slots = LEAST_SLOTS;

    assert(words < INDEX);
    while (slots * 3 < words * 4)
        slots *= 2;
    talloc_free(list->slots);
    talloc_free(list->starts);
    list->mask = slots - 1;
    list->slots = talloc_zero_array(list, uint32_t, slots);
    list->starts_mask = (slots < MOST_STARTS ? slots : MOST_STARTS) - 1;
    list->starts = talloc_zero_array(list, uint16_t, list->starts_mask + 1);
    for (size_t word = 0; word < list->n; word++) {
        size_t n = wordlist_symbols(list, word, symbols);
        uint64_t hash = hash_of(symbols, n);

        note_start(list, symbols, n);
        list->slots[slot_of(list, hash, symbols, n)] = tag_of(hash) | (uint32_t)(word + 1);
    }
}

struct wordlist *wordlist_new(void *mem, size_t words)
{
    struct wordlist *list = talloc_zero(mem, struct wordlist);

    make_tables(list, words);
    return list;
}

int64_t wordlist_add(struct wordlist *list, const uint32_t *symbols, size_t n)
{
    uint16_t units[2 * LONGEST];
    uint64_t hash;
    size_t slot, length;

    if (n == 0 || n > LONGEST)
        return -1;
    hash = hash_of(symbols, n);
    slot = slot_of(list, hash, symbols, n);
    if (list->slots[slot])
        return (int64_t)(list->slots[slot] & INDEX) - 1;
    if (4 * list->n >= 3 * list->mask) {
        make_tables(list, 2 * list->n);
        slot = slot_of(list, hash, symbols, n);
    }
    length = encode(symbols, n, units);
    make_room(list, length + 1);
    list->words[list->n] = (uint32_t)list->pool_length;
    list->pool[list->pool_length++] = (uint16_t)length;
    memcpy(list->pool + list->pool_length, units, length * sizeof *units);
    list->pool_length += length;
    note_start(list, symbols, n);
    list->slots[slot] = tag_of(hash) | (uint32_t)++list->n;
    return (int64_t)list->n - 1;
}

void wordlist_trim(struct wordlist *list)
{
    list->room = list->n;
    list->pool_size = list->pool_length;
    list->words = talloc_realloc(list, list->words, uint32_t, list->n + 1);
    list->pool = talloc_realloc(list, list->pool, uint16_t, list->pool_length + 1);
}

size_t wordlist_count(const struct wordlist *list)
{
    return list->n;
}

/* The lengths of the words that may begin here, as note_start has them. */
static uint32_t lengths_at(const struct wordlist *list, const uint32_t *symbols, size_t n)
{
    uint32_t lengths = n >= 2 ? list->starts[start_of(list, symbols)] : 0;

    return lengths | (n > 0 ? list->singles[symbols[0] / 64 % SINGLES] >> symbols[0] % 64 & 1 : 0);
}

size_t wordlist_at(const struct wordlist *list, const uint32_t *symbols, size_t n, struct word_found *found,
                   size_t most)
{
    uint32_t lengths = lengths_at(list, symbols, n);
    size_t count = 0;
    uint64_t hash = 0;

    if (lengths == 0)
        return 0;
    for (size_t length = 1; lengths && length <= n && length <= LONGEST && count < most; length++) {
        size_t slot;
        bool is_possible = lengths & 1;

        hash = extended(hash, symbols[length - 1]);
        if (length < LENGTH_BITS) /* the last bit stays */
            lengths >>= 1;
        if (!is_possible)
            continue;
        slot = slot_of(list, hash, symbols, length);
        if (list->slots[slot])
            found[count++] = (struct word_found){ (int64_t)(list->slots[slot] & INDEX) - 1, length };
    }
    return count;
}

uint32_t *text_symbols(void *mem, const char *text, size_t length, size_t *n, uint32_t **where)
{
    uint32_t *symbols = talloc_array(mem, uint32_t, (unsigned)length + 1);
    uint32_t *octets = where ? talloc_array(mem, uint32_t, (unsigned)length + 1) : NULL;

    *n = 0;
    for (size_t at = 0; at < length; (*n)++) {
        if (octets)
            octets[*n] = (uint32_t)at;
        symbols[*n] = next_character(text, &at);
    }
    symbols[*n] = 0;
    if (octets) {
        octets[*n] = (uint32_t)length;
        *where = octets;
    }
    return symbols;
}
