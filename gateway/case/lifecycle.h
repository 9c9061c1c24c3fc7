/*
 * The life of a case as a table of transitions.
 */
#ifndef GATEWAY_CASE_LIFECYCLE_H
#define GATEWAY_CASE_LIFECYCLE_H

#include "gateway/case/action.h"
#include "gateway/case/audience.h"
#include "gateway/turn/turn.h"

#define IN(state) (1u << (state))
#define STAYS IN(31) /* in the state it has */

struct transition {
    enum act act;
    const char *kind; /* of the step it leaves */
    unsigned from;    /* states */
    unsigned to;      /* the state it leads to; where there are several, work chooses */
    unsigned by;      /* standings, any of which will do */
    enum { BARE, NEEDS_WORDS } words;
    enum { OTHERS, REPORTERS } whose; /* the reporter's words pass restriction.c before anybody is told */
    enum { FOR_GOOD, CAN_UNDO } undo; /* within ten minutes, by who took it */
    /* Changes the case, and may refuse; NULL: nothing but the state changes. False: the store failed. */
    bool (*work)(struct turn *turn, struct action *action);
    struct audience_text tells[AUDIENCE_MOST];
};

/* The row of an act from this state; where it may not be taken there, another row of the act. */
const struct transition *lifecycle_transition(enum act act, enum case_state state);
/* The whole table. */
const struct transition *lifecycle_transitions(size_t *n);
/* The states a row leads to from this one, a set of IN(): with the reporter's words also "new", restricted.
 */
unsigned lifecycle_next(const struct transition *transition, enum case_state state);

#endif
