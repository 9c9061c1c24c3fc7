/*
 * A county's link to its centre: its own thread sends the journal and asks for orders. Nothing else in the
 * gateway waits for it.
 */
#ifndef GATEWAY_CENTRE_LINK_H
#define GATEWAY_CENTRE_LINK_H

#include <stdio.h>

#include "gateway/desk/desk.h"

struct link;

/* Call it before the desk opens the store: starts the journal, or ends it if no centre is configured. False:
 * *error says why. */
bool link_prepare(void *mem, const struct config *config, const char **error);

/* Starts the thread. NULL: *error says why, from mem. */
struct link *link_start(void *mem, const struct config *config, struct desk *desk, const char **error);

/* Tells the thread of a new row. May be called on any thread. */
void link_wake(struct link *link);

/* Ends the thread and frees link, which may be NULL, once nobody calls link_wake any more; after desk_stop,
 * too. */
void link_stop(struct link *link);

struct link_state {
    int64_t have;        /* the last row that the centre has */
    int64_t end;         /* our last row */
    int64_t heard_at;    /* when the centre last answered, in seconds; 0: never */
    const char *trouble; /* why it does not answer now; "": it does; lives as long as the link */
};
/* From any thread. */
struct link_state link_state(struct link *link);

/* Writes the same as metrics, in the text format of Prometheus. */
void link_write_metrics(FILE *out, struct link *link);

#endif
