/*
 * Posts each step of a case to other programs: one thread for each webhook { } of the configuration, so that
 * a slow program delays no other.
 */
#ifndef GATEWAY_HTTP_WEBHOOKS_H
#define GATEWAY_HTTP_WEBHOOKS_H

#include "gateway/http/exchange.h"

struct webhooks;

/* NULL when libcurl or a thread cannot be started; *error says which, and lives as long as the program. */
struct webhooks *webhooks_start(void *mem, struct http_server *server, const char **error);

/* Aborts transfers under way; they are repeated after the next start. */
void webhooks_stop(struct webhooks *outgoing);

#endif
