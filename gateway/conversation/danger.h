/*
 * The answer to a text of danger, whatever else it does: it names the emergency number first. It goes in the
 * place of every other answer, and nothing holds it back.
 */
#ifndef GATEWAY_CONVERSATION_DANGER_H
#define GATEWAY_CONVERSATION_DANGER_H

#include "gateway/conversation/talk.h"

/* Whether the text tells of danger. A cadre's command is work on a case and does not. */
bool danger_is_told(const struct talk *talk);

/* Whether danger_answer answers instead of the text of that name. */
bool danger_holds(const struct talk *talk, const char *name);

/* Ends a conversation: where danger was told, the words are in an open case, or in a new one, and the person
 * is answered. False: the store failed. */
bool danger_answer(struct talk *talk);

#endif
