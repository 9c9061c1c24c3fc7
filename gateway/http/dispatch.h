/*
 * Passes a complete request to the handler of its path.
 */
#ifndef GATEWAY_HTTP_DISPATCH_H
#define GATEWAY_HTTP_DISPATCH_H

#include "gateway/http/exchange.h"

/* Whether a request whose headers alone have come is for an endpoint with a large body, and from a network
 * that may use it. */
bool dispatch_is_large(const struct exchange *exchange);

/* Answers, or holds the exchange for a worker or the desk to answer. */
void dispatch(struct exchange *exchange);

#endif
