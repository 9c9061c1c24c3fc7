/*
 * What a withdrawn case leaves to those who joined it.
 */
#ifndef GATEWAY_CASE_HAND_ON_H
#define GATEWAY_CASE_HAND_ON_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/*
 * A case was withdrawn by its own reporter. Of the cases merged into it, the oldest takes its place, with its
 * unit, handler and time limits; the others are merged into that one. A case that had itself been merged
 * leaves those merged into it to the one it was merged into. False: the store failed.
 */
bool hand_on(struct turn *turn, const struct case_ *withdrawn);

#endif
