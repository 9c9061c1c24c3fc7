/*
 * Everything that is kept, row by row, for taking it elsewhere or handing it to the person it is about; and
 * taking one person out of it.
 */
#ifndef STORE_EXPORTS_H
#define STORE_EXPORTS_H

#include "store/store.h"

struct export_query {
    bool with_people;   /* who people are and what they wrote; else such columns are left out */
    bool with_guarded;  /* cases of art. 30, with all that belongs to them */
    const char *person; /* only what is about this phone, without other people; NULL: of everybody */
};

struct export_cell {
    const char *name;
    const char *text; /* NULL: null */
    bool is_number;
};

/* Names of the tables, in an order in which they can be read back; ends with NULL. One-time codes, tokens and
 * the gateway's own notes are in none of them. */
extern const char *const export_tables[];

/* Between these all tables are of one moment. */
bool store_export_begin(struct store *store);
void store_export_end(struct store *store);

/* The columns as the wish leaves them, from mem; *n 0: nothing of this table. */
const char **store_export_columns(void *mem, const char *table, const struct export_query *wish, size_t *n);

/* Each row in order of its id; the cells live only during the call. False from each ends it. */
bool store_export(struct store *store, const char *table, const struct export_query *wish,
                  bool (*each)(const struct export_cell *cells, size_t n, void *arg), void *arg);

/* What was taken of one person. */
struct erased {
    int64_t cases, steps, events, notices, others; /* others: questions, part messages, own settings */
    int64_t open;                                  /* cases that are open still: nothing was taken */
    bool is_registered;                            /* works for a unit: nothing was taken */
    bool was_known;
    int64_t elsewhere; /* texts of other people's cases that hold the number: for a person to look at */
};

/*
 * Takes a person out: number, name, every text of theirs and about their cases, in one transaction, and from
 * the files as well. What happened stays: each case with its class, place and dates, each step with its kind
 * and time; a step "erased" is added.
 */
bool store_erase(struct store *store, const char *phone, int64_t now, struct erased *erased);

#endif
