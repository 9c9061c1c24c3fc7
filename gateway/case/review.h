/*
 * Who answers 复查 and 复核 (Regulation on petitions, art. 35 and 36): the unit one level above the one that
 * gave the answer, then the unit one level above that. Never whoever gave an answer before.
 */
#ifndef GATEWAY_CASE_REVIEW_H
#define GATEWAY_CASE_REVIEW_H

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/people.h"

struct reviewer {
    int64_t unit;    /* whose leaders and supervisors answer; 0: it is not known who gave the answer */
    bool is_county;  /* it is the county: leaders and supervisors without a unit answer, too */
    bool is_outside; /* no unit of the county is high enough */
};

/* Who answers a review of the case; stage 1: 复查, 2: 复核. False: the store failed. */
bool review_find(struct turn *turn, const struct case_ *case_, int stage, struct reviewer *reviewer);

/* Whether this person belongs to the reviewers. Their standing, and what they did before, is looked at
 * elsewhere. */
bool review_is_by(const struct reviewer *reviewer, const struct person *person);

#endif
