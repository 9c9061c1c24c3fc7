/*
 * Calls nobody answered, calls that were recorded, and messages without words.
 */
#ifndef GATEWAY_CONVERSATION_CALLS_H
#define GATEWAY_CONVERSATION_CALLS_H

#include "gateway/turn/turn.h"
#include "store/events.h"
#include "store/recordings.h"

/* All set the event's outcome. False: the store failed. */

/* A missed call: as the line is configured, a text that asks to write, a task for the operator, or silence.
 */
bool calls_missed(struct turn *turn, struct event *event);

/* MMS, voicemail and other things without a person's words: a help text, at most once a day. */
bool calls_wordless(struct turn *turn, struct event *event);

/*
 * A recorded call. With 2 s of sound: opens a case, which waits for somebody to listen, or from the caller's
 * sixth recording of a day on joins their open one; texts its number to a caller who can be texted, and tells
 * who has to listen. With less: a missed call. Writes the recording back.
 */
bool calls_recorded(struct turn *turn, struct event *event, struct recording *recording);

#endif
