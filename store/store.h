/*
 * What we keep. A store is one connection, used by one thread; several may be open on the same database.
 * Strings handed out are allocated from the given talloc context; strings handed in are copied. Times are
 * unix seconds, UTC. False means failed: store_error says why, and the transaction under way should be rolled
 * back. "Nothing there" is true with a NULL or empty result.
 * Functions that run several statements (parts, claims, reports, confirmations) are atomic only inside a
 * transaction. A callback that gets each row may use the store, but not begin or end a transaction.
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

/* Why the last call failed, in words; "": none has. Lives until the next failure. */
const char *store_error(const struct store *store);

/* Whether the last failure was the machine's (disk full, I/O error, busy): the same call may succeed later.
 */
bool store_is_out_of_order(const struct store *store);

/* The database's file; NULL when it is in memory. */
const char *store_path(const struct store *store);

/*
 * How long to wait for another process that writes: the gateway, whose callers try again, and a subcommand,
 * which has one try and waits for a busy gateway.
 */
enum { STORE_BUSY_MS = 5000, STORE_COMMAND_BUSY_MS = 10000 };

/* sql.c. BEGIN IMMEDIATE: waits at most busy_ms for another writer. */
bool store_begin(struct store *store, int busy_ms);
bool store_commit(struct store *store);
void store_rollback(struct store *store);
/*
 * sql.c. For a reader that asks many questions: what it reads between the two is of one moment, and is not
 * read from the file again for each. Short, since the write-ahead log grows meanwhile. Nothing happens where
 * it had ended or never begun.
 */
bool store_begin_reading(struct store *store);
void store_end_reading(struct store *store);
/* sql.c. Inside a transaction: what runs between the two is taken back, and the transaction goes on. */
bool store_begin_trial(struct store *store);
bool store_end_trial(struct store *store);

/*
 * sql.c. The store takes no more transactions, whoever opens it, because another one has taken its place: to
 * callers it is out of order. why is what they are told. Inside a transaction, which still commits.
 */
bool store_freeze(struct store *store, const char *why);

/* The next value of a named counter, from 1, for numbers that must never repeat. Inside a transaction; a
 * rollback takes it back. */
bool store_next(struct store *store, const char *counter, int64_t *value);

/* A setting of the program's own, kept by name, such as a cursor. *value is from mem; NULL: never set. */
bool store_set(struct store *store, const char *name, const char *value);
bool store_get(struct store *store, void *mem, const char *name, const char **value);

#endif
