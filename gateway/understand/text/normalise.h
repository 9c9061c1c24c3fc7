/*
 * Texts in the form in which they are matched: NFKC, without characters of zero width, in simplified
 * characters and small letters; with the way back to the text as written.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_NORMALISE_H
#define GATEWAY_UNDERSTAND_TEXT_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A table of the BMP's characters. Never changed once it is built, so any thread may use it. */
struct normaliser;

/* Takes about 30 ms, most of it OpenCC's. NULL: *error says why (a constant string). */
struct normaliser *normaliser_new(void *mem, const char **error);

struct normal {
    const char *original; /* the caller's: must live as long */
    const char *text;     /* UTF-8; malformed octets have become U+FFFD */
    size_t length;
    const uint32_t *at; /* at[i]: the octet of the original that text[i] came from; at[length]: its length */
    size_t body;        /* the octet of text behind 【...】 and greetings, see courtesy.h */
};

/* Allocates text and at from mem. body is 0 at first: courtesy_skip finds the greeting. */
void normalise(const struct normaliser *normaliser, void *mem, const char *text, struct normal *out);

/* The original of the part [from, to) of the normalised text, without leading separators and trailing spaces.
 * From mem. */
const char *normal_original(void *mem, const struct normal *normal, size_t from, size_t to);

/* Whether it is neither letter nor digit: spaces, , . ; : - # and their Chinese forms, other marks, emoji. */
bool is_separator(uint32_t character);

/* The octet behind the separators that begin at `at`; the octet where the separators at the end of [from, to)
 * begin. */
size_t skip_separators(const char *text, size_t at, size_t length);
size_t trim_separators(const char *text, size_t from, size_t to);

/* The character at text[*at]; moves *at behind it. The text must be well-formed UTF-8, as normalised text is.
 */
uint32_t next_character(const char *text, size_t *at);

#endif
