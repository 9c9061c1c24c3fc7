/*
 * Deadlines: the person who has a case hears before one passes, their leader when it has passed, and the next
 * level a week later.
 */
#ifndef GATEWAY_CALENDAR_DEADLINES_H
#define GATEWAY_CALENDAR_DEADLINES_H

#include "gateway/calendar/digest.h"

/* Called for each case and person told. kind: "finish soon" ...; to: the phone, "" when there is nobody to
 * tell. */
typedef void deadline_line(void *arg, const char *kind, const struct case_ *case_, const char *to);

/* Handles the deadlines of fast classes (time_limit_is_fast) that fell due since its last run, at any hour.
 */
bool deadlines_run_urgent(struct turn *turn, struct digest *digest, deadline_line *line, void *arg);

/* Minutes between those runs: 60, or 15 when a class has less than four hours to accept. */
int deadlines_minutes(const struct config *config);

/* When the last such run was, as decimal seconds; *at is NULL if there was none. */
bool deadlines_last_run(struct store *store, void *mem, const char **at);

/*
 * Handles the deadlines of all other classes that fell due since its last run. On a day off it does nothing:
 * the next working day catches up.
 */
bool deadlines_run(struct turn *turn, struct digest *digest, deadline_line *line, void *arg);

#endif
