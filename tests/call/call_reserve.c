/* A disk that is nearly full: nothing is recorded, and what is left is kept for the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

/* The caller hears that nothing was recorded and that somebody calls back, and the call-back is committed. */
static void below_the_reserve_a_caller_hears_that_they_are_called_back(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500151");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t from;

    assert_true(sip_phone_wait(phone, 500));
    from = call_bench_heard_so_far(phone);
    assert_true(sip_phone_press(phone, '1'));
    sip_phone_wait(phone, 20000);
    assert_true(sip_phone_was_hung_up(phone));
    assert_true(call_bench_has_heard(bench, phone, "call-back", from));
    assert_int_equal(gateway_count(bench->gateway, "SELECT count(*) FROM recordings"), 0);
    assert_int_equal(gateway_count(bench->gateway,
                                   "SELECT count(*) FROM notices WHERE name = 'call-back' AND line = "
                                   "'voice' AND recipient = '+8613834500151'"),
                     1);
    assert_int_equal(
        gateway_count(bench->gateway,
                      "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+8613834500151'"),
        1);
}

static int begin(void **state)
{
    *state = call_bench_begin_out("reserve = 1000000"); /* MB */
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_the_reserve_a_caller_hears_that_they_are_called_back),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
