#include "gateway/turn/jurisdiction.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/unit_name.h"

enum { DEPTH_MOST = 8 };

struct jurisdiction {
    struct unit *units;
    size_t n;
    int64_t size;
    const struct unit **by_id; /* NULL where there is none */
    bool *is_within;
    bool has_rest; /* cases with neither place nor unit */
};

static bool lies_in(const struct jurisdiction *jurisdiction, const struct unit *unit, int64_t other)
{
    for (int depth = 0; unit && depth < DEPTH_MOST; depth++) {
        if (unit->id == other)
            return true;
        unit = jurisdiction_unit(jurisdiction, unit->parent);
    }
    return false;
}

static void fill(struct jurisdiction *jurisdiction, int64_t wanted)
{
    const struct unit *unit;

    for (size_t i = 0; i < jurisdiction->n; i++)
        if (jurisdiction->units[i].id >= jurisdiction->size)
            jurisdiction->size = jurisdiction->units[i].id + 1;
    jurisdiction->by_id =
        talloc_zero_array(jurisdiction, const struct unit *, (size_t)jurisdiction->size + 1);
    jurisdiction->is_within = talloc_zero_array(jurisdiction, bool, (size_t)jurisdiction->size + 1);
    for (size_t i = 0; i < jurisdiction->n; i++)
        jurisdiction->by_id[jurisdiction->units[i].id] = &jurisdiction->units[i];
    for (size_t i = 0; i < jurisdiction->n; i++)
        jurisdiction->is_within[jurisdiction->units[i].id] =
            wanted == 0 || lies_in(jurisdiction, &jurisdiction->units[i], wanted);
    unit = jurisdiction_unit(jurisdiction, wanted);
    jurisdiction->has_rest = wanted == 0 || (unit && unit->level == UNIT_COUNTY);
}

struct jurisdiction *jurisdiction_new(void *mem, struct store *store, int64_t unit)
{
    struct jurisdiction *jurisdiction = talloc_zero(mem, struct jurisdiction);

    if (!store_units(store, jurisdiction, &jurisdiction->units, &jurisdiction->n))
        return NULL;
    fill(jurisdiction, unit);
    return jurisdiction;
}

const struct unit *jurisdiction_unit(const struct jurisdiction *jurisdiction, int64_t id)
{
    return id > 0 && id < jurisdiction->size ? jurisdiction->by_id[id] : NULL;
}

int64_t jurisdiction_size(const struct jurisdiction *jurisdiction)
{
    return jurisdiction->size;
}

bool jurisdiction_sorts(const struct unit *unit)
{
    return strcmp(unit->duty, "livelihood") == 0 || strcmp(unit->duty, "petition") == 0;
}

int64_t jurisdiction_working_unit(const struct jurisdiction *jurisdiction, int64_t handled_in, int64_t unit,
                                  int64_t place, bool is_waiting)
{
    const struct unit *office = jurisdiction_unit(jurisdiction, unit), *where;

    if (jurisdiction_unit(jurisdiction, handled_in))
        return handled_in;
    where = jurisdiction_unit(jurisdiction, place);
    if (!where || !is_waiting || !office || !jurisdiction_sorts(office))
        return unit;
    return where->level == UNIT_VILLAGE && where->parent ? where->parent : where->id;
}

static bool is_within(const struct jurisdiction *jurisdiction, int64_t id)
{
    return id > 0 && id < jurisdiction->size && jurisdiction->is_within[id];
}

bool jurisdiction_has(const struct jurisdiction *jurisdiction, int64_t place, int64_t handling_unit)
{
    if (place == 0 && handling_unit == 0)
        return jurisdiction->has_rest;
    return is_within(jurisdiction, place) || is_within(jurisdiction, handling_unit);
}

const char *jurisdiction_name(const struct jurisdiction *jurisdiction, void *mem, int64_t id)
{
    const struct unit *unit = jurisdiction_unit(jurisdiction, id), *parent;
    const char *name = unit ? unit_name_short(mem, unit->name) : "";

    parent = unit && unit->level == UNIT_VILLAGE ? jurisdiction_unit(jurisdiction, unit->parent) : NULL;
    return parent && parent->level == UNIT_TOWNSHIP ? talloc_asprintf(mem, "%s%s", parent->name, name) : name;
}
