/*
 * SQLite writes each frame of its write-ahead log by two calls to the system, a header of 24 octets and a
 * page, and a commit of hundreds of pages spends most of its time in them. Here they are gathered and written
 * together: with the sync that ends a commit, or before the log is read or its length is asked for or
 * changed.
 *
 * With synchronous = FULL a reader is told of frames (mxFrame, sqlite.org/walformat.html 2.1.1) only after
 * the sync of their commit, and what is not committed may be lost.
 */
#include <string.h>
#include <talloc.h>

#include "store/sql/sqlite_private.h"

enum { MOST_GATHERED = 128 * 1024 }; /* at least one page, which has 65,536 octets at most */

/* The file's own methods, replaced by these; the methods come first, so that they lead to all of it. */
struct log_file {
    sqlite3_io_methods methods;
    const sqlite3_io_methods *real;
    sqlite3_int64 at; /* where in the file gathered begins */
    int length;
    char gathered[MOST_GATHERED];
};

static struct log_file *log_of(sqlite3_file *file)
{
    return (struct log_file *)file->pMethods;
}

/* What could not be written is given up, as SQLite rolls back then: written later, a commit that was refused
 * would come back with the next recovery. */
static int write_gathered(sqlite3_file *file)
{
    struct log_file *log = log_of(file);
    int length = log->length;

    log->length = 0;
    return length ? log->real->xWrite(file, log->gathered, length, log->at) : SQLITE_OK;
}

static int log_write(sqlite3_file *file, const void *octets, int length, sqlite3_int64 at)
{
    struct log_file *log = log_of(file);

    if (at != log->at + log->length || length > MOST_GATHERED - log->length) {
        int code = write_gathered(file);

        if (code != SQLITE_OK)
            return code;
        log->at = at;
    }
    memcpy(log->gathered + log->length, octets, (size_t)length);
    log->length += length;
    return SQLITE_OK;
}

static int log_read(sqlite3_file *file, void *octets, int length, sqlite3_int64 at)
{
    int code = write_gathered(file);

    return code != SQLITE_OK ? code : log_of(file)->real->xRead(file, octets, length, at);
}

static int log_truncate(sqlite3_file *file, sqlite3_int64 length)
{
    int code = write_gathered(file);

    return code != SQLITE_OK ? code : log_of(file)->real->xTruncate(file, length);
}

static int log_sync(sqlite3_file *file, int flags)
{
    int code = write_gathered(file);

    return code != SQLITE_OK ? code : log_of(file)->real->xSync(file, flags);
}

static int log_size(sqlite3_file *file, sqlite3_int64 *size)
{
    int code = write_gathered(file);

    return code != SQLITE_OK ? code : log_of(file)->real->xFileSize(file, size);
}

static int log_close(sqlite3_file *file)
{
    const sqlite3_io_methods *real = log_of(file)->real;
    int written = write_gathered(file), closed;

    file->pMethods = real;
    closed = real->xClose(file);
    return written != SQLITE_OK ? written : closed;
}

bool sqlite_gather_log(struct store *store)
{
    sqlite3_file *file = NULL;
    struct log_file *log;

    /* SQLite opens the log with the first look at the database. */
    if (!sql_run(store, "SELECT count(*) FROM sqlite_schema", NO_VALUES) ||
        sqlite3_file_control(sqlite_database(store), "main", SQLITE_FCNTL_JOURNAL_POINTER, &file) !=
            SQLITE_OK)
        return false;
    if (!file || !file->pMethods) /* a database in memory has none */
        return true;
    log = talloc(sqlite_of(store), struct log_file);
    log->real = file->pMethods;
    log->at = log->length = 0;
    log->methods = *log->real;
    log->methods.xClose = log_close;
    log->methods.xRead = log_read;
    log->methods.xWrite = log_write;
    log->methods.xTruncate = log_truncate;
    log->methods.xSync = log_sync;
    log->methods.xFileSize = log_size;
    file->pMethods = &log->methods;
    return true;
}
