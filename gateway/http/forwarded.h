/*
 * The client behind proxies. Each proxy appends an entry to a list; the list is read from its end, and an
 * entry is believed only if a configured proxy wrote it.
 */
#ifndef GATEWAY_HTTP_FORWARDED_H
#define GATEWAY_HTTP_FORWARDED_H

#include <sys/socket.h>

#include "gateway/config.h"
#include "gateway/provider/provider.h"

/*
 * Reads the header that http { proxy_header } names: X-Forwarded-For, or Forwarded (RFC 7239). *client
 * becomes the peer itself if it is not one of http { proxies } or names nobody, and AF_UNSPEC, which is in no
 * network, if the name it gives cannot be read.
 */
void forwarded_client(const struct config *config, const struct sockaddr *peer, const struct pair *headers,
                      size_t n, struct sockaddr_storage *client);

#endif
