#include "store/upkeep/image.h"

#include <errno.h>
#include <json-c/json.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "store/journal/seal.h"
#include "store/records.h"
#include "store/search/entries.h"
#include "store/search/pairs.h"
#include "store/sql.h"

enum { NUMBERS_LEFT_OUT = 1000 };

struct image {
    const char *path, *private_key;
    sqlite3 *db;
    sqlite3_stmt *put, *remove;
    int64_t starts;        /* of the journal, so far */
    int64_t counted_epoch; /* whose counters are known */
    int64_t version;       /* of the schema with which the journal began last; 0: it has no whole beginning */
    bool is_done;
};

static bool fail(struct image *image, const char **error)
{
    *error = talloc_asprintf(image, "%s: %s", image->path, sqlite3_errmsg(image->db));
    return false;
}

static bool run(struct image *image, const char *statements, const char **error)
{
    return sqlite3_exec(image->db, statements, NULL, NULL, NULL) == SQLITE_OK || fail(image, error);
}

static int end_image(struct image *image)
{
    sqlite3_finalize(image->put);
    sqlite3_finalize(image->remove);
    sqlite3_close(image->db);
    if (!image->is_done)
        unlink(image->path);
    return 0;
}

struct image *image_begin(void *mem, const char *path, const char *private_key, const char **error)
{
    struct image *image = talloc_zero(mem, struct image);
    const char *url = talloc_asprintf(image, "sqlite:%s", path);
    struct store *store;

    if (access(path, F_OK) == 0) {
        *error = talloc_asprintf(mem, "%s: %s", path, strerror(EEXIST));
        talloc_free(image);
        return NULL;
    }
    image->path = talloc_strdup(image, path);
    image->private_key = private_key ? talloc_strdup(image, private_key) : NULL;
    store = store_open(image, url, error);
    if (!store)
        return NULL;
    talloc_free(store);
    talloc_set_destructor(image, end_image);
    if (sqlite3_open_v2(path, &image->db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        run(image,
            "PRAGMA foreign_keys = OFF; PRAGMA temp_store = FILE; PRAGMA synchronous = FULL; BEGIN;"
            "CREATE TEMP TABLE latest (kind TEXT, entity TEXT, body TEXT, start, PRIMARY KEY (kind, entity))"
            " WITHOUT ROWID",
            error) &&
        sqlite3_prepare_v2(image->db, "INSERT OR REPLACE INTO latest VALUES (?1, ?2, ?3, ?4)", -1,
                           &image->put, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(image->db, "DELETE FROM latest WHERE kind = ?1 AND entity = ?2", -1,
                           &image->remove, NULL) == SQLITE_OK)
        return image;
    *error = talloc_asprintf(mem, "%s: %s", path, sqlite3_errmsg(image->db));
    talloc_free(image);
    return NULL;
}

static bool put(struct image *image, const char *kind, const char *entity, const char *body,
                const char **error)
{
    bool is_gone = !body || strcmp(body, "null") == 0;
    sqlite3_stmt *statement = is_gone ? image->remove : image->put;
    bool is_done;

    sqlite3_bind_text(statement, 1, kind, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, entity, -1, SQLITE_STATIC);
    if (!is_gone)
        sqlite3_bind_text(statement, 3, body, -1, SQLITE_STATIC);
    if (!is_gone)
        sqlite3_bind_int64(statement, 4, image->starts);
    is_done = sqlite3_step(statement) == SQLITE_DONE || fail(image, error);
    sqlite3_reset(statement);
    return is_done;
}

static int64_t number_of(const char *body, const char *name)
{
    struct json_object *object = body ? json_tokener_parse(body) : NULL, *value = NULL;
    int64_t number = json_object_object_get_ex(object, name, &value) ? json_object_get_int64(value) : 0;

    json_object_put(object);
    return number;
}

/* All rows of the store came: what did not come again is gone. */
static bool take_baseline(struct image *image, const char *body, const char **error)
{
    image->version = number_of(body, "version");
    image->counted_epoch = number_of(body, "epoch");
    return run(image,
               talloc_asprintf(image, "DELETE FROM latest WHERE start < %lld", (long long)image->starts),
               error);
}

static const char *text_of(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(object, name, &value) ? json_object_to_json_string_ext(value, 0) : NULL;
}

static const char *string_of(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(object, name, &value) ? json_object_get_string(value) : "";
}

static bool take_sealed(struct image *image, const struct journal_row *row, const char **error)
{
    const char *open =
        row->body && image->private_key ? seal_open(image, image->private_key, row->body) : NULL;
    struct json_object *object;
    bool is_done;

    if (!open)
        return put(image, "sealed", row->entity, row->body ? "{}" : NULL, error);
    object = json_tokener_parse(open);
    is_done =
        put(image, string_of(object, "kind"), string_of(object, "entity"), text_of(object, "body"), error);
    json_object_put(object);
    return is_done;
}

/* {"sealed":"..."}, and a case's head. */
static bool take_plain(struct image *image, const struct journal_row *row, const char **error)
{
    static const char opening[] = JOURNAL_SEALED_BODY;
    const char *body = row->body, *box;

    if (!body || strncmp(body, opening, sizeof opening - 1) != 0)
        return put(image, row->kind, row->entity, body, error);
    box = body + sizeof opening - 1;
    box = talloc_strndup(image, box, strcspn(box, "\""));
    body = image->private_key ? seal_open(image, image->private_key, box) : NULL;
    if (!body)
        return put(image, "sealed", talloc_asprintf(image, "%s/%s", row->kind, row->entity), "{}", error);
    return put(image, row->kind, row->entity, body, error);
}

bool image_add(struct image *image, const struct journal_row *row, const char **error)
{
    if (strcmp(row->kind, "schema") == 0) {
        image->starts++;
        return true;
    }
    if (strcmp(row->kind, "baseline") == 0)
        return take_baseline(image, row->body, error);
    if (strcmp(row->kind, "erased") == 0)
        return true;
    return strcmp(row->kind, "sealed") == 0 ? take_sealed(image, row, error) : take_plain(image, row, error);
}

struct tables {
    struct image *image;
    const char *names[128];
    int n;
};

static int take_table(void *arg, int n, char **values, char **names)
{
    struct tables *tables = arg;

    (void)n, (void)names;
    if (!journal_leaves_out(values[0]) && tables->n < 128)
        tables->names[tables->n++] = talloc_strdup(tables->image, values[0]);
    return 0;
}

/* A column that is not in the body, because it has its usual value or the row did not have it yet, gets what
 * it is made with. A person's own name is the entity. */
static int take_column(void *arg, int n, char **values, char **names)
{
    char **lists = arg;
    const char *comma = *lists[0] ? ", " : "";

    (void)n, (void)names;
    lists[0] = talloc_asprintf_append(lists[0], "%s%s", comma, values[0]);
    if (strcmp(values[0], JOURNAL_NAME) == 0) {
        lists[1] = talloc_asprintf_append(lists[1], "%sentity", comma);
        return 0;
    }
    lists[1] = talloc_asprintf_append(
        lists[1], values[1] ? "%sCOALESCE(json_extract(body, '$.%s'), %s)" : "%sjson_extract(body, '$.%s')",
        comma, values[0], values[1]);
    return 0;
}

/* A new store has settings of its own, which go. */
static bool fill_table(struct image *image, const char *table, const char **error)
{
    char *lists[2] = { talloc_strdup(image, ""), talloc_strdup(image, "") };
    char *question = talloc_asprintf(image,
                                     "SELECT name, CASE WHEN NOT \"notnull\" OR pk THEN NULL WHEN dflt_value"
                                     " IS NOT NULL THEN dflt_value WHEN type = 'TEXT' THEN quote('') ELSE '0'"
                                     " END FROM pragma_table_info('%s')",
                                     table);

    if (sqlite3_exec(image->db, question, take_column, lists, NULL) != SQLITE_OK)
        return fail(image, error);
    return run(image,
               talloc_asprintf(image,
                               "DELETE FROM %s; INSERT INTO %s (%s) SELECT %s FROM latest WHERE kind = '%s'",
                               table, table, lists[0], lists[1], table),
               error);
}

static int64_t count(struct image *image, const char *question)
{
    sqlite3_stmt *statement = NULL;
    int64_t n = 0;

    if (sqlite3_prepare_v2(image->db, question, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        n = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return n;
}

/* In a table whose key begins with a phone number the entity begins with the name that stands for it; a
 * person's row has it itself. */
static bool name_people(struct image *image, const char **error)
{
    return run(
        image,
        "INSERT OR IGNORE INTO journal_people (phone, entity) SELECT json_extract(body, '$.phone'),"
        " CASE instr(entity, '/') WHEN 0 THEN entity ELSE substr(entity, 1, instr(entity, '/') - 1)"
        " END FROM latest WHERE json_extract(body, '$.phone') IS NOT NULL AND kind <> 'people' AND kind IN"
        " (SELECT t.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c"
        "  WHERE t.schema = 'main' AND c.name = 'phone' AND c.pk = 1)",
        error);
}

/*
 * What the box did after its last row is unknown: texts that had no outcome are not sent again, and numbers
 * that it, or a box before it of which nothing came, may have given are not given twice.
 */
static bool take_over(struct image *image, const struct image_takeover *takeover, struct image_result *result,
                      const char **error)
{
    int64_t gap = NUMBERS_LEFT_OUT * (takeover->epoch - image->counted_epoch);
    char *settings = sqlite3_mprintf(
        "INSERT OR REPLACE INTO settings (name, value) VALUES ('journal', '0'), ('centre epoch', '%lld'),"
        " ('journal recovery key', %Q), ('journal checkpoint', '%lld %q'), ('counters from', %lld +"
        " COALESCE((SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'counters from'), 0));"
        "INSERT OR IGNORE INTO settings (name, value) VALUES ('journal secret', lower(hex(randomblob(32))));"
        "UPDATE counters SET value = value + %lld",
        (long long)takeover->epoch, takeover->recovery_key, (long long)takeover->end.seq, takeover->end.hash,
        (long long)gap, (long long)gap);
    char *notices = sqlite3_mprintf("UPDATE notices SET state = 'UNKNOWN', settled_at = %lld, why = 'it may "
                                    "have been sent by the box before this one', " BLANK_SECRET
                                    " WHERE state IN ('READY', 'CLAIMED', 'ARMED')",
                                    (long long)takeover->now);
    bool is_done = run(image, settings, error) && run(image, notices, error);

    result->doubtful = sqlite3_changes(image->db);
    sqlite3_free(settings);
    sqlite3_free(notices);
    return is_done;
}

bool image_is_whole(const struct image *image, const char **error)
{
    if (image->version == 0)
        *error = "the journal is not whole yet: its beginning, with all the store's rows, has not come";
    else if (image->version != schema_version())
        *error =
            talloc_asprintf(image,
                            "the journal is of a program whose schema is %lld, this program's is %d: use "
                            "the program of that box",
                            (long long)image->version, schema_version());
    return image->version == schema_version();
}

bool image_finish(struct image *image, const struct image_takeover *takeover, struct image_result *result,
                  const char **error)
{
    struct tables tables = { .image = image };

    *result = (struct image_result){ 0 };
    if (!image_is_whole(image, error))
        return false;
    if (sqlite3_exec(image->db,
                     "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND wr = 0",
                     take_table, &tables, NULL) != SQLITE_OK)
        return fail(image, error);
    for (int i = 0; i < tables.n; i++)
        if (!fill_table(image, tables.names[i], error))
            return false;
    result->rows = count(image, "SELECT count(*) FROM latest WHERE kind <> 'sealed'");
    result->sealed = count(image, "SELECT count(*) FROM latest WHERE kind = 'sealed'");
    if (pairs_register(image->db) != SQLITE_OK || !run(image, entries_refill, error))
        return fail(image, error);
    if (!name_people(image, error) || (takeover && !take_over(image, takeover, result, error)) ||
        !run(image, "COMMIT", error))
        return false;
    image->is_done = true;
    return true;
}
