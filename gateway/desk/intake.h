/*
 * One event, from the moment the desk takes it up: known already? -> what kind -> whose room.
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

/* Keeps an event that failed alone, with the reason, so that it is not lost and is not tried for ever. */
bool intake_failed(struct turn *turn, struct event *event, const char *why);

#endif
