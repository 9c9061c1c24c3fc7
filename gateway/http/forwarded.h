/*
 * Who is at the other end of a proxy. Only what a proxy of ours wrote is believed: the list that each of them
 * adds to is read from its end, as long as the one who wrote an entry is one of ours.
 */
#ifndef GATEWAY_HTTP_FORWARDED_H
#define GATEWAY_HTTP_FORWARDED_H

#include <sys/socket.h>

#include "gateway/config.h"
#include "gateway/provider/provider.h"

/*
 * Reads http { proxies } and the header http { proxy_header }: X-Forwarded-For, or Forwarded (RFC 7239). The
 * peer itself when it is no proxy of ours or names nobody; AF_UNSPEC, which is in no network, when whom it
 * names cannot be read.
 */
void forwarded_client(const struct config *config, const struct sockaddr *peer, const struct pair *headers,
                      size_t n, struct sockaddr_storage *client);

#endif
