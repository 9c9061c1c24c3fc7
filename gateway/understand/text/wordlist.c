#include "gateway/understand/text/wordlist.h"

#include "gateway/understand/text/normalise.h"

#include <string.h>
#include <talloc.h>

enum { LONGEST = 64, STARTS = 4096 };

struct entry {
    uint64_t hash;
    uint32_t first; /* index in the pool where its symbols begin */
    uint32_t length;
};

struct wordlist {
    struct entry *entries; /* in the order of adding */
    size_t n, most;
    uint32_t *slots; /* 1 + index of an entry; 0 empty */
    size_t mask;
    uint32_t *pool;
    size_t pool_length, pool_size;
    uint8_t longest[STARTS]; /* length of the longest word whose first symbol has these low bits */
};

struct wordlist *wordlist_new(void *mem, size_t words)
{
    struct wordlist *list = talloc_zero(mem, struct wordlist);
    size_t slots = 16;

    while (slots < words * 2)
        slots *= 2;
    list->most = words;
    list->mask = slots - 1;
    list->pool_size = words * 4 + LONGEST;
    list->entries = talloc_array(list, struct entry, (unsigned)words + 1);
    list->slots = talloc_zero_array(list, uint32_t, (unsigned)slots);
    list->pool = talloc_array(list, uint32_t, (unsigned)list->pool_size);
    return list;
}

static uint64_t extended(uint64_t hash, uint32_t symbol)
{
    return (hash ^ symbol) * 0x9E3779B97F4A7C15u;
}

/* The slot of the word, or the empty one where it would go. */
static size_t slot_of(const struct wordlist *list, uint64_t hash, const uint32_t *symbols, size_t n)
{
    size_t slot = (size_t)(hash >> 32) & list->mask;

    for (; list->slots[slot]; slot = (slot + 1) & list->mask) {
        const struct entry *entry = &list->entries[list->slots[slot] - 1];

        if (entry->hash == hash && entry->length == n &&
            memcmp(list->pool + entry->first, symbols, n * sizeof *symbols) == 0)
            break;
    }
    return slot;
}

static void make_room(struct wordlist *list, size_t n)
{
    if (list->pool_length + n <= list->pool_size)
        return;
    list->pool_size = list->pool_size * 2 + LONGEST;
    list->pool = talloc_realloc(list, list->pool, uint32_t, (unsigned)list->pool_size);
}

int64_t wordlist_add(struct wordlist *list, const uint32_t *symbols, size_t n)
{
    uint64_t hash = 0;
    size_t slot;
    uint8_t *longest = &list->longest[n ? symbols[0] % STARTS : 0];

    if (n == 0 || n > LONGEST)
        return -1;
    for (size_t i = 0; i < n; i++)
        hash = extended(hash, symbols[i]);
    slot = slot_of(list, hash, symbols, n);
    if (list->slots[slot])
        return (int64_t)list->slots[slot] - 1;
    if (list->n >= list->most)
        return -1;
    make_room(list, n);
    list->entries[list->n] =
        (struct entry){ .hash = hash, .first = (uint32_t)list->pool_length, .length = (uint32_t)n };
    memcpy(list->pool + list->pool_length, symbols, n * sizeof *symbols);
    list->pool_length += n;
    list->slots[slot] = (uint32_t)++list->n;
    if (*longest < n)
        *longest = (uint8_t)n;
    return (int64_t)list->n - 1;
}

size_t wordlist_count(const struct wordlist *list)
{
    return list->n;
}

size_t wordlist_at(const struct wordlist *list, const uint32_t *symbols, size_t n, struct word_found *found,
                   size_t most)
{
    size_t longest = n ? list->longest[symbols[0] % STARTS] : 0, count = 0;
    uint64_t hash = 0;

    if (longest > n)
        longest = n;
    for (size_t length = 1; length <= longest && count < most; length++) {
        size_t slot;

        hash = extended(hash, symbols[length - 1]);
        slot = slot_of(list, hash, symbols, length);
        if (list->slots[slot])
            found[count++] = (struct word_found){ (int64_t)list->slots[slot] - 1, length };
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
