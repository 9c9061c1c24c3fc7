/*
 * The style sheet and the script, which are built into the program.
 */
#ifndef GATEWAY_PAGE_STATICS_H
#define GATEWAY_PAGE_STATICS_H

#include "gateway/http/exchange.h"

/* An endpoint: /page/static/NAME. */
void statics_send(struct exchange *exchange);

#endif
