/*
 * How a person stands to a case, which decides what they may do with it and whether they may know of it
 * (Regulation on petitions, art. 30).
 */
#ifndef GATEWAY_CASE_STANDING_H
#define GATEWAY_CASE_STANDING_H

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/people.h"

/* A set. None of them: the case is not theirs to see. */
enum standing {
    BY_REPORTER = 1,
    BY_HANDLER = 2,
    BY_UNIT = 4, /* works for the unit or the place it belongs to: may take it on */
    BY_LEADER = 8,
    BY_SUPERVISOR = 16,
    BY_CALENDAR = 32,
    BY_OPERATOR = 64,
    BY_CLERK = 256,  /* may listen to what nobody has written down yet: see hearing.h */
    BY_SORTER = 512, /* a clerk of the county, while nobody has taken it on or nobody knows where it is */
    BY_PAST_REPORTER = 128 /* the number reported it, but has or may have a new owner since: owner.h */
};

/* Who acts when no phone does; known by their address. */
extern const struct person calendar_person, operator_person;

/*
 * Enforces art. 30: a person without standing must not learn that the case exists. A case that is guarded is
 * restricted under art. 30: it accuses an official. Doubt withholds it. Who stands in for people on leave has
 * their standing too, but not to a guarded case. False: the store failed.
 */
bool standing_of(struct turn *turn, const struct case_ *case_, const struct person *person,
                 unsigned *standing);

/* Whether this is a clerk of the county, or who is on duty for the county itself or in one of its offices:
 * they listen to recordings, see hearing.h. */
bool standing_is_listener(struct turn *turn, const struct person *person, bool *is_so);

/* Whether this is a clerk of the county, who sorts what nobody has taken on: BY_SORTER. False: the store
 * failed. */
bool standing_is_sorter(struct turn *turn, const struct person *person, bool *is_so);

/* Whether one unit is the other or stands above it; never so for 0. */
bool standing_is_above(struct turn *turn, int64_t above, int64_t below, bool *is_so);

#endif
