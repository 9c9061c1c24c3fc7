/*
 * Whose case it is: routing by guard, class and place, and who may know of it (Regulation on petitions, art.
 * 30).
 */
#include <string.h>
#include <talloc.h>

#include "gateway/desk/cases.h"
#include "gateway/desk/shelf.h"

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
        if (!shelf_unit(turn, from, &here))
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
    return !understand(turn->understanding, turn->mem, case_->text, &text) ||
           !understand(turn->understanding, turn->mem, name, &wanted) ||
           strstr(text.normal.text, wanted.normal.text);
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

bool cases_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                    unsigned *standing)
{
    const struct unit *unit = NULL;
    bool is_barred;

    *standing = person == &cases_calendar ? BY_CALENDAR : person == &cases_operator ? BY_OPERATOR : 0;
    if (*standing)
        return true;
    if (strcmp(case_->reporter, person->phone) == 0) {
        *standing = BY_REPORTER; /* nobody handles a case of their own */
        return true;
    }
    if (!person->roles)
        return true;
    if (person->unit && !shelf_unit(turn, person->unit, &unit))
        return false;
    if (!is_concerned(turn, case_, person, unit, &is_barred))
        return false;
    if (!is_barred && !has_stepped_back(turn, case_, person, &is_barred))
        return false;
    if (is_barred)
        return true;
    if (case_->is_guarded)
        *standing = guarded_standing(person, unit);
    else if (!open_standing(turn, case_, person, unit, standing))
        return false;
    if (case_->handler && strcmp(case_->handler, person->phone) == 0 && (*standing || !case_->is_guarded))
        *standing |= BY_HANDLER;
    return true;
}

static const char *duty_for(const struct case_ *case_)
{
    if (case_->is_guarded)
        return "discipline";
    return case_->category == CATEGORY_PETITION ? "petition" : "livelihood";
}

/* A village's case belongs to its township, which has people to work on it. */
static bool unit_of_place(struct turn *turn, int64_t place, int64_t *unit)
{
    const struct unit *found = NULL;

    *unit = 0;
    if (place && !shelf_unit(turn, place, &found))
        return false;
    if (found)
        *unit = found->level == UNIT_VILLAGE && found->parent ? found->parent : found->id;
    return true;
}

bool cases_route(struct turn *turn, struct case_ *case_)
{
    const struct unit *office;

    if (!shelf_duty(turn, duty_for(case_), &office))
        return false;
    case_->unit = office ? office->id : 0;
    /* a guarded case waits for a supervisor rather than go to the place it speaks of */
    return office || case_->is_guarded || unit_of_place(turn, case_->place, &case_->unit);
}
