/*
 * People who do not read: a cadre who knows one says so, and news of their cases comes by call.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_CALL_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_CALL_H

#include "gateway/conversation/talk.h"

/* 不识字 n: the reporter of the case is called; 识字 n: is texted again. */
bool cadre_call(struct talk *talk);
bool cadre_call_no_more(struct talk *talk);

#endif
