/*
 * Recordings that nobody has listened to, see gateway/case/hearing.h: who is told next.
 */
#ifndef GATEWAY_CALENDAR_UNHEARD_H
#define GATEWAY_CALENDAR_UNHEARD_H

#include "gateway/calendar/deadlines.h"

/* Tells of those whose time has come. line(arg, kind, case, to) is called for each. False: the store failed.
 */
bool unheard_run(struct turn *turn, deadline_line *line, void *arg);
/* Makes *next earlier where somebody must be told before. */
bool unheard_next(struct store *store, int64_t *next);

#endif
