/*
 * The commands of registered people.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_H
#define GATEWAY_CONVERSATION_CADRE_H

#include "gateway/conversation/talk.h"

extern const struct keyword_command cadre_commands[]; /* ends with words NULL */

/* Answers with the form of a command whose number was left out; a case they have in hand is its example. */
bool cadre_answer_lacking(struct talk *talk);

#endif
