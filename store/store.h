/*
 * What we keep. A store is one connection, used by one thread; several may be open on the same database.
 * Strings handed out hang from the given talloc context; strings handed in are copied. Times are unix
 * seconds, UTC. False means failed: store_error says why, and the transaction under way should be rolled
 * back. "Nothing there" is true with a NULL or empty result.
 * What takes several statements (parts, claims, reports, confirmations) is whole only inside a transaction. A
 * function that is called for each row may use the store, but not begin or end a transaction.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

/*
 * url: "sqlite:PATH" (or "sqlite::memory:"). Creates the database (0600) and brings its schema up to date.
 * NULL: *error says why, from mem. Freed with talloc_free.
 */
struct store *store_open(void *mem, const char *url, const char **error);

/* The same, but the database must be there and current, and nothing can be written. */
struct store *store_open_reader(void *mem, const char *url, const char **error);

const char *store_error(const struct store *store);

/* The last failure was the disk's or the machine's (full, I/O, busy): the same may well go another time. */
bool store_is_out_of_order(const struct store *store);

/* The database's file; NULL when it is in memory. */
const char *store_path(const struct store *store);

/* sql.c. BEGIN IMMEDIATE: waits at most busy_ms for another writer. */
bool store_begin(struct store *store, int busy_ms);
bool store_commit(struct store *store);
void store_rollback(struct store *store);

/* Next value of a named counter, from 1; for numbers that must not repeat. */
bool store_next(struct store *store, const char *counter, int64_t *value);

/* A small fact kept by name (a cursor, a mark); *value is NULL when never set. */
bool store_set(struct store *store, const char *name, const char *value);
bool store_get(struct store *store, void *mem, const char *name, const char **value);

#endif
