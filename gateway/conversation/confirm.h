/*
 * Steps that a sender's number alone does not prove: a fresh code goes to the registered number, and sending
 * it back runs the step. Ten minutes, three tries; then the number is locked for an hour.
 */
#ifndef GATEWAY_CONVERSATION_CONFIRM_H
#define GATEWAY_CONVERSATION_CONFIRM_H

#include "gateway/conversation/talk.h"

/*
 * Answers with what will be done and a fresh code, or why it may not be done. act: CLOSE, EXPLAIN, REFUSE,
 * EXTEND (by days), ADOPT, CLEAR, WITHDRAW or REVIEW; no other.
 */
bool confirm_ask(struct talk *talk, struct case_ *case_, enum act act, int days, const char *words);

/* A text of six digits, while a code is awaited: runs the step or counts the try. */
bool confirm_code(struct talk *talk, bool *is_handled);

#endif
