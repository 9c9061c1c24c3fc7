/*
 * The index by which similar cases are found: a few numbers of each open case's text, see
 * gateway/understand/likeness.h. Cases that have ended, and those restricted under art. 30, have no row in
 * it: store_take_step takes them out (store_unindex_case). words_indexed says up to which case it has them.
 */
#ifndef STORE_SEARCH_LIKENESS_H
#define STORE_SEARCH_LIKENESS_H

#include "store/cases.h"

enum { CASE_GRAMS_MOST = 6 };

/* Adds the rows of a case that is open and not restricted. */
bool store_index_case(struct store *store, int64_t case_id, const uint32_t *grams, size_t n);

/* What is compared of a case. */
struct alike_case {
    int64_t id;
    const char *number, *topic, *text;
    int64_t place; /* 0 none */
    int64_t received_at;
};

/* Both call each for open, unrestricted cases but the one called `except`, newest first, at most `most`; the
 * case lives only during the call, and false from each stops. */

/* For each case of the same place and topic that was received at or after since. */
bool store_each_alike_here(struct store *store, const struct alike_case *as, int64_t since, int most,
                           bool (*each)(const struct alike_case *case_, void *arg), void *arg);
/* For each case whose index has this number. */
bool store_each_with_gram(struct store *store, uint32_t gram, int64_t except, int most,
                          bool (*each)(int64_t case_id, void *arg), void *arg);
/* By id; NULL: it is not open, or restricted. From mem. */
bool store_alike_case(struct store *store, void *mem, int64_t id, struct alike_case **case_);

/* Calls each for at most `most` open, unrestricted cases that are not indexed yet: the newest or the oldest
 * first. */
bool store_each_unindexed(struct store *store, bool is_newest_first, int most,
                          bool (*each)(const struct alike_case *case_, void *arg), void *arg);
/* All cases up to this id are indexed; INT64_MAX: all that there are. */
bool store_note_indexed(struct store *store, int64_t until);

#endif
