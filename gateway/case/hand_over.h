/*
 * 交接: who leaves hands over what they had in hand.
 */
#ifndef GATEWAY_CASE_HAND_OVER_H
#define GATEWAY_CASE_HAND_OVER_H

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/people.h"

struct hand_over {
    const struct person *by;   /* the leader, or operator_person */
    const struct person *from; /* who leaves */
    const struct person *heir;
    int64_t event_id;        /* 0: none */
    const char *line;        /* NULL: none */
    struct case_ *cases;     /* result: what the heir has now */
    size_t n;                /* result */
    size_t n_kept;           /* result: the leader's own now */
    size_t n_others;         /* result: all that the heir does not have, the leader's own among them */
    size_t n_duties, n_away; /* result: units where the heir is on duty now, people they stand in for */
};

/* Whether this person leads that one: a leader of their unit or of one above it, and not themselves. */
bool hand_over_is_by(struct turn *turn, const struct person *leader, const struct person *person,
                     bool *is_so);

/*
 * Hands over every case in hand, each with a step: to the heir, where they may have it (art. 30, 回避, their
 * own appeal); else to the leader, if they may; else it is nobody's, and those responsible one level above
 * hear of it. Its reporter hears who has it now. Duties go to the heir, who hears one list, and the number of
 * whoever leaves is retired. What waits and only they were told of is told to others. hand_over_undo takes it
 * back. False: the store failed.
 */
bool hand_over(struct turn *turn, struct hand_over *what);

/* The person's new number (E.164), see store_move_person; it hears of it. False: the store failed. */
bool hand_over_number(struct turn *turn, const struct person *by, const struct person *person, const char *to,
                      int64_t event_id);

#endif
