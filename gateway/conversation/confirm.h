/*
 * What a sender's number alone does not prove: a fresh code goes to the registered number, and sending it
 * back by the same line does what was asked. It is good for ten minutes. The third wrong code, of whichever
 * step, locks for an hour (sender.h).
 */
#ifndef GATEWAY_CONVERSATION_CONFIRM_H
#define GATEWAY_CONVERSATION_CONFIRM_H

#include "gateway/conversation/talk.h"

/*
 * Answers with what will be done and a fresh code, or why it may not be done. act: CLOSE, EXPLAIN, REFUSE,
 * EXTEND (by days), ADOPT, CLEAR, WITHDRAW or REVIEW; no other.
 */
bool confirm_ask(struct talk *talk, struct case_ *case_, enum act act, int days, const char *words);
/* The same for one step in each of n cases, in each of which it may be taken. */
bool confirm_ask_each(struct talk *talk, struct case_ *const *cases, size_t n, enum act act, int days,
                      const char *words);

/*
 * For a command that came by a line which proves nothing: answers with a code that runs it, as it was texted.
 */
bool confirm_sender(struct talk *talk, const char *command);

/*
 * Answers with what the command at hand will do, by facts, which are consumed, and a fresh code that runs it
 * with talk->is_confirmed. action: "merge", "hand over", "new number" or "keep".
 */
bool confirm_command(struct talk *talk, const char *action, struct json_object *facts,
                     const struct case_ *case_);

/* A text of six digits, perhaps with polite words: runs the step that awaits this code, or counts the try. */
bool confirm_code(struct talk *talk, bool *is_handled);

/* Answers that the code stands in the text before, while one is awaited; else leaves is_handled false. */
bool confirm_asked_for(struct talk *talk, bool *is_handled);

/* 是 while a code is awaited, and nothing was asked since: answers that the code itself is needed. */
bool confirm_yes(struct talk *talk, bool *is_handled);

#endif
