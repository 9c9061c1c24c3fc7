/*
 * 年初大事: what a year's public works are, and whom each of them serves.
 */
#ifndef GATEWAY_REPORT_PUBLIC_WORKS_H
#define GATEWAY_REPORT_PUBLIC_WORKS_H

#include <json-c/json.h>

#include "gateway/turn/jurisdiction.h"

struct public_works_query {
    const struct jurisdiction *jurisdiction; /* those that lie in it, or that it handles */
    int from_year, to_year;                  /* both included */
    int64_t at;
    bool has_flags; /* for templates: {"topic": {"water": true}}; else names */
};

/*
 * Adds to the object: works [{year, number, place, topic, state, unit, households, people}], and of all of
 * them public_works_year (the last), public_works_count, public_works_households, public_works_people. Guarded cases and those held back
 * are not among them. False: store_error says why.
 */
bool public_works_add(void *mem, struct store *store, const struct public_works_query *wish,
                      struct json_object *object);

#endif
