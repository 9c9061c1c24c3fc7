/*
 * What falls due by the calendar: 亮 on the 1st of a month, 晒 on the last day of a quarter, 评 on that of a
 * year, reminders and deadlines.
 */
#ifndef GATEWAY_CALENDAR_CALENDAR_H
#define GATEWAY_CALENDAR_CALENDAR_H

#include "gateway/turn/turn.h"

/* One thing that was done, or in a rehearsal would be. */
struct due_line {
    const char *kind;   /* "show", "report", "rating reminder" ... */
    const char *date;   /* the date it belongs to, YYYY-MM-DD */
    const char *number; /* of the case; "" */
    const char *to;     /* phone of the person told; "" nobody */
};

struct due {
    int64_t at;             /* the moment up to which things are done */
    struct due_line *lines; /* result, from turn->mem */
    size_t n;
};

/* A desk_job; arg is a struct due. Catches up with every date since the last run; each person gets one text.
 */
bool calendar_due(struct turn *turn, void *arg);

/* When calendar_due should run next: at the hour (or quarter of an hour) after its last run; at, if it never
 * ran. False: store_error says why. */
bool calendar_next(struct store *store, const struct config *config, int64_t at, int64_t *next);

#endif
