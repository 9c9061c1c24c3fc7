#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"

enum { DECEMBER = 1796086800 };

static void it_is_the_hosts_clock_unless_a_file_is_named(void **state)
{
    (void)state;
    unsetenv("XIANGYIN_CLOCK");
    int64_t before = time(NULL), now = clock_now();

    assert_null(clock_file());
    assert_in_range(now, before, before + 60);
}

static void a_named_file_says_what_time_it_is_and_stands_still(void **state)
{
    char file[] = "/tmp/wall-clock-XXXXXX";

    (void)state;
    close(mkstemp(file));
    setenv("XIANGYIN_CLOCK", file, 1);
    assert_true(clock_set(file, DECEMBER));
    assert_int_equal(clock_now(), DECEMBER);
    assert_true(clock_set(file, DECEMBER + 600));
    assert_int_equal(clock_now(), DECEMBER + 600);
    unlink(file);
    assert_in_range(clock_now(), time(NULL) - 60, time(NULL) + 60);
    unsetenv("XIANGYIN_CLOCK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_the_hosts_clock_unless_a_file_is_named),
        cmocka_unit_test(a_named_file_says_what_time_it_is_and_stands_still),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
