/*
 * Words, and what each of them says: the rows of a word file. Of words that begin at one place of a text the
 * longest counts and hides the shorter ones.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_WORDTABLE_H
#define GATEWAY_UNDERSTAND_TEXT_WORDTABLE_H

#include "gateway/understand/text/normalise.h"
#include "gateway/understand/text/wordlist.h"

struct wordtable;

enum { WORDS_AT_MOST = 12 /* that begin at one place of a text */ };

/* Empty. words: about how many will be added. sense_size: octets of what a word says. */
struct wordtable *wordtable_new(void *mem, size_t words, size_t sense_size);

/*
 * What this word (normalised UTF-8) says, for the caller to fill in: all 0 for a new word, else as it was
 * filled before. Only valid until the next word is added. NULL: the word is empty or has more than 64
 * symbols.
 */
void *wordtable_add(struct wordtable *table, const char *word);

/* What a word that wordtable_at found says. */
const void *wordtable_sense(const struct wordtable *table, int64_t word);

/* As wordlist_at: the words that begin at symbols[0], shortest first. */
size_t wordtable_at(const struct wordtable *table, const uint32_t *symbols, size_t n,
                    struct word_found found[WORDS_AT_MOST]);

/*
 * The longest word that begins at symbol `at` of the text; words that begin or end with a Latin letter or a
 * digit must stand apart from others. False: none does, and *found is left as it is.
 */
bool wordtable_longest(const struct wordtable *table, const struct normal *normal, size_t at,
                       struct word_found *found);

#endif
