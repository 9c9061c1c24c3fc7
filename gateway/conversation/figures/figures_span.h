/*
 * The days that a question about figures is about.
 */
#ifndef GATEWAY_CONVERSATION_FIGURES_FIGURES_SPAN_H
#define GATEWAY_CONVERSATION_FIGURES_FIGURES_SPAN_H

#include <json-c/json.h>

#include "gateway/understand/text/figure_question.h"

struct figures_span {
    int64_t since, until; /* [since, until) */
    bool is_named;        /* somebody named it; else it is the year so far */
};

/* A named month, day, quarter or half is the last one of that name that has begun. */
struct figures_span figures_span(const struct figure_question *question, int64_t now);

/* Adds since and last, its first and last day, each with year where that is not this one; one_day where both
 * are the same day; so_far where it goes on. */
void figures_span_facts(const struct figures_span *span, int64_t now, struct json_object *facts);

#endif
