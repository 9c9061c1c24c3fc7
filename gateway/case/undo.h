/*
 * What a case was before a step, kept for ten minutes in case the step was a mistake.
 */
#ifndef GATEWAY_CASE_UNDO_H
#define GATEWAY_CASE_UNDO_H

#include "gateway/case/action.h"
#include "gateway/case/hand_over.h"
#include "gateway/turn/turn.h"
#include "store/events.h"

/* Keeps the case as it was before action->step_id, in place of what was kept for this person before. */
bool undo_remember(struct turn *turn, const struct action *action, const struct case_ *before);

/* What was taken back. */
struct undone {
    struct case_ **cases; /* as they are again */
    size_t n;
    size_t left; /* cases in which something else has happened since, or for which it is too late */
    struct hand_over_undone hand_over;
};

/*
 * Takes back the steps of the last command of this person, within ten minutes, each while nothing else has
 * happened to its case: restores the case, cancels unsent notices, and tells the right state to those who
 * received one. Also a 交接 or 换号. False: the store failed.
 */
bool undo_last(struct turn *turn, const struct person *by, const struct event *event, struct undone *undone);

#endif
