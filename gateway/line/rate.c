#include "gateway/line/rate.h"

#include <time.h>

int64_t rate_day(int64_t now, int days_on)
{
    time_t seconds = (time_t)now;
    struct tm day;

    localtime_r(&seconds, &day);
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_mday += days_on;
    day.tm_isdst = -1;
    return mktime(&day);
}

static int texts_in(const struct rate *rate, int64_t second)
{
    int slot = (int)(second % RATE_WINDOW);

    return rate->window[slot].second == second ? rate->window[slot].texts : 0;
}

/* Until enough of what was counted is a minute old. */
static int64_t wait_minute(const struct rate *rate, int64_t ticks, int texts)
{
    int64_t oldest = ticks > RATE_WINDOW ? ticks - RATE_WINDOW + 1 : 0;
    int counted = 0;

    for (int64_t second = oldest; second <= ticks; second++)
        counted += texts_in(rate, second);
    for (int64_t second = oldest; counted > 0 && counted + texts > rate->per_minute; second++) {
        counted -= texts_in(rate, second);
        if (counted == 0 || counted + texts <= rate->per_minute)
            return second + RATE_WINDOW - ticks;
    }
    return 0;
}

int64_t rate_wait(const struct rate *rate, int64_t now, int64_t ticks, int texts)
{
    if (rate->per_day > 0 && rate->day == rate_day(now, 0) && rate->in_day > 0 &&
        rate->in_day + texts > rate->per_day)
        return rate_day(now, 1) - now;
    return rate->per_minute > 0 ? wait_minute(rate, ticks, texts) : 0;
}

void rate_count_minute(struct rate *rate, int64_t ticks, int texts)
{
    int slot = (int)(ticks % RATE_WINDOW);

    if (rate->window[slot].second != ticks)
        rate->window[slot].texts = 0;
    rate->window[slot].second = ticks;
    rate->window[slot].texts += texts;
}

void rate_count(struct rate *rate, int64_t now, int64_t ticks, int texts)
{
    int64_t day = rate_day(now, 0);

    rate_count_minute(rate, ticks, texts);
    if (rate->day != day)
        rate->in_day = 0;
    rate->day = day;
    rate->in_day += texts;
}
