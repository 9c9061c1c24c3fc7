/*
 * Who wrote, and what their words do: the way from an event to a case's steps and the answers.
 */
#ifndef GATEWAY_CONVERSATION_CONVERSATION_H
#define GATEWAY_CONVERSATION_CONVERSATION_H

#include "gateway/turn/turn.h"
#include "store/events.h"

/*
 * Does everything a whole text asks for: person, command or case, steps, notices. The event is stored already
 * (id set); sets its outcome, why and case_id, which the caller records with store_finish_event.
 */
bool conversation_text(struct turn *turn, struct event *event, const struct understood *understood);

/* A part that came when its message had been made a case without it. */
struct late_part {
    int64_t case_id;
    int sequence;
    const char *before, *after; /* the message as it was, with a gap, and as it is now */
};

/* The gap in the case's text is filled, and the completed text is looked at anew. */
bool conversation_late_part(struct turn *turn, struct event *event, const struct late_part *part);

/* A call nobody answered: by the line's configuration a text that asks to write, a task, or silence. */
bool conversation_call(struct turn *turn, struct event *event);

/* MMS, voicemail and other things that hold no words of a person: a help text once. */
bool conversation_notification(struct turn *turn, struct event *event);

#endif
