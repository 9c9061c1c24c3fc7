/*
 * The alarms of danger that are open: who has not taken the case is followed by the next (case/alarm.h).
 */
#ifndef GATEWAY_CALENDAR_ALARMS_H
#define GATEWAY_CALENDAR_ALARMS_H

#include "gateway/calendar/deadlines.h"

/* Rings the next one of each case whose moment has come; line as in deadlines.h, to "". */
bool alarms_run(struct turn *turn, deadline_line *line, void *arg);

/* Brings *next forward to the moment of the next ring. */
bool alarms_next(struct store *store, int64_t *next);

#endif
