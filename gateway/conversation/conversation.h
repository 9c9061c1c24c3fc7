/*
 * What a person's text does: from an event to a case's steps and the answers.
 */
#ifndef GATEWAY_CONVERSATION_CONVERSATION_H
#define GATEWAY_CONVERSATION_CONVERSATION_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/*
 * Does everything a whole text asks for: person, command or case, steps, notices. The event is stored already
 * (id set); sets its outcome, why and case_id, which the caller records with store_finish_event. False: the
 * store failed.
 */
bool conversation_text(struct turn *turn, struct event *event, const struct understood *understood);

#endif
