/*
 * Removes words that have been kept long enough. What happened stays, and so does every figure: each case
 * with its class, place, dates and rating, each step with its kind and time, each event and notice with its
 * times and state.
 */
#ifndef STORE_UPKEEP_RETAIN_H
#define STORE_UPKEEP_RETAIN_H

#include "store/store.h"

struct retained {
    int64_t cases;   /* whose words went: text, words of steps, events and notices */
    int64_t events;  /* events of no case */
    int64_t notices; /* notices of no case */
    bool has_more;   /* result of store_retain: the limit ended it */
};

/*
 * Removes the words of ended cases that nobody has touched since before, of at most limit of them, and those
 * of older events and notices that belong to no case. A case that is merged into an open one, or under
 * review, keeps its words. Each case gets a step "texts removed" at now. Needs a transaction.
 */
bool store_retain(struct store *store, int64_t before, int64_t now, int limit, struct retained *retained);

/* Counts what that would remove without a limit. */
bool store_count_retainable(struct store *store, int64_t before, struct retained *retained);

#endif
