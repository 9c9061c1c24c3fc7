#include "gateway/calendar/retention.h"

#include "gateway/turn/dates.h"

enum { MOST_A_DAY = 2000 };

int64_t retention_before(const struct config *config, int64_t now)
{
    struct date date = date_of(now);

    if (!config->retain_texts.months && !config->retain_texts.days)
        return 0;
    date.month -= config->retain_texts.months; /* mktime carries it into the year */
    date.day -= config->retain_texts.days;
    return date_moment(date, 0);
}

bool retention_run(struct turn *turn, int64_t *cases)
{
    int64_t before = retention_before(turn->config, turn->now);
    struct retained retained = { 0 };

    *cases = 0;
    if (before && !store_retain(turn->store, before, turn->now, MOST_A_DAY, &retained))
        return false;
    *cases = retained.cases;
    return true;
}
