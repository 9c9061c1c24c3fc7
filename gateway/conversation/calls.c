#include "gateway/conversation/calls.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/hearing.h"
#include "gateway/conversation/code.h"
#include "gateway/conversation/sender.h"
#include "gateway/conversation/talk.h"
#include "gateway/turn/calling.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/inquiry.h"
#include "gateway/turn/notify.h"

/* SOUND_LEAST_MS: what is shorter tells nothing. MOST_A_DAY: further recordings of a caller join their case.
 */
enum {
    SOUND_LEAST_MS = 2000,
    MOST_A_DAY = 5,
    CALL_BACK_SECONDS = 60,
    CALL_BACK_APART = 600,
    CALL_BACKS_A_DAY = 3
};

static const char call_back_name[] = "call-back";
static const char task[] = "a task for the operator";

static const char *missed_call_of(const struct turn *turn, const char *line)
{
    for (size_t i = 0; i < turn->config->n_modems; i++)
        if (strcmp(turn->config->modems[i].name, line) == 0)
            return turn->config->modems[i].missed_call;
    return "call";
}

/* Whether the caller is called back within the hour; at night a text answers at once, where it can. */
static bool call_back(struct talk *talk, bool *is_called_back)
{
    struct turn *turn = talk->turn;
    const char *phone = talk->event->from;
    int64_t soon = turn->now + CALL_BACK_SECONDS, lately, today, id = 0;

    *is_called_back = false;
    if (!calling_may(turn->config, phone))
        return true;
    if (!store_count_notices_to(turn->store, phone, call_back_name, turn->now - CALL_BACK_APART, &lately) ||
        !store_count_notices_to(turn->store, phone, call_back_name, turn->now - DAY_SECONDS, &today))
        return false;
    *is_called_back = lately > 0;
    if (lately > 0 || today >= CALL_BACKS_A_DAY)
        return true;
    if (!notify_call(turn,
                     &(struct notify){ .to = phone,
                                       .name = call_back_name,
                                       .priority = PRIORITY_ANSWER,
                                       .event_id = talk->event->id,
                                       .not_before = soon },
                     "", &id))
        return false;
    *is_called_back = id && (calling_after(turn->config, soon) == soon || calling_is_landline(phone));
    return true;
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
    bool is_called_back;

    if (sender_is_automatic(event->from) || sender_is_ours(turn->config, event->from))
        return talk_done(&talk, OUTCOME_IGNORED, NULL, "automatic sender");
    if (!talk_meet(&talk))
        return false;
    if (strcmp(how, "call") == 0) {
        if (!call_back(&talk, &is_called_back))
            return false;
        if (is_called_back)
            return talk_done(&talk, OUTCOME_ANSWERED, NULL, "is called back");
    }
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

static bool is_person(const struct turn *turn, const char *phone)
{
    return !sender_is_automatic(phone) && !sender_is_ours(turn->config, phone);
}

/* The open case that a caller's further recordings of a day join; NULL: none, or there were few so far. */
static bool find_open(struct talk *talk, struct case_ **case_)
{
    struct case_filter open = {
        .reporter = talk->event->from, .states = OPEN_STATES, .since = talk->since, .newest_first = true
    };
    struct turn *turn = talk->turn;
    struct case_ *cases;
    int64_t count;
    size_t n;

    *case_ = NULL;
    if (!is_person(turn, talk->event->from))
        return true;
    if (!store_count_recordings_from(turn->store, talk->event->from, turn->now - DAY_SECONDS, &count))
        return false;
    if (count < MOST_A_DAY)
        return true;
    if (!store_cases(turn->store, turn->mem, &open, &cases, &n))
        return false;
    for (size_t i = 0; i < n && !*case_; i++)
        if (cases[i].voice != VOICE_SEALED)
            *case_ = &cases[i];
    return true;
}

static bool open_case_for(struct talk *talk, const struct recording *recording, struct case_ **case_)
{
    struct understood nothing = { .kind = TEXT_CASE, .category = CATEGORY_LIVELIHOOD };
    struct opening opening = { .event = talk->event,
                               .understood = &nothing,
                               .text = "",
                               .voice = recording->is_sealed ? VOICE_SEALED : VOICE_UNHEARD };

    return cases_open(talk->turn, &opening, case_);
}

static bool answer(struct talk *talk, const struct case_ *case_)
{
    bool is_first = !talk->person->is_greeted;
    struct json_object *facts;

    if (!is_person(talk->turn, talk->event->from))
        return true;
    if (!facts_of_case(talk->turn, case_, &facts))
        return false;
    facts_flag(facts, "first", is_first);
    facts_flag(facts, "sealed", case_->voice == VOICE_SEALED);
    return talk_answer(talk, "received-call", facts, case_) &&
           (!is_first || store_set_greeted(talk->turn->store, talk->event->from));
}

/* An unknown caller, or one that nobody can answer, is not met. */
static bool meet(struct talk *talk)
{
    if (is_person(talk->turn, talk->event->from))
        return talk_meet(talk);
    talk->person = talloc_zero(talk->turn->mem, struct person);
    *talk->person = (struct person){ .phone = "", .name = "", .title = "", .language = "", .line = "" };
    return true;
}

/* Who has no number asks after the case with its number and this. */
static bool give_code(struct turn *turn, struct recording *recording)
{
    char code[CODE_SIZE];

    if (strcmp(recording->caller, RECORDING_WITHHELD) != 0)
        return true;
    if (!code_new(code)) {
        turn->error = "no random numbers";
        return false;
    }
    recording->code = talloc_strndup(turn->mem, code, INQUIRY_DIGITS);
    return true;
}

static bool keep(struct talk *talk, struct recording *recording)
{
    struct turn *turn = talk->turn;
    struct case_ *case_ = NULL;
    bool joins;

    if (!meet(talk) || (!recording->is_sealed && !find_open(talk, &case_)))
        return false;
    joins = case_ != NULL;
    if (!joins && !open_case_for(talk, recording, &case_))
        return false;
    recording->case_id = case_->id;
    if (!give_code(turn, recording))
        return false;
    return hearing_begin(turn, case_, recording) && store_update_recording(turn->store, recording) &&
           answer(talk, case_) && talk_done(talk, joins ? OUTCOME_ADDED : OUTCOME_CASE, case_, NULL);
}

bool calls_recorded(struct turn *turn, struct event *event, struct recording *recording)
{
    struct talk talk = { .turn = turn, .event = event };

    return recording->sound_ms < SOUND_LEAST_MS ? calls_missed(turn, event) : keep(&talk, recording);
}
