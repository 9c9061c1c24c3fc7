/*
 * Orders that name units and people. Only the county decides who sees its restricted cases (standing.h), for
 * the centre must not read them: an order that would change that is refused.
 */
#include <string.h>

#include "gateway/centre/doing.h"
#include "gateway/centre/wire.h"
#include "store/people.h"

/* Roles that are given on the host only. */
enum { BY_HOST = ROLE_SUPERVISOR | ROLE_OPERATOR };

static bool is_discipline(const struct unit *unit)
{
    return unit && strcmp(unit->duty, "discipline") == 0;
}

/* *unit is NULL if the order names none, or one that is not there. */
static bool find_unit(struct turn *turn, struct doing *doing, const char *code, struct unit **unit)
{
    *unit = NULL;
    if (!*code)
        return true;
    if (!store_unit_by_code(turn->store, turn->mem, code, unit))
        return false;
    if (!*unit)
        doing->why = "there is no such unit";
    return true;
}

bool staff_unit(struct turn *turn, struct doing *doing)
{
    struct unit unit = { .code = wire_string(doing->body, "code"),
                         .name = wire_string(doing->body, "name"),
                         .duty = wire_string(doing->body, "duty") };
    struct unit *parent, *before;

    if (!*unit.code || !*unit.name || !unit_level_parse(wire_string(doing->body, "level"), &unit.level)) {
        doing->why = "a unit has code, name and level";
        return true;
    }
    if (!find_unit(turn, doing, wire_string(doing->body, "parent"), &parent) ||
        !store_unit_by_code(turn->store, turn->mem, unit.code, &before))
        return false;
    unit.parent = parent ? parent->id : 0;
    if (is_discipline(&unit) || is_discipline(before) || (before && before->level != unit.level))
        doing->why = "the county decides who sees restricted cases";
    turn->has_new_names = true;
    return doing->why || store_put_unit(turn->store, &unit);
}

/* As they are now, or as the order would have them. */
static bool sees_restricted(struct turn *turn, const struct person *person, bool *is_so)
{
    struct unit *unit = NULL;

    if (person->unit && !store_unit(turn->store, turn->mem, person->unit, &unit))
        return false;
    *is_so = person->roles & BY_HOST || is_discipline(unit);
    return true;
}

static bool is_language(const char *language)
{
    return !*language || strcmp(language, "zh") == 0 || strcmp(language, "en") == 0;
}

bool staff_person(struct turn *turn, struct doing *doing)
{
    struct person person = { .phone = orders_phone(doing, "phone"),
                             .name = wire_string(doing->body, "name"),
                             .title = wire_string(doing->body, "title"),
                             .language = wire_string(doing->body, "language") };
    struct person *before;
    struct unit *unit;
    bool would_see, saw = false;

    if (!doing->why &&
        (!is_language(person.language) || !roles_parse(wire_string(doing->body, "roles"), &person.roles)))
        doing->why = "a person has phone, roles and one of our languages";
    if (doing->why)
        return true;
    if (!find_unit(turn, doing, wire_string(doing->body, "unit"), &unit))
        return false;
    person.unit = unit ? unit->id : 0;
    if (!store_person(turn->store, turn->mem, person.phone, &before) ||
        !sees_restricted(turn, &person, &would_see) || (before && !sees_restricted(turn, before, &saw)))
        return false;
    if (would_see || saw)
        doing->why = "the county decides who sees restricted cases";
    turn->has_new_names = true;
    return doing->why || store_put_person(turn->store, &person);
}
