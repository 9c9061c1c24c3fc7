#include "gateway/turn/jurisdiction.h"

#include <string.h>
#include <talloc.h>

enum { DEPTH_MOST = 8 };

struct reach {
    struct unit *units;
    size_t n;
    int64_t size;
    const struct unit **by_id; /* NULL where there is none */
    bool *is_within;
    bool has_rest; /* what has neither place nor unit */
};

static bool lies_in(const struct reach *reach, const struct unit *unit, int64_t other)
{
    for (int depth = 0; unit && depth < DEPTH_MOST; depth++) {
        if (unit->id == other)
            return true;
        unit = reach_unit(reach, unit->parent);
    }
    return false;
}

static bool fill(struct reach *reach, int64_t wanted)
{
    const struct unit *unit;

    for (size_t i = 0; i < reach->n; i++)
        if (reach->units[i].id >= reach->size)
            reach->size = reach->units[i].id + 1;
    reach->by_id = talloc_zero_array(reach, const struct unit *, (size_t)reach->size + 1);
    reach->is_within = talloc_zero_array(reach, bool, (size_t)reach->size + 1);
    if (!reach->by_id || !reach->is_within)
        return false;
    for (size_t i = 0; i < reach->n; i++)
        reach->by_id[reach->units[i].id] = &reach->units[i];
    for (size_t i = 0; i < reach->n; i++)
        reach->is_within[reach->units[i].id] = wanted == 0 || lies_in(reach, &reach->units[i], wanted);
    unit = reach_unit(reach, wanted);
    reach->has_rest = wanted == 0 || (unit && unit->level == UNIT_COUNTY);
    return true;
}

struct reach *reach_new(void *mem, struct store *store, int64_t unit)
{
    struct reach *reach = talloc_zero(mem, struct reach);

    return reach && store_units(store, reach, &reach->units, &reach->n) && fill(reach, unit) ? reach : NULL;
}

const struct unit *reach_unit(const struct reach *reach, int64_t id)
{
    return id > 0 && id < reach->size ? reach->by_id[id] : NULL;
}

int64_t reach_size(const struct reach *reach)
{
    return reach->size;
}

static bool is_within(const struct reach *reach, int64_t id)
{
    return id > 0 && id < reach->size && reach->is_within[id];
}

bool reach_has(const struct reach *reach, int64_t place, int64_t handling_unit)
{
    if (place == 0 && handling_unit == 0)
        return reach->has_rest;
    return is_within(reach, place) || is_within(reach, handling_unit);
}

static bool ends_with(const char *text, size_t length, const char *ending)
{
    size_t n = strlen(ending);

    return length > n && memcmp(text + length - n, ending, n) == 0;
}

/* 高村 for 高村村委会 and 高村村民委员会, 西街社区 for 西街社区居委会. */
static const char *short_name(void *mem, const char *name)
{
    static const char *const endings[] = { "民委员会", "委会" };
    size_t length = strlen(name), village = strlen("村"), town = strlen("居");

    for (size_t i = 0; i < 2; i++)
        if (ends_with(name, length, endings[i])) {
            length -= strlen(endings[i]);
            break;
        }
    if (length == strlen(name))
        return name;
    if (ends_with(name, length, "居"))
        length -= town;
    else if (ends_with(name, length, "村村"))
        length -= village;
    return talloc_strndup(mem, name, length);
}

const char *reach_name(const struct reach *reach, void *mem, int64_t id)
{
    const struct unit *unit = reach_unit(reach, id), *parent;
    const char *name = unit ? short_name(mem, unit->name) : "";

    parent = unit && unit->level == UNIT_VILLAGE ? reach_unit(reach, unit->parent) : NULL;
    return parent && parent->level == UNIT_TOWNSHIP ? talloc_asprintf(mem, "%s%s", parent->name, name) : name;
}
