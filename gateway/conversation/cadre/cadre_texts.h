/*
 * What becomes of a text of ours that failed, or of which nobody knows whether it arrived.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_TEXTS_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_TEXTS_H

#include "gateway/conversation/talk.h"

/* 短信重发, 短信作罢, 短信已到 and the number of the text, by who works on its case or oversees it; of texts
 * of no case, and of unrestricted ones, by operators. */
bool cadre_text_again(struct talk *talk);
bool cadre_text_given_up(struct talk *talk);
bool cadre_text_arrived(struct talk *talk);

#endif
