#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "gateway/line/rate.h"

enum { NOON = 1764561600 /* 2025-12-01 12:00 in Shanghai */, MIDNIGHT = NOON + 12 * 3600 };

static void without_limits_everything_goes_at_once(void **state)
{
    (void)state;
    struct rate rate = { 0 };

    rate_count(&rate, NOON, 10000);
    assert_int_equal(rate_next(&rate, NOON), NOON);
}

static void a_full_minute_waits_for_the_next(void **state)
{
    (void)state;
    struct rate rate = { .per_minute = 3 };

    rate_count(&rate, NOON + 10, 2);
    assert_int_equal(rate_next(&rate, NOON + 11), NOON + 11);
    rate_count(&rate, NOON + 11, 1);
    assert_int_equal(rate_next(&rate, NOON + 12), NOON + 60);
    assert_int_equal(rate_next(&rate, NOON + 60), NOON + 60);
}

static void a_full_day_waits_for_midnight_here(void **state)
{
    (void)state;
    struct rate rate = { .per_day = 5 };

    rate_count(&rate, NOON, 5);
    assert_int_equal(rate_next(&rate, NOON + 3600), MIDNIGHT);
    assert_int_equal(rate_next(&rate, MIDNIGHT), MIDNIGHT);
    rate_count(&rate, MIDNIGHT, 1);
    assert_int_equal(rate_next(&rate, MIDNIGHT + 1), MIDNIGHT + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_limits_everything_goes_at_once),
        cmocka_unit_test(a_full_minute_waits_for_the_next),
        cmocka_unit_test(a_full_day_waits_for_midnight_here),
    };

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
