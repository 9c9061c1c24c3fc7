/*
 * What waits in the store after the clock was set back. Whatever was to happen at once or in a few minutes is
 * then stored as hours away. A time that somebody chose (the end of the quiet hours, not_before) stays.
 */
#ifndef GATEWAY_DESK_WAITS_H
#define GATEWAY_DESK_WAITS_H

#include "gateway/turn/turn.h"

/* A desk_job: nothing waits longer than it would have waited by the clock of now; says in the log how much it
 * brought forward. It does no harm when the clock was not set back. */
bool waits_shorten(struct turn *turn, void *arg);

#endif
