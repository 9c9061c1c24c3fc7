/*
 * 请假: who stands in for whom.
 */
#ifndef GATEWAY_TURN_LEAVE_H
#define GATEWAY_TURN_LEAVE_H

#include "gateway/turn/turn.h"
#include "store/people.h"

enum { MOST_ABSENT = 4 };

/* Who acts for this phone now: itself, or while its owner is away the stand-in, or theirs. */
bool leave_stand_in(struct turn *turn, const char *phone, const char **acts);

/* Whom this phone acts for now: the first few, from the turn. */
bool leave_absent(struct turn *turn, const char *phone, const char *absent[MOST_ABSENT], size_t *n);

/* NULL when no leave of this phone is under way or ahead. */
bool leave_of(struct turn *turn, const char *phone, const struct leave **leave);

bool leave_put(struct turn *turn, const struct leave *leave);
bool leave_drop(struct turn *turn, const char *phone);

#endif
