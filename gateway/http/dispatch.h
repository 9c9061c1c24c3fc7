/*
 * From a request that is wholly there to the handler of its path.
 */
#ifndef GATEWAY_HTTP_DISPATCH_H
#define GATEWAY_HTTP_DISPATCH_H

#include "gateway/http/exchange.h"

/* Answers, or holds the exchange for somebody who will. */
void dispatch(struct exchange *exchange);

#endif
