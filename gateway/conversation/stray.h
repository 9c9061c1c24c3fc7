/*
 * Texts like one that staff took for no complaint (非诉求): their sender is asked before they become a case.
 */
#ifndef GATEWAY_CONVERSATION_STRAY_H
#define GATEWAY_CONVERSATION_STRAY_H

#include "gateway/conversation/talk.h"

/* Asks the sender what was meant, and sets *is_handled, where the text is like such a text of theirs; else
 * leaves *is_handled as it was. False: the store failed. */
bool stray_ask(struct talk *talk, bool *is_handled);

#endif
