/*
 * Commands by which a case goes to others, becomes two or one with another, or is classed anew.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_TRANSFERS_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_TRANSFERS_H

#include "gateway/conversation/talk.h"

/* Each answers the person. False: the store failed. */
bool cadre_return(struct talk *talk);        /* 退 */
bool cadre_recuse(struct talk *talk);        /* 回避 */
bool cadre_forward(struct talk *talk);       /* 转 */
bool cadre_split(struct talk *talk);         /* 拆 */
bool cadre_merge(struct talk *talk);         /* 并 */
bool cadre_reclass(struct talk *talk);       /* 改类 */
bool cadre_place(struct talk *talk);         /* 改地 */
bool cadre_urgency_class(struct talk *talk); /* 定级 */
/* The topic that somebody typed, in Chinese or English, as it is kept; NULL: none. */
const char *cadre_topic(const char *word);
bool cadre_public_works(struct talk *talk); /* 大事: makes a need that many share one of the year's works */

#endif
