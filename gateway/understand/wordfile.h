/*
 * The word files of templates/lexicon/: rows of a kind, a weight and words, read from the program itself or
 * from a directory that replaces them.
 */
#ifndef GATEWAY_UNDERSTAND_WORDFILE_H
#define GATEWAY_UNDERSTAND_WORDFILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The whole file, ended by a NUL: directory/name when directory is not NULL and has it, else the program's
 * own templates/lexicon/name. NULL: *error says why (from mem).
 */
const char *wordfile_text(void *mem, const char *directory, const char *name, const char **error);

/* A word of a row; _ has become a space. False from each ends the reading, with *error for the reason. */
struct word_row {
    const char *kind;
    int weight;
    const char *word;
};
typedef bool word_taker(const struct word_row *row, void *arg);

/* Calls each for every word of the file. False: *error names file, line and reason (from mem). */
bool wordfile_each(void *mem, const char *directory, const char *name, word_taker *each, void *arg,
                   const char **error);

#endif
