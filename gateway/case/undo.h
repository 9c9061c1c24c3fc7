/*
 * What a case was before a step, kept for ten minutes in case the step was a mistake.
 */
#ifndef GATEWAY_CASE_UNDO_H
#define GATEWAY_CASE_UNDO_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"
#include "store/events.h"

/* Keeps the case as it was before action->step_id, in place of what was kept for this person before. */
bool undo_remember(struct turn *turn, const struct action *action, const struct case_ *before);

/*
 * Takes back the last step this person took, within ten minutes and while nothing else has happened to its
 * case. Restores the case, cancels unsent notices, and tells the right state to those who received one.
 * *case_ is NULL when there is nothing to take back. False: the store failed.
 */
bool undo_last(struct turn *turn, const struct person *by, const struct event *event, struct case_ **case_);

#endif
