/*
 * What falls due by the calendar: 亮 on the 1st, 晒 on a quarter's last day, reminders, messages that waited
 * too long.
 */
#ifndef GATEWAY_CALENDAR_CALENDAR_H
#define GATEWAY_CALENDAR_CALENDAR_H

#include "gateway/turn/turn.h"

/* One thing that was, or in a rehearsal would be, done. */
struct due_line {
    const char *kind;   /* "show", "report", "rating reminder" ... */
    const char *date;   /* the date it belongs to, YYYY-MM-DD */
    const char *number; /* of the case; "" */
    const char *to;     /* who is told; "" nobody */
};

struct due {
    int64_t at;
    struct due_line *lines; /* result, from turn->mem */
    size_t n;
};

/* A desk_job; arg is a struct due. Catches up every date missed since the last, once, one text a person. */
bool calendar_due(struct turn *turn, void *arg);

/* When calendar_due is wanted next: the hour after it was last done; at, when it never was. */
bool calendar_next(struct store *store, const struct config *config, int64_t at, int64_t *next);

#endif
