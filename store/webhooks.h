/*
 * Deliveries: the steps of cases that must be posted to other programs, in order within each case. Times are
 * seconds since 1970 UTC. What is found is allocated from mem. store/steps.h has the steps themselves.
 */
#ifndef STORE_WEBHOOKS_H
#define STORE_WEBHOOKS_H

#include "store/store.h"

/* One step for one webhook. */
struct webhook_delivery {
    int64_t id;
    const char *hook; /* name of the webhook */
    int64_t case_id, step_id;
    int attempts;       /* so far */
    int64_t due_at;     /* not to be tried before */
    int64_t settled_at; /* delivered or given up at; 0: still to be delivered */
    const char *why;    /* the last failure, or why it was given up; "" delivered or not tried */
};

/* Which steps a webhook wants. */
struct webhook_filter {
    const char *hook;
    const char *const *steps; /* kinds of steps; with n_steps 0 all but "viewed" */
    size_t n_steps;
    bool guarded;  /* also steps of cases restricted under art. 30 */
    bool imported; /* also steps imported from paper forms */
};

/*
 * Queues a delivery for every wanted step added since the last call for this webhook; *n counts them. The
 * first call for a webhook queues nothing: its deliveries begin with later steps. Needs a transaction.
 * Whether the case is restricted is read now, so look again before delivering.
 */
bool store_queue_webhook_deliveries(struct store *store, const struct webhook_filter *filter, int64_t now,
                                    int *n);

/* Whether steps, wanted or not, have been added since that call. mem is for temporary use. */
bool store_has_new_steps(struct store *store, void *mem, const char *hook, bool *has_new);

/*
 * The oldest open delivery of each case, where it is due, by due_at, limit at most. *next_due: the earliest
 * due_at among open deliveries that are not due yet; 0 none.
 */
bool store_due_webhook_deliveries(struct store *store, void *mem, const char *hook, int64_t now, int limit,
                                  struct webhook_delivery **deliveries, size_t *n, int64_t *next_due);

/* Writes attempts, due_at, settled_at and why of the delivery with this id. */
bool store_update_webhook_delivery(struct store *store, const struct webhook_delivery *delivery);

#endif
