#include "gateway/desk/waits.h"

#include "gateway/desk/delivery.h"
#include "gateway/log.h"
#include "store/calendar.h"

/* Tries that are further apart are shortened as the last of these. */
enum { TRIES = 7 };

static bool shorten_tries(struct turn *turn, int64_t *n)
{
    for (int attempts = 1; attempts <= TRIES; attempts++) {
        int64_t shortened;

        if (!store_shorten_tries(turn->store, attempts, attempts < TRIES ? attempts : INT32_MAX,
                                 turn->now + delivery_backoff(attempts), &shortened))
            return false;
        *n += shortened;
    }
    return true;
}

bool waits_shorten(struct turn *turn, void *arg)
{
    int64_t n;

    (void)arg;
    if (!store_shorten_waits(turn->store, turn->now, &n) || !shorten_tries(turn, &n))
        return false;
    if (n > 0)
        log_warning("the clock was set back: %lld things that waited for a time to come were brought forward",
                    (long long)n);
    turn->has_notices = true; /* the lines have planned by the former clock */
    return true;
}
