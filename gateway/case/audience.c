/*
 * Who hears of a step.
 */
#include "gateway/case/lifecycle.h"

#include <string.h>

#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "gateway/turn/redact.h"

static bool tell(struct turn *turn, const struct taking *taking, const char *to, const struct person *person,
                 const char *text, struct json_object *facts, const char *line)
{
    const struct case_ *case_ = taking->case_;

    if (!*to || strcmp(to, taking->by->phone) == 0)
        return true;
    return notify(turn,
                  &(struct notify){ .to = to,
                                    .name = text,
                                    .data = json_object_get(facts),
                                    .priority = PRIORITY_NOTICE,
                                    .line = line,
                                    .case_id = case_->id,
                                    .step_id = taking->step_id,
                                    .event_id = taking->event_id,
                                    .person = person },
                  NULL);
}

typedef bool find_people(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);

static bool tell_people(struct turn *turn, const struct taking *taking, find_people *find, const char *text,
                        struct json_object *facts)
{
    struct person *people;
    size_t n;

    if (!find(turn, taking->case_, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!tell(turn, taking, people[i].phone, &people[i], text, facts, NULL))
            return false;
    return true;
}

/* Who reported a case that was merged into this one hears of it as well. */
static bool tell_reporters(struct turn *turn, const struct taking *taking, const char *text,
                           struct json_object *facts)
{
    const struct case_ *case_ = taking->case_;
    struct case_filter filter = { .merged_into = case_->id };
    struct case_ *merged;
    size_t n;

    if (!tell(turn, taking, case_->reporter, NULL, text, facts, case_->line) ||
        !store_cases(turn->store, turn->mem, &filter, &merged, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (strcmp(merged[i].reporter, case_->reporter) != 0 &&
            !(taking->other && taking->other->id == merged[i].id) &&
            !tell(turn, taking, merged[i].reporter, NULL, text, facts, merged[i].line))
            return false;
    return true;
}

static bool tell_handler(struct turn *turn, const struct taking *taking, const char *text,
                         struct json_object *facts)
{
    struct person *person;

    if (!cases_handler(turn, taking->case_, &person))
        return false;
    return !person || tell(turn, taking, person->phone, person, text, facts, NULL);
}

static bool tell_audience(struct turn *turn, const struct taking *taking, enum audience who, const char *text,
                          struct json_object *facts)
{
    const struct case_ *case_ = taking->case_;

    switch (who) {
    case REPORTER:
        return tell_reporters(turn, taking, text, facts);
    case HANDLER:
        return tell_handler(turn, taking, text, facts);
    case RESPONSIBLE: /* as long as nobody has it */
        return *case_->handler || tell_people(turn, taking, cases_responsible, text, facts);
    case UNIT_PEOPLE:
        return tell_people(turn, taking, cases_people_of_unit, text, facts);
    case LEADERS:
        return tell_people(turn, taking, cases_leaders, text, facts);
    case SUPERVISORS:
        return tell_people(turn, taking, cases_supervisors, text, facts);
    case NOBODY:
        break;
    }
    return true;
}

/* A rating's step holds the digit and then the comment: the digit is told in words. */
static const char *told_words(const struct taking *taking)
{
    if (taking->act != ACT_RATE || !taking->words || !*taking->words)
        return taking->words;
    return taking->words + 1 + strspn(taking->words + 1, " ");
}

static bool add_details(struct turn *turn, const struct taking *taking, struct json_object *facts)
{
    bool is_hidden = taking->case_->is_anonymous && strcmp(taking->by->phone, taking->case_->reporter) == 0;
    const char *words = told_words(taking);
    struct person *leader = NULL;

    facts_text(facts, "words", words ? public_to_handlers(turn->mem, is_hidden, words) : NULL, CLIP_WORDS);
    if (taking->other)
        facts_text(facts, "other", taking->other->number, 0);
    if (taking->days)
        facts_number(facts, "days", taking->days);
    if (taking->goes_up)
        facts_choice(facts, "why", taking->goes_up);
    if (*taking->case_->leader && !store_person(turn->store, turn->mem, taking->case_->leader, &leader))
        return false;
    if (leader)
        facts_text(facts, "leader", leader->name, CLIP_HINT);
    return true;
}

bool life_tell(struct turn *turn, const struct taking *taking, const struct life *life)
{
    struct json_object *facts;
    bool is_done;

    if (life->tells[0].who == NOBODY && !taking->goes_up)
        return true;
    if (!facts_of_case(turn, taking->case_, &facts))
        return false;
    is_done = add_details(turn, taking, facts);
    for (int i = 0; i < 3 && life->tells[i].who != NOBODY && is_done; i++)
        is_done = tell_audience(turn, taking, life->tells[i].who, life->tells[i].text, facts);
    if (is_done && taking->goes_up)
        is_done = tell_audience(turn, taking, SUPERVISORS, "goes-up", facts);
    json_object_put(facts);
    return is_done;
}

bool life_tell_assigned(struct turn *turn, const struct taking *taking)
{
    struct json_object *facts;
    bool is_done;

    if (!facts_of_case(turn, taking->case_, &facts))
        return false;
    is_done = tell_people(turn, taking, cases_responsible, "assigned", facts);
    json_object_put(facts);
    return is_done;
}
