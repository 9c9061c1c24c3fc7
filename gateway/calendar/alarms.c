#include "gateway/calendar/alarms.h"

#include "gateway/case/alarm.h"

bool alarms_run(struct turn *turn, deadline_line *line, void *arg)
{
    struct case_filter due = { .alarm_until = turn->now };
    struct case_ *cases;
    size_t n;

    if (!store_cases(turn->store, turn->mem, &due, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        line(arg, "alarm", &cases[i], "");
        if (!alarm_ring_next(turn, &cases[i]))
            return false;
    }
    return true;
}

bool alarms_next(struct store *store, int64_t *next)
{
    int64_t at;

    if (!store_next_alarm(store, &at))
        return false;
    if (at && at < *next)
        *next = at;
    return true;
}
