/*
 * Whether the calendar may believe the clock. A date done too early cannot be taken back: hundreds of people
 * have been texted. So a clock that moved further between two runs than a short outage explains is not
 * believed until a person confirms it (`xiangyin due --confirm`) or the network's stamp on a received text
 * agrees with it.
 */
#ifndef GATEWAY_CALENDAR_CLOCK_DOUBT_H
#define GATEWAY_CALENDAR_CLOCK_DOUBT_H

#include "gateway/turn/turn.h"

enum { CLOCK_JUMP_SECONDS = 3 * 86400 };

enum clock_doubt {
    CLOCK_BELIEVED,
    CLOCK_TOO_EARLY, /* before the program was released: no confirmation helps */
    CLOCK_AHEAD,     /* the clock moved further ahead than CLOCK_JUMP_SECONDS since the calendar last ran */
    CLOCK_BACK,      /* the same backwards */
    TIME_AHEAD       /* an operator asks for a time that much ahead of the clock */
};

/* What is wrong, for the log and the command line; "" for CLOCK_BELIEVED. */
const char *clock_doubt_text(enum clock_doubt doubt);

/* Whether to believe a clock that shows this moment. False: store_error says why. */
bool clock_doubt(struct store *store, int64_t clock, enum clock_doubt *doubt);

/* Notes that the calendar runs with the clock at this moment: later moments are compared with it. */
bool clock_doubt_believe(struct store *store, int64_t clock);

/* An operator wants what is due until this moment done now: its marks are no trace of a wrong clock. */
bool clock_doubt_allow(struct store *store, int64_t until);

/*
 * Repairs what a clock that was ahead has left behind: marks of the calendar for dates to come, and whatever
 * waits for them. Marks up to CLOCK_JUMP_SECONDS ahead stay, and those an operator has asked for. *n counts
 * what was repaired.
 */
bool clock_doubt_repair(struct turn *turn, int64_t clock, int64_t *n);

#endif
