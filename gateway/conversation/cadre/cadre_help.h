/*
 * What registered people ask about the commands themselves: 怎么办结, 请假三天; and about us: 你们是哪个单位.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_HELP_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_HELP_H

#include "gateway/conversation/talk.h"

/* Answers a short text that asks for it with the form of the command that it names, or with help. */
bool cadre_help_asked(struct talk *talk, bool *is_handled);

#endif
