#include "gateway/desk/deadlines.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/desk/cases.h"
#include "gateway/desk/workdays.h"

typedef bool find_people(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);

static bool find_handler(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n)
{
    *n = 0;
    if (!cases_handler(turn, case_, people))
        return false;
    *n = *people != NULL;
    return true;
}

enum { HOUR = 3600, URGENT = 1u << URGENCY_URGENT, NORMAL = 1u << URGENCY_NORMAL };

enum clock { CLOCK_ACCEPT, CLOCK_FINISH, CLOCK_REVIEW };

/* What is said so long before (-) or after a moment, and to whom. */
static const struct deadline {
    const char *kind;
    enum clock clock;
    unsigned urgency; /* which cases */
    int hours;
    enum round round;
    find_people *who;
} deadlines[] = {
    { "accept soon", CLOCK_ACCEPT, NORMAL, -3 * 24, ROUND_ACCEPT_SOON, cases_responsible },
    { "accept late", CLOCK_ACCEPT, NORMAL, 0, ROUND_ACCEPT_LATE, cases_leaders },
    { "accept later", CLOCK_ACCEPT, NORMAL, 7 * 24, ROUND_ACCEPT_LATE, cases_supervisors },
    { "finish soon", CLOCK_FINISH, NORMAL, -7 * 24, ROUND_FINISH_SOON, find_handler },
    { "finish late", CLOCK_FINISH, NORMAL, 0, ROUND_FINISH_LATE, cases_leaders },
    { "finish later", CLOCK_FINISH, NORMAL, 7 * 24, ROUND_FINISH_LATE, cases_supervisors },
    { "accept soon", CLOCK_ACCEPT, URGENT, -6, ROUND_ACCEPT_SOON, cases_responsible },
    { "accept late", CLOCK_ACCEPT, URGENT, 0, ROUND_ACCEPT_LATE, cases_leaders },
    { "accept later", CLOCK_ACCEPT, URGENT, 24, ROUND_ACCEPT_LATE, cases_supervisors },
    { "finish soon", CLOCK_FINISH, URGENT, -24, ROUND_FINISH_SOON, find_handler },
    { "finish late", CLOCK_FINISH, URGENT, 0, ROUND_FINISH_LATE, cases_leaders },
    { "finish later", CLOCK_FINISH, URGENT, 24, ROUND_FINISH_LATE, cases_supervisors },
    { "review soon", CLOCK_REVIEW, NORMAL | URGENT, -7 * 24, ROUND_REVIEW_SOON, cases_supervisors },
    { "review late", CLOCK_REVIEW, NORMAL | URGENT, 0, ROUND_REVIEW_LATE, cases_heads },
};

struct watch {
    struct turn *turn;
    struct rounds *rounds;
    deadline_line *line;
    void *arg;
    unsigned urgency;
    int64_t since, until;
};

/* How long a case that came to others may wait there. */
static int64_t accept_seconds(const struct config *config, unsigned urgency)
{
    if (urgency & URGENT && config->urgent_accept_hours)
        return config->urgent_accept_hours * (int64_t)HOUR;
    return config->accept_days * (int64_t)DAY_SECONDS;
}

/*
 * A term that passed while nobody was to keep it, as behind a closing, begins when the case is somebody's
 * again: else nobody would hear of it any more.
 */
static struct case_filter who_reach_again(const struct watch *watch, const struct deadline *deadline,
                                          const struct case_filter *first)
{
    int64_t term = accept_seconds(watch->turn->config, deadline->urgency);

    if (deadline->clock == CLOCK_ACCEPT)
        return (struct case_filter){ .states = 1u << CASE_NEW,
                                     .accept_until = first->accept_since,
                                     .given_since = first->accept_since - term,
                                     .given_until = first->accept_until - term };
    return (struct case_filter){ .states = 1u << CASE_IN_HAND,
                                 .finish_until = first->finish_since,
                                 .given_since = first->finish_since,
                                 .given_until = first->finish_until };
}

/* Those that reach the deadline now; by their first term, or by a later one. */
static struct case_filter who_reach(const struct watch *watch, const struct deadline *deadline)
{
    int64_t shift = (int64_t)deadline->hours * HOUR;
    /* what has passed meanwhile comes no more soon */
    int64_t since =
        (shift < 0 && watch->since < watch->until + shift ? watch->until + shift : watch->since) - shift;
    int64_t until = watch->until - shift;

    if (deadline->clock == CLOCK_ACCEPT)
        return (struct case_filter){ .states = 1u << CASE_NEW, .accept_since = since, .accept_until = until };
    if (deadline->clock == CLOCK_REVIEW)
        return (struct case_filter){ .review_since = since, .review_until = until };
    return (struct case_filter){ .states = 1u << CASE_IN_HAND, .finish_since = since, .finish_until = until };
}

static bool remind(const struct watch *watch, const struct deadline *deadline, struct case_ *case_)
{
    struct taking taking = {
        .act = ACT_REMIND, .case_ = case_, .by = &cases_calendar, .words = deadline->kind, .is_silent = true
    };
    struct person *people;
    size_t n;

    if (!deadline->who(watch->turn, case_, &people, &n) || !cases_take(watch->turn, &taking))
        return false;
    for (size_t i = 0; i < n; i++) {
        rounds_tell(watch->rounds, people[i].phone, deadline->round, case_, "");
        watch->line(watch->arg, deadline->kind, case_, people[i].phone);
    }
    if (n == 0)
        watch->line(watch->arg, deadline->kind, case_, "");
    return true;
}

static bool remind_all(const struct watch *watch, const struct deadline *deadline,
                       const struct case_filter *filter)
{
    struct case_ *cases;
    size_t n;

    if (!store_cases(watch->turn->store, watch->turn->mem, filter, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (deadline->urgency & 1u << cases[i].urgency && !remind(watch, deadline, &cases[i]))
            return false;
    return true;
}

static bool run_deadline(const struct watch *watch, const struct deadline *deadline)
{
    struct case_filter first = who_reach(watch, deadline), again = who_reach_again(watch, deadline, &first);
    bool comes_again =
        deadline->clock == CLOCK_ACCEPT || (deadline->clock == CLOCK_FINISH && deadline->hours >= 0);

    return remind_all(watch, deadline, &first) && (!comes_again || remind_all(watch, deadline, &again));
}

static const char last_run_name[] = "urgent until";

bool deadlines_last_run(struct store *store, void *mem, const char **at)
{
    return store_get(store, mem, last_run_name, at);
}

/* Every deadline that watches over cases of this urgency, and no other run does. */
static bool run_all(struct watch *watch, const char *name)
{
    struct turn *turn = watch->turn;
    const char *since;

    if (!store_get(turn->store, turn->mem, name, &since))
        return false;
    /* the first time there is nothing behind us that was missed */
    watch->since = since ? strtoll(since, NULL, 10) : turn->now - DAY_SECONDS;
    for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++)
        if ((deadlines[i].urgency & NORMAL) == (watch->urgency & NORMAL) &&
            !run_deadline(watch, &deadlines[i]))
            return false;
    if (watch->since > watch->until) /* somebody had moved the calendar on */
        return true;
    return store_set(turn->store, name, talloc_asprintf(turn->mem, "%lld", (long long)turn->now));
}

bool deadlines_run_urgent(struct turn *turn, struct rounds *rounds, deadline_line *line, void *arg)
{
    struct watch watch = { turn, rounds, line, arg, URGENT, 0, turn->now };

    return run_all(&watch, last_run_name);
}

bool deadlines_run(struct turn *turn, struct rounds *rounds, deadline_line *line, void *arg)
{
    struct watch watch = { turn, rounds, line, arg, NORMAL, 0, turn->now };

    return !is_workday(turn->config, date_of(turn->now)) || run_all(&watch, "deadlines until");
}
