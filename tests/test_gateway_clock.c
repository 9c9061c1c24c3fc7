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

#define SENT_TO(phone) "SELECT count(*) FROM notices WHERE state = 'SENT' AND recipient = '+86" phone "'"
#define READY_FOR(phone) "SELECT count(*) FROM notices WHERE state = 'READY' AND recipient = '+86" phone "'"

/* Set back an hour, with the gateway running or not: what was to go at once or again soon does not wait the
 * hour; what somebody wants at a certain time waits for that. */
static void what_waits_does_not_wait_longer_when_the_clock_is_set_back(void **state)
{
    (void)state;
    for (int is_running = 0; is_running <= 1; is_running++) {
        struct gateway_process *gateway = gateway_begin(NULL, "");
        int code;

        setenv("XIANGYIN_CLOCK", talloc_asprintf(gateway->mem, "%s/clock", gateway->folder), 1);
        gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}");
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"code\":42}");
        assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY + 3600));
        gateway_run(gateway);
        gateway_command(gateway, &code, "send 13900000031 水费可以在村委会交");
        assert_true(gateway_wait(gateway, READY_FOR("13900000031") " AND attempts = 1", 1, PATIENCE_MS));
        gateway_command(gateway, &code, "send --at '2026-11-23 10:30' 13900000032 十点半开会");
        assert_int_equal(code, 0);
        if (!is_running) {
            assert_int_equal(gateway_stop(gateway), 0);
            gateway_command(gateway, &code, "send 13900000033 明天来领化肥");
            assert_int_equal(code, 0);
            assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY));
            gateway_run(gateway);
        }
        set_clock(gateway, MONDAY);
        assert_true(
            gateway_wait(gateway, READY_FOR("13900000031") " AND due_at <= 1795395605", 1, PATIENCE_MS));
        set_clock(gateway, MONDAY + 10);
        assert_true(gateway_wait(gateway, SENT_TO("13900000031"), 1, PATIENCE_MS));
        if (!is_running)
            assert_true(gateway_wait(gateway, SENT_TO("13900000033"), 1, PATIENCE_MS));
        assert_int_equal(gateway_count(gateway, READY_FOR("13900000032")), 1);
        assert_int_equal(gateway_stop(gateway), 0);
        unsetenv("XIANGYIN_CLOCK");
        gateway_end(gateway);
    }
}

/* After the machine was off for a year no text has come yet, but the modem has the network's time. */
static void a_clock_that_jumped_is_believed_when_the_modem_has_that_time(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    setenv("XIANGYIN_CLOCK", talloc_asprintf(gateway->mem, "%s/clock", gateway->folder), 1);
    gateway_configure(gateway, "operator = \"+8613900000099\"\n");
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY));
    gateway_run(gateway);
    assert_true(gateway_wait(gateway, BELIEVED, MONDAY, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);

    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"clock\",\"says\":\"27/11/23,14:00:00+32\"}");
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY + YEAR));
    gateway_run(gateway);
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM settings WHERE name = 'clock.village'", 1, PATIENCE_MS));
    knock_send(gateway->url);
    assert_true(gateway_wait(gateway, BELIEVED, MONDAY + YEAR, PATIENCE_MS));
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
        cmocka_unit_test(what_waits_does_not_wait_longer_when_the_clock_is_set_back),
        cmocka_unit_test(a_clock_that_jumped_is_believed_when_the_modem_has_that_time),
        cmocka_unit_test(a_text_that_came_ends_the_silence),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
