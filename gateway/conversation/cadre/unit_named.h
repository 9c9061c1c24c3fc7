/*
 * The unit that a cadre means: by its name as gazetteer.h finds it, or as offices are called in short
 * (水利局, 县水利局, 交通局 for 县交通运输局, 聚粮村委, 天坛镇政府).
 */
#ifndef GATEWAY_CONVERSATION_CADRE_UNIT_NAMED_H
#define GATEWAY_CONVERSATION_CADRE_UNIT_NAMED_H

#include "gateway/turn/turn.h"
#include "store/people.h"

enum { UNITS_NAMED = 6 };

/* The units that a name may mean. */
struct units_named {
    const struct unit *units[UNITS_NAMED]; /* from turn->mem */
    size_t n;                              /* 0: none; more than one: it is not clear which */
};

/* Finds them. False: the store failed. */
bool unit_named_find(struct turn *turn, const char *name, struct units_named *named);

/*
 * The same for words that begin with a name, of which the longest that is one counts: 天坛镇，管网归镇里.
 * *rest: what stands behind it, in words; NULL: nothing.
 */
bool unit_named_begin(struct turn *turn, const char *words, struct units_named *named, const char **rest);

/* An office whose name, perhaps without the county, stands anywhere in normalised text; NULL: none. */
bool unit_named_within(struct turn *turn, const char *text, const struct unit **office);

/* The name behind a word of direction: 给水利局, 到水利局; without one, the name itself. */
const char *unit_named_without_to(const char *name);

/* How people call the unit, a village with its township. From turn->mem; NULL: the store failed. */
const char *unit_named_text(struct turn *turn, const struct unit *unit);

#endif
