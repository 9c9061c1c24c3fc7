/*
 * Handles one event at the desk: drops a duplicate, stores the event, passes it on by kind.
 */
#ifndef GATEWAY_DESK_INTAKE_H
#define GATEWAY_DESK_INTAKE_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/* Why a text of the page did not count: a step of event->seen is not its case's last any more. */
extern const char intake_outdated[];

/*
 * Stores the event with everything decided about it. understood is of event->text; NULL for other kinds. The
 * event's id stays 0 when its line brought it before: nothing else is then done.
 */
bool intake(struct turn *turn, struct event *event, const struct understood *understood);

/* Stores an event whose handling failed, with the reason, so that it is neither lost nor retried for ever. */
bool intake_failed(struct turn *turn, struct event *event, const char *why);

/* An event that was kept as failed, to be handled again: its id, and what came of it. */
struct intake_redo {
    int64_t id;
    const struct event *event; /* result, from turn->mem; NULL: there is none */
    bool was_failed;           /* result: false: it is not kept as failed, and nothing was done */
};

/* A desk_job; arg is a struct intake_redo. The event counts as received now: what is promised begins now. */
bool intake_redo(struct turn *turn, void *arg);

#endif
