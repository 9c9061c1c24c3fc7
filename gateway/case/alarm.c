#include "gateway/case/alarm.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/case/responsible.h"
#include "gateway/case/standing.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/redact.h"
#include "store/notices.h"

enum {
    NEXT_SECONDS = 600,
    OPERATOR_SECONDS = 1800,
    OLD_SECONDS = 6 * 3600, /* what was sent before rings once */
    ROUNDS = 2,
    MOST_RINGS = 3, /* of one person about one case */
    MOST_TOLD = 5   /* texts of what a reporter adds, to one person about one case */
};

/* The last line of the case's text that tells of danger: earlier ones may be about something else. */
static const char *words_of_danger(struct turn *turn, const struct case_ *case_)
{
    char *text = talloc_strdup(turn->mem, case_->text), *line;
    const char *found = case_->text;

    while (turn->understanding && (line = strsep(&text, "\n"))) {
        struct danger_found danger;

        understanding_danger(turn->understanding, turn->mem, line, &danger);
        if (danger.kind)
            found = line;
    }
    return redact_for_handlers(turn->mem, case_->is_anonymous, found);
}

static bool make_facts(struct turn *turn, const struct case_ *case_, struct json_object **facts)
{
    if (!facts_of_case(turn, case_, facts))
        return false;
    facts_text(*facts, "words", words_of_danger(turn, case_), CLIP_TEXT);
    return true;
}

/* Beside the text, which they may sleep through, where calls can go out. */
static bool ring_phone(struct turn *turn, const struct action *step, const struct person *person)
{
    int64_t id;

    return !turn->config->voice_alarm || notify_call(turn,
                                                     &(struct notify){ .to = person->phone,
                                                                       .name = "alarm-call",
                                                                       .priority = PRIORITY_ANSWER,
                                                                       .case_id = step->case_->id,
                                                                       .step_id = step->step_id,
                                                                       .is_danger = true },
                                                     step->case_->number, &id);
}

/* Releases the facts. */
static bool tell(struct turn *turn, const struct action *step, const struct person *person, const char *name,
                 struct json_object *facts)
{
    return notify(turn,
                  &(struct notify){ .to = person->phone,
                                    .name = name,
                                    .data = facts,
                                    .priority = PRIORITY_ANSWER,
                                    .case_id = step->case_->id,
                                    .step_id = step->step_id,
                                    .event_id = step->event_id,
                                    .is_danger = true,
                                    .person = person },
                  NULL);
}

static bool ring(struct turn *turn, const struct action *step, const struct person *person,
                 struct json_object *facts)
{
    return ring_phone(turn, step, person) && tell(turn, step, person, "alarm", json_object_get(facts));
}

/* Only the number is said, and of a restricted case not even that: the operator may not know of it. */
static bool ring_operator(struct turn *turn, const struct action *step)
{
    return notify(turn,
                  &(struct notify){ .to = turn->config->operator_phone,
                                    .name = "alarm-operator",
                                    .data = step->case_->is_guarded ? NULL : facts_in_brief(step->case_),
                                    .priority = PRIORITY_ANSWER,
                                    .case_id = step->case_->id,
                                    .step_id = step->step_id,
                                    .is_danger = true,
                                    .is_operators = true },
                  NULL);
}

/* Writes the step, and the case with the moment of the next. */
static bool take_step(struct turn *turn, struct action *step, struct case_ *case_, int64_t next)
{
    *step = (struct action){
        .act = ACT_RING, .case_ = case_, .by = &calendar_person, .event_id = step->event_id, .is_silent = true
    };
    case_->alarm_at = next;
    return cases_take(turn, step);
}

static bool ring_people(struct turn *turn, struct action *step, const struct person *people, size_t n)
{
    struct json_object *facts;
    bool is_done = true;

    if (!make_facts(turn, step->case_, &facts))
        return false;
    for (size_t i = 0; i < n && is_done; i++)
        is_done = ring(turn, step, &people[i], facts);
    json_object_put(facts);
    return is_done;
}

/* How often a person was rung about the case, and since its alarm was raised. */
static bool count_rings(struct turn *turn, const struct case_ *case_, const char *phone, int64_t *in_all,
                        int64_t *lately)
{
    return store_count_notices_of_case(turn->store, case_->id, phone, "alarm", 0, in_all) &&
           store_count_notices_of_case(turn->store, case_->id, phone, "alarm", case_->alarmed_at, lately);
}

/* The people among these who may still be rung, in their order; the array is changed. */
static bool leave_out_rung(struct turn *turn, const struct case_ *case_, struct person *people, size_t *n)
{
    size_t kept = 0;

    for (size_t i = 0; i < *n; i++) {
        int64_t in_all, lately;

        if (!count_rings(turn, case_, people[i].phone, &in_all, &lately))
            return false;
        if (in_all < MOST_RINGS)
            people[kept++] = people[i];
    }
    *n = kept;
    return true;
}

bool alarm_raise(struct turn *turn, struct action *action)
{
    struct case_ *case_ = action->case_;
    struct action step = { .event_id = action->event_id };
    bool is_old = action->sent_at && turn->now - action->sent_at > OLD_SECONDS;
    struct person *people;
    size_t n, n_first;

    if (!responsible_in_danger(turn, case_, &people, &n, &n_first))
        return false;
    if (!leave_out_rung(turn, case_, people, &n_first))
        return false;
    case_->alarmed_at = turn->now;
    if (!take_step(turn, &step, case_, is_old ? 0 : turn->now + NEXT_SECONDS))
        return false;
    if (n_first == 0 && turn->config->operator_phone)
        return ring_operator(turn, &step);
    return ring_people(turn, &step, people, n_first);
}

/* What the reporter adds, to somebody who was rung: where it is, that the lost one is found. */
static bool tell_more(struct turn *turn, const struct action *action, const struct person *person)
{
    const struct case_ *case_ = action->case_;
    struct json_object *facts;
    int64_t told;

    if (!store_count_notices_of_case(turn->store, case_->id, person->phone, "alarm-added", case_->alarmed_at,
                                     &told))
        return false;
    if (told >= MOST_TOLD || strcmp(case_->handler, person->phone) == 0) /* who is told of the step */
        return true;
    if (!facts_of_case(turn, case_, &facts))
        return false;
    facts_text(facts, "words", redact_for_handlers(turn->mem, case_->is_anonymous, action->words),
               CLIP_CALENDAR);
    return tell(turn, action, person, "alarm-added", facts);
}

/* While an alarm is open: whoever must act at once and was not rung, since the case has come to them only
 * now, is rung; whoever was hears what the reporter adds. */
static bool follow(struct turn *turn, struct action *action, const struct transition *transition)
{
    bool is_told = action->act == ACT_ADD && transition->whose == REPORTERS && action->words;
    struct person *people;
    size_t n, n_first;

    if (!responsible_in_danger(turn, action->case_, &people, &n, &n_first))
        return false;
    for (size_t i = 0; i < n; i++) {
        int64_t in_all, lately;
        bool is_done = count_rings(turn, action->case_, people[i].phone, &in_all, &lately);

        if (is_done && lately == 0 && in_all < MOST_RINGS && i < n_first)
            is_done = ring_people(turn, action, &people[i], 1);
        else if (is_done && lately > 0 && is_told)
            is_done = tell_more(turn, action, &people[i]);
        if (!is_done)
            return false;
    }
    return true;
}

/* Whether an alarm was open before the step, and still is. */
static bool is_to_follow(const struct action *action, const struct case_ *before)
{
    return action->case_->alarm_at && before->alarm_at && !action->is_restricted && action->act != ACT_RING;
}

bool alarm_hear(struct turn *turn, struct action *action, const struct transition *transition,
                const struct case_ *before, bool *is_rung)
{
    const struct case_ *case_ = action->case_;
    struct danger_found danger = { .kind = DANGER_NONE };

    *is_rung = false;
    if (is_to_follow(action, before))
        return follow(turn, action, transition);
    if (transition->whose != REPORTERS || !action->words || !case_state_is_open(case_->state) ||
        (case_->alarm_at && !action->is_restricted))
        return true;
    if (action->understood)
        danger = action->understood->danger;
    else if (turn->understanding)
        understanding_danger(turn->understanding, turn->mem, action->words, &danger);
    *is_rung = danger.kind != DANGER_NONE;
    return !*is_rung || alarm_raise(turn, action);
}

void alarm_end(const struct action *action)
{
    static const enum act ends[] = { ACT_ACCEPT, ACT_PROGRESS, ACT_EXTEND, ACT_ANSWER_ALARM };
    struct case_ *case_ = action->case_;
    bool is_over = !case_state_is_open(case_->state);

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        is_over |= action->act == ends[i];
    if (is_over)
        case_->alarm_at = 0;
}

/* Who was rung least since the alarm was raised, the first of them; NULL: everybody was rung often enough. */
static bool find_next(struct turn *turn, const struct case_ *case_, struct person *people, size_t n,
                      struct person **next)
{
    int64_t least = ROUNDS;

    *next = NULL;
    for (size_t i = 0; i < n; i++) {
        int64_t in_all, lately;

        if (!count_rings(turn, case_, people[i].phone, &in_all, &lately))
            return false;
        if (in_all < MOST_RINGS && lately < least) {
            least = lately;
            *next = &people[i];
        }
    }
    return true;
}

/* A case that was imported. */
static bool raise_imported(struct turn *turn, struct case_ *case_)
{
    struct action action = { .case_ = case_, .sent_at = case_->received_at };

    return alarm_raise(turn, &action);
}

bool alarm_ring_next(struct turn *turn, struct case_ *case_)
{
    struct action step = { .event_id = 0 };
    struct person *people, *next;
    size_t n, n_first;

    if (!case_->alarmed_at)
        return raise_imported(turn, case_);
    if (!responsible_in_danger(turn, case_, &people, &n, &n_first) ||
        !find_next(turn, case_, people, n, &next))
        return false;
    if (next)
        return take_step(turn, &step, case_, turn->now + NEXT_SECONDS) && ring_people(turn, &step, next, 1);
    if (!turn->config->operator_phone) {
        case_->alarm_at = 0;
        return store_update_case(turn->store, case_);
    }
    return take_step(turn, &step, case_, turn->now + OPERATOR_SECONDS) && ring_operator(turn, &step);
}
