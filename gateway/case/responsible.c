#include "gateway/case/responsible.h"

#include <string.h>
#include <talloc.h>

#include "gateway/case/review.h"
#include "gateway/case/routing.h"
#include "gateway/case/standing.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/leave.h"

enum { MOST_LEVELS = 6, MOST_TOLD = 2, MOST_RUNG = 64 };

struct told {
    struct turn *turn;
    const struct case_ *case_;
    unsigned standing; /* any of which is needed */
    struct person *people;
    size_t n, most;
};

static struct told told_many(struct turn *turn, const struct case_ *case_, unsigned standing, size_t most)
{
    return (struct told){ .turn = turn,
                          .case_ = case_,
                          .standing = standing,
                          .people = talloc_array(turn->mem, struct person, most),
                          .most = most };
}

static struct told told_new(struct turn *turn, const struct case_ *case_, unsigned standing)
{
    return told_many(turn, case_, standing, MOST_TOLD);
}

static bool is_told(const struct told *told, const char *phone)
{
    for (size_t i = 0; i < told->n; i++)
        if (strcmp(told->people[i].phone, phone) == 0)
            return true;
    return false;
}

static bool add_one(struct told *told, const struct person *person)
{
    unsigned standing;

    if (told->n == told->most || is_told(told, person->phone))
        return true;
    if (!standing_of(told->turn, told->case_, person, &standing))
        return false;
    if (standing & told->standing)
        told->people[told->n++] = *person;
    return true;
}

/* A person on leave is replaced by their stand-in, unless that one may not know of the case. */
static bool add_person(struct told *told, const struct person *person)
{
    struct person *stand_in;
    const char *acts;

    if (!leave_stand_in(told->turn, person->phone, &acts))
        return false;
    if (strcmp(acts, person->phone) != 0) {
        if (!store_person(told->turn->store, told->turn->mem, acts, &stand_in) ||
            (stand_in && !add_one(told, stand_in)))
            return false;
        if (is_told(told, acts))
            return true;
    }
    return add_one(told, person);
}

static bool add_phone(struct told *told, const char *phone)
{
    struct person *person;

    if (!phone || !*phone)
        return true;
    return store_person(told->turn->store, told->turn->mem, phone, &person) &&
           (!person || add_person(told, person));
}

static bool add_people(struct told *told, int roles, int64_t unit)
{
    struct person *people;
    size_t n;

    if (!store_people(told->turn->store, told->turn->mem, roles, unit, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!add_person(told, &people[i]))
            return false;
    return true;
}

/* Adds the people of the nearest unit that has any, from this one upwards. */
static bool add_first_above(struct told *told, int roles, int64_t unit, int levels)
{
    for (int level = 0; unit && told->n == 0 && level < levels; level++) {
        const struct unit *here;

        if (!add_people(told, roles, unit) || !cache_unit(told->turn, unit, &here))
            return false;
        unit = here ? here->parent : 0;
    }
    return true;
}

/* 值班 */
static bool add_on_duty(struct told *told, int64_t unit)
{
    const char *phone;

    return store_on_duty(told->turn->store, told->turn->mem, unit, &phone) && add_phone(told, phone);
}

static bool give(const struct told *told, struct person **people, size_t *n)
{
    *people = told->people;
    *n = told->n;
    return true;
}

/* When the people of its place are asked: before those of its unit; after them, where the unit was named; or
 * not at all, once somebody has forwarded or returned the case. */
static bool ask_place(struct turn *turn, const struct case_ *case_, bool *first, bool *last)
{
    int64_t unit;
    bool is_named;

    if (!routing_find_unit(turn, case_, &unit, &is_named))
        return false;
    *first = !case_->is_guarded && !case_->returned_at && unit == case_->unit && !is_named;
    *last = !case_->is_guarded && !case_->returned_at && unit == case_->unit && is_named;
    return true;
}

/* If nobody can work on it, as after a return, adds those who can forward it. */
static bool add_leaders_instead(struct told *told)
{
    if (told->n > 0 || told->case_->is_guarded)
        return true;
    told->standing |= BY_LEADER;
    return add_first_above(told, ROLE_LEADER, told->case_->unit, MOST_LEVELS);
}

/* For a guarded case: adds supervisors or, if all of them are accused, whoever oversees it instead. */
static bool add_overseers(struct told *told)
{
    return (told->n > 0 || add_people(told, ROLE_SUPERVISOR, 0)) &&
           (told->n > 0 || add_phone(told, told->turn->config->overseer_phone)) &&
           (told->n > 0 || add_people(told, ROLE_LEADER, 0));
}

bool responsible_people(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    struct told told = told_new(turn, case_, BY_UNIT | BY_SUPERVISOR);
    bool is_first, is_last;

    if (!ask_place(turn, case_, &is_first, &is_last))
        return false;
    if (is_first && !add_first_above(&told, ROLE_CADRE, case_->place, 2))
        return false;
    if (case_->unit &&
        (!add_on_duty(&told, case_->unit) || (told.n == 0 && !add_people(&told, ROLE_CADRE, case_->unit))))
        return false;
    if (is_last && !add_first_above(&told, ROLE_CADRE, case_->place, 2))
        return false;
    if (case_->is_guarded && !add_overseers(&told))
        return false;
    return add_leaders_instead(&told) && give(&told, people, n);
}

bool responsible_handler(struct turn *turn, const struct case_ *case_, struct person **person)
{
    struct told told = told_new(turn, case_, BY_HANDLER);

    *person = NULL;
    if (!*case_->handler)
        return true;
    if (!add_phone(&told, case_->handler))
        return false;
    *person = told.n ? &told.people[0] : NULL;
    if (told.n || case_->is_guarded)
        return true;
    if (!store_person(turn->store, turn->mem, case_->handler, person))
        return false;
    if (*person && !(*person)->roles) /* no longer works here */
        *person = NULL;
    return true;
}

bool responsible_now(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    *n = 0;
    if (!responsible_handler(turn, case_, people))
        return false;
    *n = *people != NULL;
    return *n || case_->state != CASE_IN_HAND || responsible_leaders(turn, case_, people, n);
}

bool responsible_of_unit(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    struct told told = told_new(turn, case_, BY_UNIT | BY_SUPERVISOR);

    return (!case_->unit ||
            (add_on_duty(&told, case_->unit) && add_people(&told, ROLE_CADRE, case_->unit))) &&
           add_leaders_instead(&told) && give(&told, people, n);
}

/* Whose leaders answer for it: the unit of whoever has it; before that its place, where it was given to the
 * people there, or its unit. */
static bool find_led(struct turn *turn, const struct case_ *case_, int64_t *unit)
{
    struct person *handler = NULL;
    bool is_first, is_last;

    *unit = case_->unit ? case_->unit : case_->place;
    if (case_->is_guarded)
        return true;
    if (*case_->handler && !store_person(turn->store, turn->mem, case_->handler, &handler))
        return false;
    if (handler && handler->roles && handler->unit) {
        *unit = handler->unit;
        return true;
    }
    if (!ask_place(turn, case_, &is_first, &is_last))
        return false;
    if (is_first && case_->place)
        *unit = case_->place;
    return true;
}

bool responsible_leaders(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    struct told told = told_new(turn, case_, BY_LEADER | BY_SUPERVISOR);
    int64_t led;

    return find_led(turn, case_, &led) && add_phone(&told, case_->leader) &&
           add_first_above(&told, ROLE_LEADER, led, MOST_LEVELS) &&
           (!case_->is_guarded || add_overseers(&told)) && give(&told, people, n);
}

bool responsible_sorters(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    return case_->is_guarded ? responsible_leaders(turn, case_, people, n)
                             : responsible_of_unit(turn, case_, people, n);
}

bool responsible_supervisors(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    struct told told = told_new(turn, case_, BY_LEADER | BY_SUPERVISOR);

    return add_overseers(&told) && give(&told, people, n);
}

bool responsible_reviewers(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    static const int roles[] = { ROLE_SUPERVISOR, ROLE_LEADER };
    struct told told = told_new(turn, case_, BY_LEADER | BY_SUPERVISOR);
    struct reviewer reviewer;

    if (!review_find(turn, case_, case_->reviews, &reviewer))
        return false;
    for (int i = 0; i < 2 && told.n == 0; i++) {
        struct person *all;
        size_t n_all;

        if (!store_people(turn->store, turn->mem, roles[i], 0, &all, &n_all))
            return false;
        for (size_t k = 0; k < n_all; k++)
            if (review_is_by(&reviewer, &all[k]) && strcmp(all[k].phone, case_->handler) != 0 &&
                !add_person(&told, &all[k]))
                return false;
    }
    return (told.n > 0 || add_people(&told, ROLE_SUPERVISOR, 0)) && give(&told, people, n);
}

bool responsible_heads(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    struct told told = told_new(turn, case_, BY_LEADER | BY_SUPERVISOR);
    struct person *leaders;
    size_t n_leaders;

    if (!store_people(turn->store, turn->mem, ROLE_LEADER, 0, &leaders, &n_leaders))
        return false;
    for (size_t i = 0; i < n_leaders; i++) {
        const struct unit *unit = NULL;

        if (leaders[i].unit && !cache_unit(turn, leaders[i].unit, &unit))
            return false;
        if ((!unit || unit->level == UNIT_COUNTY) && !add_person(&told, &leaders[i]))
            return false;
    }
    return add_people(&told, ROLE_SUPERVISOR, 0) && give(&told, people, n);
}

static bool add_all(struct told *told, const struct person *people, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!add_person(told, &people[i]))
            return false;
    return true;
}

/* Who is on duty (roles 0), or has one of these roles, in the unit and in each above it. */
static bool add_upwards(struct told *told, int roles, int64_t unit)
{
    for (int level = 0; unit && level < MOST_LEVELS; level++) {
        const struct unit *here;

        if (!(roles ? add_people(told, roles, unit) : add_on_duty(told, unit)) ||
            !cache_unit(told->turn, unit, &here))
            return false;
        unit = here ? here->parent : 0;
    }
    return true;
}

bool responsible_on_duty(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    struct told told = told_many(turn, case_, BY_UNIT | BY_HANDLER | BY_LEADER | BY_SUPERVISOR, MOST_RUNG);

    return add_upwards(&told, 0, case_->unit) && add_upwards(&told, 0, case_->place) &&
           give(&told, people, n);
}

/* On duty, who has it or should, and the nearest leaders. */
static bool add_first_rung(struct told *told)
{
    struct turn *turn = told->turn;
    const struct case_ *case_ = told->case_;
    struct person *handler, *people;
    size_t n;

    if (!add_upwards(told, 0, case_->unit) || !add_upwards(told, 0, case_->place) ||
        !responsible_handler(turn, case_, &handler) || (handler && !add_person(told, handler)))
        return false;
    if (!handler && (!responsible_people(turn, case_, &people, &n) || !add_all(told, people, n)))
        return false;
    if (!responsible_leaders(turn, case_, &people, &n) || !add_all(told, people, n))
        return false;
    return told->n > 0 || (responsible_heads(turn, case_, &people, &n) && add_all(told, people, n));
}

bool responsible_in_danger(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n,
                           size_t *n_first)
{
    struct told told = told_many(turn, case_, BY_UNIT | BY_HANDLER | BY_LEADER | BY_SUPERVISOR, MOST_RUNG);
    static const int roles[] = { ROLE_CADRE, ROLE_LEADER };

    if (!add_first_rung(&told))
        return false;
    *n_first = told.n;
    for (int i = 0; i < 2; i++)
        if (!add_upwards(&told, roles[i], case_->place) || !add_upwards(&told, roles[i], case_->unit))
            return false;
    return (!case_->is_guarded || add_overseers(&told)) && add_people(&told, ROLE_SUPERVISOR, 0) &&
           add_people(&told, ROLE_LEADER, 0) && give(&told, people, n);
}

bool responsible_for_county(struct turn *turn, struct person **people, size_t *n)
{
    static const enum unit_level levels[] = { UNIT_COUNTY, UNIT_OFFICE };
    struct unit *units;
    size_t n_units;

    *n = 0;
    if (!store_units(turn->store, turn->mem, &units, &n_units))
        return false;
    *people = talloc_array(turn->mem, struct person, n_units);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < n_units; k++) {
            struct person *person = NULL;
            const char *phone = NULL;

            if (units[k].level != levels[i] || strcmp(units[k].duty, "discipline") == 0)
                continue;
            if (!store_on_duty(turn->store, turn->mem, units[k].id, &phone) ||
                (phone && !store_person(turn->store, turn->mem, phone, &person)))
                return false;
            if (person)
                (*people)[(*n)++] = *person;
        }
    return true;
}
