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
    int64_t paused_until_ms; /* in clock_ticks_ms(); set while the far end or the rate allows no text */
    struct rate rate;
    bool may_have_more; /* the outbox may have due notices: claim again */
};

/* The line is up: what it sent today counts towards per_day. Limits of 0 are none. */
void claims_begin(struct line *line, struct claims *claims, int per_minute, int per_day);

/* How many claimed notices are left, the first at notices[next]; claims up to limit when none is. After a
 * failure of the store the next try waits retry_seconds. */
size_t claims_ready(struct line *line, struct claims *claims, int limit, int retry_seconds);

/* Gives back all that is claimed and not armed. */
void claims_release(struct line *line, struct claims *claims);

/* How many of wanted parts the rate lets go now. 0: gives everything back, so that an answer may overtake it,
 * and pauses until the rate does. */
size_t claims_may_go(struct line *line, struct claims *claims, size_t wanted);

/* Milliseconds until something may be sent, at most an hour; -1 when nothing waits. */
int claims_timeout(const struct claims *claims);

#endif
