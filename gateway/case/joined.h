/*
 * Cases that were merged. A case merged into another is dealt with there: its reporter is told of that case
 * and may do there what a reporter may. Mergers form chains; the case at the end of one is its root.
 */
#ifndef GATEWAY_CASE_JOINED_H
#define GATEWAY_CASE_JOINED_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* The case where this one is dealt with: itself, if it was not merged. *root is allocated from turn->mem or
 * is case_. False: the store failed. */
bool joined_root(struct turn *turn, struct case_ *case_, struct case_ **root);

/* All cases merged into this one, also by way of others, oldest first. False: the store failed. */
bool joined_cases(struct turn *turn, const struct case_ *case_, struct case_ **cases, size_t *n);

/*
 * The case that makes this phone a reporter of case_: case_ itself or one merged into it, that the person has
 * not withdrawn; NULL: it is none of its reporters. False: the store failed.
 */
bool joined_own(struct turn *turn, const struct case_ *case_, const char *phone, const struct case_ **own);

/*
 * A case was withdrawn by its own reporter. Of the cases merged into it, the oldest takes its place, with its
 * unit, handler and time limits; the others are merged into that one. A case that had itself been merged
 * leaves those merged into it to the one it was merged into. False: the store failed.
 */
bool joined_hand_on(struct turn *turn, const struct case_ *withdrawn);

/* Asks every reporter of the case to rate its ending, for QUESTION_SECONDS. False: the store failed. */
bool joined_ask_for_rating(struct turn *turn, const struct case_ *case_);

#endif
