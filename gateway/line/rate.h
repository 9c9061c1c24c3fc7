/*
 * How many texts may go out by a line: SIMs are blocked for flooding. Counts parts, as operators do. The
 * minute is any sixty seconds of the monotonic clock, the day one of the local zone.
 */
#ifndef GATEWAY_LINE_RATE_H
#define GATEWAY_LINE_RATE_H

#include <stdint.h>

/* One more than a minute: what was counted late in a second stays for sixty whole ones. */
enum { RATE_WINDOW = 61 };

struct rate {
    int per_minute, per_day; /* 0: no limit */
    struct {
        int64_t second; /* of clock_ticks() */
        int texts;
    } window[RATE_WINDOW]; /* by second modulo RATE_WINDOW */
    int64_t day;           /* whose texts in_day counts: its first second, unix; 0 unknown */
    int in_day;
};

/*
 * Seconds until so many parts may go out together; 0: at once. More than a limit allows go out when nothing
 * else did in its time. now: unix seconds; ticks: clock_ticks().
 */
int64_t rate_wait(const struct rate *rate, int64_t now, int64_t ticks, int texts);

/* Counts texts of this second, or with earlier ticks of a former one. */
void rate_count_minute(struct rate *rate, int64_t ticks, int texts);

/* Counts texts of this moment towards both. */
void rate_count(struct rate *rate, int64_t now, int64_t ticks, int texts);

/* The first second of now's day in the local zone, and of the one days_on later. */
int64_t rate_day(int64_t now, int days_on);

#endif
