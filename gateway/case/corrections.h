/*
 * What staff put right in a case afterwards: the number its reporter can be reached by, and words that belong
 * to another case. Each is the work of a step, as in effects.h.
 */
#ifndef GATEWAY_CASE_CORRECTIONS_H
#define GATEWAY_CASE_CORRECTIONS_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"
#include "store/steps.h"

/* 改号: action->words is the new number in E.164; its last four digits become the words of the step. Nothing
 * that was kept of the old number is erased, but it has no part in the case any more. */
bool correction_number(struct turn *turn, struct action *action);

/* 移: takes the words out of the case's text. */
bool correction_moved_out(struct turn *turn, struct action *action);

/* The k-th of the texts that were added to the case and are still in it, from 1; 0: the newest. NULL: there
 * is no such one. */
bool correction_addition(struct turn *turn, const struct case_ *case_, int k, const struct step **added);

#endif
