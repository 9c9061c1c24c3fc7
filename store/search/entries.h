/*
 * Keeps the indexes of words (pairs.h) in step with the tables, in SQLite. New rows are indexed together,
 * some hundred at a time: words_indexed says up to which row each index has them, in the transaction that
 * filled it, and a search looks at the rows above. Of rows below, a hook notes each whose words change, by
 * whatever statement, and before the transaction commits these are written to the indexes. Triggers would
 * cost more than that: FTS5 writes all it holds to the file, and SQLite copies each page, whenever a
 * statement begins that may have to be undone. Used by store/sql/sqlite.c alone.
 */
#ifndef STORE_SEARCH_ENTRIES_H
#define STORE_SEARCH_ENTRIES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

/* What changed in the transaction under way. */
struct entries;

/* Makes the tokenizer known to the connection. NULL: its SQLite cannot do that. From mem. */
struct entries *entries_open(void *mem, sqlite3 *db);

/* Before the connection closes. */
void entries_close(struct entries *entries);

/* Before a statement that writes, and after one that may have changed the schema: what is watched. */
void entries_expect(struct entries *entries);
void entries_schema_changed(struct entries *entries);

/* From the connection's pre-update hook: a row of the table changes. */
void entries_note(struct entries *entries, const char *table, int operation, sqlite3_int64 before,
                  sqlite3_int64 after);

/* How many changes are noted; entries_drop forgets those behind the first n, as a statement or all was
 * undone. */
size_t entries_count(const struct entries *entries);
void entries_drop(struct entries *entries, size_t n);

/* Writes all to the indexes, and new rows where there are many. False: sqlite3_errmsg says why. */
bool entries_write(struct entries *entries);

/* Statements that make the indexes and fill them from the tables, and such that only fill them anew. */
extern const char entries_schema[], entries_refill[];

#endif
