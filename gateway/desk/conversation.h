/*
 * Who wrote, and what their words do: the way from an event to a case's steps and the answers.
 */
#ifndef GATEWAY_DESK_CONVERSATION_H
#define GATEWAY_DESK_CONVERSATION_H

#include "gateway/desk/turn.h"
#include "store/events.h"

/*
 * Does everything a whole text asks for: person, command or case, steps, notices. The event is stored already
 * (id set); sets its outcome, why and case_id, which the caller records with store_finish_event.
 */
bool conversation_text(struct turn *turn, struct event *event, const struct understood *understood);

/* A part that came after its message was delivered with gaps: joins the case as a further text. */
bool conversation_late_part(struct turn *turn, struct event *event, int64_t case_id);

/* A call nobody answered: by the line's configuration a text that asks to write, a task, or silence. */
bool conversation_call(struct turn *turn, struct event *event);

/* MMS, voicemail and other things that hold no words of a person: a help text once. */
bool conversation_notification(struct turn *turn, struct event *event);

#endif
