/*
 * What many ask for: places and topics where people's needs meet, and open cases that say much the same.
 * Guarded cases are in none of it; nothing is merged unless a person says so.
 */
#ifndef GATEWAY_REPORT_NEEDS_H
#define GATEWAY_REPORT_NEEDS_H

#include <json-c/json.h>

#include "store/reports.h"

struct common_wish {
    int64_t since, until; /* received in [since, until) */
    int64_t unit;         /* as in struct report_wish */
    size_t limit;         /* rows of each list */
};

/* 民生 of one place and topic: a candidate for the year's public works. */
struct common_need {
    const char *place, *topic;
    int64_t cases, open;
    int64_t people;     /* different reporters */
    int64_t households; /* the greatest number of 户 and of 人 their texts name; 0 none */
    int64_t inhabitants;
};

/* An open case and the earlier open one of the same place and topic that is most like it. */
struct common_pair {
    const char *number, *earlier;
    const char *place, *topic;
    int likeness; /* percent: cosine of their pairs of characters, the rare ones weighing more */
};

struct common {
    struct common_need *needs; /* most people first */
    struct common_pair *pairs; /* most alike first */
    size_t n_needs, n_pairs;
};

/* From mem. False: store_error says why. */
bool common_find(void *mem, struct store *store, const struct common_wish *wish, struct common *common);

/* {"needs": [...], "pairs": [...]}; flags for templates, {"topic": {"water": true}}, or the topic's name. */
struct json_object *common_json(const struct common *common, bool has_flags);

#endif
