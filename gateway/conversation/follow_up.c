#include "gateway/conversation/follow_up.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/joined.h"
#include "gateway/case/repeat.h"
#include "gateway/conversation/danger.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "store/notices.h"
#include "store/questions.h"

enum { SAME_DAYS = 7, LOOK_BACK = 5 };

/* Repeats of a text in parts cannot be counted, because no event holds the whole: it gets one receipt a day.
 */
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

bool follow_up_same(struct talk *talk, const char *words, bool *is_handled)
{
    struct turn *turn = talk->turn;
    int64_t since = turn->now - (int64_t)SAME_DAYS * DAY_SECONDS;
    struct case_filter filter = { .reporter = talk->event->from,
                                  .since = since > talk->since ? since : talk->since,
                                  .newest_first = true,
                                  .limit = LOOK_BACK };
    struct case_ *cases;
    size_t n;

    if (talk->is_first)
        return true;
    if (!talk_mute_alike(talk) || !store_cases(turn->store, turn->mem, &filter, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (repeat_holds_text(&cases[i], words) &&
            (case_state_is_open(cases[i].state) || turn->now - cases[i].received_at < DAY_SECONDS)) {
            *is_handled = true;
            return mute_second_receipt(talk) && talk_answer_case(talk, "received-again", &cases[i], "") &&
                   talk_done(talk, OUTCOME_ADDED, &cases[i], "the same text again");
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

/* The case of the sender's latest text within the minutes that made or joined one; thanks in between do not
 * count. */
bool follow_up_joinable(struct talk *talk, struct case_ **case_)
{
    struct turn *turn = talk->turn;
    int64_t seconds = (int64_t)turn->config->join_minutes * 60, before = talk->event->id;

    *case_ = NULL;
    for (int i = 0; i < LOOK_BACK && seconds > 0 && !talk->is_first; i++) {
        struct event *last;

        if (!store_last_text(turn->store, turn->mem, talk->event->from, before, &last))
            return false;
        if (!last || last->received_at < talk->since ||
            !is_within(talk->event->received_at, last->received_at, seconds) ||
            !is_within(talk->event->at, last->at, seconds))
            return true;
        before = last->id;
        if (!last->case_id || !last->outcome ||
            (strcmp(last->outcome, event_outcome_name(OUTCOME_CASE)) != 0 &&
             strcmp(last->outcome, event_outcome_name(OUTCOME_ADDED)) != 0))
            continue;
        return store_case(turn->store, turn->mem, last->case_id, case_) &&
               (!*case_ || joined_root(turn, *case_, case_));
    }
    return true;
}

bool follow_up_add(struct talk *talk, struct case_ *case_)
{
    struct action action = {
        .act = ACT_ADD, .case_ = case_, .words = talk->event->text, .understood = talk->understood
    };
    const char *name = "joined";

    if (!talk_step(talk, &action))
        return false;
    if (action.refusal)
        name = refusal_name(action.refusal);
    else if (action.is_restricted)
        name = "restricted";
    talk_follow_language(talk);
    return talk_answer_case(talk, name, case_, "") &&
           talk_done(talk, OUTCOME_ADDED, case_, refusal_name(action.refusal));
}

static bool is_another_matter(const struct talk *talk, const struct case_ *case_)
{
    return talk->is_another && talk->understood->topic_confidence >= SURE_TOPIC &&
           strcmp(talk->understood->topic, case_->topic) != 0;
}

bool follow_up_join(struct talk *talk, bool *is_handled)
{
    struct case_ *case_;

    if (talk->hides)
        return true;
    if (!follow_up_joinable(talk, &case_))
        return false;
    if (!case_ || !case_state_is_open(case_->state) || is_another_matter(talk, case_))
        return true;
    *is_handled = true;
    return follow_up_add(talk, case_);
}

/* Says how to report, to who has a case in hand: the newest is the example. */
static bool ask_whose(struct talk *talk, const char *words)
{
    struct case_filter mine = {
        .handler = talk->event->from, .states = 1u << CASE_IN_HAND, .newest_first = true, .limit = 1
    };
    struct json_object *facts;
    struct case_ *cases;
    size_t n;

    if (!store_cases(talk->turn->store, talk->turn->mem, &mine, &cases, &n))
        return false;
    facts = facts_text(NULL, "text", words, CLIP_TEXT);
    if (n > 0)
        facts_text(facts, "number", cases[0].number, 0);
    return talk_answer(talk, "own-appeal", facts, NULL) &&
           talk_done(talk, OUTCOME_WAITING, NULL, "taken for words that may be their own appeal");
}

bool follow_up_whose_appeal(struct talk *talk, bool *is_handled)
{
    bool is_asked = talk->question && talk->question->kind == QUESTION_APPEAL;
    const char *words = talk->event->text;

    if (!talk->person->roles || danger_is_told(talk))
        return true;
    *is_handled = true;
    if (is_asked)
        words = talloc_asprintf(talk->turn->mem, "%s\n%s", talk->question->data, words);
    return talk_mute_alike(talk) && talk_ask(talk->turn, talk->event->from, QUESTION_APPEAL, 0, words) &&
           ask_whose(talk, words);
}
