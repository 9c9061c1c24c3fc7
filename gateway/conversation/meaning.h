/*
 * What people mean who write in their own words (intent.h): asked to rate, asking after a case, taking it
 * back. What is unsure is asked back, and every answer says how to make a new case of the text: 新.
 */
#ifndef GATEWAY_CONVERSATION_MEANING_H
#define GATEWAY_CONVERSATION_MEANING_H

#include "gateway/conversation/talk.h"

/*
 * A rating while one is asked for, in whatever words: rates; with a new matter behind it, rates and opens a
 * case. Unsure: asks for a number. What is no rating is left to others.
 */
bool meaning_rate(struct talk *talk, bool *is_handled);

/* What the text means, when no command of the grammar took it. Complaints are left to others. */
bool meaning_act(struct talk *talk, bool *is_handled);

/* Thanks for something: more of an open case; without one, the answer says how to make a case of it after
 * all. */
bool meaning_thanks(struct talk *talk);

/* Says in the event what the text was taken for, so that 新 can say otherwise. Always true. */
bool meaning_note(struct talk *talk, const char *what);

/* Whether 新 or 补 may still be said to the sender's last text: it was answered for what it was taken for. */
bool meaning_was_taken(const struct event *last);

#endif
