/*
 * How many texts may go out by a line: SIMs are blocked for flooding. Counts parts, for that is what
 * operators count.
 */
#ifndef GATEWAY_LINE_RATE_H
#define GATEWAY_LINE_RATE_H

#include <stdint.h>

struct rate {
    int per_minute, per_day; /* 0: no limit */
    int64_t minute, day;     /* the ones counted: a minute's number, a day's first second in the local zone */
    int in_minute, in_day;
};

/* Unix seconds from which another part may go out; now or earlier: at once. */
int64_t rate_next(const struct rate *rate, int64_t now);

void rate_count(struct rate *rate, int64_t now, int parts);

/* The first second of now's day in the local zone. */
int64_t rate_day(int64_t now);

#endif
