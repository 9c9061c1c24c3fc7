/*
 * Danger: who must act is rung by text at any hour, until somebody takes the case (领). Who is on duty, the
 * handler or those who should take it on, and the nearest leaders hear at once; each ten minutes one more;
 * when all were tried, all once more, and then the operator's phone each half an hour. Nobody else is rung
 * more than three times about a case. Only people with standing are: art. 30 holds here as well.
 *
 * An alarm is open while case_->alarm_at is not 0. The calendar rings when that moment comes.
 */
#ifndef GATEWAY_CASE_ALARM_H
#define GATEWAY_CASE_ALARM_H

#include "gateway/case/lifecycle.h"

/* Rings about the case of an action whose step was written. What was sent hours ago rings once. */
bool alarm_raise(struct turn *turn, struct action *action);

/* Raises it where a reporter's words in a step that was just taken tell of danger, unless one is open. The
 * rung ones need not be told of the step: *is_rung. Where one is open, those to whom the step has brought the
 * case are rung, and those who were rung are told what the reporter adds. before: the case before the step.
 */
bool alarm_hear(struct turn *turn, struct action *action, const struct transition *transition,
                const struct case_ *before, bool *is_rung);

/* Ends it in action->case_ when the step, not yet written, takes the case on, works on it or ends it. */
void alarm_end(const struct action *action);

/* Rings who is next, or the operator; the calendar's. An imported case, whose alarm was never raised, as
 * alarm_raise. */
bool alarm_ring_next(struct turn *turn, struct case_ *case_);

#endif
