/*
 * Who hears of a step.
 */
#include "gateway/desk/life.h"

#include <string.h>

#include "gateway/desk/facts.h"
#include "gateway/desk/notify.h"

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

static bool tell_responsible(struct turn *turn, const struct taking *taking, const char *text,
                             struct json_object *facts)
{
    struct person *people;
    size_t n;

    if (!cases_responsible(turn, taking->case_, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!tell(turn, taking, people[i].phone, &people[i], text, facts, NULL))
            return false;
    return true;
}

static bool tell_supervisors(struct turn *turn, const struct taking *taking, const char *text,
                             struct json_object *facts)
{
    const struct case_ *case_ = taking->case_;
    struct person *people;
    size_t n, told = 0;

    if (!store_people(turn->store, turn->mem, ROLE_SUPERVISOR | ROLE_LEADER, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n && told < 2; i++) {
        unsigned standing;

        if (!cases_standing(turn, case_, &people[i], &standing))
            return false;
        if (!(standing & (BY_SUPERVISOR | BY_LEADER)) || strcmp(people[i].phone, case_->handler) == 0)
            continue;
        if (!tell(turn, taking, people[i].phone, &people[i], text, facts, NULL))
            return false;
        told++;
    }
    return true;
}

static bool tell_audience(struct turn *turn, const struct taking *taking, enum audience who, const char *text,
                          struct json_object *facts)
{
    const struct case_ *case_ = taking->case_;

    switch (who) {
    case REPORTER:
        return tell(turn, taking, case_->reporter, NULL, text, facts, case_->line);
    case HANDLER:
        return tell(turn, taking, case_->handler, NULL, text, facts, NULL);
    case RESPONSIBLE:
        return tell_responsible(turn, taking, text, facts);
    case SUPERVISORS:
        return tell_supervisors(turn, taking, text, facts);
    case NOBODY:
        break;
    }
    return true;
}

bool life_tell(struct turn *turn, const struct taking *taking, const struct life *life)
{
    struct json_object *facts;
    bool is_done = true;

    if (life->tells[0].who == NOBODY)
        return true;
    if (!facts_of_case(turn, taking->case_, &facts))
        return false;
    facts_text(facts, "words", taking->words, CLIP_WORDS);
    for (int i = 0; i < 3 && life->tells[i].who != NOBODY && is_done; i++)
        is_done = tell_audience(turn, taking, life->tells[i].who, life->tells[i].text, facts);
    json_object_put(facts);
    return is_done;
}

bool life_tell_assigned(struct turn *turn, const struct taking *taking)
{
    struct json_object *facts;
    bool is_done;

    if (!facts_of_case(turn, taking->case_, &facts))
        return false;
    is_done = tell_responsible(turn, taking, "assigned", facts);
    json_object_put(facts);
    return is_done;
}
