/*
 * The commands of registered people.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_H

#include "gateway/conversation/talk.h"

extern const struct keyword_command cadre_commands[]; /* ends with words NULL */

/* Answers with the form of a command whose number was left out; a case they have in hand is its example. */
bool cadre_answer_lacking(struct talk *talk);

/* 复查 n words of who has to answer that review: finds the command that they mean. False: it is none. */
bool cadre_review_command(struct talk *talk);

/*
 * Runs the command that was found, or first asks for a code where neither the line nor the command proves who
 * sent it. command: its words as they were texted.
 */
bool cadre_run(struct talk *talk, const char *command);

#endif
