/*
 * A connection to a PostgreSQL server with a time limit for every call; libpq's own calls wait for a frozen
 * server forever. Only postgresql.c uses it. connection.c
 */
#ifndef STORE_SQL_CONNECTION_H
#define STORE_SQL_CONNECTION_H

#include <libpq-fe.h>

#include "store/sql.h"

/*
 * Connects in pipeline mode to a server that accepts writes. Tries the hosts of the URL in order, starting
 * with *host, and gives each an equal share of the time; *host becomes the host that answered. The caller
 * frees the result with PQfinish. NULL: store_error says why.
 */
PGconn *connection_open(struct store *store, const char *url, int deadline_ms, int *host);

/* Sends the queue and reads until a result has arrived. False: sql_clock_ms has passed end_ms, or the
 * connection is lost. */
bool connection_wait(struct store *store, PGconn *conn, int64_t end_ms);

#endif
