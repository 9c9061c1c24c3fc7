/*
 * The queues of the lists: for whom each is, and which cases or other things are in it.
 */
#ifndef GATEWAY_PAGE_QUEUES_H
#define GATEWAY_PAGE_QUEUES_H

#include "gateway/page/visit.h"

/*
 * QUEUES_SHOWN: how many things a list shows. QUEUES_LOOKED_AT: the most cases that a queue reads to count
 * those its reader may know of. QUEUES_FILTERS: how many filters a queue has at most.
 */
enum { QUEUES_SHOWN = 50, QUEUES_LOOKED_AT = 100, QUEUES_FILTERS = 3 };

struct queue;

/* What is being counted or shown of a queue. */
struct queue_view {
    struct visit *visit;
    const struct queue *queue;
    struct json_object *list; /* NULL: only counted */
    int64_t count, oldest;    /* oldest: the earliest time; 0: none */
    int looked_at;
    const struct case_ *earlier; /* of queue "alike": what the case just looked at is similar to */
    bool is_failed;
};

struct queue {
    const char *name;
    unsigned roles;
    /* Sets the filters of its cases; returns how many. */
    size_t (*fill)(const struct visit *visit, struct case_filter *filters);
    bool (*fits)(struct queue_view *view, const struct case_ *case_); /* NULL: all do */
    bool (*run)(struct queue_view *view); /* of other things than cases; NULL. False: the store failed */
    const char *template;
    bool is_slow; /* not counted among the others */
    int searched; /* with fits: cases that are searched, at most */
    /* Adds to the item of a case in the list; NULL: nothing. False: the store failed. */
    bool (*add)(struct queue_view *view, const struct case_ *case_, struct json_object *item);
};

extern const struct queue queues[]; /* in the order of the page; ends with a NULL name */

/* Counts one thing, which has waited since a time; 0: since none. */
void queues_count(struct queue_view *view, int64_t since);

#endif
