/*
 * A county's link to its centre: a thread of its own sends the journal and asks for orders. Nothing else in
 * the gateway waits for it.
 */
#ifndef GATEWAY_CENTRE_LINK_H
#define GATEWAY_CENTRE_LINK_H

#include <stdio.h>

#include "gateway/desk/desk.h"

struct link;

/* Before the desk opens the store: starts the journal, or ends it where no centre is configured. False:
 * *error. */
bool link_prepare(void *mem, const struct config *config, const char **error);

/* Starts the thread. NULL: *error says why, from mem. */
struct link *link_start(void *mem, const struct config *config, struct desk *desk, const char **error);

/* There is a new row. From any thread. */
void link_wake(struct link *link);

/* Frees it; NULL is fine. May come after desk_stop, when nobody calls link_wake any more. */
void link_stop(struct link *link);

struct link_state {
    int64_t have;        /* the last row that the centre has */
    int64_t end;         /* our last row */
    int64_t heard_at;    /* when the centre answered last; 0: never */
    const char *trouble; /* why it has not; "" when it does; lives as long as the link */
};
struct link_state link_state(struct link *link);

void link_write_metrics(FILE *out, struct link *link);

#endif
