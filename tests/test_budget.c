/* The budget of automatic answers: the bucket over time, and what /metrics says of the day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "tests/support/http_support.h"
#include "tests/support/world.h"

#define VILLAGER "13934567001"

static int make_world(void **state)
{
    struct world *world = world_new(talloc_new(NULL));

    world->config->answers_per_hour = 10;
    world->config->answers_burst = 5;
    world->config->answers_per_day = 30;
    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_text(world, world, VILLAGER, "天坛镇自来水停了三天了");
    assert_non_null(world_hear(world, world, VILLAGER));
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

/* How many of so many texts, each another and a second apart, are answered. */
static int answered(struct world *world, int texts)
{
    int n = 0;

    for (int i = 0; i < texts; i++) {
        /* a number that is wrong, or of no case */
        const char *command = talloc_asprintf(world, "查 260%05d", (int)(world->now % 100000));

        world_text(world, world, VILLAGER, command);
        world_time(world, "+1s");
        while (world_hear(world, world, VILLAGER))
            n++;
    }
    return n;
}

static void five_come_at_once_and_then_ten_an_hour(void **state)
{
    struct world *world = *state;

    assert_int_equal(answered(world, 6), 4); /* the receipt was the first of five */
    world_time(world, "+6m");
    assert_int_equal(answered(world, 6), 1);
    world_time(world, "+1h");
    assert_int_equal(answered(world, 6), 5);
    world_time(world, "+3h");
    assert_int_equal(answered(world, 6), 5);
}

static void thirty_come_in_a_day(void **state)
{
    struct world *world = *state;
    int n = 1;

    for (int hour = 0; hour < 12; hour++) {
        n += answered(world, 6);
        world_time(world, "+1h");
    }
    assert_int_equal(n, 30);
    world_time(world, "+6h"); /* past midnight */
    assert_int_equal(answered(world, 6), 5);
}

static void a_clock_that_is_set_back_gives_nothing_and_takes_nothing(void **state)
{
    struct world *world = *state;

    assert_int_equal(answered(world, 6), 4);
    world->now -= 7200;
    assert_int_equal(answered(world, 6), 0);
    world_time(world, "+6m");
    assert_int_equal(answered(world, 6), 1);
}

static void a_text_whose_answer_is_withheld_says_so(void **state)
{
    struct world *world = *state;
    struct event *event;

    answered(world, 4);
    event = world_text(world, world, VILLAGER, "天坛镇的路灯也坏了");
    assert_string_equal(event->outcome, "added");
    assert_string_equal(event->why, "not answered: too many answers");
    assert_non_null(strstr(world_case(world, world)->text, "路灯也坏了"));
}

static void metrics_tell_what_is_left_of_the_day(void **state)
{
    struct http_world *world = http_world_open("", "all_answers_per_day = 2\n");
    const char *metrics;

    (void)state;
    for (int i = 1; i <= 3; i++) {
        struct event event = { .kind = EVENT_TEXT,
                               .line = "village",
                               .external_id = talloc_asprintf(world, "%d", i),
                               .from = talloc_asprintf(world, "+8613934567%03d", i),
                               .at = time(NULL),
                               .received_at = time(NULL),
                               .text = "自来水停了三天了" };

        assert_true(desk_submit(world->desk, &event, 1));
    }
    metrics = http_ask(world, world, "GET", "/metrics", NULL, NULL).body;
    assert_non_null(strstr(metrics, "\nxiangyin_answers_today 2\n"));
    assert_non_null(strstr(metrics, "\nxiangyin_answers_budget 2\n"));
    assert_non_null(strstr(metrics, "\nxiangyin_answers_withheld_today 1\n"));
    assert_non_null(strstr(metrics, "\nxiangyin_cases{state=\"new\"} 3\n"));
    http_world_close(world);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_world, end_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(five_come_at_once_and_then_ten_an_hour),
        TEST(thirty_come_in_a_day),
        TEST(a_clock_that_is_set_back_gives_nothing_and_takes_nothing),
        TEST(a_text_whose_answer_is_withheld_says_so),
        cmocka_unit_test(metrics_tell_what_is_left_of_the_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
