/*
 * Brings a database's schema up to date, one numbered step after another (schema/steps.h), each in a
 * transaction of its own.
 */
#include <string.h>
#include <talloc.h>

#include "store/schema/steps.h"
#include "store/sql.h"

const struct schema county_schema = { .steps = schema_steps };

/* For sql/transaction.h. Rows are few: a row is taken out when its holder commits again. */
static const char commits[] =
    "CREATE TABLE commits (holder TEXT NOT NULL, n BIGINT NOT NULL,"
    " is_fence SMALLINT NOT NULL DEFAULT 0, asked BIGINT NOT NULL DEFAULT 0, PRIMARY KEY (holder, n));";

static int newest(const struct schema *schema)
{
    int n = 0;

    while (schema->steps[n])
        n++;
    return n;
}

int schema_version(void)
{
    return newest(&county_schema);
}

static char *fill_in(void *mem, const char *text, const char *name, const char *value)
{
    char *all = talloc_strdup(mem, "");
    const char *mark;

    for (; (mark = strstr(text, name)); text = mark + strlen(name))
        all = talloc_asprintf_append(all, "%.*s%s", (int)(mark - text), text, value);
    return talloc_strdup_append(all, text);
}

static bool apply(struct store *store, const char *const *texts)
{
    bool is_done = true;

    for (int i = 0; texts[i] && is_done; i++) {
        char *typed = fill_in(store, texts[i], "{id}", store->sql->id_column);
        char *widened = fill_in(typed, typed, "{no complaint}", store->sql->no_complaint);
        char *spelt = fill_in(typed, widened, "{spelt checks}", store->sql->spelt_checks);
        char *keyed = fill_in(typed, spelt, "{keyed}", store->sql->keyed);
        char *named = fill_in(typed, keyed, "{named people}", store->sql->named_people);
        char *octets = fill_in(typed, named, "{octets}", store->sql->octets_column);
        char *indexed = fill_in(typed, octets, "{words index}", store->sql->words_index);
        char *text = fill_in(typed, indexed, "{secret}", store->sql->secret);

        is_done = store->sql->script(store, text);
        talloc_free(typed);
    }
    return is_done;
}

/* 0 when there is no schema yet. */
static bool read_version(struct store *store, int64_t *version)
{
    bool has_schema;

    *version = 0;
    return store->sql->has_schema(store, &has_schema) &&
           (!has_schema || sql_number(store, "SELECT version FROM schema_version", NO_VALUES, version));
}

static const char *place(const struct store *store)
{
    return store->path ? store->path : "database";
}

static bool refuse_newer(struct store *store, int64_t version)
{
    return version <= newest(store->schema) ||
           sql_fail(store, "%s: written by a newer program (its schema is %d, this program knows %d)",
                    place(store), (int)version, newest(store->schema));
}

static bool write_version(struct store *store, int64_t version)
{
    if (version == 1 && !store->sql->script(store, "CREATE TABLE schema_version (version INTEGER NOT NULL);"
                                                   "INSERT INTO schema_version (version) VALUES (0);"))
        return false;
    if (version == 1 && store->schema->has_commits && !store->sql->script(store, commits))
        return false;
    return sql_run(store, "UPDATE schema_version SET version = $1", VALUES(as_number(version)));
}

/* From nothing, many steps are one where the driver knows what they come to; else each is run. */
static bool step_from(struct store *store, int64_t version)
{
    if (version == 0 && store->schema == &county_schema && store->sql->first_steps)
        return store->sql->script(store, store->sql->first_steps);
    return apply(store, store->schema->steps[version]) && write_version(store, version + 1);
}

/* The version is read again inside: another program may have done this step while we waited. */
static bool next_step(struct store *store)
{
    int64_t version;

    return read_version(store, &version) && (version >= newest(store->schema) || step_from(store, version));
}

/* Where two programs start on one server together, one of them fails, and finds the step done. */
static bool take_steps(struct store *store)
{
    int64_t version, failed = -1;

    while (read_version(store, &version)) {
        if (version >= newest(store->schema))
            return refuse_newer(store, version);
        if (version == failed)
            return false;
        if (!store_begin(store, STORE_BUSY_MS) || !next_step(store) || !store_commit(store)) {
            store_rollback(store);
            failed = version;
        }
    }
    return false;
}

static bool enforce(struct store *store, bool is_on)
{
    return !store->sql->enforce || store->sql->enforce(store, is_on);
}

/* A step that makes a table anew drops the old one, which others refer to (sqlite.org/lang_altertable.html,
 * 7). */
bool schema_update(struct store *store)
{
    return enforce(store, false) && take_steps(store) && enforce(store, true);
}

bool schema_check(struct store *store)
{
    int64_t version;

    if (!read_version(store, &version) || !refuse_newer(store, version))
        return false;
    return version == newest(store->schema) ||
           sql_fail(store,
                    "%s: made by an older program (its schema is %d, this program needs %d); restarting the"
                    " gateway brings it up to date, or without one any command that writes",
                    place(store), (int)version, newest(store->schema));
}
