#include "gateway/case/standing.h"

#include <string.h>

#include "gateway/case/joined.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/jurisdiction.h"
#include "gateway/turn/leave.h"
#include "gateway/turn/owner.h"
#include "store/recordings.h"
#include "store/steps.h"

enum { MOST_LEVELS = 6 };

const struct person calendar_person = {
    .phone = "system", .name = "", .title = "", .language = "", .line = ""
};
const struct person operator_person = {
    .phone = "operator", .name = "", .title = "", .language = "", .line = ""
};

bool standing_is_above(struct turn *turn, int64_t above, int64_t below, bool *is_so)
{
    *is_so = false;
    for (int level = 0; above && below && level < MOST_LEVELS; level++) {
        const struct unit *unit;

        if (above == below) {
            *is_so = true;
            return true;
        }
        if (!cache_unit(turn, below, &unit))
            return false;
        below = unit ? unit->parent : 0;
    }
    return true;
}

/* Whether a guarded case may accuse this person or their unit. The county itself does not count as a unit:
 * everybody would be barred. */
static bool is_concerned(struct turn *turn, const struct case_ *case_, const struct person *person,
                         const struct unit *unit)
{
    const struct accused_text *text;

    if (!case_->is_guarded)
        return false;
    if (!turn->understanding)
        return true;
    text = cache_accused(turn, case_);
    return accused_person(text, person) || (unit && unit->level != UNIT_COUNTY && accused_unit(text, unit));
}

static bool is_of_the_county(const struct unit *unit)
{
    return !unit || (unit->level != UNIT_VILLAGE && unit->level != UNIT_TOWNSHIP);
}

static bool is_of_discipline(const struct person *person, const struct unit *unit)
{
    return person->roles && unit && strcmp(unit->duty, "discipline") == 0;
}

static unsigned guarded_standing(const struct person *person, const struct unit *unit)
{
    unsigned standing = 0;

    if (is_of_discipline(person, unit))
        standing |= BY_UNIT;
    if (person->roles & ROLE_SUPERVISOR && is_of_the_county(unit))
        standing |= BY_SUPERVISOR | BY_UNIT;
    return standing;
}

/* What came to nothing stays in sight of who sorts: it may have been their mistake. */
static bool is_to_sort(const struct case_ *case_)
{
    return case_->state == CASE_NEW || case_->state == CASE_NO_COMPLAINT ||
           (case_->state == CASE_IN_HAND && !case_->place);
}

static bool is_clerk(const struct person *person, const struct unit *unit)
{
    return person->roles & ROLE_CLERK && is_of_the_county(unit);
}

bool standing_is_sorter(struct turn *turn, const struct person *person, bool *is_so)
{
    const struct unit *unit = NULL;

    *is_so = false;
    if (person->unit && !cache_unit(turn, person->unit, &unit))
        return false;
    *is_so = is_clerk(person, unit);
    return true;
}

static bool open_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                          const struct unit *unit, unsigned *standing)
{
    bool is_over_place, is_over_unit, is_near,
        sorts = unit && jurisdiction_sorts(unit) && (case_->returned_at || !case_->place);

    if (!standing_is_above(turn, person->unit, case_->place, &is_over_place) ||
        !standing_is_above(turn, person->unit, case_->unit, &is_over_unit))
        return false;
    is_near = is_over_place || is_over_unit || !person->unit || (unit && unit->level == UNIT_COUNTY) ||
              (!case_->place && !case_->unit);
    if (person->roles & ROLE_CADRE &&
        (is_over_place || is_over_unit || sorts || (!case_->place && !case_->unit)))
        *standing |= BY_UNIT;
    if (person->roles & ROLE_LEADER && is_near)
        *standing |= BY_LEADER;
    if (person->roles & ROLE_SUPERVISOR && (is_near || is_of_the_county(unit)))
        *standing |= BY_SUPERVISOR;
    if (is_clerk(person, unit) && is_to_sort(case_))
        *standing |= BY_SORTER;
    if (case_->leader && *case_->leader && strcmp(case_->leader, person->phone) == 0)
        *standing |= BY_LEADER;
    return true;
}

/* 回避: a person who stepped back from a case may no longer see it. An untouched case need not be searched.
 */
static bool has_stepped_back(struct turn *turn, const struct case_ *case_, const struct person *person,
                             bool *is_so)
{
    *is_so = false;
    return case_->touched_at <= case_->received_at ||
           store_has_recused(turn->store, case_->id, person->phone, is_so);
}

/* Whether nothing bars this person from the case: they did not report it, it does not accuse them, and they
 * did not step back from it. */
static bool is_free(struct turn *turn, const struct case_ *case_, const struct person *person, bool *is_so)
{
    const struct unit *unit = NULL;
    bool has_left;

    if ((person->unit && !cache_unit(turn, person->unit, &unit)) ||
        !has_stepped_back(turn, case_, person, &has_left))
        return false;
    *is_so =
        !has_left && strcmp(case_->reporter, person->phone) != 0 && !is_concerned(turn, case_, person, unit);
    return true;
}

/* Whether one of these people oversees restricted cases and is free to see this one. */
static bool any_oversees(struct turn *turn, const struct case_ *case_, int roles, int64_t unit, bool *is_so)
{
    struct person *people;
    size_t n;

    if (!store_people(turn->store, turn->mem, roles, unit, &people, &n))
        return false;
    for (size_t i = 0; i < n && !*is_so; i++) {
        const struct unit *own = NULL;

        if (people[i].unit && !cache_unit(turn, people[i].unit, &own))
            return false;
        if (guarded_standing(&people[i], own) && !is_free(turn, case_, &people[i], is_so))
            return false;
    }
    return true;
}

static bool is_overseen(struct turn *turn, const struct case_ *case_, bool *is_so)
{
    const struct unit *discipline;

    *is_so = false;
    return cache_duty(turn, "discipline", &discipline) &&
           any_oversees(turn, case_, ROLE_SUPERVISOR, 0, is_so) &&
           (!discipline || *is_so || any_oversees(turn, case_, 0, discipline->id, is_so));
}

static bool is_named(const struct turn *turn, const struct person *person)
{
    return turn->config->overseer_phone && strcmp(turn->config->overseer_phone, person->phone) == 0;
}

/* Whether the configuration names an overseer who is free to see the case. */
static bool named_is_free(struct turn *turn, const struct case_ *case_, bool *is_so)
{
    struct person *named = NULL;

    *is_so = false;
    if (turn->config->overseer_phone &&
        !store_person(turn->store, turn->mem, turn->config->overseer_phone, &named))
        return false;
    return !named || !named->roles || is_free(turn, case_, named, is_so);
}

/* Whether this person oversees the case because everybody who usually would is accused in it: the configured
 * overseer does, else the county's leaders. The caller has found that nothing bars this person. */
static bool stands_instead(struct turn *turn, const struct case_ *case_, const struct person *person,
                           const struct unit *unit, bool *is_so)
{
    bool is_leader = person->roles & ROLE_LEADER && (!unit || unit->level == UNIT_COUNTY), is_other;

    *is_so = false;
    if (!is_leader && !is_named(turn, person))
        return true;
    if (!is_overseen(turn, case_, &is_other))
        return false;
    if (!is_other && !is_named(turn, person) && !named_is_free(turn, case_, &is_other))
        return false;
    *is_so = !is_other;
    return true;
}

/* A case whose caller pressed 9 is the discipline office's; the supervisors' where it has nobody. */
static bool sealed_standing(struct turn *turn, const struct person *person, const struct unit *unit,
                            unsigned *standing)
{
    const struct unit *discipline;
    struct person *people;
    size_t n = 0;

    *standing = 0;
    if (is_of_discipline(person, unit)) {
        *standing = BY_UNIT | BY_SUPERVISOR;
        return true;
    }
    if (!cache_duty(turn, "discipline", &discipline) ||
        (discipline && !store_people(turn->store, turn->mem, 0, discipline->id, &people, &n)))
        return false;
    if (n == 0)
        *standing = guarded_standing(person, unit);
    return true;
}

static bool is_listener(struct turn *turn, const struct person *person, const struct unit *unit, bool *is_so)
{
    const char *on_duty = NULL;

    *is_so = is_clerk(person, unit);
    if (*is_so || !unit || (unit->level != UNIT_COUNTY && unit->level != UNIT_OFFICE) ||
        strcmp(unit->duty, "discipline") == 0) /* which hears what is for it alone */
        return true;
    if (!store_on_duty(turn->store, turn->mem, unit->id, &on_duty))
        return false;
    *is_so = on_duty && strcmp(on_duty, person->phone) == 0;
    return true;
}

bool standing_is_listener(struct turn *turn, const struct person *person, bool *is_so)
{
    const struct unit *unit = NULL;

    *is_so = false;
    return !person->roles || ((!person->unit || cache_unit(turn, person->unit, &unit)) &&
                              is_listener(turn, person, unit, is_so));
}

/* Listeners stand to a case that began as a recording until that is written down, and to every open one with
 * a recording: they help to complete it. */
static bool add_listener(struct turn *turn, const struct case_ *case_, const struct person *person,
                         const struct unit *unit, unsigned *standing)
{
    const struct recording_filter of_case = { .case_id = case_->id };
    int64_t n = 1, oldest;
    bool is_so;

    /* who has standing already is asked where it matters: hearing_may */
    if (case_->voice != VOICE_UNHEARD && (case_->is_guarded || *standing & ~(unsigned)BY_SORTER))
        return true;
    if (!is_listener(turn, person, unit, &is_so))
        return false;
    if (is_so && case_->voice != VOICE_UNHEARD && !store_count_recordings(turn->store, &of_case, &n, &oldest))
        return false;
    if (is_so && n > 0)
        *standing |= BY_CLERK;
    return true;
}

static bool restricted_standing(struct turn *turn, const struct case_ *case_, const struct person *person,
                                const struct unit *unit, unsigned *standing)
{
    bool is_instead = false;

    if (case_->voice == VOICE_SEALED)
        return sealed_standing(turn, person, unit, standing);
    *standing = guarded_standing(person, unit);
    if (!*standing && !stands_instead(turn, case_, person, unit, &is_instead))
        return false;
    if (is_instead)
        *standing = BY_SUPERVISOR | BY_UNIT;
    return true;
}

/* Their standing in their own right; is_barred: they may not have any through others either. */
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
    *is_barred = is_concerned(turn, case_, person, unit);
    if (!*is_barred && !has_stepped_back(turn, case_, person, is_barred))
        return false;
    if (*is_barred)
        return true;
    if (case_->is_guarded) {
        if (!restricted_standing(turn, case_, person, unit, standing))
            return false;
    } else if (!open_standing(turn, case_, person, unit, standing))
        return false;
    if (!add_listener(turn, case_, person, unit, standing))
        return false;
    if (case_->handler && strcmp(case_->handler, person->phone) == 0 && (*standing || !case_->is_guarded))
        *standing |= BY_HANDLER;
    return true;
}

/* A stand-in has the standing of the absent. The caller leaves guarded cases out, which fails closed. */
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

/* A reporter of a case merged into this one is a reporter of this one too; but a cadre is not if it is
 * guarded. */
static bool add_joined(struct turn *turn, const struct case_ *case_, const struct person *person,
                       unsigned *standing)
{
    const struct case_ *own = NULL;

    if (*standing || (person->roles && case_->is_guarded)) /* the former works on it */
        return true;
    if (!joined_own(turn, case_, person->phone, &own))
        return false;
    if (own)
        *standing = owner_is_past(person, own->received_at) ? BY_PAST_REPORTER : BY_REPORTER;
    return true;
}

bool standing_of(struct turn *turn, const struct case_ *case_, const struct person *person,
                 unsigned *standing)
{
    bool is_barred;

    *standing = person == &calendar_person ? BY_CALENDAR : person == &operator_person ? BY_OPERATOR : 0;
    if (*standing)
        return true;
    if (strcmp(case_->reporter, person->phone) == 0) {
        *standing = owner_is_past(person, case_->received_at) ? BY_PAST_REPORTER : BY_REPORTER;
        return true;
    }
    if (!own_standing(turn, case_, person, standing, &is_barred) ||
        (!is_barred && !add_joined(turn, case_, person, standing)))
        return false;
    return is_barred || case_->is_guarded || !person->roles || add_absent(turn, case_, person, standing);
}
