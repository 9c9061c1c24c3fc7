/*
 * Connections: how many there may be, and until when a client must have sent its request or taken its answer.
 * A client that sends an octet now and then is never silent, so libmicrohttpd's own time-out does not end it.
 *
 * libmicrohttpd's thread calls all of these; a thread of its own watches the deadlines. Closing a connection
 * here means shutting down its socket: libmicrohttpd then sees its end and cleans up.
 */
#ifndef GATEWAY_HTTP_CONNECTIONS_H
#define GATEWAY_HTTP_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/config.h"

struct connections;
struct connection;

/* Connections that libmicrohttpd must accept above the limit, so that a new one can replace a slow one. */
enum { CONNECTIONS_SPARE = 32 };

/*
 * How many connections the configuration and the limit of open files allow. Raises that limit as far as the
 * system lets it, and logs a warning when it is still too low for what is configured.
 */
int connections_fit(const struct config *config);

/* NULL: *error says why, and lives as long as the program. most: as connections_fit returned it. */
struct connections *connections_start(void *mem, const struct config *config, int most, const char **error);
/* After the last connection was closed. */
void connections_stop(struct connections *connections);

/*
 * A new connection of a daemon (owner), which waits for a request. Above the limit the client that has kept
 * its request waiting longest is closed; when all are being answered, the new one. *is_crowded: one of them
 * was.
 */
struct connection *connections_open(struct connections *connections, const void *owner, int fd,
                                    bool *is_crowded);
/* Before fd is closed. */
void connections_close(struct connections *connections, struct connection *connection);

/* What the connection does now. A request that is being handled has no deadline, and never gives way. */
void connections_begin_request(struct connections *connections, struct connection *connection);
void connections_handle(struct connections *connections, struct connection *connection);
void connections_begin_answer(struct connections *connections, struct connection *connection, size_t octets);
void connections_end_request(struct connections *connections, struct connection *connection);

/*
 * Ends the connections of a daemon that accepts no more: those that wait for a request at once, the others
 * once they are answered or a few seconds have passed. Returns when none is left.
 */
void connections_retire(struct connections *connections, const void *owner);

/* How many were closed because a deadline had passed. */
unsigned long connections_expired(struct connections *connections);

#endif
