/*
 * One connection to SQLite, shared by sqlite.c, which runs statements, sqlite_changes.c, which tells of the
 * rows that they change, and sqlite_log.c, which writes what they add to the log.
 */
#ifndef STORE_SQL_SQLITE_PRIVATE_H
#define STORE_SQL_SQLITE_PRIVATE_H

#define SQLITE_ENABLE_PREUPDATE_HOOK /* its functions are declared */
#include <sqlite3.h>

#include "store/search/entries.h"
#include "store/sql.h"

enum {
    MOST_VALUES = 48,
    STATEMENTS = 512, /* slots; a power of two */
    MOST_BUILT = 96   /* statements kept whose text a filter built */
};

struct statement {
    const char *text; /* NULL: free slot */
    bool is_built;    /* text is a copy of ours */
    sqlite3_stmt *handle;
    unsigned n;
    unsigned char parameter[MOST_VALUES]; /* of $1, $2, ...; 0 when the statement lacks it */
};

struct sqlite {
    sqlite3 *db;
    int64_t until_ms; /* monotonic: when the call under way has to end, where the store has a deadline */
    struct entries *entries;
    bool is_watched; /* the journal's hook is called */
    unsigned n_statements, n_built;
    struct statement statements[STATEMENTS];
};

static inline struct sqlite *sqlite_of(const struct store *store)
{
    return store->connection;
}

static inline sqlite3 *sqlite_database(const struct store *store)
{
    return sqlite_of(store)->db;
}

/* A column of the row that SQLite has read. */
void sqlite_value(const struct row *row, int column, struct value *value);

/* From here on what a commit adds to the write-ahead log is written at once. Wants synchronous = FULL and
 * the journal mode WAL; false with an error of SQLite's. */
bool sqlite_gather_log(struct store *store);

/* From here on every change of a row is noted: for the index of words, and for the journal once it watches.
 */
void sqlite_note_changes(struct store *store);
/* The journal watches the rows of this connection. */
void sqlite_watch(struct store *store);

/* Inside journal_watcher.note: a column before the change, NULL when it has no text; and after it. */
const char *sqlite_old_text(struct store *store, int column);
void sqlite_new_value(const struct row *row, int column, struct value *value);

#endif
