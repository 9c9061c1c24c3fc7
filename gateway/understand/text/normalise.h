/*
 * Texts in the form in which they are matched: NFKC, without characters of zero width, in simplified
 * characters and small letters; with the way back to the text as written.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_NORMALISE_H
#define GATEWAY_UNDERSTAND_TEXT_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A table of the BMP's characters, filled as they are met. Any thread may use it. */
struct normaliser;

/* NULL: *error says why (a constant string). */
struct normaliser *normaliser_new(void *mem, const char **error);

struct normal {
    const char *original; /* the caller's: must live as long */
    const char *text;     /* UTF-8; malformed octets have become U+FFFD */
    size_t length;
    const uint32_t *at; /* at[i]: the octet of the original that text[i] came from; at[length]: its length */
    const uint32_t *symbols; /* the characters of text, ended by a 0, n_symbols of them */
    const uint32_t *where;   /* where[i]: the octet of text where symbol i begins; where[n_symbols]: length */
    size_t n_symbols;
    size_t body; /* the octet of text behind 【...】 and greetings, see courtesy.h */
};

/* Allocates text and at from mem. body is 0 at first: courtesy_skip finds the greeting. */
void normalise(const struct normaliser *normaliser, void *mem, const char *text, struct normal *out);

/* The original of the part [from, to) of the normalised text, without leading separators and trailing spaces,
 * commas and colons. From mem. */
const char *normal_original(void *mem, const struct normal *normal, size_t from, size_t to);

/* Whether it is neither letter nor digit: spaces, , . ; : - # and their Chinese forms, other marks, emoji. */
bool is_rare_separator(uint32_t character); /* of characters beyond ASCII and the common ideographs */
static inline bool is_separator(uint32_t character)
{
    if (character < 0x80)
        return !((character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
                 (character >= 'A' && character <= 'Z'));
    return (character < 0x4E00 || character > 0x9FFF) && is_rare_separator(character);
}

/* The octet behind the separators that begin at `at`; the octet where the separators at the end of [from, to)
 * begin. */
size_t skip_separators(const char *text, size_t at, size_t length);
size_t trim_separators(const char *text, size_t from, size_t to);

/* The character at text[*at]; moves *at behind it. The text must be well-formed UTF-8, as normalised text is.
 */
static inline uint32_t next_character(const char *text, size_t *at)
{
    /* by hand and in place: libunistring's u8_mbtouc, which checks each octet, makes understand() a seventh
     * slower */
    const unsigned char *p = (const unsigned char *)text + *at;

    if (p[0] < 0x80)
        return *at += 1, p[0];
    if (p[0] < 0xE0)
        return *at += 2, (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    if (p[0] < 0xF0)
        return *at += 3, (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    return *at += 4, (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

#endif
