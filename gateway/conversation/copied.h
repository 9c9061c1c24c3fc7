/*
 * A case that another county forwarded to this one: it becomes a case of this county's own, and the two
 * numbers are linked. Nobody answers its reporter: the other county tells them once, with our number.
 */
#ifndef GATEWAY_CONVERSATION_COPIED_H
#define GATEWAY_CONVERSATION_COPIED_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/* Opens the case, once for each number of a county. False: the store failed. */
bool copied_take(struct turn *turn, struct event *event, const struct understood *understood);

#endif
