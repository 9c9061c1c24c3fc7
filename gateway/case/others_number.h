/*
 * Keeps the number of one person's case out of what another is told: who has a number could ask about it, and
 * whose case it is would not be theirs to know.
 */
#ifndef GATEWAY_CASE_OTHERS_NUMBER_H
#define GATEWAY_CASE_OTHERS_NUMBER_H

#include "gateway/case/lifecycle.h"

/* Whether the words of a step, which its case's reporter will hear, hold the number of a case that none of
 * its reporters reported. False: the store failed. */
bool others_number_in(struct turn *turn, const struct action *action, const struct transition *transition,
                      bool *is_so);

#endif
