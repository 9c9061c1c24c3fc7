#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

/* A far end whose sound never comes is a broken one: after 30 s it is let go. */
static void a_far_end_that_never_sends_is_hung_up(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500031");

    options.is_mute = true;
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 20000));
    sip_phone_wait(phone, 20000);
    assert_true(sip_phone_was_hung_up(phone));
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+8613834500031'",
                             1, PATIENCE_MS));
}

/* The greeting, the tone, 8 s, once more, 8 s: then somebody calls back. */
static void who_says_nothing_is_called_back(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500032");
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_press(phone, '1'));
    sip_phone_wait(phone, 40000);
    assert_true(sip_phone_was_hung_up(phone));
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+8613834500032'",
                             1, PATIENCE_MS));
    assert_int_equal(gateway_count(bench->gateway, "SELECT count(*) FROM cases"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_far_end_that_never_sends_is_hung_up),
        cmocka_unit_test(who_says_nothing_is_called_back),
    };

    return cmocka_run_group_tests(tests, call_bench_setup, call_bench_teardown);
}
