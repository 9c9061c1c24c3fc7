/*
 * What other programs file in a person's name as a form (Open311): a case or words for one, never a command,
 * whatever it says. Nobody proves the number in it.
 */
#ifndef GATEWAY_CONVERSATION_FILED_H
#define GATEWAY_CONVERSATION_FILED_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/* The sender of a form without a phone number. */
#define FILED_WITHHELD "withheld"

/* Whether the event came by such a line (EVENT_LINE_FORMS). */
bool filed_is(const struct event *event);

/*
 * Opens a case, or adds the words to the case they belong to. Where it is unknown where a case is, it waits
 * for a clerk: a step "place asked" has the point. False: the store failed.
 */
bool filed_take(struct turn *turn, struct event *event, const struct understood *understood);

#endif
