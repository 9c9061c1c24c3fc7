/*
 * What one run of the calendar has to say, gathered by person: everybody hears of everything in one text.
 */
#ifndef GATEWAY_CALENDAR_DIGEST_H
#define GATEWAY_CALENDAR_DIGEST_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* What a person is told of a case; of one case only the last counts. */
enum digest_item {
    ITEM_SHOWN,
    ITEM_REPORTED,
    ITEM_RATE,        /* not rated yet */
    ITEM_ASKED,       /* news is wanted before the quarter ends */
    ITEM_ACCEPT_SOON, /* nobody has taken it on, and the day comes near */
    ITEM_ACCEPT_LATE,
    ITEM_TELL_SOON, /* the reporter has not heard of progress */
    ITEM_TELL_LATE,
    ITEM_FINISH_SOON,
    ITEM_FINISH_LATE,
    ITEM_REVIEW_SOON, /* 复查 awaits its answer */
    ITEM_REVIEW_LATE
};

/* A month's 亮, or a year's 评, of a unit or the county. */
struct tally {
    int year; /* 0: of a month */
    int64_t total;
    int64_t livelihood, hardship, petition, waiting; /* of a month */
    int64_t responded, solved, rated, satisfied;     /* of a year; solved: closed and not rated unsolved */
    int64_t explained, out_of_scope;                 /* of a year, apart */
};

struct digest;

struct digest *digest_new(struct turn *turn);

/* The case lives as long as the turn. words: the latest progress, "" none. */
void digest_add(struct digest *digest, const char *phone, enum digest_item item, const struct case_ *case_,
                const char *words);

/* A unit's leaders hear of it, else its cadres; unit 0: the county's leaders and supervisors. */
bool digest_add_tally(struct digest *digest, int64_t unit, const struct tally *tally);

/* Puts the texts in the outbox. */
bool digest_send(struct digest *digest);

#endif
