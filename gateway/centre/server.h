/*
 * The centre: takes the counties' journals and holds their long polls. One epoll thread serves all
 * connections. Another thread works on the store, all waiting requests in one transaction, and looks for
 * orders and silent counties once a second.
 */
#ifndef GATEWAY_CENTRE_SERVER_H
#define GATEWAY_CENTRE_SERVER_H

#include "gateway/config.h"

struct centre;

/* Serves at http { listen } with its certificate and keeps everything in store { url }. NULL: *error, from
 * mem. */
struct centre *centre_start(void *mem, const struct config *config, const char **error);

/* The port it listens on. */
int centre_port(const struct centre *centre);

/* Answers the requests that have come, ends both threads and frees centre. */
void centre_stop(struct centre *centre);

#endif
