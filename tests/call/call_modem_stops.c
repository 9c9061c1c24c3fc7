/* The program ends in the middle of a modem's call: what was said is a case, and no call is left standing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

#include "tests/call/call_bench.h"
#include "tests/support/modem_caller.h"

#define FROM "+8613834500001"
#define SPEAKS ",\"says_after_ms\":2500,\"keys\":[[1000,\"1\"]]"

static struct modem_caller *stopped, *killed;

static int begin(void **state)
{
    (void)state;
    stopped = modem_caller_begin("Quectel", "EC25");
    killed = modem_caller_begin("SIMCOM INCORPORATED", "SIMCOM_SIM7600CE");
    modem_caller_call(stopped, FROM, SPEAKS);
    modem_caller_call(killed, FROM, SPEAKS);
    sleep_ms(8500);
    return 0;
}

static int end(void **state)
{
    (void)state;
    modem_caller_end(stopped);
    modem_caller_end(killed);
    return 0;
}

static void is_kept(struct modem_caller *caller)
{
    size_t n, at;

    assert_true(gateway_wait(caller->gateway, "SELECT count(*) FROM cases WHERE reporter = '" FROM "'", 1,
                             PATIENCE_MS));
    const int16_t *recorded = modem_caller_recording(caller, &n);

    assert_true(call_bench_correlation(recorded, n, caller->voice, 2 * 8000, &at) >= 0.99);
}

static void a_stop_hangs_up_and_files_what_was_said(void **state)
{
    (void)state;
    assert_int_equal(emulator_stat(stopped->gateway->client, "calls"), 1);
    assert_int_equal(gateway_stop(stopped->gateway), 0);
    modem_caller_wait(stopped);
    is_kept(stopped);
    gateway_run(stopped->gateway);
}

static void after_a_kill_the_next_start_hangs_up_and_files_it(void **state)
{
    (void)state;
    assert_int_equal(emulator_stat(killed->gateway->client, "calls"), 1);
    gateway_kill(killed->gateway);
    gateway_run(killed->gateway);
    modem_caller_wait(killed);
    is_kept(killed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_hangs_up_and_files_what_was_said),
        cmocka_unit_test(after_a_kill_the_next_start_hangs_up_and_files_it),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
