/*
 * What one run of the calendar has to say, gathered by person: everybody hears of everything in one text.
 */
#ifndef GATEWAY_CALENDAR_DIGEST_H
#define GATEWAY_CALENDAR_DIGEST_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* What a person is told of a case; of one case only the last counts. */
enum round {
    ROUND_SHOWN,
    ROUND_REPORTED,
    ROUND_RATE,        /* not rated yet */
    ROUND_ASKED,       /* news is wanted before the quarter ends */
    ROUND_ACCEPT_SOON, /* nobody has taken it on, and the day comes near */
    ROUND_ACCEPT_LATE,
    ROUND_TELL_SOON, /* the reporter has not heard of progress */
    ROUND_TELL_LATE,
    ROUND_FINISH_SOON,
    ROUND_FINISH_LATE,
    ROUND_REVIEW_SOON, /* 复查 awaits its answer */
    ROUND_REVIEW_LATE
};

/* A month's 亮, or a year's 评, of a unit or the county. */
struct tally {
    int year; /* 0: of a month */
    int64_t total;
    int64_t livelihood, hardship, petition, waiting; /* of a month */
    int64_t responded, solved, rated, satisfied;     /* of a year; solved: closed and not rated unsolved */
    int64_t explained, out_of_scope;                 /* of a year, apart */
};

struct rounds;

struct rounds *rounds_new(struct turn *turn);

/* The case lives as long as the turn. words: the latest progress, "" none. */
void rounds_tell(struct rounds *rounds, const char *phone, enum round round, const struct case_ *case_,
                 const char *words);

/* A unit's leaders hear of it, else its cadres; unit 0: the county's leaders and supervisors. */
bool rounds_digest(struct rounds *rounds, int64_t unit, const struct tally *tally);

/* Puts the texts in the outbox. */
bool rounds_send(struct rounds *rounds);

#endif
