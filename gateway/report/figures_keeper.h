/*
 * The year's figures of units. All cases of the year are read for them, so a thread counts them and who asks
 * gets the last ones: while somebody asked within the hour they are counted anew each minute, otherwise each
 * ten minutes.
 */
#ifndef GATEWAY_REPORT_FIGURES_KEEPER_H
#define GATEWAY_REPORT_FIGURES_KEEPER_H

#include "gateway/report/report.h"

struct figures_keeper;

/*
 * Ends when it is freed, after the last question. The thread sleeps until a unit is expected or asked about.
 * NULL: *error says why.
 */
struct figures_keeper *figures_keeper_start(void *mem, const char *store_url, const char **error);

/* Counts a unit's figures before somebody asks. Any thread; does not wait. */
void figures_keeper_expect(struct figures_keeper *keeper, int64_t unit);

/* What is asked about a unit and those below it: by handling unit, of the year of now until now. */
struct report_query figures_keeper_query(int64_t unit, int64_t now);

/*
 * The report, from mem, without the handlers' names; *at: when it was counted. The first who asks about a
 * unit that was not expected waits for it. Any thread. False: it could not be counted, as the log says.
 */
bool figures_keeper_find(struct figures_keeper *keeper, void *mem, int64_t unit, struct report *report,
                         int64_t *at);

#endif
