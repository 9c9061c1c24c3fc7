/*
 * Passes a complete request to the handler of its path.
 */
#ifndef GATEWAY_HTTP_DISPATCH_H
#define GATEWAY_HTTP_DISPATCH_H

#include "gateway/http/exchange.h"

/* Answers, or holds the exchange for a worker or the desk to answer. */
void dispatch(struct exchange *exchange);

#endif
