/*
 * Figures: how many cases came, and what became of them. All figures of a span count the cases received in
 * it, so that shares are parts of the same whole.
 *
 * report.c: the figures. report_json.c: figures_json and report_json.
 */
#ifndef GATEWAY_REPORT_REPORT_H
#define GATEWAY_REPORT_REPORT_H

#include <json-c/json.h>

#include "store/people.h"
#include "store/reports.h"

/*
 * received = waiting + in_hand + closed + explained + out_of_scope + merged + withdrawn. Explained, out of
 * scope, merged and withdrawn are outcomes of their own: none of them counts as solved.
 */
struct figures {
    int64_t received;
    int64_t waiting; /* nobody has accepted it */
    int64_t in_hand;
    int64_t closed; /* the handler says it is done, rated or not */
    int64_t explained, out_of_scope, merged, withdrawn;
    int64_t responded; /* accepted, or answered without accepting; not if merged or withdrawn */
    int64_t overdue;   /* waiting or in hand past its deadline */
    int64_t unsolved;  /* closed, but rated 4: the reporter says it is not solved */
    int64_t rated;     /* has a rating, in any state except merged and withdrawn */
    int64_t satisfied; /* rated 1 or 2 */
    /* Besides, only with_carried: received before the span, but not answered before it; and how many still
     * wait. */
    int64_t carried, carried_open;
};

/* A share of a whole. */
struct share {
    int64_t part, whole;
};

/* 响应率: responded, of all cases neither merged nor withdrawn. */
struct share figures_response(const struct figures *figures);
/*
 * 解决率: closed and not rated unsolved, of all cases that were ours to solve: not merged, withdrawn,
 * explained or out of scope. An open case counts as not solved.
 */
struct share figures_solution(const struct figures *figures);
/* 满意率: rated 1 or 2, of those rated. */
struct share figures_satisfaction(const struct figures *figures);

enum report_by { BY_NOTHING, BY_HANDLING_UNIT, BY_PLACE, BY_CATEGORY, BY_TOPIC, BY_MONTH };

struct report_query {
    int64_t since, until; /* received in [since, until) */
    int64_t now;          /* the moment at which a case is overdue or not */
    int64_t unit;         /* cases of this unit, see jurisdiction_has; 0 all */
    int category;         /* 1 + enum case_category; 0 all */
    const char *topic;    /* NULL all */
    enum report_by by;
    bool with_guarded; /* art. 30: never unless the caller asks for them */
    bool with_carried; /* counts what earlier years left, in figures of its own */
};

struct report_row {
    int64_t id;       /* BY_HANDLING_UNIT, BY_PLACE: unit, 0 none; BY_CATEGORY: its enum; BY_MONTH: 202612 */
    const char *key;  /* unit code, category, topic, "2026-12"; "" none */
    const char *name; /* the unit's name; else as key */
    struct figures figures;
    const char **handlers; /* BY_HANDLING_UNIT: the names of those who had the cases in hand */
    size_t n_handlers;
};

struct report {
    struct figures all;
    struct report_row *rows; /* units by code, topics by name, months by time */
    size_t n;
};

/* From mem. False: store_error says why. */
bool report_make(void *mem, struct store *store, const struct report_query *query, struct report *report);

/*
 * The same of n queries that differ in unit, category, topic, by and with_carried alone: the cases are read
 * once. Each report is from its own mem.
 */
bool report_make_several(void *const *mem, struct store *store, const struct report_query *queries, size_t n,
                         struct report *reports);

/*
 * Counts anew what is overdue at query->now, whenever it was received, in report->all and in the rows it has:
 * of a report by handling unit for the same query. Needs mem while it counts.
 */
bool report_count_overdue(void *mem, struct store *store, const struct report_query *query,
                          struct report *report);

/*
 * The figures as data for programs and templates: each count by its name, open (waiting + in_hand), solved,
 * and response, solution and satisfaction as {part, whole, percent}; percent is a string like "97.5", null
 * when whole is 0. The caller releases it with json_object_put.
 */
struct json_object *figures_json(const struct figures *figures);

/* {"all": ..., "rows": [{"key", "name", ..., "handlers": [names]}]}; has_flags adds flags for templates:
 * {"topic": {"water": true}}. */
struct json_object *report_json(const struct report *report, enum report_by by, bool has_flags);

#endif
