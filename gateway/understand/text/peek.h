/*
 * What stands at an octet of a normalised text: marks, digits, listed words. Every function may be asked
 * about any octet up to the text's end.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_PEEK_H
#define GATEWAY_UNDERSTAND_TEXT_PEEK_H

#include "gateway/understand/text/normalise.h"

bool peek_is_digit(char c);
bool peek_is_letter(char c); /* a to z */

/* Whether a separator stands here, or the text ends. */
bool peek_is_mark(const struct normal *normal, size_t at);

/* Whether this word of so many octets stands here. A word in Latin letters must also end here: "no" does not
 * begin "note". */
bool peek_begins_with(const struct normal *normal, size_t at, const char *word, size_t length);

/* The octets of the first listed word that stands here; 0 when none does. */
size_t peek_listed(const struct normal *normal, size_t at, const char *const *words, size_t n);
#define PEEK_LISTED(normal, at, words) peek_listed(normal, at, words, sizeof(words) / sizeof *(words))

/* How many digits stand here. */
size_t peek_digits(const struct normal *normal, size_t at);
/* 一 to 十 as 1 to 10; 0 for anything else. */
int peek_chinese_digit(const char *text);

/* The octet behind separators, or behind separators and polite words: a keyword followed by nothing but these
 * still stands alone. */
size_t peek_skip_marks(const struct normal *normal, size_t at);
size_t peek_skip_polite(const struct normal *normal, size_t at);

#endif
