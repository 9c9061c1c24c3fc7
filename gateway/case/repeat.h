/*
 * The same said twice: what has been done is answered as done, and nothing happens again.
 */
#ifndef GATEWAY_CASE_REPEAT_H
#define GATEWAY_CASE_REPEAT_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"

/* Whether this person took the step before and it still stands. False: the store failed. */
bool repeat_find(struct turn *turn, const struct action *action, bool *is_repeat);

/* Whether it is one of the texts, a line or several, that the case is made of. */
bool repeat_holds_text(const struct case_ *case_, const char *text);

#endif
