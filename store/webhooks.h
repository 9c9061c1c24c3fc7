/*
 * Steps of cases that other programs are to be told of, in order within each case.
 */
#ifndef STORE_WEBHOOKS_H
#define STORE_WEBHOOKS_H

#include "store/store.h"

/* A step that waits to be told to a webhook. */
struct webhook_delivery {
    int64_t id;
    const char *hook; /* name of the webhook */
    int64_t case_id, step_id;
    int attempts;
    int64_t due_at;
    int64_t settled_at; /* 0: still to be told */
    const char *why;    /* of the last failure, or of giving up; "" */
};

/* What a webhook wants. */
struct webhook_filter {
    const char *hook;
    const char *const *steps; /* kinds; none: all but "viewed" */
    size_t n_steps;
    bool guarded;  /* cases of art. 30 too */
    bool imported; /* what was imported from paper too */
};

/*
 * Queues every step added since the last call for this webhook; the first call only marks where it begins.
 * *n counts.
 */
bool store_queue_webhook_deliveries(struct store *store, const struct webhook_filter *filter, int64_t now,
                                    int *n);

/* Whether that call would find a step. */
bool store_has_new_steps(struct store *store, void *mem, const char *hook, bool *has_new);

/* Of each case the oldest that still waits, if it is due; by due_at. *next_due: of those not yet due, 0 none.
 */
bool store_due_webhook_deliveries(struct store *store, void *mem, const char *hook, int64_t now, int limit,
                                  struct webhook_delivery **deliveries, size_t *n, int64_t *next_due);

/* Told: settled_at is set. Not told: attempts, due_at and why are kept for the next try, or settled. */
bool store_update_webhook_delivery(struct store *store, const struct webhook_delivery *delivery);

#endif
