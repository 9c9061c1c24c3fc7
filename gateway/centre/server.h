/*
 * The centre: takes the journals of counties, and keeps their long polls. One epoll thread serves all
 * connections; one thread works on the store, with all that waits in one transaction, and looks once a second
 * for orders and silence.
 */
#ifndef GATEWAY_CENTRE_SERVER_H
#define GATEWAY_CENTRE_SERVER_H

#include "gateway/config.h"

struct centre;

/* Serves at http { listen }, with its certificate, and keeps all in store { url }. NULL: *error, from mem. */
struct centre *centre_start(void *mem, const struct config *config, const char **error);

/* The port it listens on. */
int centre_port(const struct centre *centre);

/* Answers what has come, and ends. */
void centre_stop(struct centre *centre);

#endif
