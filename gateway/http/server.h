/*
 * The web server: webhooks of providers, the API, Kannel's sendsms, health and metrics. One epoll thread
 * serves all connections; a few workers handle requests that read the store; all writing goes through the
 * desk. Stop the server before the desk.
 */
#ifndef GATEWAY_HTTP_SERVER_H
#define GATEWAY_HTTP_SERVER_H

#include <stdio.h>

#include "gateway/desk/desk.h"

struct http_server;
struct endpoint;

/* Listens where the configuration says; config and desk must outlive the server. NULL: *error says why, from
 * mem. */
struct http_server *http_server_start(void *mem, const struct config *config, struct desk *desk,
                                      const char **error);

/* The port it listens on, which the system chose if the configuration says 0. */
int http_server_port(const struct http_server *server);

/* /metrics also calls write(out, arg), on a worker's thread. Only one such source is kept. */
void http_server_add_metrics(struct http_server *server, void (*write)(FILE *out, void *arg), void *arg);

/* Also serves these endpoints (exchange.h), which end with a NULL path, where no other matches. A second call
 * replaces the first list. Handlers find arg in server->more_arg. */
void http_server_add_routes(struct http_server *server, const struct endpoint *routes, void *arg);

/* Wakes the thread that serves connections after one was resumed. May be called on any thread. */
void http_server_wake(struct http_server *server);

/*
 * Reads the certificate and key again. New connections get them at once; requests under way are answered on
 * the old connections, which then close, and which this call waits for. False: nothing has changed, and the
 * log says why.
 */
bool http_server_reload(struct http_server *server);

/* Waits until every request under way is answered, then closes all connections. */
void http_server_stop(struct http_server *server);

#endif
