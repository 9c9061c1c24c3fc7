#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/calendar/calendar.h"
#include "gateway/turn/dates.h"
#include "store/calendar.h"
#include "store/upkeep/erase.h"
#include "store/people.h"
#include "store/senders.h"
#include "tests/support/placed.h"
#include "store/steps.h"
#include "tests/support/world.h"

#define VILLAGER "13934567001"
#define CADRE "13800000001"

static int make_world(void **state)
{
    struct world *world = world_new(talloc_new(NULL));

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_person(world, CADRE ",李有田,村主任,cadre,141027100212");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

/* What was done, as "kind date number,..." from mem. */
struct told {
    struct due due;
    char *text;
};

static bool run(struct turn *turn, void *arg)
{
    struct told *told = arg;

    if (!calendar_due(turn, &told->due))
        return false;
    for (size_t i = 0; i < told->due.n; i++)
        told->text = talloc_asprintf_append(told->text, "%s %s %s\n", told->due.lines[i].kind,
                                            told->due.lines[i].date, told->due.lines[i].number);
    return true;
}

/* What the job, which runs the calendar, writes of it. */
static const char *written(struct world *world, const char *time, desk_job *job, bool is_rehearsal)
{
    struct told told = { .text = talloc_strdup(world, "") };

    world_time(world, time);
    told.due.at = world->now;
    told.due.is_confirmed = true;
    world_do(world, job, &told, is_rehearsal);
    return told.text;
}

static const char *due(struct world *world, const char *time, bool is_rehearsal)
{
    return written(world, time, run, is_rehearsal);
}

/* As the gateway does by itself: nobody says that the clock is right. */
static struct told unconfirmed(struct world *world, const char *time)
{
    struct told told = { .text = talloc_strdup(world, "") };

    world_time(world, time);
    told.due.at = world->now;
    world_do(world, run, &told, false);
    return told;
}

static void nothing_is_due_in_an_empty_store(void **state)
{
    assert_string_equal(due(*state, "2027-03-01 09:00", false), "");
}

static void a_rehearsal_says_what_would_be_done_and_does_nothing(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    while (world_hear(world, world, VILLAGER))
        ;
    assert_string_equal(due(world, "2026-12-01 09:00", true), "show 2026-12-01 26000010\n");
    assert_int_equal(world_case(world, world)->shown_on, 0);
    assert_null(world_hear(world, world, VILLAGER));
    assert_string_equal(due(world, "2026-12-01 09:00", false), "show 2026-12-01 26000010\n");
    assert_int_equal(world_case(world, world)->shown_on, world->now);
    assert_non_null(world_hear(world, world, VILLAGER));
}

/* Takes whom the calendar tells of the first case: "PHONE " or " " a line. */
static bool run_for_phones(struct turn *turn, void *arg)
{
    struct told *told = arg;

    if (!calendar_due(turn, &told->due))
        return false;
    for (size_t i = 0; i < told->due.n; i++)
        if (strcmp(told->due.lines[i].kind, "show") == 0 || strcmp(told->due.lines[i].kind, "passed") == 0)
            told->text = talloc_asprintf_append(told->text, "%s ", told->due.lines[i].to);
    return true;
}

static const char *told_on(struct world *world, const char *time)
{
    return written(world, time, run_for_phones, true);
}

static bool set_owner(struct turn *turn, void *arg)
{
    return store_set_owner_since(turn->store, "+86" VILLAGER, turn->now + *(int64_t *)arg);
}

static bool stop(struct turn *turn, void *arg)
{
    return store_set_stopped(turn->store, "+86" VILLAGER, *(bool *)arg);
}

static void only_who_is_told_is_listed_as_told(void **state)
{
    struct world *world = *state;
    int64_t later = 60, never = -1000000;
    bool is_stopped = true;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    due(world, "2026-11-21 09:00", false);
    assert_string_equal(told_on(world, "2026-12-01 09:00"), "+86" VILLAGER " ");
    world_time(world, "2026-11-20 10:00");
    world_do(world, set_owner, &later, false);
    assert_string_equal(told_on(world, "2026-12-01 09:00"), " ");
    world_do(world, set_owner, &never, false);
    world_do(world, stop, &is_stopped, false);
    assert_string_equal(told_on(world, "2026-12-01 09:00"), " ");
    due(world, "2026-12-01 09:00", false);
    assert_string_equal(told_on(world, "2026-12-07 09:00"), " "); /* that the day has passed */
    world_time(world, "2026-12-02 10:00");
    is_stopped = false;
    world_do(world, stop, &is_stopped, false);
    assert_string_equal(told_on(world, "2026-12-07 09:00"), "+86" VILLAGER " ");
}

static void what_came_on_the_first_itself_waits_a_month(void **state)
{
    struct world *world = *state;

    world_time(world, "2026-11-30 23:59");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_time(world, "2026-12-01 00:30");
    world_text(world, world, VILLAGER, "聚粮村的路灯坏了");
    assert_string_equal(due(world, "2026-12-01 09:00", false), "show 2026-12-01 26000010\n");
    assert_string_equal(due(world, "2027-01-01 09:00", false),
                        "overdue 2027-01-01 26000010\noverdue 2027-01-01 26000029\n"
                        "report 2026-12-31 26000010\nevaluate 2026-12-31 \n"
                        "show 2027-01-01 26000029\n"
                        "accept late 2027-01-01 26000010\noverdue 2027-01-01 26000010\n"
                        "passed 2027-01-01 26000010\n"
                        "accept late 2027-01-01 26000029\noverdue 2027-01-01 26000029\n"
                        "passed 2027-01-01 26000029\n"
                        "accept later 2027-01-01 26000010\naccept later 2027-01-01 26000029\n");
}

static void every_missed_date_is_done_in_order_with_its_own_mark(void **state)
{
    struct world *world = *state;
    const char *last;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    assert_string_equal(due(world, "2027-04-02 10:00", false), "show 2026-12-01 26000010\n"
                                                               "report 2026-12-31 26000010\n"
                                                               "evaluate 2026-12-31 \n"
                                                               "show 2027-01-01 \n"
                                                               "show 2027-02-01 \n"
                                                               "show 2027-03-01 \n"
                                                               "overdue 2027-04-02 26000010\n"
                                                               "report 2027-03-31 26000010\n"
                                                               "show 2027-04-01 \n");
    assert_true(store_last_date(world->store, world, "show", &last));
    assert_string_equal(last, "2027-04-01");
    assert_string_equal(due(world, "2027-04-02 10:01", false), "");
}

static void a_month_without_cases_is_marked_all_the_same(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    due(world, "2026-12-01 09:00", false);
    assert_string_equal(due(world, "2027-01-01 08:59", false),
                        "overdue 2027-01-01 26000010\nreport 2026-12-31 26000010\nevaluate 2026-12-31 \n");
    assert_non_null(strstr(due(world, "2027-01-01 09:00", false), "show 2027-01-01 \n"));
}

static bool guard(struct turn *turn, void *arg)
{
    struct case_ *case_ = arg;

    case_->is_guarded = true;
    return store_update_case(turn->store, case_);
}

static void a_guarded_case_is_in_no_digest_and_its_reporter_is_told(void **state)
{
    struct world *world = *state;

    world_person(world, "13800000005,周明远,县长,leader,141027");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_do(world, guard, world_case(world, world), false);
    while (world_hear(world, world, VILLAGER))
        ;
    due(world, "2026-12-01 09:00", false);
    assert_non_null(world_hear(world, world, VILLAGER));
    assert_null(world_hear(world, world, "13800000005"));
}

/* What the county's leader hears on the last day of the year, about the year. */
static const char *evaluation(struct world *world, const char *time)
{
    const char *heard, *found = NULL;

    due(world, time, false);
    while ((heard = world_hear(world, world, "13800000005")))
        if (strstr(heard, "年评"))
            found = heard;
    return found;
}

static void what_a_year_left_is_evaluated_in_the_next(void **state)
{
    struct world *world = *state;
    const char *code, *heard;

    world_person(world, "13800000005,周明远,县长,leader,141027");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    assert_null(strstr(evaluation(world, "2026-12-31 09:00"), "往年"));
    heard = evaluation(world, "2027-12-31 09:00");
    assert_ptr_equal(strstr(heard, "2027年评：没有新诉求。往年没办完的1件，办了0件，还剩1件。"), heard);
    world_time(world, "2028-01-10 10:00");
    while (world_hear(world, world, CADRE))
        ;
    world_text(world, world, CADRE, "不受理 26000010 归水利局管，找他们");
    code = strstr(world_hear(world, world, CADRE), "确认请回");
    assert_non_null(code);
    world_text(world, world, CADRE, talloc_strndup(world, code + strlen("确认请回"), 6));
    heard = evaluation(world, "2028-12-31 09:00");
    assert_ptr_equal(strstr(heard, "2028年评：没有新诉求。往年没办完的1件，办了1件，还剩0件。"), heard);
    assert_null(evaluation(world, "2029-12-31 09:00"));
}

static bool import_danger(struct turn *turn, void *arg)
{
    struct case_ *case_ = arg;

    case_->received_at = turn->now - 2 * (int64_t)86400;
    case_->alarm_at = turn->now;
    return store_update_case(turn->store, case_);
}

/* As an import leaves it: the alarm is open, and was never raised. */
static void danger_that_was_imported_rings_once(void **state)
{
    struct world *world = *state;
    struct case_ *case_;
    const char *heard;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    case_ = world_case(world, world);
    while (world_hear(world, world, CADRE))
        ;
    world_time(world, "+3d");
    world_do(world, import_danger, case_, false);
    assert_string_equal(due(world, "+1m", false), "alarm 2026-11-23 26000010\n");
    heard = world_hear(world, world, CADRE);
    assert_non_null(heard);
    assert_non_null(strstr(heard, "急！26000010"));
    assert_int_equal(world_case(world, world)->alarm_at, 0);
    assert_null(strstr(due(world, "+20m", false), "alarm"));
}

/* What rings by the clock is of no event, though a text began it. */
static void who_is_rung_next_is_rung_by_no_event(void **state)
{
    struct world *world = *state;
    struct case_ *case_;
    struct step *steps;
    size_t before, n;

    world_text(world, world, VILLAGER, "聚粮村着火了，有人困在里面");
    case_ = world_case(world, world);
    assert_true(case_->alarm_at > 0);
    assert_true(store_steps(world->store, world, case_->id, &steps, &before));
    assert_non_null(strstr(due(world, "+11m", false), "alarm"));
    assert_true(store_steps(world->store, world, case_->id, &steps, &n));
    assert_int_equal(n, before + 1);
    assert_int_equal(steps[n - 1].event_id, 0);
}

static void who_is_given_a_case_late_has_a_term_of_their_own(void **state)
{
    struct world *world = *state;

    world_person(world, "13800000005,周明远,县长,leader,141027");
    world_person(world, "13800000002,赵长河,镇长,cadre,141027100");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    due(world, "2026-11-23 09:00", false);
    assert_non_null(strstr(due(world, "2026-12-07 09:00", false), "accept late 2026-12-07 26000010\n"));
    world_time(world, "2026-12-08 09:30");
    world_text(world, world, CADRE, "转 26000010 天坛镇");
    assert_non_null(strstr(due(world, "2026-12-14 09:00", false), "accept later 2026-12-14 26000010\n"));
    assert_null(strstr(due(world, "2026-12-23 09:00", false), "accept late "));
    assert_non_null(strstr(due(world, "2026-12-24 09:00", false), "accept late 2026-12-24 26000010\n"));
    assert_null(strstr(due(world, "2026-12-25 09:00", false), "accept late "));
    assert_non_null(strstr(due(world, "2026-12-31 10:00", false), "accept later 2026-12-31 26000010\n"));
}

static void the_term_of_who_is_given_a_case_counts_working_days_where_terms_do(void **state)
{
    struct world *world = *state;

    world_person(world, "13800000002,赵长河,镇长,cadre,141027100");
    world->config->accept_days = 5;
    world->config->accept_counts = "working";
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了"); /* a Friday */
    due(world, "2026-11-23 09:00", false);
    world_time(world, "2026-11-26 09:30"); /* a Thursday */
    world_text(world, world, CADRE, "转 26000010 天坛镇");
    assert_non_null(strstr(due(world, "2026-11-30 09:00", false), "accept late 2026-11-30 26000010\n"));
    assert_null(strstr(due(world, "2026-12-03 09:00", false), "accept late "));
    assert_non_null(strstr(due(world, "2026-12-04 09:00", false), "accept late 2026-12-04 26000010\n"));
}

static void handlers_are_asked_for_news_on_a_working_day(void **state)
{
    static const char *const holidays[] = { "2026-12-24" }; /* a Thursday */
    struct world *world = *state;

    world->config->holidays = (const char **)holidays;
    world->config->n_holidays = 1;
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    due(world, "2026-12-01 09:00", false);
    assert_null(strstr(due(world, "2026-12-24 10:00", false), "ask "));
    assert_non_null(strstr(due(world, "2026-12-25 09:00", false), "ask 2026-12-24 26000010\n"));
    assert_null(strstr(due(world, "2026-12-26 09:00", false), "ask "));
    /* a Sunday: the date itself stands */
    assert_non_null(strstr(due(world, "2027-01-31 09:00", false), "report 2026-12-31 26000010\n"));
}

static bool close_case(struct turn *turn, void *arg)
{
    struct case_ *case_ = arg;

    case_->state = CASE_CLOSED;
    case_->closed_at = case_->finish_by - DAY_SECONDS;
    place_state(turn->store, case_);
    return true;
}

static void a_term_that_passed_while_a_case_was_closed_is_spoken_of_when_it_is_taken_up_again(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    world_do(world, close_case, world_case(world, world), false);
    due(world, "2027-01-19 09:00", false); /* it was to be done by then */
    due(world, "2027-01-20 09:00", false);
    world_time(world, "2027-01-20 10:00");
    world_text(world, world, VILLAGER, "重办 26000010");
    assert_non_null(strstr(due(world, "2027-01-21 09:00", false), "finish late 2027-01-21 26000010\n"));
    assert_null(strstr(due(world, "2027-01-22 09:00", false), "finish late"));
    assert_non_null(strstr(due(world, "2027-01-28 09:00", false), "finish later 2027-01-28 26000010\n"));
}

static int times(const char *text, const char *word)
{
    int n = 0;

    for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
        n++;
    return n;
}

/* Counted exactly: each reminder once, on its day, whatever day the calendar runs. */
static void each_reminder_of_a_case_given_again_comes_once_and_on_its_day(void **state)
{
    static const struct {
        const char *kind;
        int day; /* of January, 2027 */
    } expected[] = { { "finish late ", 21 }, { "finish later ", 27 } };
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    world_do(world, close_case, world_case(world, world), false);
    due(world, "2027-01-19 09:00", false);
    due(world, "2027-01-20 09:00", false);
    world_time(world, "2027-01-20 10:00");
    world_text(world, world, VILLAGER, "重办 26000010");
    for (int day = 21; day <= 31; day++) {
        const char *told = due(world, talloc_asprintf(world, "2027-01-%d 09:00", day), false);

        for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
            if (times(told, expected[i].kind) != (day == expected[i].day))
                fail_msg("January %d: %s", day, told);
    }
}

static bool close_now(struct turn *turn, void *arg)
{
    struct case_ *case_ = arg;

    case_->state = CASE_CLOSED;
    case_->closed_at = turn->now;
    place_state(turn->store, case_);
    return true;
}

/* Both reminders passed before it was closed; the calendar rests for eight days around the second one. */
static void supervisors_hear_again_of_a_case_reopened_before_free_days(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    due(world, "2027-01-19 09:00", false);
    due(world, "2027-01-20 09:00", false);
    assert_non_null(strstr(due(world, "2027-01-27 09:00", false), "finish later "));
    world_do(world, close_now, world_case(world, world), false);
    due(world, "2027-01-30 09:00", false);
    world_time(world, "2027-01-30 10:00");
    world_text(world, world, VILLAGER, "重办 26000010");
    assert_int_equal(times(due(world, "2027-02-01 09:00", false), "finish late "), 1);
    assert_int_equal(times(due(world, "2027-02-09 09:00", false), "finish later "), 1);
    assert_int_equal(times(due(world, "2027-02-10 09:00", false), "finish later "), 0);
}

/* The first run of a calendar finds closings of any age. */
static void who_has_not_rated_is_reminded_of_closings_of_the_last_month(void **state)
{
    static const struct {
        const char *closed, *villager;
    } cases[] = { { "2026-11-20 10:00", VILLAGER }, { "2026-11-21 10:00", "13934567002" } };
    struct world *world = *state;
    const char *told;

    for (size_t i = 0; i < 2; i++) {
        world_time(world, cases[i].closed);
        world_text(world, world, cases[i].villager, "聚粮村自来水停了三天了");
        world_text(world, world, CADRE, "领");
        world_do(world, close_now, world_case(world, world), false);
    }
    told = due(world, "2026-12-24 09:00", false);
    assert_int_equal(times(told, "rating reminder "), 1);
    assert_int_equal(times(due(world, "2026-12-25 09:00", false), "rating reminder "), 0);
}

/* As if it had been given to somebody today, long after its term. */
static bool give_late(struct turn *turn, void *arg)
{
    struct case_ *case_ = arg;

    case_->state = CASE_IN_HAND;
    case_->finish_by = turn->now - 30 * 86400;
    case_->given_at = turn->now;
    return store_update_case(turn->store, case_);
}

static void a_case_given_long_after_its_term_is_late_from_then_on_and_once(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    due(world, "2026-12-01 09:00", false);
    world_time(world, "2026-12-01 10:00");
    world_do(world, give_late, world_case(world, world), false);
    for (int day = 2; day <= 20; day++) {
        const char *told = due(world, talloc_asprintf(world, "2026-12-%02d 09:00", day), false);

        if (times(told, "finish late ") != (day == 2) || times(told, "finish later ") != (day == 9))
            fail_msg("December %d: %s", day, told);
    }
}

static void leave_office(struct world *world)
{
    struct person former = { .phone = "+86" CADRE, .name = "李有田", .language = "" };

    assert_true(store_put_person(world->store, &former));
}

/* Until somebody else takes it on, the leaders of its unit hear what its handler would. */
static void a_case_whose_handler_has_left_comes_to_the_leaders(void **state)
{
    struct world *world = *state;

    world_person(world, "13800000002,赵长河,镇长,cadre leader,141027100");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    leave_office(world);
    while (world_hear(world, world, "13800000002") || world_hear(world, world, CADRE))
        ;
    world_text(world, world, VILLAGER, "补 26000010 今天又停了");
    assert_null(world_hear(world, world, CADRE));
    assert_non_null(strstr(world_hear(world, world, "13800000002"), "今天又停了"));
    due(world, "2027-01-12 09:00", false);
    assert_non_null(strstr(due(world, "2027-01-13 09:00", false), "finish soon 2027-01-13 26000010\n"));
    while (world_hear(world, world, "13800000002"))
        ;
    assert_null(world_hear(world, world, CADRE));
}

static void a_case_whose_handler_is_erased_waits_for_another_and_is_late_at_once(void **state)
{
    struct world *world = *state;
    struct erased erased;
    const char *heard = NULL;

    world_person(world, "13800000002,赵长河,镇长,cadre leader,141027100");
    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    due(world, "2026-11-23 09:00", false);
    leave_office(world);
    assert_true(store_erase(world->store, "+86" CADRE, world->now + 60, &erased));
    assert_int_equal(erased.released, 1);
    assert_int_equal(world_case(world, world)->state, CASE_NEW);
    assert_non_null(strstr(due(world, "2026-11-24 09:00", false), "accept late 2026-11-24 26000010\n"));
    for (const char *text; (text = world_hear(world, world, "13800000002"));)
        heard = text;
    assert_non_null(strstr(heard, "26000010"));
    world_text(world, world, "13800000002", "待领");
    assert_non_null(strstr(world_hear(world, world, "13800000002"), "26000010"));
    world_text(world, world, "13800000002", "领 26000010");
    assert_int_equal(world_case(world, world)->state, CASE_IN_HAND);
    assert_string_equal(world_case(world, world)->handler, "+8613800000002");
}

static void the_next_time_is_the_hour_after_the_last(void **state)
{
    struct world *world = *state;
    int64_t next;

    world_time(world, "2026-11-20 08:59");
    assert_true(calendar_next(world->store, world->config, world->now, &next));
    assert_int_equal(next, world->now);
    due(world, "2026-11-20 08:59", false);
    assert_true(calendar_next(world->store, world->config, world->now, &next));
    assert_int_equal(next, world->now + 60);
    /* an outage of a day: it is long due */
    assert_true(calendar_next(world->store, world->config, world->now + 86400, &next));
    assert_int_equal(next, world->now + 60);
}

static void a_clock_that_jumps_stops_the_calendar_until_somebody_confirms_it(void **state)
{
    struct world *world = *state;
    int64_t next;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    assert_int_equal(unconfirmed(world, "2026-11-23 09:00").due.doubt, CLOCK_BELIEVED);
    while (world_hear(world, world, VILLAGER))
        ;
    assert_int_equal(unconfirmed(world, "2027-11-23 09:00").due.doubt, CLOCK_AHEAD);
    assert_int_equal(unconfirmed(world, "2027-11-23 10:00").due.doubt, CLOCK_AHEAD);
    assert_null(world_hear(world, world, VILLAGER));
    assert_true(calendar_next(world->store, world->config, world->now, &next));
    assert_true(next <= world->now); /* it goes on being due */
    assert_int_equal(unconfirmed(world, "2026-11-10 09:00").due.doubt, CLOCK_BACK);
    assert_int_equal(unconfirmed(world, "2026-11-26 09:00").due.doubt,
                     CLOCK_BELIEVED); /* three days are no jump */
    assert_int_equal(unconfirmed(world, "2026-12-01 09:00").due.doubt, CLOCK_AHEAD);
    assert_non_null(strstr(due(world, "2026-12-01 09:00", false), "show 2026-12-01 26000010\n"));
    assert_int_equal(unconfirmed(world, "2026-12-02 09:00").due.doubt, CLOCK_BELIEVED);
}

static void a_networks_stamp_confirms_the_clock_and_only_a_real_one(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    unconfirmed(world, "2026-11-23 09:00");
    world_time(world, "2027-01-15 10:00");
    world_text(world, world, VILLAGER, "聚粮村的路灯坏了"); /* no stamp: our own time stands instead */
    assert_int_equal(unconfirmed(world, "2027-01-15 10:00").due.doubt, CLOCK_AHEAD);
    world_text_sent(world, world, VILLAGER, "聚粮村的桥也坏了", world->now - 5 * DAY_SECONDS);
    assert_int_equal(unconfirmed(world, "2027-01-15 10:01").due.doubt, CLOCK_AHEAD);
    world_text_sent(world, world, VILLAGER, "聚粮村的井也坏了", world->now - 7);
    assert_int_equal(unconfirmed(world, "2027-01-15 10:02").due.doubt, CLOCK_BELIEVED);
    assert_non_null(world_hear(world, world, VILLAGER));
}

static void a_clock_in_the_year_2000_is_believed_by_nobody(void **state)
{
    struct world *world = *state;
    struct told told = { .text = talloc_strdup(world, "") };

    world_time(world, "2000-01-01 09:00");
    told.due.at = world->now;
    told.due.is_confirmed = true;
    world_do(world, run, &told, false);
    assert_int_equal(told.due.doubt, CLOCK_TOO_EARLY);
}

/* As a store was left by a program that believed every clock, or by an operator who confirmed a wrong one. */
static void what_a_wrong_clock_left_for_later_is_repaired(void **state)
{
    struct world *world = *state;
    struct sender_line locked = { .phone = "+86" CADRE, .line = "village" };
    struct try_counts tries;
    struct notice *notice;
    const char *last;
    struct told repaired;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    unconfirmed(world, "2026-11-23 09:00");
    due(world, "2036-12-02 23:00", false);
    locked.locked_until = world->now + 3600;
    assert_true(store_put_sender_line(world->store, &locked));
    assert_true(store_add_try(world->store, "+86" VILLAGER, "a", true, world->now, 0));
    world_text(world, world, VILLAGER, "聚粮村的路灯坏了"); /* its notice waits for a morning in 2036 */
    assert_int_equal(unconfirmed(world, "2026-11-24 09:00").due.doubt, CLOCK_BACK);
    world_text_sent(world, world, VILLAGER, "聚粮村的井也坏了", world->now - 7);
    repaired = unconfirmed(world, "2026-11-24 09:30");
    assert_int_equal(repaired.due.doubt, CLOCK_BELIEVED);
    assert_true(repaired.due.n_repaired > 40); /* the marks of ten years */
    assert_true(store_last_date(world->store, world, "show", &last));
    assert_string_equal(last, "");
    assert_true(store_sender_line(world->store, "+86" CADRE, "village", &locked));
    assert_int_equal(locked.locked_until, 0);
    assert_true(store_count_tries(world->store, "+86" VILLAGER, "a", world->now + 1, &tries));
    assert_int_equal(tries.pair, 0);
    assert_true(store_last_notice(world->store, world, "+86" CADRE, "assigned", &notice));
    assert_true(notice->due_at <= world->now);
    assert_int_equal(unconfirmed(world, "2026-11-24 09:40").due.n_repaired, 0);
    /* and the calendar goes on */
    unconfirmed(world, "2026-11-27 09:00");
    unconfirmed(world, "2026-11-30 09:00");
    assert_true(unconfirmed(world, "2026-12-01 09:00").due.n > 0);
    assert_true(store_last_date(world->store, world, "show", &last));
    assert_string_equal(last, "2026-12-01");
}

/* Such a store knows only when the deadlines were last looked at. */
static void the_clock_of_an_older_programs_store_is_compared_too(void **state)
{
    struct world *world = *state;

    unconfirmed(world, "2026-11-23 09:00");
    assert_true(store_set(world->store, "calendar clock", "0"));
    assert_int_equal(unconfirmed(world, "2026-12-03 09:00").due.doubt, CLOCK_AHEAD);
    assert_int_equal(unconfirmed(world, "2026-11-24 09:00").due.doubt, CLOCK_BELIEVED);
}

/* Taken on and undone within ten minutes, a case is to be taken on by when it was before. */
static void undoing_gives_a_case_back_its_time(void **state)
{
    struct world *world = *state;
    int64_t take_by;

    world_text(world, world, VILLAGER, "聚粮村自来水停了三天了");
    take_by = world_case(world, world)->take_by;
    assert_true(take_by > world->now);
    world_text(world, world, CADRE, "领 26000010");
    world_time(world, "+5m");
    world_text(world, world, CADRE, "错");
    assert_int_equal(world_case(world, world)->state, CASE_NEW);
    assert_int_equal(world_case(world, world)->take_by, take_by);
}

static void urgent_cases_are_watched_after_the_clock_was_a_day_ahead(void **state)
{
    struct world *world = *state;
    bool is_reminded = false;

    world->config->urgent_accept_hours = 2;
    unconfirmed(world, "2026-11-23 09:00");
    unconfirmed(world, "2026-11-24 09:00"); /* the clock is a day ahead, and then right */
    unconfirmed(world, "2026-11-23 10:00");
    world_text(world, world, VILLAGER, "聚粮村煤气泄漏有人中毒了，救命");
    for (int i = 0; i < 4; i++)
        is_reminded |= strstr(unconfirmed(world, "+1h").text, "accept late ") != NULL;
    assert_true(is_reminded);
}

static void dates_know_months_and_quarters(void **state)
{
    struct date february = { 2028, 2, 28 }, december = { 2026, 12, 31 };

    assert_string_equal(date_text(*state, date_plus(february, 1)), "2028-02-29");
    assert_string_equal(date_text(*state, date_plus(december, 1)), "2027-01-01");
    assert_string_equal(date_text(*state, month_plus(december, 2)), "2027-02-01");
    assert_string_equal(date_text(*state, date_quarter_end(february)), "2028-03-31");
    assert_string_equal(date_text(*state, date_quarter_end((struct date){ 2026, 7, 1 })), "2026-09-30");
    assert_string_equal(date_text(*state, date_quarter_end(december)), "2026-12-31");
    assert_false(date_parse("", &december));
    assert_false(date_parse("2026-12-01x", &december));
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(nothing_is_due_in_an_empty_store),
        IN_A_WORLD(a_rehearsal_says_what_would_be_done_and_does_nothing),
        IN_A_WORLD(only_who_is_told_is_listed_as_told),
        IN_A_WORLD(what_came_on_the_first_itself_waits_a_month),
        IN_A_WORLD(every_missed_date_is_done_in_order_with_its_own_mark),
        IN_A_WORLD(a_month_without_cases_is_marked_all_the_same),
        IN_A_WORLD(a_guarded_case_is_in_no_digest_and_its_reporter_is_told),
        IN_A_WORLD(what_a_year_left_is_evaluated_in_the_next),
        IN_A_WORLD(danger_that_was_imported_rings_once),
        IN_A_WORLD(who_is_rung_next_is_rung_by_no_event),
        IN_A_WORLD(who_is_given_a_case_late_has_a_term_of_their_own),
        IN_A_WORLD(handlers_are_asked_for_news_on_a_working_day),
        IN_A_WORLD(the_term_of_who_is_given_a_case_counts_working_days_where_terms_do),
        IN_A_WORLD(a_term_that_passed_while_a_case_was_closed_is_spoken_of_when_it_is_taken_up_again),
        IN_A_WORLD(each_reminder_of_a_case_given_again_comes_once_and_on_its_day),
        IN_A_WORLD(supervisors_hear_again_of_a_case_reopened_before_free_days),
        IN_A_WORLD(who_has_not_rated_is_reminded_of_closings_of_the_last_month),
        IN_A_WORLD(a_case_given_long_after_its_term_is_late_from_then_on_and_once),
        IN_A_WORLD(a_case_whose_handler_has_left_comes_to_the_leaders),
        IN_A_WORLD(a_case_whose_handler_is_erased_waits_for_another_and_is_late_at_once),
        IN_A_WORLD(the_next_time_is_the_hour_after_the_last),
        IN_A_WORLD(a_clock_that_jumps_stops_the_calendar_until_somebody_confirms_it),
        IN_A_WORLD(a_networks_stamp_confirms_the_clock_and_only_a_real_one),
        IN_A_WORLD(a_clock_in_the_year_2000_is_believed_by_nobody),
        IN_A_WORLD(what_a_wrong_clock_left_for_later_is_repaired),
        IN_A_WORLD(the_clock_of_an_older_programs_store_is_compared_too),
        IN_A_WORLD(undoing_gives_a_case_back_its_time),
        IN_A_WORLD(urgent_cases_are_watched_after_the_clock_was_a_day_ahead),
        IN_A_WORLD(dates_know_months_and_quarters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
