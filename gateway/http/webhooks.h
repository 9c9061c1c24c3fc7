/*
 * Other programs are told of each step of a case: one thread for each webhook { } of the configuration, so
 * that a slow one holds up nobody else.
 */
#ifndef GATEWAY_HTTP_WEBHOOKS_H
#define GATEWAY_HTTP_WEBHOOKS_H

#include "gateway/http/exchange.h"

struct webhooks;

/* NULL without memory or threads. */
struct webhooks *webhooks_start(void *mem, struct http_server *server);

/* What is under way is broken off, and told again after the next start. */
void webhooks_stop(struct webhooks *outgoing);

#endif
