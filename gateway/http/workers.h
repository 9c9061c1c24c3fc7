/*
 * A few threads that read the store for what the epoll thread must not wait for. Each has its own reader.
 */
#ifndef GATEWAY_HTTP_WORKERS_H
#define GATEWAY_HTTP_WORKERS_H

#include "gateway/http/exchange.h"

struct workers;

/* NULL without memory or threads. */
struct workers *workers_start(void *mem, struct http_server *server);

/* Holds the exchange; one of the threads checks its token, runs its route's handler, and resumes it. */
void workers_take(struct workers *workers, struct exchange *exchange);

/* Does what still waits, then ends the threads. */
void workers_stop(struct workers *workers);

#endif
