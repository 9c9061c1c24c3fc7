#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/report/report.h"
#include "tests/support/ledger.h"
#include "tests/support/world.h"

static int make_world(void **state)
{
    *state = ledger_new(talloc_new(NULL));
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static struct report_query all(struct world *world)
{
    return (struct report_query){ .until = INT64_MAX, .now = world->now };
}

static struct report report_of(struct world *world, struct report_query wish)
{
    struct report report;

    assert_true(report_make(world, world->store, &wish, &report));
    return report;
}

/* "part/whole" of each rate. */
static const char *rates(struct world *world, const struct figures *figures)
{
    struct share response = figures_response(figures), solution = figures_solution(figures),
                 satisfaction = figures_satisfaction(figures);

    return talloc_asprintf(world, "%d/%d %d/%d %d/%d", (int)response.part, (int)response.whole,
                           (int)solution.part, (int)solution.whole, (int)satisfaction.part,
                           (int)satisfaction.whole);
}

/* "key received" of each row. */
static const char *rows(struct world *world, const struct report *report)
{
    char *text = talloc_strdup(world, "");

    for (size_t i = 0; i < report->n; i++)
        text = talloc_asprintf_append(text, "%s%s %d", i ? ", " : "", report->rows[i].key,
                                      (int)report->rows[i].figures.received);
    return text;
}

static void an_empty_store_gives_noughts_and_no_rates(void **state)
{
    struct world *world = world_new(*state);
    struct report report = report_of(world, all(world));
    struct json_object *json = report_json(&report, BY_NOTHING, false);

    assert_int_equal(report.all.received, 0);
    assert_string_equal(rates(world, &report.all), "0/0 0/0 0/0");
    assert_non_null(strstr(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN),
                           "\"response\":{\"part\":0,\"whole\":0,\"percent\":null}"));
    json_object_put(json);
}

/* The ledger without its guarded case, counted by hand. */
static void every_state_is_counted_apart_and_all_make_up_what_was_received(void **state)
{
    struct world *world = *state;
    struct figures all_of = report_of(world, all(world)).all;

    assert_int_equal(all_of.received, 10);
    assert_int_equal(all_of.waiting, 1);
    assert_int_equal(all_of.in_hand, 2);
    assert_int_equal(all_of.closed, 3);
    assert_int_equal(all_of.explained, 1);
    assert_int_equal(all_of.out_of_scope, 1);
    assert_int_equal(all_of.merged, 1);
    assert_int_equal(all_of.withdrawn, 1);
    assert_int_equal(all_of.received, all_of.waiting + all_of.in_hand + all_of.closed + all_of.explained +
                                          all_of.out_of_scope + all_of.merged + all_of.withdrawn);
}

static void each_rate_has_a_denominator_of_its_own(void **state)
{
    struct world *world = *state;
    struct report report = report_of(world, all(world));

    /* 10 less merged and withdrawn, all but the waiting one responded to; 1 waiting, 2 in hand and 3 closed,
     * of which one says it is not solved; rated: 1, 4 and the explained one's 3 */
    assert_string_equal(rates(world, &report.all), "7/8 2/6 1/3");
}

static void what_is_past_its_term_is_overdue(void **state)
{
    struct world *world = *state;
    struct report_query wish = all(world);

    world_time(world, "2026-11-20 09:00");
    wish.now = world->now;
    assert_int_equal(report_of(world, wish).all.overdue, 1);
    world_time(world, "2027-03-01 09:00");
    wish.now = world->now;
    assert_int_equal(report_of(world, wish).all.overdue, 3);
}

/* By unit, and of one unit alone, read at once: as if each were asked for by itself. */
static void reports_made_together_are_those_made_alone(void **state)
{
    struct world *world = *state;
    struct report_query queries[] = { all(world), all(world) };
    void *const mem[] = { talloc_new(world), talloc_new(world) };
    struct report together[2];

    world_time(world, "2027-03-01 09:00");
    queries[0].by = queries[1].by = BY_HANDLING_UNIT;
    queries[0].now = queries[1].now = world->now;
    queries[1].unit = ledger_unit(world, "141027100");
    assert_true(report_make_several(mem, world->store, queries, 2, together));
    for (size_t q = 0; q < 2; q++) {
        struct report alone = report_of(world, queries[q]), counted = alone;

        assert_true(alone.n > 0);
        assert_string_equal(rows(world, &together[q]), rows(world, &alone));
        assert_memory_equal(&together[q].all, &alone.all, sizeof alone.all);
        counted.all.overdue = 99;
        for (size_t i = 0; i < alone.n; i++)
            counted.rows[i].figures.overdue = 99;
        assert_true(report_count_overdue(world, world->store, &queries[q], &counted));
        assert_int_equal(counted.all.overdue, together[q].all.overdue);
        for (size_t i = 0; i < alone.n; i++)
            assert_int_equal(counted.rows[i].figures.overdue, together[q].rows[i].figures.overdue);
    }
    assert_int_equal(together[0].all.overdue, 3);
}

static void each_case_has_the_term_it_was_given(void **state)
{
    struct world *world = *state;
    struct report_query wish = all(world);
    struct case_ *case_;

    assert_true(store_case_by_number(world->store, world, "26000105", &case_));
    case_->accept_by = case_->received_at + 86400; /* urgent */
    assert_true(store_update_case(world->store, case_));
    wish.now = case_->accept_by;
    assert_int_equal(report_of(world, wish).all.overdue, 0);
    wish.now = case_->accept_by + 1;
    assert_int_equal(report_of(world, wish).all.overdue, 1);
}

static void guarded_cases_are_counted_only_when_asked_for(void **state)
{
    struct world *world = *state;
    struct report_query wish = all(world);

    wish.with_guarded = true;
    assert_int_equal(report_of(world, wish).all.received, 11);
}

static void a_place_has_what_lies_in_it_and_an_office_what_it_handles(void **state)
{
    struct world *world = *state;
    struct report_query wish = all(world);

    wish.unit = ledger_unit(world, "141027100");
    assert_int_equal(report_of(world, wish).all.received, 7);
    wish.unit = ledger_unit(world, "141027103201");
    assert_int_equal(report_of(world, wish).all.received, 2);
    wish.unit = ledger_unit(world, "141027-XF");
    assert_int_equal(report_of(world, wish).all.received, 1);
    wish.unit = ledger_unit(world, "141027");
    assert_int_equal(report_of(world, wish).all.received, 10);
}

static void the_span_begins_with_its_first_moment_and_ends_before_its_last(void **state)
{
    struct world *world = *state;
    struct report_query wish = all(world);

    world_time(world, "2026-10-05 08:00");
    wish.since = world->now;
    world_time(world, "2026-11-02 08:00");
    wish.until = world->now;
    assert_int_equal(report_of(world, wish).all.received, 5);
}

static void rows_stand_for_units_places_classes_topics_and_months(void **state)
{
    static const struct {
        enum report_by by;
        const char *rows;
    } ways[] = {
        { BY_HANDLING_UNIT, " 1, 141027-BM 9" }, /* its people have the petition, too */
        { BY_PLACE, " 1, 141027100 1, 141027100212 6, 141027103201 2" },
        { BY_CATEGORY, "民生 7, 民困 2, 民访 1" },
        { BY_TOPIC, "land 1, other 1, road 2, water 4, welfare 2" },
        { BY_MONTH, "2026-09 2, 2026-10 5, 2026-11 3" },
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct report_query wish = all(world);
        struct report report;

        wish.by = ways[i].by;
        report = report_of(world, wish);
        assert_string_equal(rows(world, &report), ways[i].rows);
    }
}

static void a_class_and_a_topic_restrict(void **state)
{
    struct world *world = *state;
    struct report_query wish = all(world);

    wish.category = 1 + CATEGORY_LIVELIHOOD;
    wish.topic = "water";
    assert_int_equal(report_of(world, wish).all.received, 4);
}

static void nearly_all_is_not_said_to_be_all(void **state)
{
    struct figures figures = { .received = 10000, .responded = 9999 };
    struct json_object *json = figures_json(&figures);

    (void)state;
    assert_non_null(strstr(json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN),
                           "\"whole\":10000,\"percent\":\"99.9\""));
    json_object_put(json);
}

int main(void)
{
#define IN_A_LEDGER(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)
    const struct CMUnitTest tests[] = {
        IN_A_LEDGER(an_empty_store_gives_noughts_and_no_rates),
        IN_A_LEDGER(every_state_is_counted_apart_and_all_make_up_what_was_received),
        IN_A_LEDGER(each_rate_has_a_denominator_of_its_own),
        IN_A_LEDGER(what_is_past_its_term_is_overdue),
        IN_A_LEDGER(reports_made_together_are_those_made_alone),
        IN_A_LEDGER(each_case_has_the_term_it_was_given),
        IN_A_LEDGER(guarded_cases_are_counted_only_when_asked_for),
        IN_A_LEDGER(a_place_has_what_lies_in_it_and_an_office_what_it_handles),
        IN_A_LEDGER(the_span_begins_with_its_first_moment_and_ends_before_its_last),
        IN_A_LEDGER(rows_stand_for_units_places_classes_topics_and_months),
        IN_A_LEDGER(a_class_and_a_topic_restrict),
        cmocka_unit_test(nearly_all_is_not_said_to_be_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
