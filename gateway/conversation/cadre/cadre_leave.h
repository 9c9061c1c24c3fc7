/*
 * 请假 and 销假: for some days a person's notices and cases go to somebody else.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_LEAVE_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_LEAVE_H

#include "gateway/conversation/talk.h"

/* Begins a leave: dates or a number of days, and the phone of a stand-in (none: one is found). */
bool cadre_leave(struct talk *talk);
/* Ends it early. */
bool cadre_back(struct talk *talk);

#endif
