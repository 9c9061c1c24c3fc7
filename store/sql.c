#include "store/sql.h"

#include <stdarg.h>
#include <string.h>
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

bool row_is_null(const struct row *row, int column)
{
    return row->store->sql->is_null(row, column);
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

bool store_freeze(struct store *store, const char *why)
{
    talloc_free(store->frozen);
    store->frozen = talloc_strdup(store, why);
    return store_set(store, "centre stopped", why);
}

bool store_begin(struct store *store, int busy_ms)
{
    store->is_out_of_order = store->frozen != NULL;
    if (store->frozen)
        return sql_fail(store, "%s", store->frozen);
    store->is_in_transaction = store->sql->begin(store, busy_ms);
    return store->is_in_transaction;
}

bool store_commit(struct store *store)
{
    store->is_fate_unknown = false;
    if ((store->journal && !journal_watcher.write(store)) || !store->sql->commit(store))
        return false;
    store->is_in_transaction = false;
    return true;
}

void store_rollback(struct store *store)
{
    store->sql->rollback(store);
    store->is_in_transaction = false;
    if (store->journal)
        journal_watcher.forget(store);
}

bool store_begin_reading(struct store *store)
{
    return sql_run(store, "BEGIN", NO_VALUES);
}

void store_end_reading(struct store *store)
{
    store->sql->rollback(store);
}

/* A statement that writes outside of a transaction gets one where there is a journal, which belongs to it. */
static bool wants_transaction(const struct store *store, const char *text)
{
    return store->journal && !store->is_in_transaction &&
           (strncmp(text, "INSERT", 6) == 0 || strncmp(text, "UPDATE", 6) == 0 ||
            strncmp(text, "DELETE", 6) == 0);
}

static bool end_own(struct store *store, bool is_done)
{
    if (is_done && store_commit(store))
        return true;
    store_rollback(store);
    return false;
}

bool store_begin_trial(struct store *store)
{
    return store->sql->script(store, "SAVEPOINT trial");
}

bool store_end_trial(struct store *store)
{
    journal_watcher.doubt(store);
    return store->sql->script(store, "ROLLBACK TO trial; RELEASE trial");
}

bool sql_run(struct store *store, const char *text, struct values values)
{
    return sql_each(store, text, values, NULL, NULL);
}

bool sql_each(struct store *store, const char *text, struct values values, row_function *each, void *arg)
{
    if (!wants_transaction(store, text))
        return store->sql->run(store, text, false, values, each, arg);
    return store_begin(store, STORE_BUSY_MS) &&
           end_own(store, store->sql->run(store, text, false, values, each, arg));
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
    if (!wants_transaction(store, text))
        return store->sql->insert(store, text, values, id);
    return store_begin(store, STORE_BUSY_MS) && end_own(store, store->sql->insert(store, text, values, id));
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
