/*
 * Builds the statement of a filter. It holds only the conditions asked for, so that an index can serve it.
 * Used in store/ alone. The caller owns the struct; nothing is allocated. A text longer than QUERY_SIZE or
 * more than QUERY_VALUES values fail an assertion. Texts of values must live until the statement has run.
 */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "store/sql.h"

#define QUERY_SIZE 2048
#define QUERY_VALUES 20

struct query {
    char text[QUERY_SIZE];
    size_t length;
    struct value at[QUERY_VALUES];
    size_t n;
    bool has_where;
};

/* Starts anew with a text such as "SELECT id FROM cases", before any WHERE. */
void query_start(struct query *query, const char *select);
/* Adds a condition with AND; each ? in it stands for the one value. */
void query_where(struct query *query, const char *condition, struct value value);
/* Adds a condition without a value. */
void query_where_so(struct query *query, const char *condition);
/* Adds: the column is one of the words whose bit (1 << index) is set. words ends with NULL; bits 0 adds
 * nothing. */
void query_where_word(struct query *query, const char *column, const char *const *words, unsigned bits);
/* Adds what follows the conditions, such as " ORDER BY id"; no condition may be added after it. */
void query_end(struct query *query, const char *clause);
/* Adds a LIMIT, which comes last; 0 or less adds none. */
void query_limit(struct query *query, int limit);
/* Points into the query. */
struct values query_values(const struct query *query);
/* Runs the query: first column of the first row; 0 when there is none. False: store_error says why. */
bool query_number(struct store *store, const struct query *query, int64_t *number);

#endif
