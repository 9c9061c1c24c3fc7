/*
 * The calls that a modem's line answers. The line's thread talks to the modem and continues with texts; a leg
 * (gateway/voice/modem_leg.h) handles the sound.
 */
#ifndef GATEWAY_LINE_MODEM_CALLS_H
#define GATEWAY_LINE_MODEM_CALLS_H

#include "gateway/line/line.h"
#include "gateway/voice/modem_leg.h"
#include "modem/modem.h"

/* How often to ask the modem whether the call is still on. */
enum { CALL_LOOK_MS = 2000 };

struct modem_calls {
    struct modem_legs *legs; /* NULL: no calls are answered */
    struct modem_leg *leg;   /* the current call; NULL: none */
    int64_t gone_at;         /* clock_ticks_ms when a call's sound vanished; 0: it did not */
    int64_t looked_at;       /* clock_ticks_ms */
    int vanished;            /* how often the modem went away during a call */
    int64_t vanished_at;     /* the first of these */
    int64_t sound_asked_at;  /* clock_ticks; 0: never */
    bool is_voiceless_told;
    bool is_settled; /* it has been up for a while */
};

/* Call it when the modem is up. modem_calls_ask: asks whether callers reach it; call it once a minute. */
void modem_calls_begin(struct line *line, struct modem_calls *calls, struct modem *modem);
void modem_calls_ask(struct line *line, struct modem_calls *calls, struct modem *modem);

/* Call it after each modem_wait with the result: answers calls, passes keys on and ends calls. */
void modem_calls_look(struct line *line, struct modem_calls *calls, struct modem *modem, int wakes);

/* Call it when the line is idle: restarts a modem whose fault only a restart cures. True: it was restarted.
 */
bool modem_calls_cure(struct line *line, struct modem_calls *calls, struct modem *modem);

/* Call it when the modem is lost: keeps what was recorded; the third loss in a day during calls is an alert.
 */
void modem_calls_lost(struct line *line, struct modem_calls *calls);

/* Ends the call because the line stops. */
void modem_calls_end(struct modem_calls *calls);

#endif
