#include "store/store.h"

#include <string.h>
#include <talloc.h>

#include "store/sql.h"

/* A county's store is SQLite alone. */
static const struct sql *const databases[] = { &sqlite_sql, &postgresql_sql, NULL };

static const struct sql *find_database(const char *url)
{
    for (int i = 0; databases[i]; i++)
        if (strncmp(url, databases[i]->scheme, strlen(databases[i]->scheme)) == 0)
            return databases[i];
    return NULL;
}

static bool connect_to(struct store *store, const char *url, bool is_reader)
{
    const char *where;

    store->sql = find_database(url);
    if (!store->sql || (store->schema == &county_schema && store->sql != &sqlite_sql))
        return sql_fail(store, "a store's URL starts with \"sqlite:\"%s",
                        store->schema == &county_schema ? "" : " or \"postgresql:\"");
    where = url + strlen(store->sql->scheme);
    if (!*where)
        return sql_fail(store, "a store's URL names %s: \"%s%s\"",
                        store->sql == &sqlite_sql ? "a file" : "a server", store->sql->scheme,
                        store->sql->example);
    if (!store->sql->open(store, where, is_reader))
        return false;
    return is_reader ? schema_check(store) : schema_update(store) && journal_watcher.resume(store);
}

static struct store *open_store(void *mem, const char *url, const struct schema *schema, int deadline_ms,
                                bool is_reader, const char **error)
{
    struct store *store = talloc_zero(mem, struct store);

    store->schema = schema;
    store->deadline_ms = deadline_ms;
    if (connect_to(store, url, is_reader))
        return store;
    *error = talloc_steal(mem, store->error);
    talloc_free(store);
    return NULL;
}

struct store *store_open(void *mem, const char *url, const char **error)
{
    return open_store(mem, url, &county_schema, 0, false, error);
}

struct store *store_open_reader(void *mem, const char *url, const char **error)
{
    return open_store(mem, url, &county_schema, 0, true, error);
}

struct store *sql_open(void *mem, const char *url, const struct schema *schema, int deadline_ms,
                       const char **error)
{
    return open_store(mem, url, schema, deadline_ms, false, error);
}

const char *store_error(const struct store *store)
{
    return store->error ? store->error : "";
}

bool store_is_out_of_order(const struct store *store)
{
    return store->is_out_of_order;
}

const char *store_path(const struct store *store)
{
    return store->path;
}

/* A store that took another's place begins behind what that one may have counted. */
static bool begin_behind(struct store *store, const char *counter, int64_t *value)
{
    void *mem = talloc_new(store);
    const char *from = NULL;
    bool is_done = store_get(store, mem, "counters from", &from);

    if (is_done && from)
        is_done = sql_number(
            store, "UPDATE counters SET value = CAST($2 AS BIGINT) + 1 WHERE name = $1 RETURNING value",
            VALUES(as_text(counter), as_text(from)), value);
    talloc_free(mem);
    return is_done;
}

bool store_next(struct store *store, const char *counter, int64_t *value)
{
    return sql_run(store,
                   "INSERT INTO counters (name, value) VALUES ($1, 1)"
                   " ON CONFLICT (name) DO UPDATE SET value = counters.value + 1",
                   VALUES(as_text(counter))) &&
           sql_number(store, "SELECT value FROM counters WHERE name = $1", VALUES(as_text(counter)), value) &&
           (*value != 1 || begin_behind(store, counter, value));
}

bool store_set(struct store *store, const char *name, const char *value)
{
    return sql_run(store,
                   "INSERT INTO settings (name, value) VALUES ($1, $2)"
                   " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                   VALUES(as_text(name), as_text(value)));
}

bool store_get(struct store *store, void *mem, const char *name, const char **value)
{
    return sql_text(store, mem, "SELECT value FROM settings WHERE name = $1", VALUES(as_text(name)), value);
}
