/*
 * Texts like one that staff took for no complaint (非诉求): their sender is asked before they become a case.
 */
#ifndef GATEWAY_CONVERSATION_STRAY_H
#define GATEWAY_CONVERSATION_STRAY_H

#include "gateway/conversation/talk.h"

bool stray_ask(struct talk *talk, bool *is_handled);

#endif
