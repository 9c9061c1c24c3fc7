#include "gateway/calendar/clock_doubt.h"

#include <stdlib.h>
#include <talloc.h>

#include "gateway/calendar/deadlines.h"
#include "gateway/clock.h"
#include "gateway/turn/dates.h"
#include "store/calendar.h"

static const char believed_name[] = "calendar clock", allowed_name[] = "calendar allowed until";

const char *clock_doubt_text(enum clock_doubt doubt)
{
    static const char *const texts[] = {
        [CLOCK_BELIEVED] = "",
        [CLOCK_TOO_EARLY] = "the clock shows a time before this program was released",
        [CLOCK_AHEAD] = "the clock has moved more than three days ahead since the calendar last ran",
        [CLOCK_BACK] = "the clock has moved more than three days back since the calendar last ran",
        [TIME_AHEAD] = "the time is more than three days ahead of the clock",
    };

    return texts[doubt];
}

static bool get_moment(struct store *store, const char *name, int64_t *at)
{
    void *mem = talloc_new(NULL);
    const char *text;
    bool is_done = store_get(store, mem, name, &text);

    *at = is_done && text ? strtoll(text, NULL, 10) : 0;
    talloc_free(mem);
    return is_done;
}

static bool set_moment(struct store *store, const char *name, int64_t at)
{
    char *text = talloc_asprintf(NULL, "%lld", (long long)at);
    bool is_done = store_set(store, name, text);

    talloc_free(text);
    return is_done;
}

/* A store of an older program knows only when the deadlines were last looked at. 0: the calendar never ran.
 */
static bool last_believed(struct store *store, int64_t *at)
{
    void *mem = talloc_new(NULL);
    const char *text = NULL;
    bool is_done = get_moment(store, believed_name, at) && (*at || deadlines_last_run(store, mem, &text));

    if (text)
        *at = strtoll(text, NULL, 10);
    talloc_free(mem);
    return is_done;
}

bool clock_doubt(struct store *store, int64_t clock, enum clock_doubt *doubt)
{
    int64_t last;
    bool agrees;

    *doubt = CLOCK_TOO_EARLY;
    if (!clock_is_plausible(clock))
        return true;
    *doubt = CLOCK_BELIEVED;
    if (!last_believed(store, &last))
        return false;
    if (!last || llabs(clock - last) <= CLOCK_JUMP_SECONDS)
        return true;
    if (!store_network_agrees(store, clock, DAY_SECONDS, &agrees))
        return false;
    if (!agrees)
        *doubt = clock > last ? CLOCK_AHEAD : CLOCK_BACK;
    return true;
}

bool clock_doubt_believe(struct store *store, int64_t clock)
{
    return set_moment(store, believed_name, clock);
}

bool clock_doubt_allow(struct store *store, int64_t until)
{
    return set_moment(store, allowed_name, until);
}

bool clock_doubt_repair(struct turn *turn, int64_t clock, int64_t *n)
{
    int64_t horizon = clock + CLOCK_JUMP_SECONDS, allowed, days, waiting;

    *n = 0;
    if (!get_moment(turn->store, allowed_name, &allowed))
        return false;
    if (!store_repair_waiting(turn->store, clock, horizon, &waiting) ||
        !store_unmark_dates_after(turn->store, NULL,
                                  date_text(turn->mem, date_of(allowed > horizon ? allowed : horizon)), n) ||
        !store_unmark_dates_after(turn->store, "day", date_text(turn->mem, date_of(clock)), &days))
        return false;
    *n += waiting;
    return true;
}
