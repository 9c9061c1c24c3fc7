/*
 * Open cases that are similar: by place, topic and what their texts share. Nothing merges them but a person's
 * 并. Cases restricted under art. 30 are never found, nor is anything found for them.
 */
#ifndef GATEWAY_TURN_SIMILAR_H
#define GATEWAY_TURN_SIMILAR_H

#include "store/cases.h"

struct similar_case {
    int64_t id;
    const char *number, *topic;
    int64_t place; /* 0 none */
    int64_t received_at;
    int similarity; /* of the texts, percent: likeness.h */
    bool is_same_place, is_same_topic;
};

/* The most similar open cases, best first, at most `most`; from mem, NULL for none. False: store_error says
 * why. */
bool similar_find(struct store *store, void *mem, const struct case_ *case_, size_t most,
                  struct similar_case **found, size_t *n);

/*
 * Calls take(found, arg) for open cases that came before this one and are very similar, those with the most
 * in common about first, until it returns false. Strings from mem. False: store_error says why.
 */
bool similar_each_before(struct store *store, void *mem, const struct case_ *case_,
                         bool (*take)(const struct similar_case *found, void *arg), void *arg);

/*
 * An earlier open case that is probably of the same breakdown: of the same village and topic, within days.
 * NULL: there is none. From mem. False: store_error says why.
 */
bool similar_earlier(struct store *store, void *mem, const struct case_ *case_,
                     struct similar_case **earlier);

/* After a case was opened: now and then indexes those that are new. Until then they are found all the same.
 */
bool similar_add(struct store *store, const struct case_ *case_);

/* Brings the index up to date with a case's text; an ended or restricted case has no rows there. */
bool similar_keep(struct store *store, const struct case_ *case_);

/* Indexes cases that are not yet, some of them where there are very many. Needs a transaction. */
bool similar_fill(struct store *store);

#endif
