#include "gateway/desk/intake.h"

#include <string.h>

#include "gateway/conversation/calls.h"
#include "gateway/conversation/conversation.h"
#include "gateway/desk/alert.h"
#include "gateway/desk/delivery.h"
#include "gateway/desk/parts.h"
#include "store/page/drafts.h"
#include "store/recordings.h"

#include <stdlib.h>
#include <talloc.h>

/* A SIM full of such messages alerts once; the events have the rest. */
enum { UNREADABLE_SECONDS = 3600 };

const char intake_outdated[] = "a later step was not seen";

/* The line deletes what it cannot decode once it is kept here: a person must learn of it. */
static bool keep_unreadable(struct turn *turn, struct event *event)
{
    const char *name = talloc_asprintf(turn->mem, "unreadable.%s", event->line), *told_at;

    event->outcome = event_outcome_name(OUTCOME_FAILED);
    if (!store_get(turn->store, turn->mem, name, &told_at))
        return false;
    if (told_at && turn->now < atoll(told_at) + UNREADABLE_SECONDS)
        return true;
    return store_set(turn->store, name, talloc_asprintf(turn->mem, "%lld", (long long)turn->now)) &&
           alert_tell(turn, "alert-unreadable", event->line, (long)event->id, "");
}

/* Whether somebody took a step while this was written. If so, the words are kept and their writer decides. */
static bool is_outdated(struct turn *turn, struct event *event, bool *is_so)
{
    *is_so = false;
    for (size_t i = 0; i < event->n_seen && !*is_so; i++) {
        int64_t last = 0;

        if (!store_last_step_id(turn->store, event->seen[i].case_id, &last))
            return false;
        *is_so = last != event->seen[i].step_id;
        if (*is_so) {
            event->outcome = event_outcome_name(OUTCOME_IGNORED);
            event->why = intake_outdated;
            event->case_id = event->seen[i].case_id;
        }
    }
    return true;
}

static bool take_call(struct turn *turn, struct event *event)
{
    struct recording *recording;

    if (!store_recording_of_event(turn->store, turn->mem, event->id, &recording))
        return false;
    return recording ? calls_recorded(turn, event, recording) : calls_missed(turn, event);
}

static bool handle(struct turn *turn, struct event *event, const struct understood *understood)
{
    switch (event->kind) {
    case EVENT_TEXT:
        return conversation_text(turn, event, understood);
    case EVENT_PART:
        return parts_take(turn, event);
    case EVENT_RECEIPT:
        return delivery_take_receipt(turn, event);
    case EVENT_CALL:
        return take_call(turn, event);
    case EVENT_NOTIFICATION:
        return event->is_unreadable ? keep_unreadable(turn, event) : calls_wordless(turn, event);
    }
    return false;
}

bool intake(struct turn *turn, struct event *event, const struct understood *understood)
{
    bool is_old;

    turn->now = event->received_at;
    if (!store_add_event(turn->store, event))
        return false;
    if (event->id == 0)
        return true;
    if (event->recording_id && !store_recording_becomes(turn->store, event->recording_id, event->id))
        return false;
    return is_outdated(turn, event, &is_old) && (is_old || handle(turn, event, understood)) &&
           store_finish_event(turn->store, event);
}

bool intake_redo(struct turn *turn, void *arg)
{
    struct intake_redo *redo = arg;
    struct understood understood = { 0 };
    struct event *event;

    if (!store_event(turn->store, turn->mem, redo->id, &event))
        return false;
    redo->event = event;
    redo->was_failed = event && strcmp(event->outcome, event_outcome_name(OUTCOME_FAILED)) == 0;
    if (!redo->was_failed)
        return true;
    event->why = "";
    event->case_id = 0;
    if (event->text)
        understand(turn->understanding, turn->mem, event->text, &understood);
    return handle(turn, event, &understood) && store_finish_event(turn->store, event);
}

bool intake_failed(struct turn *turn, struct event *event, const char *why)
{
    turn->now = event->received_at;
    if (!store_add_event(turn->store, event))
        return false;
    if (event->id == 0)
        return true;
    event->outcome = event_outcome_name(OUTCOME_FAILED);
    event->why = why;
    return store_finish_event(turn->store, event);
}
