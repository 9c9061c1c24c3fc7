#include "gateway/turn/cache.h"

#include <string.h>
#include <talloc.h>

enum { PLACES = 64, DUTIES = 24 };

struct shelf {
    struct {
        int64_t id;
        const struct unit *unit;
    } units[PLACES]; /* by id; a later one takes the place of an earlier one */
    struct {
        const char *duty;
        const struct unit *unit;
    } duties[DUTIES];
    size_t n_duties;
    struct leave *leaves;
    size_t n_leaves;
    bool has_leaves;
    struct routing_rule *rules;
    size_t n_rules;
    bool has_rules;
};

static struct shelf *shelf_of(struct turn *turn)
{
    if (!turn->shelf)
        turn->shelf = talloc_zero(turn->mem, struct shelf);
    return turn->shelf;
}

bool shelf_unit(struct turn *turn, int64_t id, const struct unit **unit)
{
    struct shelf *shelf = shelf_of(turn);
    size_t place = (size_t)id % PLACES;
    struct unit *found;

    if (!shelf)
        return false;
    if (shelf->units[place].id != id) {
        if (!store_unit(turn->store, turn->mem, id, &found))
            return false;
        shelf->units[place].id = id;
        shelf->units[place].unit = found;
    }
    *unit = id ? shelf->units[place].unit : NULL;
    return true;
}

bool shelf_duty(struct turn *turn, const char *duty, const struct unit **unit)
{
    struct shelf *shelf = shelf_of(turn);
    struct unit *found;

    if (!shelf)
        return false;
    for (size_t i = 0; i < shelf->n_duties; i++)
        if (strcmp(shelf->duties[i].duty, duty) == 0) {
            *unit = shelf->duties[i].unit;
            return true;
        }
    if (!store_unit_by_duty(turn->store, turn->mem, duty, &found))
        return false;
    if (shelf->n_duties < DUTIES) {
        shelf->duties[shelf->n_duties].duty = talloc_strdup(shelf, duty);
        shelf->duties[shelf->n_duties++].unit = found;
    }
    *unit = found;
    return true;
}

bool shelf_leaves(struct turn *turn, const struct leave **leaves, size_t *n)
{
    struct shelf *shelf = shelf_of(turn);

    if (!shelf)
        return false;
    if (!shelf->has_leaves && !store_leaves(turn->store, shelf, turn->now, &shelf->leaves, &shelf->n_leaves))
        return false;
    shelf->has_leaves = true;
    *leaves = shelf->leaves;
    *n = shelf->n_leaves;
    return true;
}

void shelf_forget_leaves(struct turn *turn)
{
    if (turn->shelf)
        turn->shelf->has_leaves = false;
}

bool shelf_rules(struct turn *turn, const struct routing_rule **rules, size_t *n)
{
    struct shelf *shelf = shelf_of(turn);

    if (!shelf)
        return false;
    if (!shelf->has_rules && !store_routes(turn->store, shelf, &shelf->rules, &shelf->n_rules))
        return false;
    shelf->has_rules = true;
    *rules = shelf->rules;
    *n = shelf->n_rules;
    return true;
}
