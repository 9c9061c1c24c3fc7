#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "gateway/line/rate.h"

enum { NOON = 1764561600 /* 2025-12-01 12:00 in Shanghai */, MIDNIGHT = NOON + 12 * 3600 };

enum { TICKS = 100000 };

static void without_limits_everything_goes_at_once(void **state)
{
    (void)state;
    struct rate rate = { 0 };

    rate_count(&rate, NOON, TICKS, 10000);
    assert_int_equal(rate_wait(&rate, NOON, TICKS, 10000), 0);
}

/* Also across the full minute of the clock on the wall. */
static void in_no_sixty_seconds_more_go_out_than_allowed(void **state)
{
    (void)state;
    struct rate rate = { .per_minute = 10 };
    int sent[600] = { 0 };

    for (int second = 0; second < 600; second++) {
        while (rate_wait(&rate, NOON + second, TICKS + second, 1) == 0) {
            rate_count(&rate, NOON + second, TICKS + second, 1);
            sent[second]++;
        }
        int window = 0;
        for (int i = second > 60 ? second - 60 : 0; i <= second; i++)
            window += sent[i];
        assert_in_range(window, 0, 10);
    }
    assert_int_equal(sent[0], 10);
    assert_int_equal(sent[61], 10);
}

static void it_says_how_long_to_wait(void **state)
{
    (void)state;
    struct rate rate = { .per_minute = 3 };

    rate_count(&rate, NOON, TICKS, 2);
    assert_int_equal(rate_wait(&rate, NOON, TICKS, 1), 0);
    assert_int_equal(rate_wait(&rate, NOON, TICKS, 2), 61);
    rate_count(&rate, NOON, TICKS + 20, 1);
    assert_int_equal(rate_wait(&rate, NOON, TICKS + 21, 1), 40);
    assert_int_equal(rate_wait(&rate, NOON, TICKS + 21, 3), 60);
    assert_int_equal(rate_wait(&rate, NOON, TICKS + 61, 2), 0);
}

static void a_text_of_more_parts_than_a_limit_goes_alone(void **state)
{
    (void)state;
    struct rate rate = { .per_minute = 5, .per_day = 8 };

    assert_int_equal(rate_wait(&rate, NOON, TICKS, 10), 0);
    rate_count(&rate, NOON, TICKS, 10);
    assert_true(rate_wait(&rate, NOON, TICKS + 30, 1) > 0);
    assert_int_equal(rate_wait(&rate, NOON, TICKS + 300, 1), MIDNIGHT - NOON);

    rate = (struct rate){ .per_day = 8 }; /* one text before it, and it is not alone */
    rate_count(&rate, NOON, TICKS, 1);
    assert_int_equal(rate_wait(&rate, NOON, TICKS, 10), MIDNIGHT - NOON);
}

static void a_full_day_waits_for_midnight_here(void **state)
{
    (void)state;
    struct rate rate = { .per_day = 5 };

    rate_count(&rate, NOON, TICKS, 5);
    assert_int_equal(rate_wait(&rate, NOON + 3600, TICKS + 3600, 1), MIDNIGHT - NOON - 3600);
    assert_int_equal(rate_wait(&rate, MIDNIGHT, TICKS + 43200, 1), 0);
    rate_count(&rate, MIDNIGHT, TICKS + 43200, 1);
    assert_int_equal(rate_wait(&rate, MIDNIGHT + 1, TICKS + 43201, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_limits_everything_goes_at_once),
        cmocka_unit_test(in_no_sixty_seconds_more_go_out_than_allowed),
        cmocka_unit_test(it_says_how_long_to_wait),
        cmocka_unit_test(a_text_of_more_parts_than_a_limit_goes_alone),
        cmocka_unit_test(a_full_day_waits_for_midnight_here),
    };

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
