/*
 * Finds what several people ask for: needs by place and topic, and open cases with similar texts, which a
 * person may merge. Leaves out guarded cases (restricted under art. 30: they accuse an official).
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

/* The 民生 cases of one place and topic: a candidate for the year's public works. */
struct need {
    const char *place, *topic;
    int64_t cases, open;
    int64_t people;     /* different reporters */
    int64_t households; /* the greatest numbers of 户 and 人 in their texts; 0 none */
    int64_t inhabitants;
};

/* An open case, and the most similar earlier open case of the same place; the topic is the later one's. */
struct similar_pair {
    const char *number, *earlier;
    const char *place, *topic;
    int similarity; /* percent, see similarity.h */
};

struct needs {
    struct need *needs;         /* most people first */
    struct similar_pair *pairs; /* most similar first */
    size_t n_needs, n_pairs;
};

/* The needs of at least two people, and the pairs; from mem. False: store_error says why. */
bool needs_find(void *mem, struct store *store, const struct needs_query *query, struct needs *found);

/* {"needs": [...], "pairs": [...]}; topics as flags for templates ({"topic": {"water": true}}) or as names.
 */
struct json_object *needs_json(const struct needs *found, bool has_flags);

#endif
