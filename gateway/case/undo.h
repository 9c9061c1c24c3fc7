/*
 * What a case was before a step, kept for ten minutes in case the step was a mistake; known to cases.c alone.
 */
#ifndef GATEWAY_CASE_UNDO_H
#define GATEWAY_CASE_UNDO_H

#include "gateway/case/cases.h"

/* Of each person the last step only. */
bool undo_remember(struct turn *turn, const struct action *action, const struct case_ *before);

#endif
