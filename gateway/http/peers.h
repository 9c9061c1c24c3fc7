/*
 * How many connections each address has. Only the epoll thread may call this.
 */
#ifndef GATEWAY_HTTP_PEERS_H
#define GATEWAY_HTTP_PEERS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "gateway/config.h"

struct peers;
struct peer;

/* config, whose limit and proxies count, must outlive it. */
struct peers *peers_new(void *mem, const struct config *config);

/* Whether one more connection is accepted. This machine and the configured proxies have no limit. */
bool peers_may_enter(const struct peers *peers, const struct sockaddr *address);

/* Counts a connection; peers_leave takes it back. All addresses of an IPv6 /64 count as one. */
struct peer *peers_enter(struct peers *peers, const struct sockaddr *address);

/* The peer may be freed. */
void peers_leave(struct peers *peers, struct peer *peer);

#endif
