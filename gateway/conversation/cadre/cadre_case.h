/*
 * What the commands of registered people share: which case is meant, and a step in it.
 */
#ifndef GATEWAY_CONVERSATION_CADRE_CADRE_CASE_H
#define GATEWAY_CONVERSATION_CADRE_CADRE_CASE_H

#include "gateway/conversation/talk.h"

/* The case number in the text when its check digit is right; else NULL. */
const char *cadre_number(const struct talk *talk);
/* The case of that number, else the only one they have in hand; NULL: none, and the person was answered. */
bool cadre_case(struct talk *talk, struct case_ **case_);
/* Takes a step with the rest of the text as its words; done is the answer's name. */
bool cadre_take(struct talk *talk, enum act act, const char *done);
/* The same for steps that need words: without any, answers with the form before it looks for a case. */
bool cadre_take_with_words(struct talk *talk, enum act act, const char *done);
/* E.164 of a Chinese mobile number of eleven digits; a number with + is returned as it is; else NULL. */
const char *cadre_phone(void *mem, const char *phone);

#endif
