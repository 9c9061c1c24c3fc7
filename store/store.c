#include "store/store.h"

#include <string.h>
#include <talloc.h>

#include "store/sql.h"

static const struct sql *const databases[] = { &sqlite_sql, NULL };

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
    if (!store->sql)
        return sql_fail(store, "a store's URL starts with \"sqlite:\"");
    where = url + strlen(store->sql->scheme);
    if (!*where)
        return sql_fail(store, "a store's URL names a file: \"%sxiangyin.db\"", store->sql->scheme);
    if (!store->sql->open(store, where, is_reader))
        return false;
    return is_reader ? schema_check(store) : schema_update(store);
}

static struct store *open_store(void *mem, const char *url, bool is_reader, const char **error)
{
    struct store *store = talloc_zero(mem, struct store);

    if (connect_to(store, url, is_reader))
        return store;
    *error = talloc_steal(mem, store->error);
    talloc_free(store);
    return NULL;
}

struct store *store_open(void *mem, const char *url, const char **error)
{
    return open_store(mem, url, false, error);
}

struct store *store_open_reader(void *mem, const char *url, const char **error)
{
    return open_store(mem, url, true, error);
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

bool store_next(struct store *store, const char *counter, int64_t *value)
{
    return sql_number(store,
                      "INSERT INTO counters (name, value) VALUES ($1, 1)"
                      " ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value",
                      VALUES(as_text(counter)), value);
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
