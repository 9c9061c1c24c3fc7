#include "gateway/command/print/unit_names.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { DEPTH_MOST = 8 }; /* county, township, village; deeper only if parents form a cycle */

struct unit_names {
    struct unit *list; /* by id */
    size_t n;
    const char **shorts, **bares, **places; /* of each: 十里垣村, 十里垣, 天坛镇十里垣村 */
    struct place_name *names;
    size_t n_names;
};

static int by_id(const void *a, const void *b)
{
    const struct unit *left = a, *right = b;

    return (left->id > right->id) - (left->id < right->id);
}

static bool ends_with(const char *text, size_t length, const char *ending)
{
    size_t n = strlen(ending);

    return length > n && memcmp(text + length - n, ending, n) == 0;
}

const char *unit_names_short(void *mem, const char *name)
{
    static const struct {
        const char *ending;
        size_t cut; /* octets to cut: the 村 of 村委会 stays */
    } endings[] = {
        { "村民委员会", 12 },
        { "村委会", 6 },
        { "居民委员会", 15 },
        { "居委会", 9 },
    };
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(name, length, endings[i].ending)) {
            length -= endings[i].cut;
            break;
        }
    if (length > strlen("村村") && ends_with(name, length, "村村"))
        length -= strlen("村");
    return talloc_strndup(mem, name, length);
}

/* 十里垣 for 十里垣村, 北王 for 北王镇; the name itself when less than two characters would be left. */
static const char *bare_name(void *mem, const char *name)
{
    static const char *const endings[] = { "社区", "街道", "村", "镇", "乡", "县" };
    size_t length = strlen(name);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (ends_with(name, length, endings[i]) && length >= strlen(endings[i]) + strlen("两字"))
            return talloc_strndup(mem, name, length - strlen(endings[i]));
    return name;
}

static const char *make_place(const struct unit_names *units, size_t i)
{
    const struct unit *unit = &units->list[i];
    const struct unit *parent = unit->level == UNIT_VILLAGE ? unit_names_by_id(units, unit->parent) : NULL;

    if (!parent || parent->level != UNIT_TOWNSHIP)
        return units->shorts[i];
    return talloc_asprintf(units, "%s%s", parent->name, units->shorts[i]);
}

static void make_names(struct unit_names *units)
{
    units->shorts = talloc_zero_array(units, const char *, units->n + 1);
    units->bares = talloc_zero_array(units, const char *, units->n + 1);
    units->places = talloc_zero_array(units, const char *, units->n + 1);
    for (size_t i = 0; i < units->n; i++) {
        units->shorts[i] = unit_names_short(units, units->list[i].name);
        units->bares[i] = bare_name(units, units->shorts[i]);
        units->places[i] = make_place(units, i);
    }
}

struct unit_names *unit_names_read(void *mem, struct store *store)
{
    struct unit_names *units = talloc_zero(mem, struct unit_names);

    if (!store_units(store, units, &units->list, &units->n) ||
        !store_place_names(store, units, &units->names, &units->n_names))
        return NULL;
    if (units->n > 0)
        qsort(units->list, units->n, sizeof *units->list, by_id);
    make_names(units);
    return units;
}

const struct unit *unit_names_by_id(const struct unit_names *units, int64_t id)
{
    const struct unit key = { .id = id };

    return units->n > 0 ? bsearch(&key, units->list, units->n, sizeof key, by_id) : NULL;
}

const char *unit_names_place(const struct unit_names *units, int64_t id)
{
    const struct unit *unit = unit_names_by_id(units, id);

    return unit ? units->places[unit - units->list] : "";
}

enum fit { FIT_CODE, FIT_NAME, FIT_BARE, FIT_NONE };

static enum fit fit_of(const struct unit_names *units, size_t i, const char *text, const char *bare)
{
    const struct unit *unit = &units->list[i];

    if (strcmp(unit->code, text) == 0)
        return FIT_CODE;
    if (strcmp(unit->name, text) == 0 || strcmp(units->shorts[i], text) == 0 ||
        strcmp(units->places[i], text) == 0)
        return FIT_NAME;
    return strcmp(units->bares[i], bare) == 0 ? FIT_BARE : FIT_NONE;
}

struct found {
    int64_t *ids;
    size_t n;
    enum fit best;
};

/* Keeps those that fit best. */
static void keep_best(struct found *found, int64_t id, enum fit fit)
{
    if (fit > found->best || fit == FIT_NONE)
        return;
    if (fit < found->best)
        found->n = 0;
    found->best = fit;
    for (size_t i = 0; i < found->n; i++)
        if (found->ids[i] == id)
            return;
    found->ids[found->n++] = id;
}

void unit_names_find(const struct unit_names *units, void *mem, const char *text, int64_t **ids, size_t *n)
{
    void *scratch = talloc_new(mem);
    const char *bare = bare_name(scratch, unit_names_short(scratch, text));
    struct found found = { .ids = talloc_array(mem, int64_t, units->n + 1), .best = FIT_NONE };

    *ids = found.ids;
    for (size_t i = 0; i < units->n; i++)
        keep_best(&found, units->list[i].id, fit_of(units, i, text, bare));
    for (size_t i = 0; i < units->n_names; i++)
        if (strcmp(units->names[i].name, text) == 0)
            keep_best(&found, units->names[i].unit, FIT_NAME);
    *n = found.n;
    talloc_free(scratch);
}

bool unit_names_is_in(const struct unit_names *units, int64_t id, int64_t other)
{
    const struct unit *unit = unit_names_by_id(units, id);

    for (int depth = 0; unit && depth < DEPTH_MOST; depth++) {
        if (unit->id == other)
            return true;
        unit = unit_names_by_id(units, unit->parent);
    }
    return false;
}
