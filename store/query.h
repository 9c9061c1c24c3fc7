/*
 * Builds the statement of a filter: only what is asked for stands in it, so that an index can serve it.
 * Known to store/ alone.
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

void query_start(struct query *query, const char *select);
/* Another condition, in which each ? stands for the value. */
void query_where(struct query *query, const char *condition, struct value value);
/* A condition without a value. */
void query_where_so(struct query *query, const char *condition);
/* A column that is one of the words whose bit is set; no bit restricts nothing. */
void query_where_word(struct query *query, const char *column, const char *const *words, unsigned bits);
/* What follows the conditions, such as the order. */
void query_end(struct query *query, const char *clause);
void query_limit(struct query *query, int limit);
struct values query_values(const struct query *query);
/* First column of the first row; 0 when there is none. */
bool query_number(struct store *store, const struct query *query, int64_t *number);

#endif
