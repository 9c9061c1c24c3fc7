/*
 * How SQLite finds what the store asks for: by an index, never by reading a large table from end to end. The
 * plans do not depend on what is in the tables.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/cases.h"
#include "store/events.h"
#include "store/notices.h"
#include "store/recordings.h"
#include "store/reports.h"
#include "store/sql.h"
#include "store/steps.h"
#include "store/upkeep/retain.h"
#include "tests/support/support.h"

/* Grow with every text; the others stay as small as the county. */
static const char *const large[] = { "cases",      "events",      "notices", "steps",
                                     "sent_parts", "part_groups", "parts",   "webhook_deliveries",
                                     "recordings" };

struct world {
    struct store *store;
    sqlite3 *other; /* where the plans are asked for */
    const char *asked;
    bool is_strict;  /* not even an index that holds every row is read from end to end */
    bool is_direct;  /* nor is a table built while the statement runs */
    bool is_ordered; /* nothing is sorted, and no large table is read but in the order of a partial index */
    int statements;
    char *changes; /* the last UPDATE of a case */
};

/* Whether all rows are read before the first is known; else a LIMIT ends the reading. */
static bool sorts(struct world *world, const char *sql)
{
    char *question = talloc_asprintf(world, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *plan = NULL;
    bool is_so = false;

    assert_int_equal(sqlite3_prepare_v2(world->other, question, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW)
        is_so |= strstr((const char *)sqlite3_column_text(plan, 3), "TEMP B-TREE") != NULL;
    sqlite3_finalize(plan);
    talloc_free(question);
    return is_so;
}

/* "SCAN cases" reads all of it; "SCAN cases USING INDEX x" reads in order, until the limit. */
static void check_plan(struct world *world, const char *sql)
{
    char *question = talloc_asprintf(world, "EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *plan = NULL;

    if (sqlite3_prepare_v2(world->other, question, -1, &plan, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(world->other), sql);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(plan, 3);

        for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
            size_t length = strlen(large[i]);
            bool is_scan = strncmp(step, "SCAN ", 5) == 0 && strncmp(step + 5, large[i], length) == 0 &&
                           (step[5 + length] == '\0' || step[5 + length] == ' ');

            if (is_scan && !(strstr(sql, " LIMIT ") && !sorts(world, sql)) && !strstr(step, "INDEX"))
                fail_msg("%s: %s\n%s", world->asked, step, sql);
            if (is_scan && world->is_ordered && (strstr(step, "INDEX cases_by_") || !strstr(step, "INDEX")))
                fail_msg("%s: %s\n%s", world->asked, step, sql);
            if (is_scan && world->is_strict && !strstr(step, "INDEX notices_") &&
                !strstr(step, "INDEX cases_open"))
                fail_msg("%s: %s\n%s", world->asked, step, sql);
        }
    }
    sqlite3_finalize(plan);
    talloc_free(question);
}

/* SQLite's own name of the step that builds a table */
static void check_builds_nothing(struct world *world, const char *sql)
{
    char *question = talloc_asprintf(world, "EXPLAIN %s", sql);
    sqlite3_stmt *program = NULL;

    assert_int_equal(sqlite3_prepare_v2(world->other, question, -1, &program, NULL), SQLITE_OK);
    while (sqlite3_step(program) == SQLITE_ROW)
        if (strcmp((const char *)sqlite3_column_text(program, 1), "OpenEphemeral") == 0)
            fail_msg("%s builds a table: %s", world->asked, sql);
    sqlite3_finalize(program);
    talloc_free(question);
}

/* SQLite shows what runs inside a statement as a comment: a store's first write asks for the columns' places.
 */
static bool is_of_the_schema(const char *sql)
{
    return strncmp(sql, "-- PRAGMA table_info", 20) == 0;
}

static int trace(unsigned kind, void *arg, void *statement, void *text)
{
    struct world *world = arg;
    char *sql = sqlite3_expanded_sql(statement);

    (void)kind;
    (void)text;
    if (strncmp(sql, "BEGIN", 5) != 0 && strncmp(sql, "COMMIT", 6) != 0 && !is_of_the_schema(sql)) {
        world->statements++;
        if (strncmp(sql, "UPDATE cases", 12) == 0)
            world->changes = talloc_strdup(world, sql);
        check_plan(world, sql);
        if (world->is_ordered && sorts(world, sql))
            fail_msg("%s is sorted: %s", world->asked, sql);
        if (world->is_direct)
            check_builds_nothing(world, sql);
    }
    sqlite3_free(sql);
    return 0;
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *error = NULL, *path = talloc_asprintf(world, "%s/x.db", temporary_directory(world));

    world->store = store_open(world, talloc_asprintf(world, "sqlite:%s", path), &error);
    assert_non_null(world->store);
    assert_int_equal(sqlite3_open(path, &world->other), SQLITE_OK);
    /* the driver's own struct begins with its connection */
    sqlite3_trace_v2(*(sqlite3 **)world->store->connection, SQLITE_TRACE_STMT, trace, world);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    sqlite3_close(world->other);
    talloc_free(world);
    return 0;
}

static bool no_case(const struct case_ *case_, void *arg)
{
    (void)case_;
    (void)arg;
    return true;
}

static bool no_event(const struct event *event, void *arg)
{
    (void)event;
    (void)arg;
    return true;
}

static bool no_notice(const struct notice *notice, void *arg)
{
    (void)notice;
    (void)arg;
    return true;
}

static void metrics_count_by_indexes(void **state)
{
    struct world *world = *state;
    int64_t counts[NOTICE_CANCELLED + 1], n;

    world->asked = "metrics";
    world->is_strict = true;
    assert_true(store_count_overdue(world->store, 1, &n));
    assert_true(store_tally_notices(world->store, counts));
    assert_true(store_oldest_due(world->store, 1, &n));
    assert_true(world->statements > 7);
}

static void pages_of_the_api_are_read_by_indexes(void **state)
{
    struct world *world = *state;

    world->asked = "a page";
    for (int not_guarded = 0; not_guarded < 2; not_guarded++)
        for (int64_t after = 0; after < 2; after++) {
            struct case_filter cases[] = {
                { 0 },
                { .states = 1U << CASE_NEW },
                { .states = 1U << CASE_RATED },
                { .category = 1 },
                { .topic = "water" },
                { .handler = "+861" },
                { .unit = 1 },
                { .place = 1 },
                { .since = 5, .until = 9 },
                { .newest_first = true },
            };
            struct event_filter events[] = {
                { 0 }, { .outcome = "failed" }, { .from = "+861" }, { .line = "village" }, { .since = 5 }
            };
            struct notice_filter notices[] = { { 0 },
                                               { .states = 1U << NOTICE_READY },
                                               { .states = 1U << NOTICE_DELIVERED },
                                               { .case_id = 1 } };

            for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
                cases[i].not_guarded = not_guarded;
                cases[i].after_id = after;
                cases[i].limit = 51;
                assert_true(store_each_case(world->store, &cases[i], no_case, NULL));
            }
            for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
                events[i].not_guarded = not_guarded;
                events[i].after_id = after;
                events[i].limit = 51;
                assert_true(store_each_event(world->store, &events[i], no_event, NULL));
            }
            for (size_t i = 0; i < sizeof notices / sizeof *notices; i++) {
                notices[i].not_guarded = not_guarded;
                notices[i].after_id = after;
                notices[i].limit = 51;
                assert_true(store_each_notice(world->store, &notices[i], no_notice, NULL));
            }
        }
}

static void a_texts_own_questions_are_answered_by_indexes(void **state)
{
    struct world *world = *state;
    struct case_ *cases, *case_;
    struct step *steps, *step;
    struct event *event;
    struct notice *notice;
    size_t n;
    int count;

    world->asked = "a text";
    assert_true(store_merged_cases(world->store, world, 1, &cases, &n));
    assert_true(store_case_by_number(world->store, world, "26000010", &case_));
    assert_true(
        store_cases(world->store, world,
                    &(struct case_filter){ .reporter = "+861", .states = OPEN_STATES, .newest_first = true },
                    &cases, &n));
    assert_true(store_steps(world->store, world, 1, &steps, &n));
    assert_true(store_last_step(world->store, world, 1, "progress", &step));
    assert_true(store_last_text(world->store, world, "+861", 5, &event));
    assert_true(store_count_same_text(world->store, "+861", "水", 1, &count));
    assert_true(store_last_notice(world->store, world, "+861", "help", &notice));
    assert_true(store_cancel_notices(world->store, 1, 0, 1, &count));
}

static void the_calendar_finds_what_is_due_by_indexes(void **state)
{
    struct world *world = *state;
    struct case_filter filters[] = {
        { .states = 1U << CASE_NEW, .accept_since = 1, .accept_until = 2 },
        { .states = 1U << CASE_NEW, .take_since = 1, .take_until = 2 },
        { .states = 1U << CASE_IN_HAND, .tell_since = 1, .tell_until = 2 },
        { .states = 1U << CASE_IN_HAND, .finish_since = 1, .finish_until = 2 },
        { .states = 1U << CASE_IN_HAND, .finish_until = 1, .given_since = 1, .given_until = 2 },
        { .review_since = 1, .review_until = 2 },
        { .not_shown = true, .until = 9 },
        { .states = OPEN_STATES, .is_shown = true },
        { .states = 1U << CASE_CLOSED, .closed_since = 1, .closed_until = 2 },
    };
    struct retained retained;
    struct case_ *cases;
    size_t n;

    world->asked = "the calendar";
    assert_true(store_each_event(world->store, &(struct event_filter){ .outcome = "waiting", .since = 1 },
                                 no_event, NULL));
    assert_true(store_retain(world->store, 5, 6, 10, &retained));
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        assert_true(store_cases(world->store, world, &filters[i], &cases, &n));
}

/* Nothing is sorted but the few restricted ones: a LIMIT ends the reading. */
static void the_pages_queues_are_read_in_their_order(void **state)
{
    struct world *world = *state;
    struct case_filter filters[] = {
        { .states = 1U << CASE_IN_HAND, .handler = "+861" },
        { .states = 1U << CASE_NEW, .not_to_sort = true, .jurisdiction = 1 },
        { .states = OPEN_STATES, .is_urgent = true, .jurisdiction = 1 },
        { .states = OPEN_STATES, .is_urgent = true, .not_guarded = true, .jurisdiction = 1 },
        { .states = OPEN_STATES, .unsure_below = 60, .jurisdiction = 1 },
        { .states = 1U << CASE_NEW, .unsure_below = 60 },
        { .states = 1U << CASE_NEW, .lacks_place = true },
        { .states = 1U << CASE_NEW, .is_returned = true },
        { .states = 1U << CASE_NEW, .newest_first = true, .jurisdiction = 1 },
        { .states = 1U << CASE_NEW, .accept_until = 2, .jurisdiction = 1, .order = ORDER_ACCEPT_BY },
        { .states = 1U << CASE_IN_HAND, .finish_until = 2, .jurisdiction = 1, .order = ORDER_FINISH_BY },
        { .states = ANSWERED_STATES, .review_until = 2, .jurisdiction = 1, .order = ORDER_REVIEW_BY },
        { .states = 1U << CASE_RATED | 1U << CASE_EXPLAINED | 1U << CASE_OUT_OF_SCOPE,
          .is_rated_badly = true,
          .jurisdiction = 1,
          .newest_first = true },
        { .states = 1U << CASE_CLOSED | 1U << CASE_RATED,
          .closed_since = 1,
          .closed_until = 2,
          .jurisdiction = 1,
          .order = ORDER_CLOSED,
          .newest_first = true },
    };
    const struct notice_filter unsent = { .states = 1U << NOTICE_FAILED | 1U << NOTICE_UNKNOWN, .limit = 9 };

    world->asked = "a queue";
    world->is_ordered = true;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        filters[i].limit = 101;
        assert_true(store_each_case(world->store, &filters[i], no_case, NULL));
    }
    assert_true(store_each_notice(world->store, &unsent, no_notice, NULL));
    world->is_ordered = false;
    assert_true(store_each_case(
        world->store, &(struct case_filter){ .states = OPEN_STATES, .is_guarded = true }, no_case, NULL));
    assert_int_equal(world->statements, sizeof filters / sizeof *filters + 2);
}

static bool no_board_case(const struct board_case *case_, void *arg)
{
    (void)case_, (void)arg;
    return true;
}

static bool no_summary(const struct case_summary *summary, void *arg)
{
    (void)summary, (void)arg;
    return true;
}

static bool no_delay(const struct case_delay *delay, void *arg)
{
    (void)delay, (void)arg;
    return true;
}

static bool no_comparable(const struct comparable_case *case_, void *arg)
{
    (void)case_, (void)arg;
    return true;
}

static void boards_and_figures_read_the_cases_they_are_about(void **state)
{
    struct world *world = *state;
    const struct board_span span = { 1, 2 };
    const struct summary_filter filter = { .since = 1, .until = 2 };

    world->asked = "a board";
    world->is_strict = true;
    assert_true(store_each_shown(world->store, &span, no_board_case, NULL));
    assert_true(store_each_reported(world->store, &span, no_board_case, NULL));
    assert_true(store_each_public_work(world->store, 2026, 2026, 2, no_board_case, NULL));
    assert_true(store_each_public(world->store, &(struct public_filter){ .line = "", .since = 1, .until = 2 },
                                  no_board_case, NULL));
    world->asked = "figures";
    assert_true(store_each_summary(world->store, &filter, no_summary, NULL));
    assert_true(store_each_carried(world->store, &filter, no_summary, NULL));
    assert_true(store_each_overdue(world->store, 1, no_summary, NULL));
    assert_true(store_each_delay(world->store, 1, 2, no_delay, NULL));
    assert_true(store_each_comparable(world->store, 1, 2, no_comparable, NULL));
}

static void recordings_are_found_by_indexes(void **state)
{
    struct world *world = *state;
    const struct recording_filter filters[] = {
        { .case_id = 1 },
        { .due_by = 9 },
        { .begun_by = 9, .limit = 5 },
        { .is_unwritten = true },
        { .lacks_copy = true, .limit = 5 },
        { .is_leaving = true, .limit = 5 },
    };
    struct recording *recordings, *recording;
    int64_t n, oldest;
    bool is_known;
    size_t count;

    world->asked = "a recording";
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        assert_true(store_recordings(world->store, world, &filters[i], &recordings, &count));
        assert_true(store_count_recordings(world->store, &filters[i], &n, &oldest));
    }
    assert_true(store_recording_of_event(world->store, world, 1, &recording));
    assert_true(store_recording_by_key(world->store, world, "api:pbx", "1", &recording));
    assert_true(store_count_recordings_from(world->store, "+861", 5, &n));
    assert_true(store_knows_recording_file(world->store, "a.wav", &is_known));
    assert_true(store_next_recording(world->store, &n));
    assert_true(store_write_down_recordings(world->store, 1, "+861", 5));
    assert_true(store_retain_recordings(world->store, 5, 10, &n));
}

static void what_a_text_becomes_is_written_without_building_tables(void **state)
{
    struct world *world = *state;
    struct store *store = world->store;
    struct event event = { .kind = EVENT_TEXT, .line = "village", .external_id = "1", .from = "+861" };
    struct case_ case_ = { .number = "26000010", .reporter = "+861", .topic = "water", .text = "水" };
    struct notice notice = { .to = "+861", .text = "收到", .name = "received", .line = "village" };

    assert_true(store_allow_step(store, CASE_NEW, "received", CASE_NEW));
    assert_true(store_add_event(store, &event)); /* makes its secret the first time */
    world->asked = "a text";
    world->is_direct = true;
    event.external_id = "2";
    assert_true(store_begin(store, 100)); /* the index of words is written at the end, in another way */
    assert_true(store_add_event(store, &event));
    assert_true(store_open_case(store, &case_));
    assert_true(store_add_step(store, &(struct step){ .case_id = case_.id, .kind = "received" }));
    assert_true(store_add_notice(store, &notice));
    event.case_id = case_.id;
    event.outcome = event_outcome_name(OUTCOME_CASE);
    assert_true(store_finish_event(store, &event));
    assert_true(world->statements > 5);
}

/* Each column that an UPDATE names costs a removal and an insertion in its indexes. */
static void a_step_writes_the_columns_that_it_changed(void **state)
{
    struct world *world = *state;
    struct case_ case_ = { .number = "26000010", .reporter = "+861", .topic = "water", .text = "水" };
    struct step step = { .kind = "shown" };

    world->asked = "a step";
    assert_true(store_allow_step(world->store, CASE_NEW, "shown", CASE_NEW));
    assert_true(store_allow_step(world->store, CASE_NEW, "shown", CASE_IN_HAND));
    assert_true(store_begin(world->store, 100)); /* as above */
    assert_true(store_open_case(world->store, &case_));
    step.case_id = case_.id;
    case_.shown_on = 9;
    assert_true(store_take_step(world->store, &step, &case_));
    assert_string_equal(world->changes, "UPDATE cases SET shown_on = 9 WHERE id = 1");
    world->changes = NULL;
    assert_true(store_take_step(world->store, &step, &case_));
    assert_null(world->changes);
    case_.state = CASE_IN_HAND;
    assert_true(store_take_step(world->store, &step, &case_));
    assert_non_null(strstr(world->changes, "state = 'in hand'"));
    assert_null(strstr(world->changes, "shown_on"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(metrics_count_by_indexes),
        TEST(pages_of_the_api_are_read_by_indexes),
        TEST(a_texts_own_questions_are_answered_by_indexes),
        TEST(the_calendar_finds_what_is_due_by_indexes),
        TEST(the_pages_queues_are_read_in_their_order),
        TEST(boards_and_figures_read_the_cases_they_are_about),
        TEST(recordings_are_found_by_indexes),
        TEST(what_a_text_becomes_is_written_without_building_tables),
        TEST(a_step_writes_the_columns_that_it_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
