/*
 * A part of a long message that comes when the rest has become a case without it.
 */
#ifndef GATEWAY_CONVERSATION_LATE_PART_H
#define GATEWAY_CONVERSATION_LATE_PART_H

#include "gateway/turn/turn.h"
#include "store/events.h"

struct late_part {
    int64_t case_id;
    int sequence;               /* from 1 */
    const char *before, *after; /* the message as it was, with a gap, and as it is now */
};

/* Fills the gap in the case's text and classifies the completed text afresh. Sets the event's outcome. */
bool late_part_join(struct turn *turn, struct event *event, const struct late_part *part);

#endif
