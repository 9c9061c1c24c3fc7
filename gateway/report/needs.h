/*
 * What many ask for: places and topics where people's needs meet, and open cases that say much the same.
 * Guarded cases are in none of it; nothing is merged unless a person says so.
 */
#ifndef GATEWAY_REPORT_NEEDS_H
#define GATEWAY_REPORT_NEEDS_H

#include <json-c/json.h>

#include "store/reports.h"

struct needs_query {
    int64_t since, until; /* received in [since, until) */
    int64_t unit;         /* as in struct report_query */
    size_t limit;         /* rows of each list */
};

/* 民生 of one place and topic: a candidate for the year's public works. */
struct need {
    const char *place, *topic;
    int64_t cases, open;
    int64_t people;     /* different reporters */
    int64_t households; /* the greatest number of 户 and of 人 their texts name; 0 none */
    int64_t inhabitants;
};

/* An open case and the earlier open one of the same place and topic that is most like it. */
struct similar_pair {
    const char *number, *earlier;
    const char *place, *topic;
    int similarity; /* percent: cosine of their pairs of characters, the rare ones weighing more */
};

struct needs {
    struct need *needs;         /* most people first */
    struct similar_pair *pairs; /* most alike first */
    size_t n_needs, n_pairs;
};

/* From mem. False: store_error says why. */
bool needs_find(void *mem, struct store *store, const struct needs_query *wish, struct needs *found);

/* {"needs": [...], "pairs": [...]}; flags for templates, {"topic": {"water": true}}, or the topic's name. */
struct json_object *needs_json(const struct needs *found, bool has_flags);

#endif
