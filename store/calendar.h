/*
 * The dates on which the calendar has run, and what is needed to see and repair the traces of a wrong clock.
 * Times are seconds since 1970 UTC; dates are written YYYY-MM-DD, so that they sort.
 */
#ifndef STORE_CALENDAR_H
#define STORE_CALENDAR_H

#include "store/store.h"

/* Marks a date of a kind, e.g. ("show", "2026-12-01"). *is_new: it was not marked before. */
bool store_mark_date(struct store *store, const char *kind, const char *date, int64_t at, bool *is_new);

/* The latest date of a kind, from mem; "" when none is marked. */
bool store_last_date(struct store *store, void *mem, const char *kind, const char **date);

/* Deletes the marks of a kind (NULL: of every kind) for dates after this one; *n counts them. */
bool store_unmark_dates_after(struct store *store, const char *kind, const char *date, int64_t *n);

/*
 * Whether one of the latest texts confirms the clock: it was received within `within` seconds of now, and the
 * network's stamp on it differs from that by less, but does differ: an event whose stamp was implausible has
 * our own time instead. Or a modem's clock does: "clock.LINE" holds the machine's clock at the time, a space,
 * and the modem's.
 */
bool store_network_agrees(struct store *store, int64_t now, int64_t within, bool *agrees);

/*
 * Brings back to now what waits for a moment after horizon, as a clock that was wrong for a while leaves it:
 * due notices and deliveries, leases, parts of messages, lock-outs and mutes; codes that would count until
 * then expire. *n counts the rows.
 */
bool store_repair_waiting(struct store *store, int64_t now, int64_t horizon, int64_t *n);

/*
 * After the clock was set back by less than that: what would have happened by now, or waits for longer than
 * such a thing ever waits, is brought forward. Notices that were tried before are store_shorten_tries'. *n
 * counts the rows.
 */
bool store_shorten_waits(struct store *store, int64_t now, int64_t *n);
/* READY notices with so many attempts, from least to most, fall due at latest by then. */
bool store_shorten_tries(struct store *store, int least, int most, int64_t latest, int64_t *n);

/* When the newest event or notice was made; 0: there is none. Later than now: the clock was set back. */
bool store_newest_moment(struct store *store, int64_t *at);

#endif
