/*
 * 错 after 交接 or 换号: who left is back, and a number that moved is where it was.
 */
#ifndef GATEWAY_CASE_HAND_OVER_UNDO_H
#define GATEWAY_CASE_HAND_OVER_UNDO_H

#include "gateway/case/hand_over.h"
#include "store/events.h"
#include "store/questions.h"
#include "store/upkeep/move.h"

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
