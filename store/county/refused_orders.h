/*
 * Orders of the centre that were not carried out here, and why. The journal brings them to the centre.
 */
#ifndef STORE_COUNTY_REFUSED_ORDERS_H
#define STORE_COUNTY_REFUSED_ORDERS_H

#include "store/store.h"

/* id and made_at: of the order, at the centre. The same number again replaces it. */
struct refused_order {
    int64_t id;
    const char *kind, *why;
    int64_t made_at;
};

/* How many were made since then. */
bool store_count_refused_orders(struct store *store, int64_t since, int64_t *n);

/* The newest of them, the newest first, from mem. */
bool store_refused_orders(struct store *store, void *mem, int64_t since, int limit,
                          struct refused_order **orders, size_t *n);

/* Adds it, or replaces the one with its id. */
bool store_put_refused_order(struct store *store, const struct refused_order *refused);

#endif
