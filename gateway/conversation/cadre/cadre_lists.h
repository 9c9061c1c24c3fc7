/*
 * What registered people can look at. Every case in a list is one they have standing for.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_LISTS_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_LISTS_H

#include "gateway/conversation/talk.h"

/* 看: one case; leaves a step that says who saw it. */
bool cadre_view(struct talk *talk);
/* 我的: the cases in their hands, and in those of people they stand in for. */
bool cadre_mine(struct talk *talk);
/* 待领: new cases of their unit or the places in it; a person without a unit sees all. */
bool cadre_waiting(struct talk *talk);
/* 超期: a cadre's own overdue cases; for leaders and supervisors those of their unit and the places in it. */
bool cadre_overdue(struct talk *talk);

/* 更多: the next page of the list that they read last, within a day. */
bool cadre_more(struct talk *talk);

#endif
