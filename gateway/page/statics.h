/*
 * The style sheet and the script, which travel inside the program.
 */
#ifndef GATEWAY_PAGE_STATICS_H
#define GATEWAY_PAGE_STATICS_H

#include "gateway/http/exchange.h"

/* An endpoint: /page/static/NAME. */
void statics_send(struct exchange *exchange);

#endif
