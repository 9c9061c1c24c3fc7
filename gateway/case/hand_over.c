#include "gateway/case/hand_over.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/audience.h"
#include "gateway/case/cases.h"
#include "gateway/case/standing.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/notify.h"
#include "store/notices.h"
#include "store/questions.h"
#include "store/upkeep/move.h"

enum { LISTED = 20 };

bool hand_over_is_by(struct turn *turn, const struct person *leader, const struct person *person, bool *is_so)
{
    *is_so = leader == &operator_person;
    if (*is_so || !(leader->roles & ROLE_LEADER) || strcmp(leader->phone, person->phone) == 0)
        return true;
    *is_so = !leader->unit;
    return *is_so || standing_is_above(turn, leader->unit, person->unit, is_so);
}

/* Whether the person could have the case in hand. */
static bool may_have(struct turn *turn, const struct case_ *case_, const struct person *person, bool *is_so)
{
    struct case_ theirs = *case_;
    unsigned standing;

    theirs.handler = person->phone;
    *is_so = person->roles != 0;
    if (!*is_so)
        return true;
    if (!standing_of(turn, &theirs, person, &standing))
        return false;
    *is_so = standing & BY_HANDLER;
    return true;
}

/* Whoever may not know of the case takes no step in it: then it is the calendar's. */
static bool find_actor(struct turn *turn, const struct hand_over *what, const struct case_ *case_,
                       const struct person **actor)
{
    unsigned standing;

    if (!standing_of(turn, case_, what->by, &standing))
        return false;
    *actor = standing & (BY_LEADER | BY_SUPERVISOR | BY_OPERATOR) ? what->by : &calendar_person;
    return true;
}

static bool hand_over_case(struct turn *turn, struct hand_over *what, struct case_ *case_)
{
    struct action action = {
        .act = ACT_HAND_OVER, .case_ = case_, .line = what->line, .event_id = what->event_id
    };
    bool heir_may, leader_may = false;

    if (!may_have(turn, case_, what->heir, &heir_may) ||
        (!heir_may && !may_have(turn, case_, what->by, &leader_may)) ||
        !find_actor(turn, what, case_, &action.by))
        return false;
    action.heir = heir_may ? what->heir : leader_may ? what->by : NULL;
    if (!cases_take(turn, &action))
        return false;
    if (heir_may)
        what->cases[what->n++] = *case_;
    what->n_kept += leader_may;
    what->n_others += !heir_may;
    return true;
}

static bool count_duties(struct turn *turn, struct hand_over *what)
{
    const struct leave *leaves;
    struct unit *units;
    size_t n_units, n_leaves;

    if (!store_units(turn->store, turn->mem, &units, &n_units) || !cache_leaves(turn, &leaves, &n_leaves))
        return false;
    for (size_t i = 0; i < n_units; i++) {
        const char *phone;

        if (!store_on_duty(turn->store, turn->mem, units[i].id, &phone))
            return false;
        what->n_duties += phone && strcmp(phone, what->from->phone) == 0;
    }
    for (size_t i = 0; i < n_leaves; i++)
        what->n_away += strcmp(leaves[i].stand_in, what->from->phone) == 0 &&
                        strcmp(leaves[i].phone, what->heir->phone) != 0;
    return true;
}

/* One list, of everything. */
static bool tell_heir(struct turn *turn, const struct hand_over *what)
{
    struct json_object *facts = facts_text(NULL, "name", what->from->name, CLIP_HINT);
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < what->n && i < LISTED; i++) {
        struct json_object *one;

        if (!facts_of_listed(turn, &what->cases[i], &one)) {
            json_object_put(list);
            json_object_put(facts);
            return false;
        }
        facts_date(one, "finish_by", what->cases[i].finish_by);
        json_object_array_add(list, one);
    }
    json_object_object_add(facts, "cases", list);
    facts_number(facts, "count", (int64_t)what->n);
    facts_flag(facts, "none", what->n == 0);
    facts_flag(facts, "more", what->n > LISTED);
    facts_flag(facts, "on_duty", what->n_duties > 0);
    if (what->n_away > 0)
        facts_number(facts, "stands_in", (int64_t)what->n_away);
    return notify(turn,
                  &(struct notify){ .to = what->heir->phone,
                                    .name = "handed-over-list",
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .event_id = what->event_id,
                                    .person = what->heir },
                  NULL);
}

/* What waits and was told to whoever leaves: who should take it on now hears of it. */
static bool pass_on_waiting(struct turn *turn, const struct hand_over *what)
{
    struct case_filter waiting = { .states = 1u << CASE_NEW, .jurisdiction = what->from->unit };
    struct case_ *cases;
    size_t n;

    if (!store_cases(turn->store, turn->mem, &waiting, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct action action = { .case_ = &cases[i], .by = &calendar_person, .event_id = what->event_id };
        int64_t told;

        if (!store_count_notices_of_case(turn->store, cases[i].id, what->from->phone, "assigned", 0, &told) ||
            (told > 0 && !audience_tell_unheard(turn, &action)))
            return false;
    }
    return true;
}

bool hand_over(struct turn *turn, struct hand_over *what)
{
    struct case_filter theirs = { .handler = what->from->phone, .states = 1u << CASE_IN_HAND };
    const char *leader = what->heir->roles & ROLE_LEADER ? what->heir->phone
                         : what->by->roles & ROLE_LEADER ? what->by->phone
                                                         : "";
    struct person_before before;
    struct case_ *cases;
    size_t n;

    if (!hand_over_before(turn, what->from, &before) || !count_duties(turn, what) ||
        !store_cases(turn->store, turn->mem, &theirs, &cases, &n) ||
        !store_retire_person(turn->store, what->from->phone, what->heir->phone, leader, turn->now))
        return false;
    cache_forget_leaves(turn);
    turn->has_new_names = true;
    what->cases = talloc_array(turn->mem, struct case_, n);
    for (size_t i = 0; i < n; i++)
        if (!hand_over_case(turn, what, &cases[i]))
            return false;
    return pass_on_waiting(turn, what) && hand_over_keep(turn, what, &before) && tell_heir(turn, what);
}

bool hand_over_number(struct turn *turn, const struct person *by, const struct person *person, const char *to,
                      int64_t event_id)
{
    struct person_before from, to_before;
    struct json_object *facts;

    if (!hand_over_before(turn, person, &from) ||
        !store_person_before(turn->store, turn->mem, to, true, &to_before) ||
        !store_move_person(turn->store, person->phone, to, turn->now) ||
        !hand_over_number_keep(turn, by, event_id, &from, to, &to_before))
        return false;
    cache_forget_leaves(turn);
    turn->has_new_names = true;
    facts = facts_text(NULL, "name", person->name, CLIP_HINT);
    return notify(turn,
                  &(struct notify){ .to = to,
                                    .name = "number-moved",
                                    .data = facts,
                                    .priority = PRIORITY_NOTICE,
                                    .event_id = event_id },
                  NULL);
}
