/*
 * A command with several case numbers: each is done, or the answer says which was not and why.
 */
#ifndef GATEWAY_CONVERSATION_SEVERAL_H
#define GATEWAY_CONVERSATION_SEVERAL_H

#include "gateway/conversation/talk.h"

/* Runs talk->command for each number of talk->match, or once where there is one number or none. */
bool several_run(struct talk *talk);

/* Asks for one code for a step in each case of talk->match; says at once which of them may not be taken. */
bool several_ask(struct talk *talk, enum act act);

#endif
