/*
 * Gathers what one run of the calendar has to say, so that each person gets one text about everything.
 */
#ifndef GATEWAY_CALENDAR_DIGEST_H
#define GATEWAY_CALENDAR_DIGEST_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/* What a person is told about a case, from the least important to the most: where several are due about one
 * case, only the most important is told. */
enum digest_item {
    ITEM_SHOWN,
    ITEM_REPORTED,
    ITEM_RATE,        /* not rated yet */
    ITEM_PASSED,      /* a day that the reporter was promised has passed */
    ITEM_ASKED,       /* news is wanted before the quarter ends */
    ITEM_OVERDUE,     /* still not done, though its day has passed: to those above */
    ITEM_ACCEPT_SOON, /* nobody has accepted it, and the deadline is near */
    ITEM_ACCEPT_LATE,
    ITEM_TELL_SOON, /* the reporter has not heard of progress */
    ITEM_TELL_LATE,
    ITEM_FINISH_SOON,
    ITEM_FINISH_LATE,
    ITEM_REVIEW_SOON, /* 复查 awaits its answer */
    ITEM_REVIEW_LATE,
    ITEM_OVERDUE_OWN /* not done, and its day has passed: to who has it */
};

/* The figures of a month's 亮 or a year's 评, of a unit or the county. */
struct tally {
    int year; /* 0: the figures are of a month */
    int64_t total;
    int64_t livelihood, hardship, petition, waiting; /* of a month */
    int64_t responded, solved, rated, satisfied;     /* of a year; solved: closed and not rated unsolved */
    int64_t explained, out_of_scope; /* of a year; counted neither as solved nor as unsolved */
    int64_t carried, carried_open;   /* of a year: left by the years before, and how many still wait */
};

struct digest;

/* Empty; from turn->mem. */
struct digest *digest_new(struct turn *turn);

/* For somebody who works on the case. phone and case must live as long as the turn. */
void digest_add(struct digest *digest, const char *phone, enum digest_item item, const struct case_ *case_);

/*
 * For a reporter; own: the case that they reported, which is this one or was merged into it. Nothing is told
 * where the number has a new owner since. All must live as long as the turn. words: the latest progress; ""
 * none. said_at: when it was said, if that was before the time that is reported on; 0 otherwise.
 */
void digest_add_reporter(struct digest *digest, const struct case_ *own, enum digest_item item,
                         const struct case_ *case_, const char *words, int64_t said_at);

/* What was done about a case whose day has passed: whoever has it was pressed, and those above were told. */
struct digest_passed {
    bool is_pressed, is_raised;
};

/* ITEM_PASSED, to the reporter of own: case_, or one that was merged into it. */
void digest_add_passed(struct digest *digest, const struct case_ *own, const struct case_ *case_,
                       const struct digest_passed *done);

/* For a unit's leaders, else its cadres; unit 0: for the county's leaders and supervisors. Stand-ins get it
 * for people on leave. False: store_error says why. */
bool digest_add_tally(struct digest *digest, int64_t unit, const struct tally *tally);

/* Puts the texts in the outbox. False: turn_error says why. */
bool digest_send(struct digest *digest);

#endif
