/*
 * How sure the gateway was of topic and class, and how often people said that it was right.
 */
#ifndef GATEWAY_REPORT_RELIABILITY_H
#define GATEWAY_REPORT_RELIABILITY_H

#include <json-c/json.h>

#include "store/store.h"

enum { RELIABILITY_TENTHS = 10 };

/* Cases that people corrected or confirmed, by the confidence that the gateway told: [0] below 10 percent,
 * [9] from 90. n: how many; said: the sum of their confidences in percent; right: how many were right. */
struct reliability_table {
    int64_t n[RELIABILITY_TENTHS], said[RELIABILITY_TENTHS], right[RELIABILITY_TENTHS];
};

struct reliability_report {
    int64_t since, until;
    struct reliability_table topic, category;
    int64_t model, model_since, labels; /* what was learned and is used: its number, since when, from how many
                                           labels; 0: the shipped model alone */
};

/* The quarter up to now: three months. False: store_error says why. */
bool reliability_make(void *mem, struct store *store, int64_t now, bool with_guarded,
                      struct reliability_report *report);

/* {"from", "to", "topic": [{"least", "most", "said", "right", "cases"}], "category", "model": {...}}; NULL
 * when nobody corrected or confirmed anything. The caller releases it with json_object_put. */
struct json_object *reliability_json(const struct reliability_report *report);

#endif
