#include "gateway/calendar/office_days.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/facts.h"
#include "gateway/turn/kept_days.h"
#include "gateway/turn/notify.h"
#include "store/calendar.h"
#include "store/kept/keeping.h"

enum { DECEMBER = 12, WEEK_DAYS = 7 };

bool office_days_set_duty(struct turn *turn)
{
    const char *today = date_text(turn->mem, date_of(turn->now));
    struct duty_day *days;
    size_t n;

    if (!store_duty_days(turn->store, turn->mem, today, today, &days, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *kind = talloc_asprintf(turn->mem, "duty %lld", (long long)days[i].unit);
        bool is_new;

        if (!store_mark_date(turn->store, kind, today, turn->now, &is_new) ||
            (is_new && !store_set_on_duty(turn->store, days[i].unit, days[i].phone)))
            return false;
    }
    return true;
}

static bool tell(struct turn *turn, const char *phone, int year)
{
    struct notify what = { .to = phone,
                           .name = "alert-holidays",
                           .data = facts_number(NULL, "year", year),
                           .priority = PRIORITY_NOTICE,
                           .is_operators = true };

    return notify(turn, &what, NULL);
}

bool office_days_warn(struct turn *turn)
{
    struct date today = date_of(turn->now);
    const char *configured = turn->config->operator_phone;
    struct person *people;
    size_t n;

    if (today.month != DECEMBER || (today.day - 1) % WEEK_DAYS != 0 ||
        kept_days_has_year(turn->config, today.year + 1))
        return true;
    if (configured && !tell(turn, configured, today.year + 1))
        return false;
    if (!store_people(turn->store, turn->mem, ROLE_OPERATOR, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((!configured || strcmp(configured, people[i].phone) != 0) &&
            !tell(turn, people[i].phone, today.year + 1))
            return false;
    return true;
}
