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

static bool tell(struct turn *turn, const char *phone, const char *name, struct json_object *data)
{
    struct notify what = { .to = phone,
                           .name = name,
                           .data = json_object_get(data),
                           .priority = PRIORITY_NOTICE,
                           .is_operators = true };

    return notify(turn, &what, NULL);
}

bool office_days_tell(struct turn *turn, const char *name, struct json_object *data)
{
    const char *configured = turn->config->operator_phone;
    struct person *people;
    size_t n = 0;
    bool is_done = store_people(turn->store, turn->mem, ROLE_OPERATOR, 0, &people, &n) &&
                   (!configured || tell(turn, configured, name, data));

    for (size_t i = 0; i < n && is_done; i++)
        is_done = (configured && strcmp(configured, people[i].phone) == 0) ||
                  tell(turn, people[i].phone, name, data);
    json_object_put(data);
    return is_done;
}

bool office_days_warn(struct turn *turn)
{
    struct date today = date_of(turn->now);

    if (today.month != DECEMBER || (today.day - 1) % WEEK_DAYS != 0 ||
        kept_days_has_year(turn->config, today.year + 1))
        return true;
    return office_days_tell(turn, "alert-holidays", facts_number(NULL, "year", today.year + 1));
}
