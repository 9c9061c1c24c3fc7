/*
 * A connection to a PostgreSQL server that never blocks longer than it is told, unlike libpq's own calls,
 * which wait for a frozen server for ever. Used by postgresql.c alone. connection.c
 */
#ifndef STORE_SQL_CONNECTION_H
#define STORE_SQL_CONNECTION_H

#include <libpq-fe.h>

#include "store/sql.h"

/*
 * Connects, in pipeline mode and to a server that takes writes. Of several hosts in the URL each gets its
 * share of the time, beginning with *host, which becomes the one that was connected to. NULL: store_error
 * says why. Freed with PQfinish.
 */
PGconn *connection_open(struct store *store, const char *url, int deadline_ms, int *host);

/* Sends what waits, and reads, until a result is there or end_ms of sql_clock_ms. False: late, or cut off. */
bool connection_wait(struct store *store, PGconn *conn, int64_t end_ms);

#endif
