#include "store/sql.h"

#include <stdarg.h>
#include <talloc.h>
#include <time.h>

struct value as_number(int64_t number)
{
    return (struct value){ .kind = VALUE_NUMBER, .number = number };
}

struct value as_id(int64_t id)
{
    return (struct value){ .kind = id ? VALUE_NUMBER : VALUE_NULL, .number = id };
}

struct value as_text(const char *text)
{
    return (struct value){ .kind = VALUE_TEXT, .text = text ? text : "" };
}

struct value as_maybe(const char *text)
{
    return (struct value){ .kind = text ? VALUE_TEXT : VALUE_NULL, .text = text };
}

struct value as_octets(const void *octets, size_t length)
{
    return (struct value){ .kind = VALUE_OCTETS, .number = (int64_t)length, .text = octets };
}

int64_t row_number(const struct row *row, int column)
{
    return row->store->sql->number(row, column);
}

const char *row_text(const struct row *row, int column)
{
    return row->store->sql->text(row, column);
}

const void *row_octets(const struct row *row, int column, size_t *length)
{
    return row->store->sql->octets(row, column, length);
}

bool sql_fail(struct store *store, const char *format, ...)
{
    va_list args;

    talloc_free(store->error);
    va_start(args, format);
    store->error = talloc_vasprintf(store, format, args);
    va_end(args);
    return false;
}

int64_t sql_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool store_begin(struct store *store, int busy_ms)
{
    store->is_out_of_order = false;
    return store->sql->begin(store, busy_ms);
}

bool store_commit(struct store *store)
{
    store->is_fate_unknown = false;
    return store->sql->commit(store);
}

void store_rollback(struct store *store)
{
    store->sql->rollback(store);
}

bool sql_run(struct store *store, const char *text, struct values values)
{
    return store->sql->run(store, text, false, values, NULL, NULL);
}

bool sql_each(struct store *store, const char *text, struct values values, row_function *each, void *arg)
{
    return store->sql->run(store, text, false, values, each, arg);
}

static bool take_number(const struct row *row, void *arg)
{
    int64_t *number = arg;

    *number = row_number(row, 0);
    return false;
}

bool sql_number(struct store *store, const char *text, struct values values, int64_t *number)
{
    *number = 0;
    return sql_each(store, text, values, take_number, number);
}

bool sql_insert(struct store *store, const char *text, struct values values, int64_t *id)
{
    return store->sql->insert(store, text, values, id);
}

struct taken_text {
    void *mem;
    const char *text;
};

static bool take_text(const struct row *row, void *arg)
{
    struct taken_text *taken = arg;
    const char *text = row_text(row, 0);

    taken->text = text ? talloc_strdup(taken->mem, text) : NULL;
    return false;
}

bool sql_text(struct store *store, void *mem, const char *text, struct values values, const char **answer)
{
    struct taken_text taken = { .mem = mem };
    bool is_done = sql_each(store, text, values, take_text, &taken);

    *answer = taken.text;
    return is_done;
}
