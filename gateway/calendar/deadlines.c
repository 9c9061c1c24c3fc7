#include "gateway/calendar/deadlines.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/calendar/overdue.h"
#include "gateway/case/cases.h"
#include "gateway/case/responsible.h"
#include "gateway/case/standing.h"
#include "gateway/turn/time_limits.h"
#include "gateway/turn/workdays.h"

typedef bool find_people(struct turn *turn, const struct case_ *case_, struct person **people, size_t *n);

enum { HOUR = 3600, QUARTERS = 4 };

enum clock { CLOCK_ACCEPT, CLOCK_TELL, CLOCK_FINISH, CLOCK_REVIEW };

/*
 * What is said how long before (-) or after a deadline, and to whom: in hours, for classes that are checked
 * daily, and for fast ones. A warning before comes at most a quarter of the limit ahead; one after, at most
 * the whole limit late.
 */
static const struct deadline {
    const char *kind;
    enum clock clock;
    int hours, fast_hours;
    enum digest_item item;
    find_people *who;
} deadlines[] = {
    { "accept soon", CLOCK_ACCEPT, -3 * 24, -6, ITEM_ACCEPT_SOON, responsible_people },
    { "accept late", CLOCK_ACCEPT, 0, 0, ITEM_ACCEPT_LATE, responsible_leaders },
    { "accept later", CLOCK_ACCEPT, 7 * 24, 24, ITEM_ACCEPT_LATE, responsible_supervisors },
    { "tell soon", CLOCK_TELL, -3 * 24, -6, ITEM_TELL_SOON, responsible_now },
    { "tell late", CLOCK_TELL, 0, 0, ITEM_TELL_LATE, responsible_leaders },
    { "tell later", CLOCK_TELL, 7 * 24, 24, ITEM_TELL_LATE, responsible_supervisors },
    { "finish soon", CLOCK_FINISH, -7 * 24, -24, ITEM_FINISH_SOON, responsible_now },
    { "finish late", CLOCK_FINISH, 0, 0, ITEM_FINISH_LATE, responsible_leaders },
    { "finish later", CLOCK_FINISH, 7 * 24, 24, ITEM_FINISH_LATE, responsible_supervisors },
};
/* The same for every class. */
static const struct deadline reviews[] = {
    { "review soon", CLOCK_REVIEW, -7 * 24, 0, ITEM_REVIEW_SOON, responsible_reviewers },
    { "review late", CLOCK_REVIEW, 0, 0, ITEM_REVIEW_LATE, responsible_heads },
};

struct watch {
    struct turn *turn;
    struct digest *digest;
    deadline_line *line;
    void *arg;
    bool is_fast;              /* runs the fast classes, else the others */
    const char *urgency_class; /* the one being run; NULL: all */
    int64_t since, until;
};

/*
 * A deadline can come a second time. Whoever is given a case has a time limit of their own, while the one
 * that the reporter was told runs on, so that nobody gains by passing a case on. A deadline to finish that
 * passed while the case was nobody's (closed, then reopened) counts from when somebody has the case again:
 * otherwise nobody would hear of it. What is said `shift` seconds after the deadline comes again only if that
 * moment, too, had passed by then: else it is still to come, and would be said twice.
 */
static struct case_filter reached_again(const struct deadline *deadline, const struct case_filter *first,
                                        int64_t shift)
{
    if (deadline->clock == CLOCK_ACCEPT)
        return (struct case_filter){ .states = 1u << CASE_NEW,
                                     .take_since = first->accept_since,
                                     .take_until = first->accept_until };
    return (struct case_filter){ .states = 1u << CASE_IN_HAND,
                                 .finish_until = first->finish_since,
                                 .given_after = shift,
                                 .given_since = first->finish_since,
                                 .given_until = first->finish_until };
}

static int64_t shift_of(const struct watch *watch, const struct deadline *deadline)
{
    static const enum time_limit limits[] = {
        [CLOCK_ACCEPT] = LIMIT_ACCEPT,
        [CLOCK_TELL] = LIMIT_TELL,
        [CLOCK_FINISH] = LIMIT_FINISH,
        [CLOCK_REVIEW] = LIMIT_REVIEW,
    };
    int64_t shift = (watch->is_fast ? deadline->fast_hours : deadline->hours) * (int64_t)HOUR, most;

    if (!watch->urgency_class)
        return shift;
    most = time_limit_seconds(watch->turn->config, limits[deadline->clock], watch->urgency_class);
    if (most && shift < -most / QUARTERS)
        return -most / QUARTERS;
    return most && shift > most ? most : shift;
}

/* The cases that reach the deadline now. */
static struct case_filter reached(const struct watch *watch, const struct deadline *deadline)
{
    int64_t shift = shift_of(watch, deadline);
    /* no "soon" for a deadline that has passed meanwhile */
    int64_t since =
        (shift < 0 && watch->since < watch->until + shift ? watch->until + shift : watch->since) - shift;
    int64_t until = watch->until - shift;

    if (deadline->clock == CLOCK_ACCEPT)
        return (struct case_filter){ .states = 1u << CASE_NEW, .accept_since = since, .accept_until = until };
    if (deadline->clock == CLOCK_TELL)
        return (struct case_filter){ .states = 1u << CASE_IN_HAND, .tell_since = since, .tell_until = until };
    if (deadline->clock == CLOCK_REVIEW)
        return (struct case_filter){ .review_since = since, .review_until = until };
    return (struct case_filter){ .states = 1u << CASE_IN_HAND, .finish_since = since, .finish_until = until };
}

/* Whether it is said when a day passes that the reporter was promised. */
static bool ends_promise(const struct deadline *deadline)
{
    return deadline->hours == 0 && deadline->clock != CLOCK_TELL;
}

static bool remind(const struct watch *watch, const struct deadline *deadline, struct case_ *case_,
                   bool is_again)
{
    struct action action = {
        .act = ACT_REMIND, .case_ = case_, .by = &calendar_person, .words = deadline->kind, .is_silent = true
    };
    struct person *people;
    size_t n;

    if (!deadline->who(watch->turn, case_, &people, &n) || !cases_take(watch->turn, &action))
        return false;
    for (size_t i = 0; i < n; i++) {
        digest_add(watch->digest, people[i].phone, deadline->item, case_);
        watch->line(watch->arg, deadline->kind, case_, people[i].phone);
    }
    if (n == 0)
        watch->line(watch->arg, deadline->kind, case_, "");
    return !ends_promise(deadline) ||
           overdue_passed(watch->turn, watch->digest, case_, people, n, is_again, watch->line, watch->arg);
}

static bool remind_all(const struct watch *watch, const struct deadline *deadline,
                       const struct case_filter *filter, bool is_again)
{
    struct turn *turn = watch->turn;
    struct case_ *cases;
    size_t n;

    if (!store_cases(turn->store, turn->mem, filter, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((!watch->urgency_class ||
             strcmp(urgency_class_of(turn->config, &cases[i]), watch->urgency_class) == 0) &&
            !remind(watch, deadline, &cases[i], is_again))
            return false;
    return true;
}

static bool run_deadline(const struct watch *watch, const struct deadline *deadline)
{
    struct case_filter first = reached(watch, deadline),
                       again = reached_again(deadline, &first, shift_of(watch, deadline));
    bool comes_again =
        deadline->clock == CLOCK_ACCEPT || (deadline->clock == CLOCK_FINISH && deadline->hours >= 0);

    return remind_all(watch, deadline, &first, false) &&
           (!comes_again || remind_all(watch, deadline, &again, true));
}

/* Runs one class, if it is among those of this run. */
static bool run_class(struct watch *watch, const char *urgency_class)
{
    watch->urgency_class = urgency_class;
    for (size_t i = 0; i < sizeof deadlines / sizeof *deadlines; i++)
        if (time_limit_is_fast(watch->turn->config, urgency_class) == watch->is_fast &&
            !run_deadline(watch, &deadlines[i]))
            return false;
    return true;
}

static bool run_classes(struct watch *watch)
{
    const struct config *config = watch->turn->config;

    for (enum case_urgency urgency = URGENCY_NORMAL; urgency <= URGENCY_URGENT; urgency++)
        if (!run_class(watch, case_urgency_name(urgency)))
            return false;
    for (size_t i = 0; i < config->n_urgency_classes; i++)
        if (strcmp(config->urgency_classes[i].name, case_urgency_name(URGENCY_NORMAL)) != 0 &&
            strcmp(config->urgency_classes[i].name, case_urgency_name(URGENCY_URGENT)) != 0 &&
            !run_class(watch, config->urgency_classes[i].name))
            return false;
    watch->urgency_class = NULL;
    for (size_t i = 0; i < sizeof reviews / sizeof *reviews && !watch->is_fast; i++)
        if (!run_deadline(watch, &reviews[i]))
            return false;
    return true;
}

static const char last_run_name[] = "urgent until";

bool deadlines_last_run(struct store *store, void *mem, const char **at)
{
    return store_get(store, mem, last_run_name, at);
}

/* Runs every deadline of the fast classes, or of the others; name: where the last run is kept. */
static bool run_all(struct watch *watch, const char *name)
{
    struct turn *turn = watch->turn;
    const char *since;

    if (!store_get(turn->store, turn->mem, name, &since))
        return false;
    /* the first run has missed nothing: it looks back one day */
    watch->since = since ? strtoll(since, NULL, 10) : turn->now - DAY_SECONDS;
    if (watch->since > watch->until) /* an operator or a wrong clock had moved the calendar ahead */
        watch->since = watch->until;
    return run_classes(watch) &&
           store_set(turn->store, name, talloc_asprintf(turn->mem, "%lld", (long long)turn->now));
}

int deadlines_minutes(const struct config *config)
{
    int64_t shortest = HOUR * (int64_t)QUARTERS * 2;

    for (size_t i = 0; i < config->n_urgency_classes; i++) {
        const char *urgency_class = config->urgency_classes[i].name;
        int64_t limit = time_limit_seconds(config, LIMIT_ACCEPT, urgency_class);

        if (time_limit_is_fast(config, urgency_class) && limit > 0 && limit < shortest)
            shortest = limit;
    }
    return shortest < HOUR * (int64_t)QUARTERS ? 15 : 60;
}

bool deadlines_run_urgent(struct turn *turn, struct digest *digest, deadline_line *line, void *arg)
{
    struct watch watch = { turn, digest, line, arg, true, NULL, 0, turn->now };

    return run_all(&watch, last_run_name);
}

bool deadlines_run(struct turn *turn, struct digest *digest, deadline_line *line, void *arg)
{
    struct watch watch = { turn, digest, line, arg, false, NULL, 0, turn->now };

    return !is_workday(turn->config, date_of(turn->now)) || run_all(&watch, "deadlines until");
}
