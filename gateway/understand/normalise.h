/*
 * A text as it is matched: NFKC, nothing of zero width, simplified characters, small letters; and the way
 * back to what was really written.
 */
#ifndef GATEWAY_UNDERSTAND_NORMALISE_H
#define GATEWAY_UNDERSTAND_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One entry for each character of the BMP. Built once, never changed: any thread may use it. */
struct normaliser;

/* Takes about 30 ms, most of it OpenCC's. NULL: *error says why (a constant string). */
struct normaliser *normaliser_new(void *mem, const char **error);

struct normal {
    const char *original; /* the caller's: must live as long */
    const char *text;     /* UTF-8; malformed octets have become U+FFFD */
    size_t length;
    const uint32_t *at; /* at[i]: octet of the original that text[i] came from; at[length]: its length */
    size_t body;        /* where the text begins once 【...】 and greetings in front are taken off */
};

/* Allocates text and at from mem. body is 0 at first: courtesy_skip finds the greeting. */
void normalise(const struct normaliser *normaliser, void *mem, const char *text, struct normal *out);

/* The part [from, to) of the normalised text as written, less separators in front and spaces behind. From
 * mem. */
const char *normal_original(void *mem, const struct normal *normal, size_t from, size_t to);

/* Neither a letter nor a digit: spaces, , . ; : - # and their Chinese forms, other marks, emoji. */
bool is_separator(uint32_t character);

/* The octet behind the separators that stand at `at`; the octet where those at the end of [from, to) begin.
 */
size_t skip_separators(const char *text, size_t at, size_t length);
size_t trim_separators(const char *text, size_t from, size_t to);

/* The character at text[*at], moving *at behind it; the text is well formed, as normalised text is. */
uint32_t next_character(const char *text, size_t *at);

#endif
