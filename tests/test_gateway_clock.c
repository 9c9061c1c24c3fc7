/* The whole program when the machine's clock is wrong for a while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/knock.h"
#include "tests/support/gateway_process.h"

enum { MONDAY = 1795395600 /* 2026-11-23 09:00 in China */, YEAR = 365 * 86400 };

#define ALERTS "SELECT count(*) FROM notices WHERE name = 'alert-clock'"
#define BELIEVED "SELECT value FROM settings WHERE name = 'calendar clock'"

static void set_clock(struct gateway_process *gateway, int64_t at)
{
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), at));
    knock_send(gateway->url);
}

static void a_running_gateway_stops_its_calendar_when_the_clock_jumps_and_says_so(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    setenv("XIANGYIN_CLOCK", talloc_asprintf(gateway->mem, "%s/clock", gateway->folder), 1);
    gateway_configure(gateway, "operator = \"+8613900000099\"\n");
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY));
    gateway_run(gateway);
    assert_true(gateway_wait(gateway, BELIEVED, MONDAY, PATIENCE_MS));
    gateway_tell(gateway,
                 "{\"cmd\":\"text\",\"from\":\"+8613900000021\",\"text\":\"村里的路塌了\",\"at\":%d}",
                 MONDAY - 5);
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM cases", 1, PATIENCE_MS));

    set_clock(gateway, MONDAY + YEAR);
    assert_true(gateway_wait(gateway, ALERTS, 1, PATIENCE_MS));
    set_clock(gateway, MONDAY + YEAR + 3600);
    gateway_tell(gateway, "{\"cmd\":\"text\",\"from\":\"+8613900000022\",\"text\":\"村里没有水\",\"at\":%d}",
                 MONDAY);
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM cases", 2, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM calendar_dates WHERE kind <> 'day'"), 0);

    set_clock(gateway, MONDAY + 3600);
    assert_true(gateway_wait(gateway, BELIEVED, MONDAY + 3600, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, ALERTS), 1);
    assert_int_equal(gateway_stop(gateway), 0);
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

/* The line's watch looks five seconds after the start, then each minute. */
static void a_text_that_came_ends_the_silence(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *remembered = talloc_asprintf(
        gateway->mem,
        "SELECT count(*) FROM settings WHERE name = 'watch.village' AND value LIKE '%%\"received_at\":%d%%'",
        MONDAY + 23 * 3600);

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}"); /* a report would end it, too */
    setenv("XIANGYIN_CLOCK", talloc_asprintf(gateway->mem, "%s/clock", gateway->folder), 1);
    gateway_configure(gateway, "operator = \"+8613900000099\"\nsilence_hours = 24\n");
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY));
    gateway_run(gateway);
    set_clock(gateway, MONDAY + 23 * 3600);
    gateway_tell(gateway, "{\"cmd\":\"text\",\"from\":\"+8613900000021\",\"text\":\"村里的路塌了\"}");
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM cases", 1, PATIENCE_MS));
    set_clock(gateway, MONDAY + 25 * 3600);
    assert_true(gateway_wait(gateway, remembered, 1, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices WHERE name LIKE 'alert%'"), 0);
    assert_int_equal(gateway_stop(gateway), 0);
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_running_gateway_stops_its_calendar_when_the_clock_jumps_and_says_so),
        cmocka_unit_test(a_text_that_came_ends_the_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
