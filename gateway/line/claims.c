#include "gateway/line/claims.h"

#include <talloc.h>

#include "gateway/clock.h"

/* LEASE_USE_SECONDS: claims are given back after half their lease. */
enum {
    LEASE_USE_SECONDS = 300,
    TIMEOUT_MOST_MS = 3600000,
    RATE_RETRY_SECONDS = 5, /* the store could not say what was sent */
    DANGER_MOST = 8,
    PAUSE_MOST_SECONDS = 60, /* between two looks at a full minute or day */
};

static void forget(struct claims *claims)
{
    talloc_free(claims->mem);
    claims->mem = NULL;
    claims->n = claims->next = 0;
}

/* What was armed within the last minute, as if it had been counted then. False: the store failed. */
static bool load_minute(struct line *line, struct claims *claims, int64_t now)
{
    int64_t ticks = clock_ticks();
    void *mem = talloc_new(NULL);
    struct armed_second *seconds;
    size_t n;
    bool is_done =
        outbox_armed_seconds(line->desk, mem, line->name, now - RATE_WINDOW, now + RATE_WINDOW, &seconds, &n);

    for (size_t i = 0; is_done && i < n; i++) {
        int64_t age = now - seconds[i].at; /* below 0 after the clock was set back */

        rate_count_minute(&claims->rate, ticks - (age > 0 ? age : 0), seconds[i].texts);
    }
    talloc_free(mem);
    return is_done;
}

static bool load_day(struct line *line, struct claims *claims, int64_t now)
{
    int64_t today = rate_day(now, 0);

    if (claims->rate.per_day == 0 || claims->rate.day == today)
        return true;
    if (!outbox_count_armed(line->desk, line->name, today, rate_day(now, 1), &claims->rate.in_day))
        return false;
    claims->rate.day = today;
    return true;
}

/* Takes the line's limits, which a reload may have changed. Texts sent without a limit were not counted. */
static void take_limits(const struct line *line, struct claims *claims)
{
    int per_minute = atomic_load(&line->per_minute), per_day = atomic_load(&line->per_day);

    claims->is_rate_known = claims->is_rate_known && (claims->rate.per_minute > 0 || per_minute == 0);
    claims->rate.per_minute = per_minute;
    claims->rate.per_day = per_day;
}

/* Once, and again for each new day, also one that the clock was set to. */
static bool load_rate(struct line *line, struct claims *claims, int64_t now)
{
    take_limits(line, claims);
    if (!claims->is_rate_known)
        claims->is_rate_known = claims->rate.per_minute == 0 || load_minute(line, claims, now);
    return claims->is_rate_known && load_day(line, claims, now);
}

void claims_begin(struct line *line, struct claims *claims)
{
    claims_look(claims);
    load_rate(line, claims, clock_now());
}

void claims_look(struct claims *claims)
{
    claims->may_have_more = true;
    claims->wanted = 1;
    claims->rate_until_ms = 0;
}

static int64_t paused_until(const struct claims *claims)
{
    return claims->paused_until_ms > claims->rate_until_ms ? claims->paused_until_ms : claims->rate_until_ms;
}

bool claims_are_paused(const struct claims *claims)
{
    return clock_ticks_ms() < paused_until(claims);
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
    claims->is_quiet = outbox_is_quiet(line->config, now);
    claims->may_have_more = claims->n == (size_t)limit;
}

size_t claims_ready(struct line *line, struct claims *claims, int limit, int retry_seconds)
{
    int64_t now = clock_now();
    bool is_old = now > claims->claimed_at + LEASE_USE_SECONDS || now < claims->claimed_at;

    if (claims->next < claims->n && (is_old || (!claims->is_quiet && outbox_is_quiet(line->config, now))))
        claims_release(line, claims);
    if (claims->next >= claims->n)
        claim_more(line, claims, limit, retry_seconds);
    return claims->n - claims->next;
}

/* No rate holds back what danger makes go out. */
static bool is_danger_next(struct line *line, struct claims *claims)
{
    forget(claims);
    claims->mem = talloc_new(NULL);
    if (!outbox_claim_danger(line->desk, claims->mem, line->name, DANGER_MOST, &claims->notices, &claims->n))
        claims->n = 0;
    claims->claimed_at = clock_now();
    return claims->n > 0;
}

bool claims_may_go(struct line *line, struct claims *claims, int parts)
{
    int64_t now = clock_now(), wait = RATE_RETRY_SECONDS;
    bool is_first_look = parts == 0;

    if (claims->next < claims->n && notice_is_of_danger(claims->notices[claims->next].name))
        return true;
    if (parts == 0)
        parts = claims->wanted > 0 ? claims->wanted : 1;
    if (load_rate(line, claims, now))
        wait = rate_wait(&claims->rate, now, clock_ticks(), parts);
    if (wait == 0)
        return true;
    claims_release(line, claims);
    claims->wanted = parts;
    if (!is_first_look) /* the next look claims what may go all the same */
        return false;
    if (is_danger_next(line, claims))
        return true;
    /* not longer, for the clock may be set to another day */
    claims->rate_until_ms = clock_ticks_ms() + (wait < PAUSE_MOST_SECONDS ? wait : PAUSE_MOST_SECONDS) * 1000;
    return false;
}

void claims_count(struct claims *claims, int parts)
{
    claims->wanted = 1;
    rate_count(&claims->rate, clock_now(), clock_ticks(), parts);
}

int claims_timeout(const struct claims *claims)
{
    bool is_waiting = claims->may_have_more || claims->next < claims->n;
    int64_t pause = paused_until(claims) - clock_ticks_ms();
    int64_t left = is_waiting ? 0 : (claims->next_due - clock_now()) * 1000;

    if (!is_waiting && claims->next_due == 0)
        return -1;
    if (left < pause)
        left = pause;
    return left <= 0 ? 0 : left < TIMEOUT_MOST_MS ? (int)left : TIMEOUT_MOST_MS;
}
