/*
 * What is overdue: a day that the reporter was promised has passed, and it is still not done. It is said when
 * the day has passed (deadlines.h) and then each week until it is done.
 */
#ifndef GATEWAY_CALENDAR_OVERDUE_H
#define GATEWAY_CALENDAR_OVERDUE_H

#include "gateway/calendar/deadlines.h"

/*
 * Lists each overdue case to who has it (or should take it on, or answer its review), to their leaders and to
 * the supervisors, restricted ones only to those with standing; line as in deadlines.h, kind "overdue".
 */
bool overdue_list(struct turn *turn, struct digest *digest, deadline_line *line, void *arg);

/*
 * Tells the person who has the case that its day has passed, and its reporters what was done about it.
 * leaders: who hears of it besides. is_told: the reporters have heard of this day already.
 */
bool overdue_passed(struct turn *turn, struct digest *digest, const struct case_ *case_,
                    const struct person *leaders, size_t n_leaders, bool is_told, deadline_line *line,
                    void *arg);

#endif
