/*
 * A few threads that handle requests which read the store, so that the epoll thread never waits. Each has its
 * own reader.
 */
#ifndef GATEWAY_HTTP_WORKERS_H
#define GATEWAY_HTTP_WORKERS_H

#include "gateway/http/exchange.h"

struct workers;

/* NULL when no thread can be created; *error says why, and lives as long as the program. */
struct workers *workers_start(void *mem, struct http_server *server, const char **error);

/* Holds the exchange; one of the threads checks its token, runs its route's handler, and resumes it. */
void workers_take(struct workers *workers, struct exchange *exchange);

/* Handles what is still queued, then ends the threads. */
void workers_stop(struct workers *workers);

#endif
