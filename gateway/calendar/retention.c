#include "gateway/calendar/retention.h"

#include "gateway/turn/dates.h"
#include "store/search/search.h"

enum { MOST_A_DAY = 2000, CLEANED_AFTER = 7 * 86400 };

static int64_t period_before(const struct period_config *period, int64_t now)
{
    struct date date = date_of(now);

    if (!period->months && !period->days)
        return 0;
    date.month -= period->months; /* mktime carries it into the year */
    date.day -= period->days;
    return date_moment(date, 0);
}

int64_t retention_before(const struct config *config, int64_t now)
{
    return period_before(&config->retain_texts, now);
}

int64_t retention_recordings_before(const struct config *config, int64_t now)
{
    int64_t before = period_before(&config->retain_recordings, now);

    return before ? before : retention_before(config, now);
}

/* Writing the index of words anew holds up the desk for a while. */
static bool clean_index(struct turn *turn)
{
    int64_t since;

    return store_unclean_since(turn->store, &since) &&
           (since == 0 || turn->now - since < CLEANED_AFTER || store_clean_index(turn->store));
}

bool retention_run(struct turn *turn, int64_t *cases)
{
    int64_t before = retention_before(turn->config, turn->now), recordings;
    int64_t recordings_before = retention_recordings_before(turn->config, turn->now);
    struct retained retained = { 0 };

    *cases = 0;
    if (before && !store_retain(turn->store, before, turn->now, MOST_A_DAY, &retained))
        return false;
    if (!clean_index(turn))
        return false;
    if (recordings_before &&
        !store_retain_recordings(turn->store, recordings_before, MOST_A_DAY, &recordings))
        return false;
    *cases = retained.cases;
    return true;
}
