/*
 * Whose case it is: routing by guard, the county's own rules, class and place, and who may know of it
 * (Regulation on petitions, art. 30).
 */
#include <string.h>
#include <talloc.h>

#include "gateway/case/cases.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/leave.h"

enum { MOST_LEVELS = 6 };

/* Whether the unit is `from`, or stands above it. */
static bool is_above(struct turn *turn, int64_t unit, int64_t from, bool *is_so)
{
    *is_so = false;
    for (int level = 0; from && unit && level < MOST_LEVELS; level++) {
        const struct unit *here;

        if (from == unit) {
            *is_so = true;
            return true;
        }
        if (!cache_unit(turn, from, &here))
            return false;
        from = here ? here->parent : 0;
    }
    return true;
}

static bool holds_name(struct turn *turn, const struct case_ *case_, const char *name)
{
    struct understood text, wanted;

    if (strlen(name) < 4) /* less than two characters is no name */
        return false;
    if (strstr(case_->text, name))
        return true;
    if (!case_->is_guarded || !turn->understanding)
        return false;
    /* fails closed: traditional characters and odd spaces hide no name */
    understand(turn->understanding, turn->mem, case_->text, &text);
    understand(turn->understanding, turn->mem, name, &wanted);
    return strstr(text.normal.text, wanted.normal.text);
}

/* Whether the case may speak against this person or their unit. */
static bool is_concerned(struct turn *turn, const struct case_ *case_, const struct person *person,
                         const struct unit *unit, bool *is_so)
{
    struct step *cleared;

    *is_so = holds_name(turn, case_, person->name) ||
             (case_->is_guarded && unit && unit->level != UNIT_COUNTY &&
              strcmp(unit->duty, "discipline") != 0 && holds_name(turn, case_, unit->name));
    if (!*is_so || case_->is_guarded)
        return true;
    if (!store_last_step(turn->store, turn->mem, case_->id, "cleared", &cleared))
        return false;
    *is_so = !cleared;
    return true;
}

static bool is_of_the_county(const struct unit *unit)
{
    return !unit || (unit->level != UNIT_VILLAGE && unit->level != UNIT_TOWNSHIP);
}

static unsigned guarded_standing(const struct person *person, const struct unit *unit)
{
    unsigned standing = 0;

    if (person->roles && unit && strcmp(unit->duty, "discipline") == 0)
        standing |= BY_UNIT;
    if (person->roles & ROLE_SUPERVISOR && is_of_the_county(unit))
        standing |= BY_SUPERVISOR | BY_UNIT;
    return standing;
}

static bool open_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                          const struct unit *unit, unsigned *standing)
{
    bool is_over_place, is_over_unit, is_near;

    if (!is_above(turn, person->unit, case_->place, &is_over_place) ||
        !is_above(turn, person->unit, case_->unit, &is_over_unit))
        return false;
    is_near = is_over_place || is_over_unit || !person->unit || (unit && unit->level == UNIT_COUNTY) ||
              (!case_->place && !case_->unit);
    if (person->roles & ROLE_CADRE &&
        (is_over_place || person->unit == case_->unit || (!case_->place && !case_->unit)))
        *standing |= BY_UNIT;
    if (person->roles & ROLE_LEADER && is_near)
        *standing |= BY_LEADER;
    if (person->roles & ROLE_SUPERVISOR && (is_near || is_of_the_county(unit)))
        *standing |= BY_SUPERVISOR;
    if (case_->leader && *case_->leader && strcmp(case_->leader, person->phone) == 0)
        *standing |= BY_LEADER;
    return true;
}

/* 回避: who stepped back from a case knows it no more. A case nothing has happened to needs no look. */
static bool has_stepped_back(struct turn *turn, const struct case_ *case_, const struct person *person,
                             bool *is_so)
{
    struct step *last = NULL, *steps;
    size_t n;

    *is_so = false;
    if (case_->touched_at > case_->received_at &&
        !store_last_step(turn->store, turn->mem, case_->id, "recused", &last))
        return false;
    if (!last)
        return true;
    if (!store_steps(turn->store, turn->mem, case_->id, &steps, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        *is_so |= strcmp(steps[i].kind, "recused") == 0 && strcmp(steps[i].actor, person->phone) == 0;
    return true;
}

/* As they stand themselves. */
static bool own_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                         unsigned *standing, bool *is_barred)
{
    const struct unit *unit = NULL;

    *standing = 0;
    *is_barred = strcmp(case_->reporter, person->phone) == 0; /* nobody handles a case of their own */
    if (*is_barred || !person->roles)
        return true;
    if (person->unit && !cache_unit(turn, person->unit, &unit))
        return false;
    if (!is_concerned(turn, case_, person, unit, is_barred))
        return false;
    if (!*is_barred && !has_stepped_back(turn, case_, person, is_barred))
        return false;
    if (*is_barred)
        return true;
    if (case_->is_guarded)
        *standing = guarded_standing(person, unit);
    else if (!open_standing(turn, case_, person, unit, standing))
        return false;
    if (case_->handler && strcmp(case_->handler, person->phone) == 0 && (*standing || !case_->is_guarded))
        *standing |= BY_HANDLER;
    return true;
}

/* Who stands in for somebody stands as they do; but not to what is guarded, which fails closed. */
static bool add_absent(struct turn *turn, const struct case_ *case_, const struct person *person,
                       unsigned *standing)
{
    const char *absent[MOST_ABSENT];
    size_t n;

    if (!leave_absent(turn, person->phone, absent, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct person *away;
        unsigned theirs = 0;
        bool is_barred;

        if (!store_person(turn->store, turn->mem, absent[i], &away) ||
            (away && !own_standing(turn, case_, away, &theirs, &is_barred)))
            return false;
        *standing |= theirs;
    }
    return true;
}

bool cases_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                    unsigned *standing)
{
    bool is_barred;

    *standing = person == &cases_calendar ? BY_CALENDAR : person == &cases_operator ? BY_OPERATOR : 0;
    if (*standing)
        return true;
    if (strcmp(case_->reporter, person->phone) == 0) {
        *standing = BY_REPORTER;
        return true;
    }
    if (!own_standing(turn, case_, person, standing, &is_barred))
        return false;
    return is_barred || case_->is_guarded || !person->roles || add_absent(turn, case_, person, standing);
}

static const char *office_for(const struct case_ *case_)
{
    return case_->category == CATEGORY_PETITION ? "petition" : "livelihood";
}

/* A village's case belongs to its township, which has people to work on it. */
static bool unit_of_place(struct turn *turn, int64_t place, int64_t *unit)
{
    const struct unit *found = NULL;

    *unit = 0;
    if (place && !cache_unit(turn, place, &found))
        return false;
    if (found)
        *unit = found->level == UNIT_VILLAGE && found->parent ? found->parent : found->id;
    return true;
}

static bool fits(struct turn *turn, const struct routing_rule *rule, const struct case_ *case_, bool *is_so)
{
    *is_so = (!*rule->topic || strcmp(rule->topic, case_->topic) == 0) &&
             (!*rule->category || strcmp(rule->category, case_category_name(case_->category)) == 0) &&
             (!rule->is_away || case_->is_away);
    return !*is_so || !rule->place || is_above(turn, rule->place, case_->place, is_so);
}

/* The first rule of the county's own that fits. */
static bool unit_by_rule(struct turn *turn, const struct case_ *case_, int64_t *unit)
{
    const struct routing_rule *rules;
    size_t n;

    *unit = 0;
    if (!cache_rules(turn, &rules, &n))
        return false;
    for (size_t i = 0; i < n && !*unit; i++) {
        bool is_fit;

        if (!fits(turn, &rules[i], case_, &is_fit))
            return false;
        if (is_fit)
            *unit = rules[i].unit;
    }
    return true;
}

static bool unit_by_duty(struct turn *turn, const char *duty, int64_t *unit)
{
    const struct unit *found;

    if (!cache_duty(turn, duty, &found))
        return false;
    *unit = found ? found->id : 0;
    return true;
}

bool cases_find_unit(struct turn *turn, const struct case_ *case_, int64_t *unit, bool *is_named)
{
    *is_named = false;
    if (case_->is_guarded) /* it waits for a supervisor rather than go to the place it speaks of */
        return unit_by_duty(turn, "discipline", unit);
    if (!unit_by_rule(turn, case_, unit))
        return false;
    if (!*unit && case_->is_away && !unit_by_duty(turn, "away", unit))
        return false;
    *is_named = *unit != 0;
    if (!*unit && !unit_by_duty(turn, office_for(case_), unit))
        return false;
    if (!*unit && !unit_by_duty(turn, case_->topic, unit))
        return false;
    return *unit || unit_of_place(turn, case_->place, unit);
}

bool cases_route(struct turn *turn, struct case_ *case_)
{
    bool is_named;

    return cases_find_unit(turn, case_, &case_->unit, &is_named);
}
