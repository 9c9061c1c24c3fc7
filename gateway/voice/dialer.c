#include "gateway/voice/dialer.h"

#include <pthread.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"

/*
 * LOOK_SECONDS: dialer_wake comes before when a call is queued or the clock is set. RETRY_SECONDS: after the
 * store failed. PAUSE_SECONDS: after a call that could not be placed.
 */
enum { LOOK_SECONDS = 3600, RETRY_SECONDS = 60, PAUSE_SECONDS = 60 };

struct dialer {
    struct desk *desk;
    void (*place)(struct call_out *call, void *arg);
    void *arg;
    int most;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t has_news;
    int now;              /* calls placed and not ended */
    int64_t paused_until; /* by clock_ticks */
    bool may_have_more, is_paused, is_stopping;
};

/* Waits until a call may be due and the line is free for it. False: the dialer stops. */
static bool wait_for_more(struct dialer *dialer, int64_t next_due)
{
    bool goes_on;

    pthread_mutex_lock(&dialer->lock);
    for (;;) {
        int64_t ticks = clock_ticks(), left = next_due ? next_due - clock_now() : LOOK_SECONDS;
        bool is_free = dialer->now < dialer->most && !dialer->is_paused && ticks >= dialer->paused_until;
        struct timespec until;

        if (dialer->is_stopping || (is_free && (dialer->may_have_more || left <= 0)))
            break;
        if (left <= 0 || left > LOOK_SECONDS)
            left = LOOK_SECONDS;
        if (dialer->paused_until > ticks && dialer->paused_until - ticks < left)
            left = dialer->paused_until - ticks;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += left;
        if (pthread_cond_timedwait(&dialer->has_news, &dialer->lock, &until) != 0)
            dialer->may_have_more = true;
    }
    dialer->may_have_more = false;
    goes_on = !dialer->is_stopping;
    pthread_mutex_unlock(&dialer->lock);
    return goes_on;
}

static void *dial(void *arg)
{
    struct dialer *dialer = arg;
    int64_t next_due = 0;

    while (wait_for_more(dialer, next_due)) {
        struct call_out *call;

        if (!call_out_next(dialer->desk, &call, &next_due))
            next_due = clock_now() + RETRY_SECONDS;
        if (!call)
            continue;
        pthread_mutex_lock(&dialer->lock);
        dialer->now++;
        dialer->may_have_more = true;
        pthread_mutex_unlock(&dialer->lock);
        dialer->place(call, dialer->arg);
    }
    return NULL;
}

struct dialer *dialer_start(void *mem, struct desk *desk, int most,
                            void (*place)(struct call_out *call, void *arg), void *arg)
{
    struct dialer *dialer = talloc_zero(mem, struct dialer);
    pthread_condattr_t attributes;

    *dialer = (struct dialer){ .desk = desk, .place = place, .arg = arg, .most = most };
    dialer->may_have_more = true;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&dialer->has_news, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&dialer->lock, NULL);
    pthread_create(&dialer->thread, NULL, dial, dialer);
    return dialer;
}

void dialer_wake(struct dialer *dialer)
{
    pthread_mutex_lock(&dialer->lock);
    dialer->may_have_more = true;
    pthread_cond_signal(&dialer->has_news);
    pthread_mutex_unlock(&dialer->lock);
}

void dialer_ended(struct dialer *dialer, struct call_out *call, enum call_end end, const char *why)
{
    pthread_mutex_lock(&dialer->lock);
    dialer->now--;
    if (end == CALL_END_NOT_PLACED)
        dialer->paused_until = clock_ticks() + PAUSE_SECONDS;
    pthread_cond_signal(&dialer->has_news);
    pthread_mutex_unlock(&dialer->lock);
    call_out_ended(dialer->desk, call, end, why);
}

void dialer_pause(struct dialer *dialer)
{
    pthread_mutex_lock(&dialer->lock);
    dialer->is_paused = true;
    pthread_mutex_unlock(&dialer->lock);
}

void dialer_stop(struct dialer *dialer)
{
    pthread_mutex_lock(&dialer->lock);
    dialer->is_stopping = true;
    pthread_cond_signal(&dialer->has_news);
    pthread_mutex_unlock(&dialer->lock);
    pthread_join(dialer->thread, NULL);
}
