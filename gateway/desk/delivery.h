/*
 * Status reports: what the network says became of a text we sent.
 */
#ifndef GATEWAY_DESK_DELIVERY_H
#define GATEWAY_DESK_DELIVERY_H

#include "gateway/turn/turn.h"
#include "store/events.h"
#include "store/notices.h"

/* A stored event of kind EVENT_RECEIPT (reference, from = the recipient, status = TP-ST; a provider's:
 * message_id, own_id); sets its outcome. */
bool delivery_take_receipt(struct turn *turn, struct event *event);

/* A text is known by this id from now on: what a receipt said of it before is made good. */
bool delivery_catch_up(struct turn *turn, const char *line, const char *message_id);

/*
 * What we call a notice when speaking to a provider, so that its receipt can be told from those of others:
 * letters, digits and a hyphen, at most 32. From mem; NULL without memory.
 */
const char *delivery_own_id(void *mem, const struct notice *notice);

#endif
