/*
 * The table of a case's transition, and what its rows point to; known to cases.c and these files alone.
 */
#ifndef GATEWAY_CASE_LIFECYCLE_H
#define GATEWAY_CASE_LIFECYCLE_H

#include <json-c/json.h>

#include "gateway/case/cases.h"

#define IN(state) (1u << (state))
#define STAYS IN(31) /* in the state it has */

/* Who hears of a step besides the one who took it, who is answered by the conversation. */
enum audience { NOBODY, REPORTER, HANDLER, RESPONSIBLE, UNIT_PEOPLE, LEADERS, SUPERVISORS };

struct transition {
    enum act act;
    const char *kind; /* of the step it leaves */
    unsigned from;    /* states */
    unsigned to;      /* the state it leads to; of several, what is done chooses */
    unsigned by;      /* standings, any of which will do */
    enum { BARE, NEEDS_WORDS } words;
    enum { FOR_GOOD, CAN_UNDO } undo;                       /* within ten minutes, by who took it */
    bool (*work)(struct turn *turn, struct action *action); /* marks; may refuse */
    struct audience_text {
        enum audience who;
        const char *text;
    } tells[3];
};

/* The row of an act from this state; another of the act's where it may not be taken there. */
const struct transition *lifecycle_transition(enum act act, enum case_state state);
const struct transition *lifecycle_transitions(size_t *n);
/* The states a row leads to from this one. */
unsigned lifecycle_next(const struct transition *transition, enum case_state state);

/* Whether this person took the step before, and it still stands. */
bool lifecycle_is_repeat(struct turn *turn, const struct action *action, bool *is_so);

/* Tells those whom the row names, and where action->escalation says why, the supervisors. */
bool audience_tell(struct turn *turn, const struct action *action, const struct transition *transition);
/* Tells the up to two people who should take the case on that it is theirs. */
bool audience_tell_assigned(struct turn *turn, const struct action *action);

/* It came to others, or back to who had it: their terms begin. */
void effect_given(struct turn *turn, struct case_ *case_);

/* Further words: they join the text, and may make the case urgent or guarded. */
bool additions_join(struct turn *turn, struct action *action);
bool additions_split_off(struct turn *turn, struct action *action);

/* marks.c: what a step does to its case beyond the state. */
bool effect_accepted(struct turn *turn, struct action *action);
bool effect_closed(struct turn *turn, struct action *action);
bool effect_ended(struct turn *turn, struct action *action);
bool effect_rated(struct turn *turn, struct action *action);
bool effect_reopened(struct turn *turn, struct action *action);
bool effect_appealed(struct turn *turn, struct action *action);
bool effect_shown(struct turn *turn, struct action *action);
bool effect_returned(struct turn *turn, struct action *action);
bool effect_recused(struct turn *turn, struct action *action);
bool effect_forwarded(struct turn *turn, struct action *action);
bool effect_merged(struct turn *turn, struct action *action);
bool effect_adopted(struct turn *turn, struct action *action);
bool effect_extended(struct turn *turn, struct action *action);
bool effect_reclassed(struct turn *turn, struct action *action);
bool effect_cleared(struct turn *turn, struct action *action);
bool effect_public_works(struct turn *turn, struct action *action);
bool effect_reviewed(struct turn *turn, struct action *action);
bool effect_progress(struct turn *turn, struct action *action);
bool effect_urgency_class(struct turn *turn, struct action *action);
bool effect_hidden(struct turn *turn, struct action *action);

#endif
