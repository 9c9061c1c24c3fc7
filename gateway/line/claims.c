#include "gateway/line/claims.h"

#include <talloc.h>

#include "gateway/clock.h"

/* LEASE_USE_SECONDS: claims are given back after half their lease. */
enum { LEASE_USE_SECONDS = 300, TIMEOUT_MOST_MS = 3600000 };

static void forget(struct claims *claims)
{
    talloc_free(claims->mem);
    claims->mem = NULL;
    claims->n = claims->next = 0;
}

void claims_begin(struct line *line, struct claims *claims, int per_minute, int per_day)
{
    int64_t now = clock_now();
    int sent = 0;

    claims->may_have_more = true;
    claims->rate.per_minute = per_minute;
    claims->rate.per_day = per_day;
    if (per_day > 0 && claims->rate.day == 0 &&
        outbox_sent_since(line->desk, line->name, rate_day(now), &sent))
        rate_count(&claims->rate, now, sent);
}

void claims_release(struct line *line, struct claims *claims)
{
    for (; claims->next < claims->n; claims->next++)
        outbox_release(line->desk, &claims->notices[claims->next]);
    forget(claims);
    claims->may_have_more = true;
}

static void claim_more(struct line *line, struct claims *claims, int limit, int retry_seconds)
{
    int64_t now = clock_now();

    if (!claims->may_have_more && (claims->next_due == 0 || claims->next_due > now))
        return;
    forget(claims);
    claims->mem = talloc_new(NULL);
    if (!outbox_claim(line->desk, claims->mem, line->name, true, limit, &claims->notices, &claims->n,
                      &claims->next_due)) {
        claims->n = 0;
        claims->next_due = now + retry_seconds;
    }
    claims->claimed_at = now;
    claims->may_have_more = claims->n == (size_t)limit;
}

size_t claims_ready(struct line *line, struct claims *claims, int limit, int retry_seconds)
{
    if (claims->next < claims->n && clock_now() > claims->claimed_at + LEASE_USE_SECONDS)
        claims_release(line, claims);
    if (claims->next >= claims->n)
        claim_more(line, claims, limit, retry_seconds);
    return claims->n - claims->next;
}

size_t claims_may_go(struct line *line, struct claims *claims, size_t wanted)
{
    struct rate rate = claims->rate;
    int64_t now = clock_now(), next = rate_next(&rate, now);
    size_t n = 0;

    while (n < wanted && next <= now) {
        n++;
        rate_count(&rate, now, 1);
        next = rate_next(&rate, now);
    }
    if (n == 0 && next > now) {
        claims_release(line, claims);
        claims->paused_until_ms = clock_ticks_ms() + (next - now) * 1000;
    }
    return n;
}

int claims_timeout(const struct claims *claims)
{
    bool is_waiting = claims->may_have_more || claims->next < claims->n;
    int64_t pause = claims->paused_until_ms - clock_ticks_ms();
    int64_t left = is_waiting ? 0 : (claims->next_due - clock_now()) * 1000;

    if (!is_waiting && claims->next_due == 0)
        return -1;
    if (left < pause)
        left = pause;
    return left <= 0 ? 0 : left < TIMEOUT_MOST_MS ? (int)left : TIMEOUT_MOST_MS;
}
