/*
 * The gate of art. 30 of the Regulation on petitions: every word of a reporter passes it before anybody is
 * told. Words that accuse an official restrict the case: it goes to the people one level above, who alone may
 * see it from then on, whatever state it was in.
 */
#ifndef GATEWAY_CASE_RESTRICTION_H
#define GATEWAY_CASE_RESTRICTION_H

#include "gateway/case/lifecycle.h"

/*
 * Hears the words of a step that is being taken, after its work and before its step is written. Sets
 * action->is_restricted when the case leaves the hands it was in: the new ones are told that it is theirs,
 * and nobody else of the step. False: the store failed.
 */
bool restriction_hear(struct turn *turn, struct action *action, const struct transition *transition);

/*
 * Restricts the case of a step that says itself that the reporter accuses an official: it leaves the hands it
 * was in, as after restriction_hear.
 */
bool restriction_impose(struct turn *turn, struct action *action);

/* Whether a reporter's words in a step, which need not have been taken, accuse an official. False: the store
 * failed. */
bool restriction_accuses(struct turn *turn, const struct action *action, const struct transition *transition,
                         bool *is_so);

#endif
