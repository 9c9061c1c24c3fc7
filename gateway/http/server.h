/*
 * The web server: webhooks of providers, the API, Kannel's sendsms, health and metrics. One epoll thread
 * talks to all connections; what reads the store is done by a few workers; what is written goes through the
 * desk. Stop it before the desk.
 */
#ifndef GATEWAY_HTTP_SERVER_H
#define GATEWAY_HTTP_SERVER_H

#include <stdio.h>

#include "gateway/desk/desk.h"

struct http_server;

/* Listens where the configuration says; config and desk outlive the server. NULL: *error says why, from mem.
 */
struct http_server *http_server_start(void *mem, const struct config *config, struct desk *desk,
                                      const char **error);

/* The port it listens on, where the configuration says 0. */
int http_server_port(const struct http_server *server);

/* Adds what others know to /metrics: write(out, arg) is called on a worker's thread. One source. */
void http_server_add_metrics(struct http_server *server, void (*write)(FILE *out, void *arg), void *arg);

/* Waits until the desk has answered what is under way, and closes all connections. */
void http_server_stop(struct http_server *server);

#endif
