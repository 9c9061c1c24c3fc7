#include "store/sql/sqlite_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "store/fnv.h"
#include "store/schema/steps.h"

static bool fail(struct store *store)
{
    sqlite3 *db = sqlite_database(store);
    const char *where = store->path ? store->path : "database";

    int code = sqlite3_errcode(db);

    /* CORRUPT is also what SQLite makes of EIO where it reads. */
    store->is_out_of_order = code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_BUSY ||
                             code == SQLITE_NOMEM || code == SQLITE_INTERRUPT || code == SQLITE_CANTOPEN ||
                             code == SQLITE_READONLY || code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    if (code == SQLITE_BUSY)
        return sql_fail(store, "%s: another program is writing to it", where);
    return sql_fail(store, "%s: %s", where, sqlite3_errmsg(db));
}

/* SQLite numbers parameters in the order in which they occur, so the index of $1 is looked up by name. */
static bool prepare(struct store *store, const char *text, size_t n_values, struct statement *statement)
{
    char name[8];

    assert(n_values <= MOST_VALUES);
    if (sqlite3_prepare_v3(sqlite_database(store), text, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle,
                           NULL))
        return fail(store);
    statement->n = (unsigned)n_values;
    for (unsigned i = 0; i < n_values; i++) {
        snprintf(name, sizeof name, "$%u", i + 1);
        statement->parameter[i] = (unsigned char)sqlite3_bind_parameter_index(statement->handle, name);
    }
    return true;
}

static unsigned hash_of(const char *text, bool is_built)
{
    if (!is_built)
        return (unsigned)(((uintptr_t)text * 0x9e3779b97f4a7c15) >> 32);
    return (unsigned)(fnv_add_text(FNV_START, text) >> 32);
}

/* The statement's slot, or the free slot where it belongs. */
static struct statement *find_slot(struct sqlite *sqlite, const char *text, bool is_built)
{
    for (unsigned i = hash_of(text, is_built);; i++) {
        struct statement *slot = &sqlite->statements[i % STATEMENTS];

        if (!slot->text)
            return slot;
        if (slot->is_built == is_built && (is_built ? strcmp(slot->text, text) == 0 : slot->text == text))
            return slot;
    }
}

static bool has_room(const struct sqlite *sqlite, bool is_built)
{
    return is_built ? sqlite->n_built < MOST_BUILT : sqlite->n_statements < STATEMENTS - MOST_BUILT - 1;
}

static void keep(struct sqlite *sqlite, struct statement *slot, const struct statement *statement,
                 const char *text, bool is_built)
{
    *slot = *statement;
    slot->text = is_built ? talloc_strdup(sqlite, text) : text;
    slot->is_built = is_built;
    sqlite->n_built += is_built;
    sqlite->n_statements += !is_built;
}

static bool bind(struct store *store, const struct statement *statement, struct values values)
{
    int problem = SQLITE_OK;

    for (size_t i = 0; i < values.n && problem == SQLITE_OK; i++) {
        const struct value *value = &values.at[i];
        int parameter = statement->parameter[i];

        if (parameter == 0)
            continue;
        if (value->kind == VALUE_NUMBER)
            problem = sqlite3_bind_int64(statement->handle, parameter, value->number);
        else if (value->kind == VALUE_TEXT)
            problem = sqlite3_bind_text(statement->handle, parameter, value->text, -1, SQLITE_STATIC);
        else if (value->kind == VALUE_OCTETS)
            problem = sqlite3_bind_blob64(statement->handle, parameter, value->text ? value->text : "",
                                          (sqlite3_uint64)value->number, SQLITE_STATIC);
        else
            problem = sqlite3_bind_null(statement->handle, parameter);
    }
    return problem == SQLITE_OK || fail(store);
}

/* SQLite asks now and then while a statement runs. */
static int is_late(void *sqlite)
{
    return sql_clock_ms() > ((struct sqlite *)sqlite)->until_ms;
}

/*
 * After a statement: one that failed changed no words. Outside a transaction, where no commit follows, they
 * are written now.
 */
static bool settle_entries(struct store *store, bool is_done, size_t n_before)
{
    if (!is_done) {
        entries_drop(sqlite_of(store)->entries, n_before);
        journal_watcher.doubt(store);
    }
    if (entries_count(sqlite_of(store)->entries) == 0 || !sqlite3_get_autocommit(sqlite_database(store)))
        return is_done;
    return (entries_write(sqlite_of(store)->entries) || fail(store)) && is_done;
}

static bool step(struct store *store, const struct statement *statement, struct values values,
                 row_function *each, void *arg)
{
    struct row row = { store, statement->handle };
    /* A statement that writes must run to its end: outside a transaction, SQLite commits it only there. */
    bool is_reading = sqlite3_stmt_readonly(statement->handle), wants_more = true;
    size_t n_entries = entries_count(sqlite_of(store)->entries);
    int answer = SQLITE_ROW;
    bool is_done;

    if (!is_reading)
        entries_expect(sqlite_of(store)->entries);
    if (!bind(store, statement, values))
        return false;
    if (store->deadline_ms)
        sqlite_of(store)->until_ms = sql_clock_ms() + store->deadline_ms;
    while ((wants_more || !is_reading) && (answer = sqlite3_step(statement->handle)) == SQLITE_ROW)
        wants_more = wants_more && each && each(&row, arg);
    is_done = answer == SQLITE_ROW || answer == SQLITE_DONE || fail(store);
    sqlite3_reset(statement->handle);
    return settle_entries(store, is_done, n_entries);
}

/* A statement that is running further up the stack, or for which there is no slot, is prepared for this run
 * alone. */
static bool run(struct store *store, const char *text, bool is_built, struct values values,
                row_function *each, void *arg)
{
    struct sqlite *sqlite = store->connection;
    struct statement *slot = find_slot(sqlite, text, is_built);
    struct statement once;
    bool is_done;

    if (slot->text && !sqlite3_stmt_busy(slot->handle)) {
        assert(slot->n == values.n);
        return step(store, slot, values, each, arg);
    }
    if (!prepare(store, text, values.n, &once))
        return false;
    if (!slot->text && has_room(sqlite, is_built)) {
        keep(sqlite, slot, &once, text, is_built);
        return step(store, slot, values, each, arg);
    }
    is_done = step(store, &once, values, each, arg);
    sqlite3_finalize(once.handle);
    return is_done;
}

static bool insert(struct store *store, const char *text, struct values values, int64_t *id)
{
    *id = 0;
    if (!run(store, text, false, values, NULL, NULL))
        return false;
    if (sqlite3_changes(sqlite_database(store)) > 0)
        *id = sqlite3_last_insert_rowid(sqlite_database(store));
    return true;
}

static int64_t number(const struct row *row, int column)
{
    return sqlite3_column_int64(row->handle, column);
}

static const char *text(const struct row *row, int column)
{
    return (const char *)sqlite3_column_text(row->handle, column);
}

static const void *octets(const struct row *row, int column, size_t *length)
{
    const void *octets = sqlite3_column_blob(row->handle, column);

    *length = (size_t)sqlite3_column_bytes(row->handle, column);
    return octets;
}

static bool is_null(const struct row *row, int column)
{
    return sqlite3_column_type(row->handle, column) == SQLITE_NULL;
}

static bool script(struct store *store, const char *statements)
{
    size_t n_entries = entries_count(sqlite_of(store)->entries);
    bool is_done;

    if (store->deadline_ms)
        sqlite_of(store)->until_ms = sql_clock_ms() + store->deadline_ms;
    is_done = sqlite3_exec(sqlite_database(store), statements, NULL, NULL, NULL) == SQLITE_OK || fail(store);
    entries_schema_changed(sqlite_of(store)->entries);
    return settle_entries(store, is_done, n_entries);
}

/* A plain BEGIN that reads and then writes would fail at once when another has written in between. */
static bool begin(struct store *store, int busy_ms)
{
    bool is_done;

    sqlite3_busy_timeout(sqlite_database(store), busy_ms);
    is_done = sql_run(store, "BEGIN IMMEDIATE", NO_VALUES);
    sqlite3_busy_timeout(sqlite_database(store), STORE_BUSY_MS);
    return is_done;
}

static bool commit(struct store *store)
{
    return (entries_write(sqlite_of(store)->entries) || fail(store)) && sql_run(store, "COMMIT", NO_VALUES);
}

/* SQLite may have rolled back already, for example when the disk is full. */
static void rollback(struct store *store)
{
    entries_drop(sqlite_of(store)->entries, 0);
    if (!sqlite3_get_autocommit(sqlite_database(store)))
        sqlite3_exec(sqlite_database(store), "ROLLBACK", NULL, NULL, NULL);
}

/*
 * secure_delete overwrites deleted rows, but not the copies that stay in the free space of a page when rows
 * move to another page, so VACUUM rewrites every page. The write-ahead log holds old pages until a checkpoint
 * truncates it, which waits for readers as long as for a writer.
 */
static bool shred(struct store *store, bool is_beginning)
{
    int64_t is_blocked;

    if (is_beginning)
        return script(store, "PRAGMA secure_delete = ON");
    if (!script(store, "VACUUM") ||
        !sql_number(store, "PRAGMA wal_checkpoint(TRUNCATE)", NO_VALUES, &is_blocked))
        return false;
    return !is_blocked ||
           sql_fail(store,
                    "erased, but %s-wal holds it still, because another program is reading the store: it"
                    " goes when the gateway is started again",
                    store->path ? store->path : "database");
}

static int close_database(struct sqlite *sqlite)
{
    for (unsigned i = 0; i < STATEMENTS; i++)
        if (sqlite->statements[i].text)
            sqlite3_finalize(sqlite->statements[i].handle);
    if (sqlite->entries)
        entries_close(sqlite->entries);
    sqlite3_close(sqlite->db);
    return 0;
}

static bool fail_errno(struct store *store)
{
    int reason = errno;
    const char *directory = dirname(talloc_strdup(store, store->path));

    if (reason == ENOENT && access(directory, F_OK) != 0)
        return sql_fail(store, "%s: there is no directory %s", store->path, directory);
    return sql_fail(store, "%s: %s", store->path, strerror(reason));
}

void sqlite_own_as_folder(int fd, const char *path)
{
    char copy[PATH_MAX];
    struct stat folder;

    if (geteuid() != 0 || snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy)
        return;
    if (stat(dirname(copy), &folder) == 0 && folder.st_uid != 0)
        (void)!fchown(fd, folder.st_uid, folder.st_gid);
}

/*
 * SQLite gives its -wal and -shm files the mode of the database. An existing file is not opened here: closing
 * it would drop the locks that other connections of this process hold on it.
 */
static bool make_file(struct store *store, bool is_reader)
{
    int fd;

    if (is_reader)
        return access(store->path, R_OK) == 0 || fail_errno(store);
    fd = open(store->path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST || fail_errno(store);
    sqlite_own_as_folder(fd, store->path);
    close(fd);
    return true;
}

/* When two programs start together, both switch to WAL, and SQLite refuses one of them without waiting. */
static bool set_journal(struct store *store)
{
    const char *mode = NULL;
    bool is_done = false;

    for (int waited_ms = 0; !is_done && waited_ms < STORE_BUSY_MS; waited_ms += 10) {
        is_done = sql_text(store, store, "PRAGMA journal_mode = WAL", NO_VALUES, &mode);
        if (!is_done && sqlite3_errcode(sqlite_database(store)) != SQLITE_BUSY)
            return false;
        if (!is_done)
            usleep(10000);
    }
    if (is_done && strcmp(mode, store->path ? "wal" : "memory") != 0)
        return sql_fail(store, "%s: its file system cannot keep a write-ahead log", store->path);
    return is_done;
}

/* Several threads have a reader each, and what one has read is in the kernel's cache too: half a megabyte
 * each. */
static bool set_up(struct store *store, bool is_reader)
{
    sqlite3_busy_timeout(sqlite_database(store), STORE_BUSY_MS);
    if (store->deadline_ms)
        sqlite3_progress_handler(sqlite_database(store), 10000, is_late, store->connection);
    return script(store, "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF") &&
           (is_reader
                ? script(store, "PRAGMA cache_size = -512")
                : (set_journal(store) &&
                   script(store,
                          "PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = "
                          "8000; PRAGMA journal_size_limit = 67108864") &&
                   (sqlite_gather_log(store) || fail(store))));
}

/* Nobody asks how much memory SQLite has, and to count it takes a lock for each allocation. */
__attribute__((constructor)) static void count_no_memory(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static bool open_database(struct store *store, const char *where, bool is_reader)
{
    int flags = SQLITE_OPEN_NOMUTEX | (is_reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    bool is_memory = strcmp(where, ":memory:") == 0;
    struct sqlite *sqlite = talloc_zero(store, struct sqlite);

    /* "file:" would make an URI of it. */
    if (!is_memory)
        store->path = talloc_asprintf(store, "%s%s", strncmp(where, "file:", 5) == 0 ? "./" : "", where);
    if (store->path && !make_file(store, is_reader))
        return false;
    store->connection = sqlite;
    talloc_set_destructor(sqlite, close_database);
    if (sqlite3_open_v2(is_memory ? where : store->path, &sqlite->db, flags, NULL) != SQLITE_OK)
        return fail(store);
    sqlite->entries = entries_open(sqlite, sqlite->db);
    sqlite_note_changes(store);
    return (sqlite->entries || fail(store)) && set_up(store, is_reader);
}

/* sqlite.org/lang_altertable.html, 7: a CHECK may be rewritten where the rows stay as they are */
#define SPELL_OUT(table, list, spelt)                                                      \
    "UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (" list ")', 'CHECK (" spelt ")')" \
    " WHERE type = 'table' AND name = '" table "';"

static const char spelt_checks[] = "PRAGMA writable_schema = ON;" SPELL_OUT(
    "cases",
    "state IN (''new'', ''in hand'', ''closed'', ''rated'', ''explained'', ''out of scope'',"
    "  ''merged'', ''withdrawn'', ''no complaint'')",
    "state = ''new'' OR state = ''in hand'' OR state = ''closed'' OR state = ''rated''"
    " OR state = ''explained'' OR state = ''out of scope'' OR state = ''merged''"
    " OR state = ''withdrawn'' OR state = ''no complaint''")
    SPELL_OUT("cases", "category IN (''民生'', ''民困'', ''民访'')",
              "category = ''民生'' OR category = ''民困'' OR category = ''民访''")
        SPELL_OUT("cases", "voice IN ('''', ''unheard'', ''sealed'')",
                  "voice = '''' OR voice = ''unheard'' OR voice = ''sealed''")
            SPELL_OUT("events", "kind IN (''text'', ''part'', ''receipt'', ''call'', ''notification'')",
                      "kind = ''text'' OR kind = ''part'' OR kind = ''receipt'' OR kind = ''call''"
                      " OR kind = ''notification''")
                SPELL_OUT("notices",
                          "state IN (''READY'', ''CLAIMED'', ''ARMED'', ''SENT'', ''DELIVERED'', ''FAILED'', "
                          "''UNKNOWN'',"
                          "  ''CANCELLED'')",
                          "state = ''READY'' OR state = ''CLAIMED'' OR state = ''ARMED'' OR state = ''SENT''"
                          " OR state = ''DELIVERED'' OR state = ''FAILED'' OR state = ''UNKNOWN'' OR state = "
                          "''CANCELLED''") "PRAGMA writable_schema = RESET;";

/* sqlite.org/lang_altertable.html, 3 and 7: a column is added with a constant, and its default may be
 * rewritten. Whoever has a name keeps it. */
static const char named_people[] =
    "ALTER TABLE people ADD COLUMN journal_name TEXT NOT NULL DEFAULT '';"
    "UPDATE people SET journal_name = coalesce((SELECT entity FROM journal_people AS named"
    " WHERE named.phone = people.phone), lower(hex(randomblob(8))));"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = replace(sql, 'journal_name TEXT NOT NULL DEFAULT ''''',"
    " 'journal_name TEXT NOT NULL DEFAULT (lower(hex(randomblob(8))))') WHERE type = 'table'"
    " AND name = 'people';"
    "PRAGMA writable_schema = RESET;";

/*
 * An empty file has no schema yet; a file with other tables belongs to another program. All tables are
 * counted first, because another process may create the schema between the two counts.
 */
static bool has_schema(struct store *store, bool *has)
{
    int64_t ours, all;

    if (!sql_number(store, "SELECT count(*) FROM sqlite_schema", NO_VALUES, &all) ||
        !sql_number(store, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'", NO_VALUES,
                    &ours))
        return false;
    *has = ours > 0;
    return ours || !all || sql_fail(store, "%s: a database, but not one of Xiangyin's", store->path);
}

static bool enforce(struct store *store, bool is_on)
{
    return sqlite3_db_config(sqlite_database(store), SQLITE_DBCONFIG_ENABLE_FKEY, (int)is_on, NULL) ==
               SQLITE_OK ||
           fail(store);
}

const struct sql sqlite_sql = {
    .scheme = "sqlite:",
    .example = "xiangyin.db",
    .id_column = "INTEGER PRIMARY KEY",
    .octets_column = "BLOB",
    /* sqlite.org/lang_altertable.html, 7: a CHECK may be rewritten where the rows stay as they are */
    .no_complaint =
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET sql = replace(sql, '''merged'', ''withdrawn'')',"
        " '''merged'', ''withdrawn'', ''no complaint'')') WHERE type = 'table' AND name = 'cases';"
        "PRAGMA writable_schema = RESET;",
    .spelt_checks = spelt_checks,
    .named_people = named_people,
    .keyed = " WITHOUT ROWID",
    .words_index = entries_schema,
    .first_steps = schema_first_steps,
    .secret = "lower(hex(randomblob(32)))",
    .open = open_database,
    .has_schema = has_schema,
    .enforce = enforce,
    .script = script,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .run = run,
    .insert = insert,
    .shred = shred,
    .number = number,
    .text = text,
    .octets = octets,
    .is_null = is_null,
    .watch = sqlite_watch,
    .old_text = sqlite_old_text,
    .value = sqlite_value,
    .new_value = sqlite_new_value,
};
