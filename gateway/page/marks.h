/*
 * Marks that say how far somebody has seen what happens: words that are others after each step that they may
 * know of, and tell nothing else, neither how many steps there were nor that a step was hidden from them. The
 * same after a restart.
 */
#ifndef GATEWAY_PAGE_MARKS_H
#define GATEWAY_PAGE_MARKS_H

#include "gateway/turn/turn.h"
#include "store/page/sessions.h"
#include "store/people.h"

enum { MARK_SIZE = 17 };

struct marks {
    char last[MARK_SIZE];    /* of all steps that they may know of */
    char of_case[MARK_SIZE]; /* of the case; "" when none is given */
};

/* The newest step that this person may know of; 0: none. False: the store failed. */
bool marks_newest(struct turn *turn, const struct person *person, int64_t *step_id);

/* The mark of a step in this session (the secret is its csrf token). */
void marks_of(char mark[MARK_SIZE], const char *secret, int64_t step_id);

/* *is_so: whether the mark, which somebody sent, is that of the case's last step; *last: that step, 0: it has
 * none. False: the store failed. */
bool marks_are_of_last(struct turn *turn, const char *secret, const char *mark, int64_t case_id,
                       int64_t *last, bool *is_so);

/* Both marks as they are now. case_id 0: of no case. False: the store failed. */
bool marks_now(struct turn *turn, const struct person *person, const char *secret, int64_t case_id,
               struct marks *marks);

#endif
