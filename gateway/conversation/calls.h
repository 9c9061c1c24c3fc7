/*
 * Calls nobody answered, and messages without words.
 */
#ifndef GATEWAY_CONVERSATION_CALLS_H
#define GATEWAY_CONVERSATION_CALLS_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/* Both set the event's outcome. False: the store failed. */

/* A missed call: as the line is configured, a text that asks to write, a task for the operator, or silence.
 */
bool calls_missed(struct turn *turn, struct event *event);

/* MMS, voicemail and other things without a person's words: a help text, at most once a day. */
bool calls_wordless(struct turn *turn, struct event *event);

#endif
