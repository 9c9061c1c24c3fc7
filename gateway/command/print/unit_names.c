#include "gateway/command/print/unit_names.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { DEPTH_MOST = 8 }; /* county, township, village; deeper only if parents form a cycle */

enum { BUCKETS = 1024 };

/* A unit that was asked for. */
struct kept {
    struct unit *unit;
    const char *place; /* NULL: not asked for yet */
    struct kept *next;
};

struct unit_names {
    struct store *store; /* NULL: all are in the list */
    struct kept *kept[BUCKETS];
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

static const char *make_place(struct unit_names *units, const struct unit *unit, const char *short_name)
{
    const struct unit *parent = unit->level == UNIT_VILLAGE ? unit_names_by_id(units, unit->parent) : NULL;

    if (!parent || parent->level != UNIT_TOWNSHIP)
        return short_name;
    return talloc_asprintf(units, "%s%s", parent->name, short_name);
}

static void make_names(struct unit_names *units)
{
    units->shorts = talloc_zero_array(units, const char *, units->n + 1);
    units->bares = talloc_zero_array(units, const char *, units->n + 1);
    units->places = talloc_zero_array(units, const char *, units->n + 1);
    for (size_t i = 0; i < units->n; i++) {
        units->shorts[i] = unit_names_short(units, units->list[i].name);
        units->bares[i] = bare_name(units, units->shorts[i]);
        units->places[i] = make_place(units, &units->list[i], units->shorts[i]);
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

struct unit_names *unit_names_open(void *mem, struct store *store)
{
    struct unit_names *units = talloc_zero(mem, struct unit_names);

    units->store = store;
    return units;
}

static struct kept *keep(struct unit_names *units, int64_t id)
{
    struct kept **bucket = &units->kept[(uint64_t)id % BUCKETS], *kept = *bucket;
    struct unit *unit = NULL;

    while (kept && kept->unit->id != id)
        kept = kept->next;
    if (kept || id == 0 || !store_unit(units->store, units, id, &unit) || !unit)
        return kept;
    kept = talloc(units, struct kept);
    *kept = (struct kept){ .unit = unit, .next = *bucket };
    *bucket = kept;
    return kept;
}

const struct unit *unit_names_by_id(struct unit_names *units, int64_t id)
{
    const struct unit key = { .id = id };
    const struct kept *kept = units->store ? keep(units, id) : NULL;

    if (units->store)
        return kept ? kept->unit : NULL;
    return units->n > 0 ? bsearch(&key, units->list, units->n, sizeof key, by_id) : NULL;
}

const char *unit_names_place(struct unit_names *units, int64_t id)
{
    struct kept *kept = units->store ? keep(units, id) : NULL;
    const struct unit *unit;

    if (kept && !kept->place)
        kept->place = make_place(units, kept->unit, unit_names_short(units, kept->unit->name));
    if (units->store)
        return kept ? kept->place : "";
    unit = unit_names_by_id(units, id);
    return unit ? units->places[unit - units->list] : "";
}

enum fit { FIT_CODE, FIT_NAME, FIT_BARE, FIT_NONE };

/* Compares a unit with what was written. */
struct wanted {
    const char *text, *bare;
};

static enum fit fit_of(const struct wanted *wanted, const struct unit *unit, const char *short_name,
                       const char *bare, const char *place)
{
    if (strcmp(unit->code, wanted->text) == 0)
        return FIT_CODE;
    if (strcmp(unit->name, wanted->text) == 0 || strcmp(short_name, wanted->text) == 0 ||
        strcmp(place, wanted->text) == 0)
        return FIT_NAME;
    return strcmp(bare, wanted->bare) == 0 ? FIT_BARE : FIT_NONE;
}

struct found {
    void *mem;
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
    found->ids = talloc_realloc(found->mem, found->ids, int64_t, (unsigned)found->n + 1);
    found->ids[found->n++] = id;
}

/* A pass over all units of the store, of which none is kept. */
struct search {
    struct unit_names *units;
    struct wanted wanted;
    struct found *found;
};

/* The township is read only for a name that the text ends with. */
static bool try_unit(const struct unit *unit, void *arg)
{
    struct search *search = arg;
    void *scratch = talloc_new(NULL);
    const char *short_name = unit_names_short(scratch, unit->name), *text = search->wanted.text;
    size_t length = strlen(text), ending = strlen(short_name);
    bool ends = length > ending && strcmp(text + length - ending, short_name) == 0;
    const char *place = ends ? make_place(search->units, unit, short_name) : short_name;

    keep_best(search->found, unit->id,
              fit_of(&search->wanted, unit, short_name, bare_name(scratch, short_name), place));
    talloc_free(scratch);
    return true;
}

static bool try_name(const struct place_name *name, void *arg)
{
    struct search *search = arg;

    if (strcmp(name->name, search->wanted.text) == 0)
        keep_best(search->found, name->unit, FIT_NAME);
    return true;
}

void unit_names_find(struct unit_names *units, void *mem, const char *text, int64_t **ids, size_t *n)
{
    void *scratch = talloc_new(mem);
    const struct wanted wanted = { text, bare_name(scratch, unit_names_short(scratch, text)) };
    struct found found = { .mem = mem, .ids = talloc_array(mem, int64_t, 1), .best = FIT_NONE };
    struct search search = { units, wanted, &found };

    if (units->store) {
        store_each_unit(units->store, try_unit, &search);
        store_each_place_name(units->store, try_name, &search);
    }
    for (size_t i = 0; i < units->n; i++)
        keep_best(&found, units->list[i].id,
                  fit_of(&wanted, &units->list[i], units->shorts[i], units->bares[i], units->places[i]));
    for (size_t i = 0; i < units->n_names; i++)
        try_name(&units->names[i], &search);
    *ids = found.ids;
    *n = found.n;
    talloc_free(scratch);
}

bool unit_names_is_in(struct unit_names *units, int64_t id, int64_t other)
{
    const struct unit *unit = unit_names_by_id(units, id);

    for (int depth = 0; unit && depth < DEPTH_MOST; depth++) {
        if (unit->id == other)
            return true;
        unit = unit_names_by_id(units, unit->parent);
    }
    return false;
}
