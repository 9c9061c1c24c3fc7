/*
 * Finds what would happen if a text came in now: the desk processes it, reports the effects and rolls back.
 */
#ifndef GATEWAY_DESK_REHEARSAL_H
#define GATEWAY_DESK_REHEARSAL_H

#include "gateway/desk/desk.h"

/* A text that would go out, or be shown to its sender. */
struct rehearsed_notice {
    const char *to, *name, *text, *line;
    int parts;         /* short messages it takes */
    bool is_to_hidden; /* as in struct notice */
};

struct rehearsal {
    const char *outcome, *why; /* event_outcome_name, and the reason or "" */
    const char *number;        /* of the case it is about; "": none */
    struct rehearsed_notice *notices;
    size_t n;
};

/* Leaves the event unchanged; the result is from mem. False: the store failed. */
bool desk_rehearse(struct desk *desk, void *mem, const struct event *event, struct rehearsal *rehearsal);

#endif
