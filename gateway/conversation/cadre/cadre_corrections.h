/*
 * Commands that put a case right: 改号 and 移.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_CORRECTIONS_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_CORRECTIONS_H

#include "gateway/conversation/talk.h"

/* 改号 n 手机: asks for the code; the case is that number's from then on. */
bool cadre_renumber(struct talk *talk);
/* 移 n1 n2 k: the k-th text that was added to n1, or the newest, belongs to n2 of the same reporter. */
bool cadre_move(struct talk *talk);

#endif
