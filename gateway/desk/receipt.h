/*
 * Status reports: what the network says became of a text we sent.
 */
#ifndef GATEWAY_DESK_RECEIPT_H
#define GATEWAY_DESK_RECEIPT_H

#include "gateway/desk/turn.h"
#include "store/events.h"

/* A stored event of kind EVENT_RECEIPT (reference, from = the recipient, status = TP-ST; a provider's: message_id,
 * own_id); sets its outcome. */
bool receipt_take(struct turn *turn, struct event *event);

/* A text is known by this id from now on: what a receipt said of it before is made good. */
bool receipt_catch_up(struct turn *turn, const char *line, const char *message_id);

#endif
