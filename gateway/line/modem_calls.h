/*
 * Calls that a modem's line answers. The line's thread talks to the modem and goes on with texts meanwhile;
 * the sound is a leg's (gateway/voice/modem_leg.h).
 */
#ifndef GATEWAY_LINE_MODEM_CALLS_H
#define GATEWAY_LINE_MODEM_CALLS_H

#include "gateway/line/line.h"
#include "gateway/voice/modem_leg.h"
#include "modem/modem.h"

/* Between two questions whether a call still stands. */
enum { CALL_LOOK_MS = 2000 };

struct modem_calls {
    struct modem_legs *legs; /* NULL: no calls are answered */
    struct modem_leg *leg;   /* the call that is on; NULL */
    int64_t gone_at;         /* clock_ticks_ms at which a call's sound was gone; 0: not */
    int64_t looked_at;       /* clock_ticks_ms */
    int vanished;            /* how often the modem went away during a call */
    int64_t vanished_at;     /* the first of these */
    bool is_voiceless_told;
    bool is_settled; /* it has been up for a while */
};

/* The modem is up. modem_calls_ask: once a minute, whether callers reach it. */
void modem_calls_begin(struct line *line, struct modem_calls *calls, struct modem *modem);
void modem_calls_ask(struct line *line, struct modem_calls *calls, struct modem *modem);

/* After each modem_wait, with what it returned: answers, passes keys on, ends. */
void modem_calls_look(struct line *line, struct modem_calls *calls, struct modem *modem, int wakes);

/* When nothing else is to be done: restarts a modem that has shown the fault that only this cures. True: it
 * did. */
bool modem_calls_cure(struct line *line, struct modem_calls *calls, struct modem *modem);

/* The modem is lost: a call is kept as far as it came, and a third loss in a day during calls is an alert. */
void modem_calls_lost(struct line *line, struct modem_calls *calls);

/* The line stops. */
void modem_calls_end(struct modem_calls *calls);

#endif
