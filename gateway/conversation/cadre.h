/*
 * The commands of registered people that have files of their own; rows in cadre.c.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_H
#define GATEWAY_CONVERSATION_CADRE_H

#include "gateway/conversation/talk.h"

/* The number they gave, when it is right; NULL. */
const char *cadre_number(const struct talk *talk);
/* The case of their number, else the only one they have in hand; answered when there is none. */
bool cadre_case(struct talk *talk, struct case_ **case_);
/* Takes a step with the rest of the text as its words. */
bool cadre_take(struct talk *talk, enum act act, const char *done);

/* For steps that say nothing without words: the form is answered before anything is looked up. */
bool cadre_take_with_words(struct talk *talk, enum act act, const char *done);

/* cadre_moves.c: a case goes to others, becomes two, or one with another. */
bool cadre_return(struct talk *talk);
bool cadre_recuse(struct talk *talk);
bool cadre_forward(struct talk *talk);
bool cadre_split(struct talk *talk);
bool cadre_merge(struct talk *talk);
bool cadre_reclass(struct talk *talk);
bool cadre_file_for(struct talk *talk);
bool cadre_urgency_class(struct talk *talk);
bool cadre_public_works(struct talk *talk);
bool cadre_review(struct talk *talk);
/* E.164 of eleven digits from 13 to 19, or a number with its country; NULL. */
const char *cadre_phone(void *mem, const char *phone);

/* cadre_lists.c */
bool cadre_view(struct talk *talk);
bool cadre_mine(struct talk *talk);
bool cadre_waiting(struct talk *talk);
bool cadre_overdue(struct talk *talk);

/* cadre_leave.c: 请假, 销假. */
bool cadre_leave(struct talk *talk);
bool cadre_back(struct talk *talk);

#endif
