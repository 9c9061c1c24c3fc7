/*
 * What is known of how a modem's line is: kept in the store for whoever asks ("line.NAME"), told to the
 * operator when it is bad. Each change once, however often the program starts: what was told, and since when
 * it is so, is kept too ("watch.NAME").
 */
#ifndef GATEWAY_LINE_WATCH_H
#define GATEWAY_LINE_WATCH_H

#include "gateway/line/line.h"
#include "modem/modem.h"

struct watch {
    int64_t down_since;  /* 0: it is up */
    int64_t received_at; /* the last message, or when the line started */
    int64_t balance_at;  /* asked last */
    int64_t
        pin_refused; /* of the PIN that the SIM refused, enough to know that another one is configured; 0 */
    bool is_outage_told, is_silence_told, is_balance_told, is_clogged_told;
    int64_t up_at;        /* since this start of the program; 0 not yet */
    char kept[512];       /* what the store knows of the modem */
    char remembered[240]; /* and of all above up_at */
};

/* Once, before anything else: what the last run knew. */
void watch_recall(struct line *line, struct watch *watch);

/* A start failed, for this reason. */
void watch_down(struct line *line, struct watch *watch, const struct modem_state *modem, const char *why);

void watch_up(struct line *line, struct watch *watch, const struct modem_state *modem);

/* The modem's state may have changed: logs and keeps it once. */
void watch_state(struct line *line, struct watch *watch, const struct modem_state *modem);

void watch_received(struct watch *watch);

/* Once a minute or so, while the line is up: silence, and the balance when it is time to ask. */
void watch_tick(struct line *line, struct watch *watch, struct modem *modem);

/* The amount in an answer to a balance question: the number behind 余额 or "balance", else the first. False:
 * none. */
bool watch_amount(const char *answer, double *amount);

#endif
