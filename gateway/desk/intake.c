#include "gateway/desk/intake.h"

#include "gateway/conversation/calls.h"
#include "gateway/conversation/conversation.h"
#include "gateway/desk/delivery.h"
#include "gateway/desk/parts.h"

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
        return calls_missed(turn, event);
    case EVENT_NOTIFICATION:
        return calls_wordless(turn, event);
    }
    return false;
}

bool intake(struct turn *turn, struct event *event, const struct understood *understood)
{
    turn->now = event->received_at;
    if (!store_add_event(turn->store, event))
        return false;
    if (event->id == 0)
        return true;
    return handle(turn, event, understood) && store_finish_event(turn->store, event);
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
