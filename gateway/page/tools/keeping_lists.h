/*
 * What the operator keeps, as lists that go out and come in as CSV: the columns of each, its rows as they are
 * kept, and the command that a row stands for.
 */
#ifndef GATEWAY_PAGE_TOOLS_KEEPING_LISTS_H
#define GATEWAY_PAGE_TOOLS_KEEPING_LISTS_H

#include <stdio.h>

#include "gateway/page/visit.h"
#include "gateway/understand/lexicon.h"

/* A list that goes out. */
struct sheet {
    struct visit *visit;
    FILE *out;
    int n; /* cells of a row */
    bool is_failed;
};

struct keeping_list {
    const char *name, *columns;
    bool is_starred;                    /* ★ */
    bool (*write)(struct sheet *sheet); /* all rows. False: the store failed */
    /* The command behind 登记, from a row's cells, "" where it has fewer; NULL: a cell is missing. */
    const char *(*command)(struct visit *visit, char **cells);
};

extern const struct keeping_list keeping_lists[]; /* ends with a NULL name */

/* The text without blanks at its ends is empty. */
bool keeping_lists_is_empty(const char *cell);

/* The word behind 登记 that keeps a word of this table. */
const char *keeping_lists_keyword(enum lexicon_table table);

#endif
