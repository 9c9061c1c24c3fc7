#include "gateway/line/rate.h"

#include <time.h>

static int64_t midnight(int64_t now, int days_on)
{
    time_t seconds = (time_t)now;
    struct tm day;

    localtime_r(&seconds, &day);
    day.tm_hour = day.tm_min = day.tm_sec = 0;
    day.tm_mday += days_on;
    day.tm_isdst = -1;
    return mktime(&day);
}

int64_t rate_day(int64_t now)
{
    return midnight(now, 0);
}

int64_t rate_next(const struct rate *rate, int64_t now)
{
    if (rate->per_day > 0 && rate->in_day >= rate->per_day && rate->day == rate_day(now))
        return midnight(now, 1);
    if (rate->per_minute > 0 && rate->in_minute >= rate->per_minute && rate->minute == now / 60)
        return (now / 60 + 1) * 60;
    return now;
}

void rate_count(struct rate *rate, int64_t now, int parts)
{
    if (rate->minute != now / 60)
        rate->in_minute = 0;
    if (rate->day != rate_day(now))
        rate->in_day = 0;
    rate->minute = now / 60;
    rate->day = rate_day(now);
    rate->in_minute += parts;
    rate->in_day += parts;
}
