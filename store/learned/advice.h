/*
 * What a language model on this machine suggests a case is, for whoever sets its class. It changes no case.
 */
#ifndef STORE_LEARNED_ADVICE_H
#define STORE_LEARNED_ADVICE_H

#include "store/cases.h"

struct case_advice {
    int64_t case_id, at;
    bool is_usable; /* false: it was asked, and what it said was of no use; the rest is not set */
    enum case_category category;
    const char *topic;
    enum case_urgency urgency;
    const char *quote; /* the words of the case that it goes by */
    const char *model;
};

/* Replaces what there was. */
bool store_put_advice(struct store *store, const struct case_advice *advice);
/* The advice on an unrestricted case; NULL: there is none, or none of use. From mem. */
bool store_advice(struct store *store, void *mem, int64_t case_id, struct case_advice **advice);
/*
 * The newest open, unrestricted case whose class is less sure than this, in percent, and for which no advice
 * was asked; NULL: none. From mem.
 */
bool store_next_to_advise(struct store *store, void *mem, int unsure_below, struct case_ **case_);

#endif
