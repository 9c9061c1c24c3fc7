/*
 * Connections to one database, shared by threads. pool.c
 *
 * A connection is taken by one thread, used, and given back; it is opened when it is first needed. One that
 * the server dropped stays in the pool: its next call connects again.
 */
#ifndef STORE_SQL_POOL_H
#define STORE_SQL_POOL_H

#include "store/sql.h"

enum { POOL_CONNECTIONS = 8 }; /* at most */

struct pool;

/*
 * Opens a first connection, which brings the schema up to date. n_connections: 1 to POOL_CONNECTIONS; the
 * rest as sql_open. NULL: *error says why, from mem. Freed with talloc_free once every connection was given
 * back.
 */
struct pool *pool_open(void *mem, const char *url, const struct schema *schema, int deadline_ms,
                       int n_connections, const char **error);

/*
 * A connection for the calling thread alone; NULL when all are in use for wait_ms, or when a further one
 * could not be opened.
 */
struct store *pool_take(struct pool *pool, int wait_ms);

/* Gives it back; a transaction that is still open is rolled back. */
void pool_give(struct pool *pool, struct store *store);

#endif
