/*
 * Answers to what we asked a person last.
 */
#ifndef GATEWAY_CONVERSATION_QUESTIONS_H
#define GATEWAY_CONVERSATION_QUESTIONS_H

#include "gateway/conversation/talk.h"

/* An answer to the open question: a rating, a choice from a list, or whose appeal it is. */
bool questions_answer(struct talk *talk, bool *is_handled);

#endif
