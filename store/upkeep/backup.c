#include "store/upkeep/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "store/records.h"
#include "store/sql.h"

/* One operation: where its strings hang, and where its error goes. */
struct copying {
    void *mem;
    const char **error;
};

__attribute__((format(printf, 2, 3))) static bool fail(struct copying *copying, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    *copying->error = talloc_vasprintf(copying->mem, format, arguments);
    va_end(arguments);
    return false;
}

static bool fail_database(struct copying *copying, const char *path, sqlite3 *db)
{
    if (sqlite3_errcode(db) == SQLITE_BUSY || sqlite3_errcode(db) == SQLITE_LOCKED)
        return fail(copying, "%s: another program has it open", path);
    return fail(copying, "%s: %s", path, sqlite3_errmsg(db));
}

static int close_database(sqlite3 **db)
{
    sqlite3_close(*db);
    return 0;
}

/* Closed with talloc_free. NULL: *error says why. */
static sqlite3 **open_database(struct copying *copying, const char *path, bool writes)
{
    sqlite3 **db = talloc_zero(copying->mem, sqlite3 *);
    /* "file:" would make an URI of it */
    const char *name =
        talloc_asprintf(copying->mem, "%s%s", strncmp(path, "file:", 5) == 0 ? "./" : "", path);

    talloc_set_destructor(db, close_database);
    if (access(path, R_OK) != 0) {
        fail(copying, "%s: %s", path, strerror(errno));
        return NULL;
    }
    if (sqlite3_open_v2(name, db, writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        fail_database(copying, path, *db);
        return NULL;
    }
    sqlite3_busy_timeout(*db, STORE_COMMAND_BUSY_MS);
    return db;
}

/* First column of the first row, from mem. NULL: *error says why. */
static const char *ask(struct copying *copying, sqlite3 *db, const char *path, const char *question)
{
    sqlite3_stmt *statement = NULL;
    const char *answer = NULL;

    if (sqlite3_prepare_v2(db, question, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = talloc_asprintf(copying->mem, "%s", (const char *)sqlite3_column_text(statement, 0));
    else
        fail_database(copying, path, db);
    sqlite3_finalize(statement);
    return answer;
}

static bool run(struct copying *copying, sqlite3 *db, const char *path, const char *statements)
{
    return sqlite3_exec(db, statements, NULL, NULL, NULL) == SQLITE_OK || fail_database(copying, path, db);
}

static bool count_rows(struct copying *copying, sqlite3 *db, const char *path, struct backup_count *count)
{
    struct {
        const char *question;
        int64_t *count;
    } tables[] = { { "SELECT count(*) FROM events", &count->events },
                   { "SELECT count(*) FROM cases", &count->cases },
                   { "SELECT count(*) FROM steps", &count->steps },
                   { "SELECT count(*) FROM notices", &count->notices },
                   { "SELECT count(*) FROM people", &count->people } };

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const char *answer = ask(copying, db, path, tables[i].question);

        if (!answer || sscanf(answer, "%ld", tables[i].count) != 1)
            return false;
    }
    return true;
}

static bool is_ours(struct copying *copying, sqlite3 *db, const char *path)
{
    const char *tables =
        ask(copying, db, path, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'");
    const char *version;
    int number = 0;

    if (!tables)
        return false;
    if (strcmp(tables, "1") != 0)
        return fail(copying, "%s: not a Xiangyin database", path);
    version = ask(copying, db, path, "SELECT version FROM schema_version");
    if (!version)
        return false;
    if (sscanf(version, "%d", &number) != 1 || number > schema_version())
        return fail(copying, "%s: written by a newer program", path);
    return true;
}

static bool is_whole(struct copying *copying, sqlite3 *db, const char *path)
{
    const char *answer = ask(copying, db, path, "PRAGMA integrity_check");

    if (!answer)
        return false;
    return strcmp(answer, "ok") == 0 || fail(copying, "%s: damaged: %.200s", path, answer);
}

bool backup_check(void *mem, const char *file, struct backup_count *count, const char **error)
{
    struct copying copying = { mem, error };
    sqlite3 **db = open_database(&copying, file, false);
    bool is_done = db && is_ours(&copying, *db, file) && is_whole(&copying, *db, file) &&
                   count_rows(&copying, *db, file, count);

    talloc_free(db);
    return is_done;
}

/* All pages in one step, so that the copy is of one moment; in WAL mode this blocks nobody. */
static bool copy_pages(struct copying *copying, sqlite3 *to, const char *to_path, sqlite3 *from)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int problem;

    if (!backup)
        return fail_database(copying, to_path, to);
    sqlite3_backup_step(backup, -1);
    problem = sqlite3_backup_finish(backup);
    if (problem == SQLITE_BUSY || problem == SQLITE_LOCKED)
        return fail(copying, "%s: another program has it open", to_path);
    return problem == SQLITE_OK || fail(copying, "%s: %s", to_path, sqlite3_errstr(problem));
}

static bool make_file(struct copying *copying, const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

    if (fd < 0)
        return fail(copying, "%s: %s", path, strerror(errno));
    sqlite_own_as_folder(fd, path);
    close(fd);
    return true;
}

/* A copy that is complete in one file, without a write-ahead log beside it. */
static bool copy_to(struct copying *copying, sqlite3 *from, const char *path)
{
    sqlite3 **to = make_file(copying, path) ? open_database(copying, path, true) : NULL;
    bool is_done =
        to && copy_pages(copying, *to, path, from) && run(copying, *to, path, "PRAGMA journal_mode = DELETE");

    talloc_free(to);
    return is_done;
}

static bool sync_path(struct copying *copying, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_done = fd >= 0 && fsync(fd) == 0;

    if (!is_done)
        fail(copying, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return is_done;
}

static bool sync_folder_of(struct copying *copying, const char *path)
{
    return sync_path(copying, dirname(talloc_strdup(copying->mem, path)));
}

/* link() does not replace what is there. */
static bool name_file(struct copying *copying, const char *unnamed, const char *path)
{
    if (!sync_path(copying, unnamed))
        return false;
    if (link(unnamed, path) != 0)
        return fail(copying, "%s: %s", path, strerror(errno));
    return sync_folder_of(copying, path);
}

static bool is_same(struct copying *copying, const char *file, const struct backup_count *a,
                    const struct backup_count *b)
{
    return memcmp(a, b, sizeof *a) == 0 ||
           fail(copying, "%s: the copy has fewer or more rows than the original", file);
}

/* The first SELECT of the transaction fixes the moment. */
static bool copy_moment(struct copying *copying, const char *database, const char *unnamed,
                        struct backup_count *count)
{
    sqlite3 **from = open_database(copying, database, false);
    bool is_done = from && run(copying, *from, database, "BEGIN") && is_ours(copying, *from, database) &&
                   count_rows(copying, *from, database, count) && copy_to(copying, *from, unnamed);

    talloc_free(from);
    return is_done;
}

bool backup_take(void *mem, const char *database, const char *file, struct backup_count *count,
                 const char **error)
{
    struct copying copying = { mem, error };
    const char *unnamed = talloc_asprintf(mem, "%s.part-%d", file, (int)getpid());
    struct backup_count copied;
    bool is_done;

    if (access(file, F_OK) == 0)
        return fail(&copying, "%s: already exists", file);
    is_done = copy_moment(&copying, database, unnamed, count) && backup_check(mem, unnamed, &copied, error) &&
              is_same(&copying, file, count, &copied) && name_file(&copying, unnamed, file);
    unlink(unnamed);
    return is_done;
}

/* Errors are ignored: a damaged old database has no counters to take over. */
static void take_over_counters(sqlite3 *db, const char *old)
{
    char *attach = sqlite3_mprintf("ATTACH %Q AS old", old);

    sqlite3_exec(db, attach, NULL, NULL, NULL);
    sqlite3_exec(db,
                 "INSERT INTO main.counters (name, value) SELECT name, value FROM old.counters WHERE true"
                 " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
                 NULL, NULL, NULL);
    sqlite3_free(attach);
}

/*
 * Notices that were due may have been sent since the backup was taken, so they are not sent again. Only the
 * old database knows the numbers given since then.
 */
static bool settle(struct copying *copying, const char *path, struct backup_restore *restore)
{
    sqlite3 **db = open_database(copying, path, true);
    const char *statement = talloc_asprintf(
        copying->mem,
        "UPDATE notices SET state = 'UNKNOWN', why = 'it may have been sent after the backup was "
        "taken', " BLANK_SECRET " WHERE state IN ('READY', 'CLAIMED', 'ARMED') AND due_at <= %lld",
        (long long)restore->now);
    bool is_done = db && run(copying, *db, path, statement);

    if (is_done)
        restore->doubtful = sqlite3_changes(*db);
    if (is_done && restore->has_aside)
        take_over_counters(*db, restore->aside);
    talloc_free(db);
    return is_done;
}

/* SQLite leaves WAL mode only for the sole user; after that nobody else gets in until the connection closes.
 */
static bool keep_others_out(struct copying *copying, sqlite3 *db, const char *path)
{
    const char *mode;

    sqlite3_busy_timeout(db, 0);
    mode = ask(copying, db, path, "PRAGMA journal_mode = DELETE");
    if (!mode)
        return false;
    if (strcmp(mode, "delete") != 0)
        return fail(copying, "%s: another program has it open", path);
    return run(copying, db, path, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
}

static bool is_damaged(sqlite3 *db)
{
    return sqlite3_errcode(db) == SQLITE_NOTADB || sqlite3_errcode(db) == SQLITE_CORRUPT;
}

/* Moves a database that SQLite cannot read aside as it is, with its log. */
static bool move_aside(struct copying *copying, const struct backup_restore *restore)
{
    static const char *const endings[] = { "-wal", "-shm", "" };

    for (size_t i = 0; i < 3; i++) {
        const char *from = talloc_asprintf(copying->mem, "%s%s", restore->database, endings[i]);
        const char *to = talloc_asprintf(copying->mem, "%s%s", restore->aside, endings[i]);

        if (rename(from, to) != 0 && errno != ENOENT)
            return fail(copying, "%s: %s", from, strerror(errno));
    }
    return make_file(copying, restore->database);
}

/* Opens the old database, locks others out and copies it aside. NULL: *error says why. */
static sqlite3 **take_old(struct copying *copying, struct backup_restore *restore)
{
    sqlite3 **db;

    restore->has_aside = access(restore->database, F_OK) == 0;
    if (!restore->has_aside && !make_file(copying, restore->database))
        return NULL;
    db = open_database(copying, restore->database, true);
    if (!db)
        return NULL;
    if (keep_others_out(copying, *db, restore->database) &&
        (!restore->has_aside || copy_to(copying, *db, restore->aside)))
        return db;
    if (!restore->has_aside || !is_damaged(*db) || (unlink(restore->aside), false) ||
        !move_aside(copying, restore)) {
        talloc_free(db);
        return NULL;
    }
    talloc_free(db);
    *copying->error = NULL;
    db = open_database(copying, restore->database, true);
    return db && keep_others_out(copying, *db, restore->database) ? db : NULL;
}

bool backup_restore(void *mem, struct backup_restore *restore, const char **error)
{
    struct copying copying = { mem, error };
    const char *ready = talloc_asprintf(mem, "%s.restoring-%d", restore->database, (int)getpid());
    sqlite3 **file, **old = NULL, **from = NULL;
    bool is_done;

    if (!backup_check(mem, restore->file, &restore->count, error))
        return false;
    if (access(restore->aside, F_OK) == 0)
        return fail(&copying, "%s: already exists", restore->aside);
    file = open_database(&copying, restore->file, false);
    is_done = file && copy_to(&copying, *file, ready) && (old = take_old(&copying, restore)) &&
              settle(&copying, ready, restore) && (from = open_database(&copying, ready, false)) &&
              copy_pages(&copying, *old, restore->database, *from);
    talloc_free(file);
    talloc_free(from);
    talloc_free(old);
    unlink(ready);
    return is_done && backup_check(mem, restore->database, &restore->count, error) &&
           sync_folder_of(&copying, restore->database);
}
