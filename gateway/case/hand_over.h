/*
 * 交接: who leaves hands over what they had in hand.
 */
#ifndef GATEWAY_CASE_HAND_OVER_H
#define GATEWAY_CASE_HAND_OVER_H

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/people.h"
#include "store/events.h"
#include "store/questions.h"
#include "store/upkeep/move.h"

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

/* hand_over_undo.c: 错 after 交接 or 换号: who left is back, and a number that moved is where it was. */

enum { UNDO_SECONDS = 600 };

/* Keeps for whoever hands over what was so before; to be kept by hand_over_keep once it is done. From mem. */
bool hand_over_before(struct turn *turn, const struct person *from, struct person_before *before);
bool hand_over_keep(struct turn *turn, const struct hand_over *what, const struct person_before *before);

/* The same of a number that moved to another; to_before: that one, before it was the person's. */
bool hand_over_number_keep(struct turn *turn, const struct person *by, int64_t event_id,
                           const struct person_before *from, const char *to,
                           const struct person_before *to_before);

struct hand_over_undone {
    bool is_done;
    bool is_number;   /* 换号 */
    const char *name; /* who is back */
    size_t n, left;   /* cases that are theirs again, and that something else has happened to since */
};

/* Within UNDO_SECONDS and while the person's number is as that left it. False: the store failed. */
bool hand_over_undo(struct turn *turn, const struct person *by, const struct event *event,
                    const struct undo *undo, struct hand_over_undone *undone);

#endif
