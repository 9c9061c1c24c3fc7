/*
 * Who hears of a step.
 */
#ifndef GATEWAY_CASE_AUDIENCE_H
#define GATEWAY_CASE_AUDIENCE_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"

/* Not counting who took the step: the conversation answers them. */
enum audience {
    NOBODY,
    REPORTER,
    HANDLER,
    RESPONSIBLE,
    UNIT_PEOPLE,
    LEADERS,
    SORTERS,
    SUPERVISORS,
    REVIEWERS
};

struct audience_text {
    enum audience who;
    const char *text; /* name of a template */
};

enum { AUDIENCE_MOST = 3 };

/* Tells the audiences, AUDIENCE_MOST or up to NOBODY, and the supervisors of an escalation. */
bool audience_tell(struct turn *turn, const struct action *action, const struct audience_text *audiences);
/* Tells the up to two people who should take the case on that it is theirs; who is on duty, that it is new.
 * While an alarm is open nobody: they are rung (alarm.h). */
bool audience_tell_assigned(struct turn *turn, const struct action *action);

/* Tells of those people the ones who never heard of the case as a new one, after others left. */
bool audience_tell_unheard(struct turn *turn, const struct action *action);

#endif
