#include "gateway/calendar/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/calendar/alarms.h"
#include "gateway/calendar/certificate.h"
#include "gateway/calendar/deadlines.h"
#include "gateway/calendar/digest.h"
#include "gateway/calendar/office_days.h"
#include "gateway/calendar/overdue.h"
#include "gateway/calendar/reporters.h"
#include "gateway/calendar/retention.h"
#include "gateway/calendar/tallies.h"
#include "gateway/calendar/unheard.h"
#include "gateway/case/cases.h"
#include "gateway/case/joined.h"
#include "gateway/case/responsible.h"
#include "gateway/case/standing.h"
#include "gateway/case/unanswered.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/similar.h"
#include "gateway/turn/workdays.h"
#include "store/calendar.h"
#include "store/steps.h"

enum {
    NINE = 9 * 60,
    REMIND_DAYS = 3,
    REMIND_LATE_DAYS = 30,
    ASK_DAYS = 7,
    WEEK_DAYS = 7,
    QUARTER_MOST_DAYS = 92
};

/* The latest news of a case; said_at: when, if that was in an earlier quarter. */
struct progress {
    const char *words;
    int64_t said_at;
};

static const struct progress no_progress = { .words = "" };

struct run {
    struct turn *turn;
    struct due *due;
    struct digest *digest;
    struct date today;
};

/* One kind of date: when it falls, and what is done on it. In the order in which they run on the same day. */
struct date_kind {
    const char *name;
    struct date (*on_or_after)(struct date date);
    bool (*run)(struct run *run, struct date date);
    bool waits_for_workday; /* reminders to cadres wait for a working day; other dates stand */
};

static void add_line(struct run *run, const char *kind, struct date date, const struct case_ *case_,
                     const char *to)
{
    struct due *due = run->due;

    if ((due->n & (due->n - 1)) == 0)
        due->lines = talloc_realloc(run->turn->mem, due->lines, struct due_line, due->n ? 2 * due->n : 1);
    due->lines[due->n++] = (struct due_line){
        .kind = kind, .date = date_text(run->turn->mem, date), .number = case_ ? case_->number : "", .to = to
    };
}

static bool take(struct run *run, enum act act, struct case_ *case_, struct date date)
{
    struct action action = { .act = act,
                             .case_ = case_,
                             .by = &calendar_person,
                             .words = date_text(run->turn->mem, date),
                             .on = date_moment(date, NINE),
                             .is_silent = true };

    return cases_take(run->turn, &action);
}

static struct date first_of_month(struct date date)
{
    return date.day == 1 ? date : month_plus(date, 1);
}

/* 不亮: somebody left the case out of the board; the reason is in its step. */
static bool is_held(struct run *run, const struct case_ *case_, bool *is_so)
{
    struct step *held;

    if (!store_last_step(run->turn->store, run->turn->mem, case_->id, "held", &held))
        return false;
    *is_so = held != NULL;
    return true;
}

/* What everybody who reported a case is told of it. */
struct told {
    struct run *run;
    const char *kind;
    struct date date;
    enum digest_item item;
    const struct progress *progress;
};

static void tell_one(void *arg, const struct case_ *case_, const struct case_ *own, bool is_reached)
{
    const struct told *told = arg;

    add_line(told->run, told->kind, told->date, case_, is_reached ? own->reporter : "");
    if (is_reached)
        digest_add_reporter(told->run->digest, own, told->item, case_, told->progress->words,
                            told->progress->said_at);
}

static bool tell_reporters(struct run *run, const char *kind, struct date date, enum digest_item item,
                           const struct case_ *case_, const struct progress *progress)
{
    struct told told = { run, kind, date, item, progress };

    return reporters_each(run->turn, case_, tell_one, &told);
}

static bool show_case(struct run *run, struct date date, struct case_ *case_)
{
    if (!take(run, ACT_SHOW, case_, date))
        return false;
    if (case_state_is_open(case_->state))
        return tell_reporters(run, "show", date, ITEM_SHOWN, case_, &no_progress);
    add_line(run, "show", date, case_, "");
    return true;
}

/* 亮: every case received before the 1st and never shown; closed ones are counted, but nobody is texted. */
static bool show(struct run *run, struct date date)
{
    struct case_filter filter = { .not_shown = true, .until = date_moment(date, 0) };
    struct turn *turn = run->turn;
    struct case_ *cases;
    size_t n, shown = 0;

    if (!store_cases(turn->store, turn->mem, &filter, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        bool is_left_out;

        if (!is_held(run, &cases[i], &is_left_out))
            return false;
        if (is_left_out)
            continue;
        cases[shown] = cases[i];
        if (!show_case(run, date, &cases[shown++]))
            return false;
    }
    if (shown == 0)
        add_line(run, "show", date, NULL, "");
    return tallies_of_month(turn, run->digest, cases, shown);
}

/* What was said before this quarter is no progress of this quarter. */
static bool last_progress(struct run *run, const struct case_ *case_, struct date date,
                          struct progress *progress)
{
    struct date last_quarter = date_quarter_end(date_plus(date_quarter_end(date), -QUARTER_MOST_DAYS));
    struct step *step;

    *progress = (struct progress){ .words = "" };
    if (!store_last_step(run->turn->store, run->turn->mem, case_->id, "progress", &step))
        return false;
    if (!step)
        return true;
    progress->words = step->words;
    if (step->at < date_moment(date_plus(last_quarter, 1), 0))
        progress->said_at = step->at;
    return true;
}

static bool open_and_shown(struct run *run, struct case_ **cases, size_t *n)
{
    struct case_filter filter = { .states = OPEN_STATES, .is_shown = true };

    return store_cases(run->turn->store, run->turn->mem, &filter, cases, n);
}

/* 晒: the latest progress, or that there was none. */
static bool report(struct run *run, struct date date)
{
    struct case_ *cases;
    size_t n;

    if (!open_and_shown(run, &cases, &n))
        return false;
    if (n == 0)
        add_line(run, "report", date, NULL, "");
    for (size_t i = 0; i < n; i++) {
        struct progress progress;

        if (cases[i].shown_on > date_moment(date, NINE))
            continue;
        if (!last_progress(run, &cases[i], date, &progress) || !take(run, ACT_REPORT, &cases[i], date) ||
            !tell_reporters(run, "report", date, ITEM_REPORTED, &cases[i], &progress))
            return false;
    }
    return true;
}

static struct date week_before_quarter_end(struct date date)
{
    struct date asked = date_plus(date_quarter_end(date), -ASK_DAYS);

    return date_compare(asked, date) >= 0 ? asked
                                          : date_plus(date_quarter_end(date_plus(date, ASK_DAYS)), -ASK_DAYS);
}

/* Asks handlers for news a week before the quarter ends; not once that day has come. */
static bool ask(struct run *run, struct date date)
{
    struct case_ *cases;
    size_t n;

    if (date_compare(run->today, date_quarter_end(date)) >= 0)
        return true;
    if (!open_and_shown(run, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        struct person *people;
        size_t n_people;

        if (!responsible_now(run->turn, &cases[i], &people, &n_people))
            return false;
        for (size_t k = 0; k < n_people; k++) {
            add_line(run, "ask", date, &cases[i], people[k].phone);
            digest_add(run->digest, people[k].phone, ITEM_ASKED, &cases[i]);
        }
    }
    return true;
}

static struct date monday(struct date date)
{
    while (!date_is_monday(date))
        date = date_plus(date, 1);
    return date;
}

static void add_deadline_line(void *arg, const char *kind, const struct case_ *case_, const char *to)
{
    struct run *run = arg;

    add_line(run, kind, run->today, case_, to);
}

/* Each week what is overdue; of weeks that were missed only the last. */
static bool list_overdue(struct run *run, struct date date)
{
    if (date_compare(run->today, date_plus(date, WEEK_DAYS)) >= 0)
        return true;
    return overdue_list(run->turn, run->digest, add_deadline_line, run);
}

static struct date year_end(struct date date)
{
    return (struct date){ date.year, 12, 31 };
}

/* 评, after the year's last 晒. */
static bool evaluate(struct run *run, struct date date)
{
    add_line(run, "evaluate", date, NULL, "");
    return tallies_of_year(run->turn, run->digest, date.year);
}

static const struct date_kind kinds[] = {
    { "ask", week_before_quarter_end, ask, true }, { "show", first_of_month, show, false },
    { "report", date_quarter_end, report, false }, { "evaluate", year_end, evaluate, false },
    { "overdue", monday, list_overdue, true },
};

enum { KINDS = sizeof kinds / sizeof *kinds };

/* Where a kind's dates begin: after its last one, else with the first case. */
static bool find_start(struct run *run, const struct date_kind *kind, struct date *start, bool *has_start)
{
    struct case_filter first = { .limit = 1 };
    struct turn *turn = run->turn;
    struct case_ *cases;
    const char *last;
    size_t n;

    if (!store_last_date(turn->store, turn->mem, kind->name, &last))
        return false;
    *has_start = date_parse(last, start);
    if (*has_start) {
        *start = date_plus(*start, 1);
        return true;
    }
    if (!store_cases(turn->store, turn->mem, &first, &cases, &n))
        return false;
    *has_start = n > 0;
    if (*has_start)
        *start = date_of(cases[0].received_at);
    return true;
}

/* When a date of a kind is done. */
static int64_t moment_of(const struct run *run, const struct date_kind *kind, struct date date)
{
    while (kind->waits_for_workday && !is_workday(run->turn->config, date))
        date = date_plus(date, 1);
    return date_moment(date, NINE);
}

/* The earliest of the kinds' next dates that has come; -1 when none has. */
static int next_kind(const struct run *run, const struct date *next, const bool *has_next)
{
    int found = -1;

    for (int i = 0; i < KINDS; i++)
        if (has_next[i] && moment_of(run, &kinds[i], next[i]) <= run->due->at &&
            (found < 0 || date_compare(next[i], next[found]) < 0))
            found = i;
    return found;
}

static bool run_dates(struct run *run)
{
    struct date next[KINDS];
    bool has_next[KINDS], is_new;

    for (int i = 0; i < KINDS; i++) {
        if (!find_start(run, &kinds[i], &next[i], &has_next[i]))
            return false;
        if (has_next[i])
            next[i] = kinds[i].on_or_after(next[i]);
    }
    for (int i; (i = next_kind(run, next, has_next)) >= 0;) {
        const char *date = date_text(run->turn->mem, next[i]);

        if (!store_mark_date(run->turn->store, kinds[i].name, date, run->due->at, &is_new) ||
            (is_new && !kinds[i].run(run, next[i])))
            return false;
        next[i] = kinds[i].on_or_after(date_plus(next[i], 1));
    }
    return true;
}

static bool remind(struct run *run, struct case_ *case_)
{
    return take(run, ACT_REMIND, case_, run->today) && joined_ask_for_rating(run->turn, case_) &&
           tell_reporters(run, "rating reminder", run->today, ITEM_RATE, case_, &no_progress);
}

/* Asks reporters who have not rated three days after the closing once more; nobody about a closing long past,
 * as of cases that came from another system, or after a long stop. */
static bool run_reminders(struct run *run)
{
    struct turn *turn = run->turn;
    int64_t until = run->due->at - (int64_t)REMIND_DAYS * DAY_SECONDS;
    struct case_filter filter = { .states = 1u << CASE_CLOSED, .closed_until = until };
    const char *since;
    struct case_ *cases;
    size_t n = 0;

    if (!store_get(turn->store, turn->mem, "reminded until", &since))
        return false;
    filter.closed_since = since ? strtoll(since, NULL, 10) : 0;
    if (until <= filter.closed_since && filter.closed_since <= until + CLOCK_JUMP_SECONDS)
        return true;
    if (filter.closed_since < until - REMIND_LATE_DAYS * (int64_t)DAY_SECONDS)
        filter.closed_since = until - REMIND_LATE_DAYS * (int64_t)DAY_SECONDS;
    if (until > filter.closed_since && !store_cases(turn->store, turn->mem, &filter, &cases, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!remind(run, &cases[i]))
            return false;
    return store_set(turn->store, "reminded until", talloc_asprintf(turn->mem, "%lld", (long long)until));
}

static bool retain(struct run *run)
{
    int64_t cases;

    if (!retention_run(run->turn, &cases))
        return false;
    if (cases > 0)
        add_line(run, "texts removed", run->today, NULL, "");
    return true;
}

/* What is done once a day, from 09:00 on. */
static bool run_day(struct run *run)
{
    const char *date = date_text(run->turn->mem, run->today);
    bool is_new = false;

    if (date_minutes(run->due->at) < NINE)
        return true;
    return store_mark_date(run->turn->store, "day", date, run->due->at, &is_new) &&
           (!is_new || (run_reminders(run) && deadlines_run(run->turn, run->digest, add_deadline_line, run) &&
                        retain(run) && office_days_warn(run->turn) && certificate_warn(run->turn)));
}

static void add_taken_up(void *arg, const struct case_ *case_)
{
    struct run *run = arg;

    add_line(run, "unanswered", run->today, case_, "");
}

/* Urgent cases are checked hourly, not only at 09:00; so are texts that nobody explained. */
static bool run_hour(struct run *run)
{
    return office_days_set_duty(run->turn) &&
           deadlines_run_urgent(run->turn, run->digest, add_deadline_line, run) &&
           unanswered_take_up(run->turn, add_taken_up, run) && similar_fill(run->turn->store);
}

/* Looks at the clock, and repairs what a wrong one has left. An operator may ask for a time ahead of it. */
static bool believe_clock(struct turn *turn, struct due *due)
{
    int64_t clock = due->clock ? due->clock : due->at;
    bool is_far_ahead = due->at > clock + CLOCK_JUMP_SECONDS;

    if (!clock_doubt(turn->store, clock, &due->doubt))
        return false;
    if (due->is_confirmed && due->doubt != CLOCK_TOO_EARLY)
        due->doubt = CLOCK_BELIEVED;
    if (due->doubt == CLOCK_BELIEVED && is_far_ahead && !due->is_confirmed)
        due->doubt = TIME_AHEAD;
    if (due->doubt != CLOCK_BELIEVED)
        return true;
    /* confirming the clock itself takes back a time that was asked for by mistake */
    if ((is_far_ahead || due->is_confirmed) && !clock_doubt_allow(turn->store, is_far_ahead ? due->at : 0))
        return false;
    return clock_doubt_believe(turn->store, clock) && clock_doubt_repair(turn, clock, &due->n_repaired);
}

bool calendar_due(struct turn *turn, void *arg)
{
    struct due *due = arg;
    struct run run = { .turn = turn, .due = due, .today = date_of(due->at) };

    turn->now = due->at;
    due->lines = NULL;
    due->n = 0;
    due->n_repaired = 0;
    due->doubt = CLOCK_BELIEVED;
    if (!alarms_run(turn, add_deadline_line, &run) ||
        !unheard_run(turn, add_deadline_line, &run)) /* whatever the clock shows: minutes count */
        return false;
    if (!turn->is_rehearsal && !believe_clock(turn, due))
        return false;
    if (due->doubt != CLOCK_BELIEVED)
        return true;
    run.digest = digest_new(turn);
    return run_dates(&run) && run_day(&run) && run_hour(&run) && digest_send(run.digest);
}

bool calendar_next(struct store *store, const struct config *config, int64_t at, int64_t *next)
{
    void *mem = talloc_new(NULL);
    const char *last = NULL;
    bool is_done = deadlines_last_run(store, mem, &last);
    int64_t then = last ? strtoll(last, NULL, 10) : 0;

    *next = at;
    if (last && then <= at) {
        int step = deadlines_minutes(config);

        *next = date_moment(date_of(then), (date_minutes(then) / step + 1) * step);
    }
    talloc_free(mem);
    return is_done && alarms_next(store, next) && unheard_next(store, next);
}
