/*
 * The answers to one text about several cases: held until all are done, then said as shortly as they can be.
 */
#ifndef GATEWAY_CONVERSATION_HELD_H
#define GATEWAY_CONVERSATION_HELD_H

#include "gateway/conversation/talk.h"

struct held_answer {
    const char *name;
    struct json_object *data;
    const struct case_ *case_; /* NULL: about none */
    bool is_done;
};

struct held {
    struct held_answer answers[1 + MORE_NUMBERS];
    size_t n;
};

/* talk_answer adds to held until held_say. */
void held_begin(struct talk *talk, struct held *held);
/* Keeps an answer, for talk_answer; data is consumed. */
void held_add(struct held *held, const char *name, struct json_object *data, const struct case_ *case_);
/* Says of the answers from this one on whether their command was done: talk_done gave no reason against it.
 */
void held_mark(struct talk *talk, struct held *held, size_t from);
/*
 * Answers: what was done in one text, what was not each with its reason. Calls talk_done where something was
 * done. False: the store failed.
 */
bool held_say(struct talk *talk, struct held *held);
/* Forgets all of them. */
void held_drop(struct talk *talk, struct held *held);

#endif
