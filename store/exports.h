/*
 * Exports everything that is kept, row by row: to another system, or to the person it is about.
 */
#ifndef STORE_EXPORTS_H
#define STORE_EXPORTS_H

#include "store/store.h"

struct export_query {
    bool with_people;  /* include the columns that tell who people are and what they wrote */
    bool with_guarded; /* include cases restricted under art. 30, all that belongs to them, and the numbers of
                          reporters who asked not to be named */
    bool with_no_complaints; /* include what turned out to be no complaint (CASE_NO_COMPLAINT) */
    const char *person; /* E.164: only what is about this phone, and nothing about others; NULL: everything */
};

struct export_cell {
    const char *name; /* of the column */
    const char *text; /* UTF-8; NULL: the cell is null */
    bool is_number;
    bool is_of_hidden; /* words of or to a reporter who asked not to be named: redact numbers in them */
};

/*
 * The tables' names, in an order in which they can be loaded again; ends with NULL. Tables with one-time
 * codes, tokens or the gateway's own settings are not among them.
 */
extern const char *const export_tables[];

/* Begin and end a read transaction: between the two calls, all tables are as at one moment. */
bool store_export_begin(struct store *store);
void store_export_end(struct store *store);

/* The columns that the query selects, from mem; *n 0: none of this table. table is one of the names above. */
const char **store_export_columns(void *mem, const char *table, const struct export_query *query, size_t *n);

/*
 * Calls each(cells, n, arg) for every row, in order of its first column. The cells live only during the call;
 * each returns false to stop.
 */
bool store_export(struct store *store, const char *table, const struct export_query *query,
                  bool (*each)(const struct export_cell *cells, size_t n, void *arg), void *arg);

#endif
