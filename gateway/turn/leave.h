/*
 * 请假: who stands in for whom. False: store_error says why.
 */
#ifndef GATEWAY_TURN_LEAVE_H
#define GATEWAY_TURN_LEAVE_H

#include "gateway/turn/turn.h"
#include "store/people.h"

enum { MOST_ABSENT = 4 };

/* The phone that acts for this one now: itself, or while its owner is on leave the stand-in (or the
 * stand-in's). */
bool leave_stand_in(struct turn *turn, const char *phone, const char **acts);

/* The first MOST_ABSENT phones that this one acts for now; they live as long as the turn. */
bool leave_absent(struct turn *turn, const char *phone, const char *absent[MOST_ABSENT], size_t *n);

/* The leave of this phone that has not ended; *leave is NULL when there is none. */
bool leave_of(struct turn *turn, const char *phone, const struct leave **leave);

/* Keep and end a leave; both also empty the cache of leaves. */
bool leave_put(struct turn *turn, const struct leave *leave);
bool leave_drop(struct turn *turn, const char *phone);

#endif
