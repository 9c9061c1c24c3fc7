/*
 * Erases one person from the store.
 */
#ifndef STORE_UPKEEP_ERASE_H
#define STORE_UPKEEP_ERASE_H

#include "store/store.h"

/* How many rows were erased or blanked. */
struct erased {
    int64_t cases, steps, events, notices;
    int64_t recordings; /* the caller must delete their files now: state "removed", file not "" */
    int64_t others;     /* questions, confirmations, undo, leaves, duties, groups of message parts */
    int64_t released;   /* other people's cases that the person had in hand: they are new again */
    int64_t open;       /* cases of the person that are still open: nothing was erased */
    bool is_registered; /* the person works for a unit: nothing was erased */
    bool was_known;     /* false: there was nothing to erase */
    int64_t elsewhere;  /* other people's cases whose text contains the number: somebody must look at them */
};

/*
 * Erases the phone number (E.164), the name, every text of the person and every text about their cases: first
 * from the tables, in one transaction, then from the database's files. What happened stays: each case with
 * its class, place and dates, each step with its kind and time. Each case gets a step "erased" at now.
 * Returns true with nothing erased when *erased says why not. Must be called outside a transaction.
 */
bool store_erase(struct store *store, const char *phone, int64_t now, struct erased *erased);

#endif
