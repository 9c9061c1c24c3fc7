/*
 * Many words looked for in one text at once. A word is a row of symbols: characters, or the syllables they
 * are read with. Each place of the text costs a few probes of a hash table, however many words there are.
 */
#ifndef GATEWAY_UNDERSTAND_WORDLIST_H
#define GATEWAY_UNDERSTAND_WORDLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wordlist;

/* Words gives how many will come at most. */
struct wordlist *wordlist_new(void *mem, size_t words);

/*
 * Gives the word's index, counted from 0 in the order they came; the same word again gives the same index.
 * -1: an empty word, one of more than 64 symbols, or more words than were announced.
 */
int64_t wordlist_add(struct wordlist *list, const uint32_t *symbols, size_t n);
size_t wordlist_count(const struct wordlist *list);

/* Which words begin at symbols[0]: their indexes and lengths, shortest first; gives how many, at most `most`.
 */
struct word_found {
    int64_t word;
    size_t length;
};
size_t wordlist_at(const struct wordlist *list, const uint32_t *symbols, size_t n, struct word_found *found,
                   size_t most);

/* The symbols of normalised UTF-8, from mem, ended by a 0; where[i] is the octet where the i-th begins (NULL:
 * not asked). */
uint32_t *text_symbols(void *mem, const char *text, size_t length, size_t *n, uint32_t **where);

#endif
