/*
 * Watches a modem's line: keeps its state in the store ("line.NAME") and alerts the operator when it is bad.
 * Keeps there what the modem's clock says ("clock.NAME"), by which the calendar may believe the machine's.
 * What was alerted, and since when, is kept too ("watch.NAME"), so that a restart repeats no alert.
 */
#ifndef GATEWAY_LINE_WATCH_H
#define GATEWAY_LINE_WATCH_H

#include "gateway/line/line.h"
#include "modem/modem.h"

struct watch {
    int64_t down_since;  /* 0: it is up */
    int64_t received_at; /* the last message, or when the line started */
    int64_t balance_at;  /* when the balance was last asked for */
    int64_t balance;     /* the last answer, in fen; only where has_balance */
    int64_t
        pin_refused; /* of the PIN that the SIM refused, enough to know that another one is configured; 0 */
    bool is_outage_alerted, is_silence_alerted, is_balance_alerted, is_clogged_alerted, is_failing_alerted;
    bool has_balance;
    int stuck;                     /* messages that the modem does not delete */
    bool is_clockless;             /* the modem tells no time; asked again when it has started again */
    bool is_time_wanted;           /* its clock was not set, and it was told to take the network's time */
    bool is_clock_doubted;         /* said in the log: its clock and the machine's differ */
    int64_t noted_at, noted_clock; /* what "clock.NAME" holds: the machine's clock and the modem's */
    int64_t up_at;                 /* since this start of the program; 0 not yet */
    char kept[512];                /* last value of "line.NAME" */
    char remembered[384];          /* last value of "watch.NAME": the members above up_at */
};

/* Once, before anything else: loads what the last run knew. */
void watch_recall(struct line *line, struct watch *watch);

/* The modem no longer answers; the outage counts from its last answer, in unix seconds. */
void watch_silent(struct watch *watch, int64_t answered_at);

/* The modem did not start, for this reason. */
void watch_down(struct line *line, struct watch *watch, const struct modem_state *modem, const char *why);

/* The modem has started. */
void watch_up(struct line *line, struct watch *watch, const struct modem_state *modem);

/* The modem's state may have changed: logs and stores a change once. */
void watch_state(struct line *line, struct watch *watch, const struct modem_state *modem);

/* A message came: ends a silence. */
void watch_received(struct watch *watch);

/* Once a minute or so, while the line is up: silence, the modem's clock, and the balance when it is time to
 * ask. modem NULL: only what needs none. */
void watch_tick(struct line *line, struct watch *watch, struct modem *modem);

/* The amount in an answer to a balance question: the number behind 余额 or "balance", else the first. False:
 * none. */
bool watch_amount(const char *answer, double *amount);

#endif
