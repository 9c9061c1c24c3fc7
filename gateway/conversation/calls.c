#include "gateway/conversation/calls.h"

#include <string.h>

#include "gateway/conversation/sender.h"
#include "gateway/conversation/talk.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"

static const char task[] = "a task for the operator";

static const char *missed_call_of(const struct turn *turn, const char *line)
{
    for (size_t i = 0; i < turn->config->n_modems; i++)
        if (strcmp(turn->config->modems[i].name, line) == 0)
            return turn->config->modems[i].missed_call;
    return "text";
}

static bool is_a_task(const struct event *event, void *arg)
{
    *(bool *)arg |= event->kind == EVENT_CALL && strcmp(event->why, task) == 0;
    return true;
}

/* One task a day for each caller, because people ring again. */
static bool tell_operator(struct talk *talk)
{
    const char *phone = talk->turn->config->operator_phone;
    struct event_filter filter = { .from = talk->event->from,
                                   .since = talk->turn->now - DAY_SECONDS,
                                   .outcome = event_outcome_name(OUTCOME_ANSWERED) };
    bool is_told = false;

    if (!phone)
        return talk_done(talk, OUTCOME_IGNORED, NULL, "no operator's phone");
    if (!store_each_event(talk->turn->store, &filter, is_a_task, &is_told))
        return false;
    if (is_told)
        return talk_done(talk, OUTCOME_IGNORED, NULL, "called again: the operator knows");
    return notify(talk->turn,
                  &(struct notify){ .to = phone,
                                    .name = "missed-call-operator",
                                    .data = facts_text(NULL, "from", talk->event->from, 0),
                                    .priority = PRIORITY_NOTICE,
                                    .event_id = talk->event->id },
                  NULL) &&
           talk_done(talk, OUTCOME_ANSWERED, NULL, task);
}

bool calls_missed(struct turn *turn, struct event *event)
{
    struct talk talk = { .turn = turn, .event = event };
    const char *how = missed_call_of(turn, event->line);

    if (sender_is_automatic(event->from) || sender_is_ours(turn->config, event->from))
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "automatic sender");
    if (!talk_meet(&talk))
        return false;
    if (strcmp(how, "silence") == 0)
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "calls are not answered");
    return strcmp(how, "task") == 0 ? tell_operator(&talk)
                                    : talk_answer_once_a_day(&talk, "missed-call", "a call");
}

bool calls_wordless(struct turn *turn, struct event *event)
{
    struct talk talk = { .turn = turn, .event = event };

    if (event->why && *event->why) /* the line knows that no person waits for an answer */
        return talk_done(&talk, OUTCOME_IGNORED, NULL, event->why);
    if (sender_is_automatic(event->from) || sender_is_ours(turn->config, event->from))
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "automatic sender");
    return talk_meet(&talk) && talk_answer_once_a_day(&talk, "no-words", "no words");
}
