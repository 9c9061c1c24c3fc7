#include "gateway/command/print/unit_places.h"

#include <talloc.h>

#include "gateway/command/print/unit_names.h"

enum { PLACES = 4096 }; /* direct-mapped; a collision evicts */

struct kept {
    int64_t id;
    char *name;
};

struct unit_places {
    struct store *store;
    struct kept kept[PLACES];
};

struct unit_places *unit_places_new(void *mem, struct store *store)
{
    struct unit_places *places = talloc_zero(mem, struct unit_places);

    places->store = store;
    return places;
}

static char *read_name(struct unit_places *places, int64_t id)
{
    void *scratch = talloc_new(NULL);
    struct unit *unit = NULL, *parent = NULL;
    bool is_read = store_unit(places->store, scratch, id, &unit);
    char *name;

    if (is_read && unit && unit->level == UNIT_VILLAGE && unit->parent)
        is_read = store_unit(places->store, scratch, unit->parent, &parent);
    name = talloc_asprintf(places, "%s%s", parent && parent->level == UNIT_TOWNSHIP ? parent->name : "",
                           is_read && unit ? unit_names_short(scratch, unit->name) : "");
    talloc_free(scratch);
    return name;
}

const char *unit_places_name(struct unit_places *places, int64_t id)
{
    struct kept *kept = &places->kept[(uint64_t)id % PLACES];

    if (id == 0)
        return "";
    if (kept->id != id) {
        talloc_free(kept->name);
        *kept = (struct kept){ .id = id, .name = read_name(places, id) };
    }
    return kept->name;
}
