#include "gateway/case/audience.h"

#include <string.h>

#include "gateway/case/joined.h"
#include "gateway/case/responsible.h"
#include "gateway/case/standing.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/redact.h"
#include "gateway/turn/similar.h"

/* Who must act hears of an open case of danger at night too. */
static bool is_danger(const struct case_ *case_)
{
    return case_->urgency == URGENCY_URGENT && (case_->state == CASE_NEW || case_->state == CASE_IN_HAND);
}

/* Tells somebody of the step unless they took it. person is NULL for a reporter, whose own case is given. */
static bool tell(struct turn *turn, const struct action *action, const char *to, const struct person *person,
                 const char *text, struct json_object *facts, const struct case_ *own)
{
    const struct case_ *case_ = action->case_;

    if (!*to || strcmp(to, action->by->phone) == 0)
        return true;
    return notify(turn,
                  &(struct notify){ .to = to,
                                    .name = text,
                                    .data = json_object_get(facts),
                                    .priority = PRIORITY_NOTICE,
                                    .line = own ? own->line : NULL,
                                    .case_id = case_->id,
                                    .step_id = action->step_id,
                                    .event_id = action->event_id,
                                    .own_case = own,
                                    .is_danger = person && is_danger(case_),
                                    .person = person },
                  NULL);
}

typedef bool find_people(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);

static bool tell_each(struct turn *turn, const struct action *action, const struct person *people, size_t n,
                      const char *text, struct json_object *facts)
{
    for (size_t i = 0; i < n; i++)
        if (!tell(turn, action, people[i].phone, &people[i], text, facts, NULL))
            return false;
    return true;
}

static bool tell_people(struct turn *turn, const struct action *action, find_people *find, const char *text,
                        struct json_object *facts)
{
    struct person *people;
    size_t n;

    return find(turn, action->case_, &people, &n) && tell_each(turn, action, people, n, text, facts);
}

static bool is_among(const struct case_ *cases, size_t n, const char *reporter)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(cases[i].reporter, reporter) == 0)
            return true;
    return false;
}

/* The reporters of cases that were merged into this one hear of it as well, each once. */
static bool tell_reporters(struct turn *turn, const struct action *action, const char *text,
                           struct json_object *facts)
{
    const struct case_ *case_ = action->case_;
    struct case_ *merged, *by_other = NULL;
    size_t n, n_by_other = 0;

    if (!tell(turn, action, case_->reporter, NULL, text, facts, case_) ||
        !joined_cases(turn, case_, &merged, &n) ||
        (action->act == ACT_TAKE_IN && !joined_cases(turn, action->other, &by_other, &n_by_other)))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(merged[i].reporter, case_->reporter) != 0 && !is_among(merged, i, merged[i].reporter) &&
            !(action->other && action->other->id == merged[i].id) && /* they hear of it as its reporters */
            !is_among(by_other, n_by_other, merged[i].reporter) &&
            !tell(turn, action, merged[i].reporter, NULL, text, facts, &merged[i]))
            return false;
    return true;
}

static bool tell_audience(struct turn *turn, const struct action *action, enum audience who, const char *text,
                          struct json_object *facts)
{
    const struct case_ *case_ = action->case_;

    switch (who) {
    case REPORTER:
        return tell_reporters(turn, action, text, facts);
    case HANDLER:
        return tell_people(turn, action, responsible_now, text, facts);
    case RESPONSIBLE: /* only while nobody has it */
        return *case_->handler || tell_people(turn, action, responsible_people, text, facts);
    case UNIT_PEOPLE:
        return tell_people(turn, action, responsible_of_unit, text, facts);
    case LEADERS:
        return tell_people(turn, action, responsible_leaders, text, facts);
    case SORTERS:
        return tell_people(turn, action, responsible_sorters, text, facts);
    case SUPERVISORS:
        return tell_people(turn, action, responsible_supervisors, text, facts);
    case REVIEWERS:
        return tell_people(turn, action, responsible_reviewers, text, facts);
    case NOBODY:
        break;
    }
    return true;
}

/* A rating's step holds the digit and then the comment; the texts name the rating themselves. */
static const char *told_words(const struct action *action)
{
    if (action->act != ACT_RATE || !action->words || !*action->words)
        return action->words;
    return action->words + 1 + strspn(action->words + 1, " ");
}

/* Whoever is told that the reporter heard of it must not be told so where nobody did. */
static bool add_unreached(struct turn *turn, const struct case_ *case_, struct json_object *facts)
{
    const char *why;

    if (!notify_unreached(turn, case_, &why))
        return false;
    if (why)
        facts_choice(facts, "unreached", why);
    return true;
}

static bool add_details(struct turn *turn, const struct action *action, struct json_object *facts)
{
    const char *words = told_words(action);
    struct person *leader = NULL;
    const struct case_ *own;
    bool is_hidden;

    if (!joined_own(turn, action->case_, action->by->phone, &own))
        return false;
    is_hidden = own && own->is_anonymous;

    words = words ? redact_for_handlers(turn->mem, is_hidden, words) : NULL;
    facts_text(facts, "words", words, CLIP_WORDS);
    facts_text(facts, "answer", words, CLIP_ANSWER);
    if (action->other)
        facts_text(facts, "other", action->other->number, 0);
    if (action->is_renewed)
        facts_text(facts, "reason", redact_for_handlers(turn->mem, is_hidden, action->reason), CLIP_WORDS);
    if (action->county)
        facts_text(facts, "county", action->county->name, CLIP_HINT);
    if (action->county && !add_unreached(turn, action->case_, facts))
        return false;
    if (action->their_number)
        facts_text(facts, "their_number", action->their_number, 0);
    if (action->why)
        facts_choice(facts, "why", action->why);
    if (action->days)
        facts_number(facts, "days", action->days);
    if (action->escalation)
        facts_choice(facts, "why", escalation_name(action->escalation));
    if (*action->case_->leader && !store_person(turn->store, turn->mem, action->case_->leader, &leader))
        return false;
    if (leader)
        facts_text(facts, "leader", leader->name, CLIP_HINT);
    return true;
}

bool audience_tell(struct turn *turn, const struct action *action, const struct audience_text *audiences)
{
    struct json_object *facts;
    bool is_done;

    if (audiences[0].who == NOBODY && !action->escalation)
        return true;
    if (!facts_of_case(turn, action->case_, &facts))
        return false;
    is_done = add_details(turn, action, facts);
    for (int i = 0; i < AUDIENCE_MOST && audiences[i].who != NOBODY && is_done; i++)
        is_done = tell_audience(turn, action, audiences[i].who, audiences[i].text, facts);
    if (is_done && action->escalation)
        is_done = tell_audience(turn, action, SUPERVISORS, "escalated", facts);
    json_object_put(facts);
    return is_done;
}

/* The operator alone can register somebody who is accused of nothing. Not a word of the case is said. */
static bool alert_of_nobody(struct turn *turn)
{
    if (!turn->config->operator_phone)
        return true;
    return notify(turn,
                  &(struct notify){ .to = turn->config->operator_phone,
                                    .name = "alert-nobody",
                                    .priority = PRIORITY_NOTICE,
                                    .is_operators = true },
                  NULL);
}

/* Who hears of a new case: the people who should take it on, and those on duty. */
struct hearers {
    struct person *people, *on_duty;
    size_t n, n_on_duty;
};

/* Who heard of the case as a new one already. */
static bool has_heard(struct turn *turn, const struct case_ *case_, const char *phone, bool *is_so)
{
    static const char *const texts[] = { "assigned", "on-duty-case" };

    *is_so = false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts && !*is_so; i++) {
        int64_t n;

        if (!store_count_notices_of_case(turn->store, case_->id, phone, texts[i], 0, &n))
            return false;
        *is_so = n > 0;
    }
    return true;
}

/* 值班: whoever is on duty here or above hears of the new case too, and who was told to take it on. */
static bool tell_on_duty(struct turn *turn, const struct action *action, const struct hearers *hearers,
                         struct json_object *facts)
{
    const struct person *told = hearers->people;
    const struct unit *unit = NULL;

    if (hearers->n_on_duty > 0 && hearers->n > 0 && told[0].unit && !cache_unit(turn, told[0].unit, &unit))
        return false;
    facts_text(facts, "told", unit ? unit->name : hearers->n > 0 ? told[0].name : "", CLIP_HINT);
    for (size_t i = 0; i < hearers->n_on_duty; i++) {
        const struct person *person = &hearers->on_duty[i];
        unsigned standing;
        bool knows;

        if (!has_heard(turn, action->case_, person->phone, &knows) ||
            !standing_of(turn, action->case_, person, &standing))
            return false;
        facts_flag(facts, "may_take", standing & BY_UNIT && action->case_->state == CASE_NEW);
        if (!knows && !tell(turn, action, person->phone, person, "on-duty-case", facts, NULL))
            return false;
    }
    return true;
}

/* Whether all of them may know of a case. */
static bool may_all_know(struct turn *turn, const struct case_ *case_, const struct person *people, size_t n,
                         bool *may)
{
    *may = true;
    for (size_t i = 0; i < n && *may; i++) {
        unsigned standing;

        if (!standing_of(turn, case_, &people[i], &standing))
            return false;
        *may = standing != 0;
    }
    return true;
}

/* Offers an earlier case that is probably of the same breakdown, to be merged by whoever handles it. */
static bool add_earlier(struct turn *turn, const struct case_ *case_, const struct person *people, size_t n,
                        struct json_object *facts)
{
    struct similar_case *earlier;
    const struct unit *place = NULL;
    struct case_ *other;
    bool may;

    if (case_->state != CASE_NEW || !similar_earlier(turn->store, turn->mem, case_, &earlier))
        return case_->state != CASE_NEW;
    if (!earlier)
        return true;
    if (!cache_unit(turn, case_->place, &place) || !store_case(turn->store, turn->mem, earlier->id, &other) ||
        !may_all_know(turn, other, people, n, &may))
        return false;
    if (may && place && place->level == UNIT_VILLAGE)
        facts_text(facts, "similar", earlier->number, 0);
    return true;
}

bool audience_tell_unheard(struct turn *turn, const struct action *action)
{
    struct json_object *facts;
    struct person *people;
    size_t n;
    bool is_done;

    if (!responsible_people(turn, action->case_, &people, &n) || !facts_of_case(turn, action->case_, &facts))
        return false;
    is_done = true;
    for (size_t i = 0; i < n && is_done; i++) {
        bool knows;

        is_done = has_heard(turn, action->case_, people[i].phone, &knows) &&
                  (knows || tell(turn, action, people[i].phone, &people[i], "assigned", facts, NULL));
    }
    json_object_put(facts);
    return is_done;
}

bool audience_tell_assigned(struct turn *turn, const struct action *action)
{
    const struct case_ *case_ = action->case_;
    struct hearers hearers;
    struct json_object *facts;
    bool is_done;

    if (case_->alarm_at && !action->is_restricted)
        return true;
    if (!responsible_people(turn, case_, &hearers.people, &hearers.n) ||
        !responsible_on_duty(turn, case_, &hearers.on_duty, &hearers.n_on_duty))
        return false;
    if (hearers.n == 0 && case_->is_guarded && !alert_of_nobody(turn))
        return false;
    if (hearers.n + hearers.n_on_duty == 0)
        return true;
    if (!facts_of_case(turn, case_, &facts))
        return false;
    is_done = add_earlier(turn, case_, hearers.people, hearers.n, facts) &&
              tell_each(turn, action, hearers.people, hearers.n, "assigned", facts) &&
              tell_on_duty(turn, action, &hearers, facts);
    json_object_put(facts);
    return is_done;
}
