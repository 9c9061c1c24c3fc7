/*
 * Deadlines that come near and pass: who has a case hears before, their leader after, the next level a week
 * later.
 */
#ifndef GATEWAY_CALENDAR_DEADLINES_H
#define GATEWAY_CALENDAR_DEADLINES_H

#include "gateway/calendar/digest.h"

/* Called for each case and person told; number and to are as in struct due_line. */
typedef void deadline_line(void *arg, const char *kind, const struct case_ *case_, const char *to);

/* What is urgent, at any hour of any day: all that fell due since it was last called. */
bool deadlines_run_urgent(struct turn *turn, struct digest *digest, deadline_line *line, void *arg);

/* How often that is to be called: every hour, or quarter of one where a class has only a few. */
int deadlines_minutes(const struct config *config);

/* When that was last done, as a number; NULL: never. */
bool deadlines_last_run(struct store *store, void *mem, const char **at);

/*
 * Of the others all that fell due since it was last called. On a day nobody works nothing is done: the next
 * working day does it.
 */
bool deadlines_run(struct turn *turn, struct digest *digest, deadline_line *line, void *arg);

#endif
