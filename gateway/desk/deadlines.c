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
    if (!store_person(turn->store, turn->mem, case_->handler, people))
        return false;
    *n = *people != NULL;
    return true;
}

/* What is said so many days before (-) or after a deadline, and to whom. */
static const struct deadline {
    const char *kind;
    enum case_state state; /* CASE_NEW: until it is accepted; CASE_IN_HAND: until it is finished */
    int days;
    enum round round;
    find_people *who;
} deadlines[] = {
    { "accept soon", CASE_NEW, -3, ROUND_ACCEPT_SOON, cases_responsible },
    { "accept late", CASE_NEW, 0, ROUND_ACCEPT_LATE, cases_leaders },
    { "accept later", CASE_NEW, 7, ROUND_ACCEPT_LATE, cases_supervisors },
    { "finish soon", CASE_IN_HAND, -7, ROUND_FINISH_SOON, find_handler },
    { "finish late", CASE_IN_HAND, 0, ROUND_FINISH_LATE, cases_leaders },
    { "finish later", CASE_IN_HAND, 7, ROUND_FINISH_LATE, cases_supervisors },
};

struct watch {
    struct turn *turn;
    struct rounds *rounds;
    deadline_line *line;
    void *arg;
    int64_t since, until;
};

/*
 * A term that passed while nobody was to keep it, as behind a closing, begins when the case is somebody's
 * again: else nobody would hear of it any more.
 */
static struct case_filter who_reach_again(const struct deadline *deadline, const struct case_filter *first)
{
    if (deadline->state == CASE_NEW)
        return (struct case_filter){ .states = 1u << CASE_NEW,
                                     .until = first->since,
                                     .given_since = first->since,
                                     .given_until = first->until };
    return (struct case_filter){ .states = 1u << CASE_IN_HAND,
                                 .finish_until = first->finish_since,
                                 .given_since = first->finish_since,
                                 .given_until = first->finish_until };
}

/* Those that reach the deadline now; by their first term, or by a later one. */
static struct case_filter who_reach(const struct watch *watch, const struct deadline *deadline)
{
    int64_t shift = (int64_t)deadline->days * DAY_SECONDS;
    /* what has passed meanwhile comes no more soon */
    int64_t since =
        (shift < 0 && watch->since < watch->until + shift ? watch->until + shift : watch->since) - shift;
    int64_t until = watch->until - shift;
    int64_t accept = (int64_t)watch->turn->config->accept_days * DAY_SECONDS;

    if (deadline->state == CASE_NEW) /* both states, so that the index of open cases serves it */
        return (struct case_filter){ .states = 1u << CASE_NEW | 1u << CASE_IN_HAND,
                                     .since = since - accept,
                                     .until = until - accept };
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
        if (cases[i].state == deadline->state && !remind(watch, deadline, &cases[i]))
            return false;
    return true;
}

static bool run_deadline(const struct watch *watch, const struct deadline *deadline)
{
    struct case_filter first = who_reach(watch, deadline), again = who_reach_again(deadline, &first);
    bool comes_soon_again = deadline->state == CASE_NEW || deadline->days >= 0;

    return remind_all(watch, deadline, &first) && (!comes_soon_again || remind_all(watch, deadline, &again));
}

bool deadlines_run(struct turn *turn, struct rounds *rounds, deadline_line *line, void *arg)
{
    struct watch watch = { .turn = turn, .rounds = rounds, .line = line, .arg = arg, .until = turn->now };
    const char *since;

    if (!is_workday(turn->config, date_of(turn->now)))
        return true;
    if (!store_get(turn->store, turn->mem, "deadlines until", &since))
        return false;
    /* the first time there is nothing behind us that was missed */
    watch.since = since ? strtoll(since, NULL, 10) : turn->now - DAY_SECONDS;
    for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++)
        if (!run_deadline(&watch, &deadlines[i]))
            return false;
    return store_set(turn->store, "deadlines until",
                     talloc_asprintf(turn->mem, "%lld", (long long)turn->now));
}
