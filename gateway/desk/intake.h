/*
 * Handles one event at the desk: drops a duplicate, stores the event, passes it on by kind.
 */
#ifndef GATEWAY_DESK_INTAKE_H
#define GATEWAY_DESK_INTAKE_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/*
 * Stores the event with everything decided about it. understood is of event->text; NULL for other kinds. The
 * event's id stays 0 when its line brought it before: nothing else is then done.
 */
bool intake(struct turn *turn, struct event *event, const struct understood *understood);

/* Stores an event whose handling failed, with the reason, so that it is neither lost nor retried for ever. */
bool intake_failed(struct turn *turn, struct event *event, const char *why);

#endif
