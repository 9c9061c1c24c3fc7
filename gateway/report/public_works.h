/*
 * 年初大事: the public works of a year, and how many people each of them serves.
 */
#ifndef GATEWAY_REPORT_PUBLIC_WORKS_H
#define GATEWAY_REPORT_PUBLIC_WORKS_H

#include <json-c/json.h>

#include "gateway/turn/jurisdiction.h"

struct public_works_query {
    const struct jurisdiction *jurisdiction; /* works of its cases, see jurisdiction_has */
    int from_year, to_year;                  /* both included */
    int64_t at;                              /* as they stood at this moment */
    bool has_flags;                          /* for templates: {"topic": {"water": true}}; else names */
};

/*
 * Adds to the object: public_works [{year, number, place, topic, state, unit, households, people}], and the
 * totals public_works_year (the last year), public_works_count, public_works_households and
 * public_works_people. Without guarded cases (art. 30) and those held back. False: store_error says why.
 */
bool public_works_add(void *mem, struct store *store, const struct public_works_query *query,
                      struct json_object *object);

#endif
