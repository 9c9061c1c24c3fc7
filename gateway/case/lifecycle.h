/*
 * The table of a case's life, and what its rows point to; known to cases.c and these files alone.
 */
#ifndef GATEWAY_CASE_LIFECYCLE_H
#define GATEWAY_CASE_LIFECYCLE_H

#include <json-c/json.h>

#include "gateway/case/cases.h"

#define IN(state) (1u << (state))
#define STAYS IN(31) /* in the state it has */

/* Who hears of a step besides the one who took it, who is answered by the conversation. */
enum audience { NOBODY, REPORTER, HANDLER, RESPONSIBLE, UNIT_PEOPLE, LEADERS, SUPERVISORS };

struct life {
    enum act act;
    const char *kind; /* of the step it leaves */
    unsigned from;    /* states */
    unsigned to;      /* the state it leads to; of several, what is done chooses */
    unsigned by;      /* standings, any of which will do */
    enum { BARE, NEEDS_WORDS } words;
    enum { FOR_GOOD, CAN_UNDO } undo;                       /* within ten minutes, by who took it */
    bool (*work)(struct turn *turn, struct taking *taking); /* marks; may refuse */
    struct telling {
        enum audience who;
        const char *text;
    } tells[3];
};

/* The row of an act from this state; another of the act's where it may not be taken there. */
const struct life *life_of(enum act act, enum case_state state);
const struct life *life_rows(size_t *n);
/* The states a row leads to from this one. */
unsigned life_next(const struct life *life, enum case_state state);

/* Whether this person took the step before, and it still stands. */
bool life_is_repeat(struct turn *turn, const struct taking *taking, bool *is_so);

/* Tells those whom the row names, and where taking->goes_up says why, the supervisors. */
bool life_tell(struct turn *turn, const struct taking *taking, const struct life *life);
/* Tells the up to two people who should take the case on that it is theirs. */
bool life_tell_assigned(struct turn *turn, const struct taking *taking);

/* It came to others, or back to who had it: their terms begin. */
void life_give(struct turn *turn, struct case_ *case_);

/* Further words: they join the text, and may make the case urgent or guarded. */
bool life_add_words(struct turn *turn, struct taking *taking);
bool life_split_off(struct turn *turn, struct taking *taking);

/* marks.c: what a step does to its case beyond the state. */
bool mark_accepted(struct turn *turn, struct taking *taking);
bool mark_closed(struct turn *turn, struct taking *taking);
bool mark_ended(struct turn *turn, struct taking *taking);
bool mark_rated(struct turn *turn, struct taking *taking);
bool mark_reopened(struct turn *turn, struct taking *taking);
bool mark_appealed(struct turn *turn, struct taking *taking);
bool mark_shown(struct turn *turn, struct taking *taking);
bool mark_returned(struct turn *turn, struct taking *taking);
bool mark_recused(struct turn *turn, struct taking *taking);
bool mark_forwarded(struct turn *turn, struct taking *taking);
bool mark_merged(struct turn *turn, struct taking *taking);
bool mark_adopted(struct turn *turn, struct taking *taking);
bool mark_extended(struct turn *turn, struct taking *taking);
bool mark_reclassed(struct turn *turn, struct taking *taking);
bool mark_cleared(struct turn *turn, struct taking *taking);
bool mark_works(struct turn *turn, struct taking *taking);
bool mark_reviewed(struct turn *turn, struct taking *taking);
bool mark_progress(struct turn *turn, struct taking *taking);
bool mark_graded(struct turn *turn, struct taking *taking);
bool mark_hidden(struct turn *turn, struct taking *taking);

#endif
