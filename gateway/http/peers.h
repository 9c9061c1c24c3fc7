/*
 * How many connections each address has. Only the epoll thread asks.
 */
#ifndef GATEWAY_HTTP_PEERS_H
#define GATEWAY_HTTP_PEERS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "gateway/config.h"

struct peers;
struct peer;

struct peers *peers_new(void *mem, const struct config *config);

/* Whether one more is let in: always of this machine and of the proxies. */
bool peers_may_enter(const struct peers *peers, const struct sockaddr *address);

/* An IPv6 address counts with all of its /64. NULL without memory: it is not counted. */
struct peer *peers_enter(struct peers *peers, const struct sockaddr *address);

/* peer may be NULL. */
void peers_leave(struct peers *peers, struct peer *peer);

#endif
