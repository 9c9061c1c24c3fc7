/*
 * The notices a line has claimed from the outbox and not yet armed. It takes them in batches and gives the
 * rest back when it cannot send, before their lease ends, or when something more urgent may wait.
 */
#ifndef GATEWAY_LINE_CLAIMS_H
#define GATEWAY_LINE_CLAIMS_H

#include "gateway/desk/outbox.h"
#include "gateway/line/line.h"
#include "gateway/line/rate.h"

struct claims {
    void *mem; /* of the claimed notices */
    struct notice *notices;
    size_t n, next;
    int64_t claimed_at;
    int64_t next_due;        /* unix seconds: when the next notice falls due; 0: none */
    int64_t paused_until_ms; /* in clock_ticks_ms(); set while the far end takes no text */
    int64_t rate_until_ms;   /* the same while the rate allows none */
    struct rate rate;
    bool is_rate_known; /* the texts of the last minute and of today were loaded */
    bool is_quiet;      /* claimed in quiet hours: only what goes out at any hour */
    int wanted;         /* parts of the text that the rate held up; the next try is for as many */
    bool may_have_more; /* the outbox may have due notices: claim again */
};

/* The line is up. What it armed in the last minute and today counts towards the limits; limits of 0 are none.
 */
void claims_begin(struct line *line, struct claims *claims);

/*
 * How many claimed notices are left, the first at notices[next]; claims up to limit when none is left, when
 * their lease gets old, or when quiet hours have begun. After a failure of the store the next try waits
 * retry_seconds.
 */
size_t claims_ready(struct line *line, struct claims *claims, int limit, int retry_seconds);

/* Gives back all that is claimed and not armed. */
void claims_release(struct line *line, struct claims *claims);

/*
 * Whether the rate lets a text of so many parts go now; 0: as many as the last that was held up, at least 1.
 * False: gives everything back, so that an answer may overtake it, and when asked with 0 parts pauses. What
 * is of danger may always go: asked with 0 parts, nothing else is claimed then while the rate allows none.
 */
bool claims_may_go(struct line *line, struct claims *claims, int parts);

/* A text of so many parts goes out. */
void claims_count(struct claims *claims, int parts);

/* Whether the far end or the rate takes no text now. */
bool claims_are_paused(const struct claims *claims);

/* New notices may be there, some of them shorter or more urgent, or the clock was set. */
void claims_look(struct claims *claims);

/* Milliseconds until something may be sent, at most an hour; -1 when nothing waits. */
int claims_timeout(const struct claims *claims);

#endif
