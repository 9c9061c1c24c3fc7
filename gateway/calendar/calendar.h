/*
 * The calendar: 亮 on the 1st of each month, 晒 on the last day of each quarter, 评 on the last day of the
 * year, and reminders and deadlines every day.
 */
#ifndef GATEWAY_CALENDAR_CALENDAR_H
#define GATEWAY_CALENDAR_CALENDAR_H

#include "gateway/calendar/clock_doubt.h"

/* One thing that was done, or with --dry-run would be. */
struct due_line {
    const char *kind;   /* "show", "report", "rating reminder" ... */
    const char *date;   /* the date it belongs to, YYYY-MM-DD */
    const char *number; /* of the case; "" */
    const char *to;     /* phone of the person told; "" nobody */
};

struct due {
    int64_t at;             /* everything due until this moment is done */
    int64_t clock;          /* what the clock shows; 0: the same */
    bool is_confirmed;      /* a person says that the time is right, or meant */
    struct due_line *lines; /* result, from turn->mem */
    size_t n;
    enum clock_doubt doubt; /* result: unless CLOCK_BELIEVED, nothing was done */
    int64_t n_repaired;     /* result: traces of a wrong clock that were repaired */
};

/* A desk_job; arg is a struct due. Catches up with every date since the last run; each person gets one text.
 */
bool calendar_due(struct turn *turn, void *arg);

/*
 * When calendar_due should run next: at the hour (or quarter of an hour) after its last run; at, if it never
 * ran or ran at a later moment. Says nothing of whether the clock is believed. False: store_error says why.
 */
bool calendar_next(struct store *store, const struct config *config, int64_t at, int64_t *next);

#endif
