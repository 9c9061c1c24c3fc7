#include "gateway/command/demo/dialogue.h"

#include <stdio.h>
#include <string.h>

#include "gateway/turn/dates.h"

/* The rest after word; NULL when words do not begin with it. */
static const char *after(const char *words, const char *word)
{
    size_t length = strlen(word);

    return strncmp(words, word, length) == 0 ? words + length : NULL;
}

static bool read_later(const char *words, int64_t now, int64_t *moment)
{
    static const struct {
        char unit;
        int seconds;
    } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', DAY_SECONDS } };
    int count;
    char unit, more;

    if (sscanf(words, "+%d%c%c", &count, &unit, &more) != 2)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        *moment = now + (int64_t)count * units[i].seconds;
        if (units[i].unit == unit)
            return true;
    }
    return false;
}

bool dialogue_moment(const char *words, int64_t now, int64_t *moment)
{
    struct date date = date_of(now);
    int hour, minute;
    const char *clock;

    if (read_later(words, now, moment))
        return true;
    if ((clock = after(words, "month ")))
        date = month_plus(date, 1);
    else if ((clock = after(words, "quarter ")))
        date = date_quarter_end(date);
    else if (sscanf(words, "%d-%d-%d", &date.year, &date.month, &date.day) == 3)
        clock = words + strcspn(words, " ");
    if (!clock || sscanf(clock, "%d:%d", &hour, &minute) != 2)
        return false;
    *moment = date_moment(date, hour * 60 + minute);
    return true;
}
