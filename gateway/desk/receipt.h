/*
 * Status reports: what the network says became of a text we sent.
 */
#ifndef GATEWAY_DESK_RECEIPT_H
#define GATEWAY_DESK_RECEIPT_H

#include "gateway/desk/turn.h"
#include "store/events.h"

/* A stored event of kind EVENT_RECEIPT (reference, from = the recipient, status = TP-ST); sets its outcome.
 */
bool receipt_take(struct turn *turn, struct event *event);

#endif
