/*
 * The word files of templates/lexicon/, whose rows have a kind, a weight and words. They come from the
 * program itself or from a directory that replaces them file by file.
 */
#ifndef GATEWAY_UNDERSTAND_TEXT_WORDFILE_H
#define GATEWAY_UNDERSTAND_TEXT_WORDFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The whole file, ended by a NUL: directory/name if directory (which may be NULL) has it, else the program's
 * own templates/lexicon/name. NULL: *error says why (from mem).
 */
const char *wordfile_text(void *mem, const char *directory, const char *name, const char **error);

/* The same for a file that is no text: *size octets. */
const void *wordfile_octets(void *mem, const char *directory, const char *name, size_t *size,
                            const char **error);

/* One word of a row, in which _ has become a space. A word_taker returns false for a word it cannot use. */
struct word_row {
    const char *kind;
    int weight;
    const char *word;
};
typedef bool word_taker(const struct word_row *row, void *arg);

/* Calls each for every word of the file, until one returns false. False: *error says file, line and reason
 * (from mem). */
bool wordfile_each(void *mem, const char *directory, const char *name, word_taker *each, void *arg,
                   const char **error);

#endif
