/*
 * Further words of somebody who has a case: the same again, soon after, or a part that came late.
 */
#include <string.h>
#include <talloc.h>

#include "gateway/conversation/conversation.h"
#include "gateway/conversation/talk.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "store/notices.h"

enum { SAME_DAYS = 7, LOOK_BACK = 5, SHORT_PLACE = 60 /* octets */ };

/* As one of the texts it is made of. */
static bool holds_text(const struct case_ *case_, const char *text)
{
    size_t length = strlen(text);

    for (const char *at = case_->text; length > 0 && (at = strstr(at, text)); at++)
        if ((at == case_->text || at[-1] == '\n') && (!at[length] || at[length] == '\n'))
            return true;
    return false;
}

/* What came in parts stands in no event as a whole: one receipt a day is enough for it. */
static bool mute_second_receipt(struct talk *talk)
{
    struct notice *last;

    if (talk->event->kind != EVENT_PART)
        return talk_mute_repeated(talk, DAY_SECONDS);
    if (!store_last_notice(talk->turn->store, talk->turn->mem, talk->event->from, "received", &last))
        return false;
    talk->is_muted = last && talk->turn->now - last->created_at < DAY_SECONDS;
    return true;
}

/* The same words again belong to the case they made. */
bool follow_up_same(struct talk *talk, const char *words, bool *is_handled)
{
    struct turn *turn = talk->turn;
    struct case_filter filter = { .reporter = talk->event->from,
                                  .since = turn->now - (int64_t)SAME_DAYS * DAY_SECONDS,
                                  .newest_first = true,
                                  .limit = LOOK_BACK };
    struct case_ *cases;
    size_t n;

    if (talk->is_first)
        return true;
    if (!talk_mute_repeated(talk, DAY_SECONDS) || !store_cases(turn->store, turn->mem, &filter, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (holds_text(&cases[i], words) &&
            (case_state_is_open(cases[i].state) || turn->now - cases[i].received_at < DAY_SECONDS)) {
            *is_handled = true;
            return mute_second_receipt(talk) && talk_answer_case(talk, "received", &cases[i], "") &&
                   talk_done(talk, "added", &cases[i], "the same text again");
        }
    return true;
}

bool follow_up_repeats(struct talk *talk, bool *is_handled)
{
    return follow_up_same(talk, talk->event->text, is_handled);
}

static bool is_within(int64_t a, int64_t b, int64_t seconds)
{
    return a - b <= seconds && b - a <= seconds;
}

/* The latest of the sender's texts that made or joined a case within the minutes; thanks in between do not
 * count. */
static bool find_joinable(struct talk *talk, struct case_ **case_)
{
    struct turn *turn = talk->turn;
    int64_t seconds = (int64_t)turn->config->join_minutes * 60, before = talk->event->id;

    *case_ = NULL;
    for (int i = 0; i < LOOK_BACK && seconds > 0 && !talk->is_first; i++) {
        struct event *last;

        if (!store_last_text(turn->store, turn->mem, talk->event->from, before, &last))
            return false;
        if (!last || !is_within(talk->event->received_at, last->received_at, seconds) ||
            !is_within(talk->event->at, last->at, seconds))
            return true;
        before = last->id;
        if (!last->case_id || !last->outcome ||
            (strcmp(last->outcome, "case") != 0 && strcmp(last->outcome, "added") != 0))
            continue;
        return store_case(turn->store, turn->mem, last->case_id, case_);
    }
    return true;
}

static bool join(struct talk *talk, struct action *action)
{
    if (!talk_step(talk, action))
        return false;
    talk_follow_language(talk);
    return talk_answer_case(talk, action->refusal ? action->refusal : "joined", action->case_, "") &&
           talk_done(talk, "added", action->case_, action->refusal);
}

/* 东陈村的: a place and hardly more. */
static bool is_only_a_place(const struct understood *understood)
{
    return understood->what == WHAT_CASE && understood->place.unit && !understood->is_guarded &&
           strcmp(understood->topic, "other") == 0 && strlen(understood->normal.text) <= SHORT_PLACE;
}

bool follow_up_place(struct talk *talk, bool *is_handled)
{
    struct action action = { .act = ACT_ADD, .words = talk->event->text, .understood = talk->understood };

    if (!talk->question || strcmp(talk->question->kind, "place") != 0 || !is_only_a_place(talk->understood))
        return true;
    if (!store_case(talk->turn->store, talk->turn->mem, talk->question->case_id, &action.case_))
        return false;
    if (!action.case_ || !case_state_is_open(action.case_->state))
        return true;
    *is_handled = true;
    return store_answer_question(talk->turn->store, talk->event->from) && join(talk, &action);
}

bool follow_up_join(struct talk *talk, bool *is_handled)
{
    struct action action = { .act = ACT_ADD, .words = talk->event->text, .understood = talk->understood };

    if (!find_joinable(talk, &action.case_))
        return false;
    if (!action.case_ || !case_state_is_open(action.case_->state))
        return true;
    *is_handled = true;
    return join(talk, &action);
}

/* NULL where the message is not in the case any more. */
static const char *completed(void *mem, const char *text, const struct late_part *part)
{
    const char *at = strstr(text, part->before);

    return at ? talloc_asprintf(mem, "%.*s%s%s", (int)(at - text), text, part->after,
                                at + strlen(part->before))
              : NULL;
}

/* What its step says: which part came, and what was in it. */
static const char *part_words(struct turn *turn, const struct event *event, const struct late_part *part)
{
    struct json_object *data = facts_number(NULL, "sequence", part->sequence);
    const char *words;

    facts_text(data, "text", event->text, 0);
    words = words_render(turn->mem, turn->words, turn->config->language, "part-came", data, &turn->error);
    json_object_put(data);
    return words;
}

bool conversation_late_part(struct turn *turn, struct event *event, const struct late_part *part)
{
    struct person reporter = { .phone = event->from, .name = "" };
    struct talk talk = { .turn = turn, .event = event, .person = &reporter };
    struct action action = { .act = ACT_LATE_PART, .words = event->text };
    struct understood understood;

    if (!store_case(turn->store, turn->mem, part->case_id, &action.case_))
        return false;
    if (!action.case_ || !event->text)
        return talk_done(&talk, "ignored", NULL, "a late part of no case");
    action.whole = completed(turn->mem, action.case_->text, part);
    if (action.whole)
        action.words = part_words(turn, event, part);
    if (!action.words)
        return false;
    understand(turn->understanding, turn->mem, action.whole ? action.whole : event->text, &understood);
    action.understood = &understood;
    return talk_step(&talk, &action) && talk_done(&talk, "joined", action.case_, action.refusal);
}
