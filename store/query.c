#include "store/query.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void add(struct query *query, const char *text, size_t length)
{
    assert(query->length + length < QUERY_SIZE);
    memcpy(query->text + query->length, text, length);
    query->length += length;
    query->text[query->length] = '\0';
}

static void add_text(struct query *query, const char *text)
{
    add(query, text, strlen(text));
}

void query_start(struct query *query, const char *select)
{
    query->length = query->n = 0;
    query->has_where = false;
    add_text(query, select);
}

static size_t add_value(struct query *query, struct value value)
{
    assert(query->n < QUERY_VALUES);
    query->at[query->n++] = value;
    return query->n;
}

void query_where(struct query *query, const char *condition, struct value value)
{
    char name[16];
    const char *mark;

    snprintf(name, sizeof name, "$%zu", add_value(query, value));
    add_text(query, query->has_where ? " AND " : " WHERE ");
    query->has_where = true;
    for (; (mark = strchr(condition, '?')); condition = mark + 1) {
        add(query, condition, (size_t)(mark - condition));
        add_text(query, name);
    }
    add_text(query, condition);
}

void query_where_so(struct query *query, const char *condition)
{
    add_text(query, query->has_where ? " AND " : " WHERE ");
    query->has_where = true;
    add_text(query, condition);
}

/* The words are written into the statement as the schema has them: only then does a partial index apply. */
void query_where_word(struct query *query, const char *column, const char *const *words, unsigned bits)
{
    if (!bits)
        return;
    bool is_one = (bits & (bits - 1)) == 0;
    query_where_so(query, column);
    add_text(query, is_one ? " = " : " IN (");
    for (unsigned i = 0, n = 0; words[i]; i++)
        if (bits & 1U << i) {
            add_text(query, n++ ? ", '" : "'");
            add_text(query, words[i]);
            add_text(query, "'");
        }
    add_text(query, is_one ? "" : ")");
}

void query_end(struct query *query, const char *clause)
{
    add_text(query, clause);
}

void query_limit(struct query *query, int limit)
{
    char clause[24];

    if (limit <= 0)
        return;
    snprintf(clause, sizeof clause, " LIMIT $%zu", add_value(query, as_number(limit)));
    add_text(query, clause);
}

struct values query_values(const struct query *query)
{
    return (struct values){ query->at, query->n };
}

static bool take_number(const struct row *row, void *arg)
{
    int64_t *number = arg;

    *number = row_number(row, 0);
    return false;
}

bool query_number(struct store *store, const struct query *query, int64_t *number)
{
    *number = 0;
    return store->sql->run(store, query->text, true, query_values(query), take_number, number);
}
