/*
 * Looks for many words in one text at once. A word is a sequence of symbols: characters, or the syllables
 * they are read as. Each position of the text costs a few probes of a hash table, however many words there
 * are, and most positions none. A word takes some 14 octets and two for each symbol.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_WORDLIST_H
#define GATEWAY_UNDERSTAND_TEXT_WORDLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wordlist;

enum { WORDLIST_LONGEST = 64 /* symbols */ };

/* words: about how many will be added; never 2^24 or more. */
struct wordlist *wordlist_new(void *mem, size_t words);

/*
 * The word's index: from 0, in the order of adding; the same word again has the same index. -1: the word is
 * empty or has more than 64 symbols.
 */
int64_t wordlist_add(struct wordlist *list, const uint32_t *symbols, size_t n);
size_t wordlist_count(const struct wordlist *list);
/* Gives back the room for more words; to be called once the last is added. */
void wordlist_trim(struct wordlist *list);
/* The symbols of a word; returns how many. */
size_t wordlist_symbols(const struct wordlist *list, size_t word, uint32_t symbols[WORDLIST_LONGEST]);

/* Finds the words that begin at symbols[0], shortest first; returns how many, at most `most`. */
struct word_found {
    int64_t word;
    size_t length;
};
size_t wordlist_at(const struct wordlist *list, const uint32_t *symbols, size_t n, struct word_found *found,
                   size_t most);

/* The symbols of normalised UTF-8, from mem, ended by a 0. where, unless NULL, receives an array from mem:
 * (*where)[i] is the octet where symbol i begins. */
uint32_t *text_symbols(void *mem, const char *text, size_t length, size_t *n, uint32_t **where);

#endif
