/*
 * The life of a case. Nothing changes a case but cases_open, cases_take and undo_last. Which step may follow
 * which state, who may take it, what it does and who is told is one table, in lifecycle.c.
 */
#ifndef GATEWAY_CASE_CASES_H
#define GATEWAY_CASE_CASES_H

#include "gateway/case/action.h"
#include "gateway/turn/turn.h"
#include "store/events.h"

/* Only asks whether the step may be taken: sets refusal or is_repeat. False: the store failed. */
bool cases_may_take(struct turn *turn, struct action *action);

/*
 * Takes the step: the case changes, its step is written, people are told. A refused step and a repeat return
 * true and change nothing, unless a reporter accuses an official in it: that is heard (is_restricted). False:
 * the store failed.
 */
bool cases_take(struct turn *turn, struct action *action);

struct opening {
    const struct event *event;
    const struct understood *understood; /* of the text */
    const char *text;                    /* NULL: the event's */
    const char *reporter;                /* NULL: who sent the event */
    const char *actor;                   /* who files it; NULL: the reporter */
    bool is_anonymous;
    enum case_voice voice; /* of a recording: nobody is told of the case, the caller does that */
};

/*
 * Opens a case with its number, place, topic, class, unit and first step. Tells the people responsible; the
 * caller answers the reporter. *case_ comes from turn->mem. False: the store failed.
 */
bool cases_open(struct turn *turn, const struct opening *opening, struct case_ **case_);

#endif
