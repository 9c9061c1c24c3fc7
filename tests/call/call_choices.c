/*
 * What calls have beside their menu: keys as INFO, sessions with a timer, languages, codes, and numbers that
 * are not taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

static void record(struct call_bench *bench, struct sip_phone *phone, char key)
{
    assert_true(sip_phone_wait(phone, 800));
    assert_true(sip_phone_press(phone, key));
    assert_true(sip_phone_wait_for_silence(phone, 600, 5000));
    assert_true(sip_phone_say(phone, bench->voice, 4 * 8000));
}

static void keys_may_come_as_info_and_sessions_are_refreshed_by_their_timer(void **state)
{
    static const char timer[] = "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n";
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500027");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t from;

    assert_true(sip_phone_wait(phone, 400));
    assert_int_equal(sip_phone_request(phone, "UPDATE", timer, ""), 200);
    assert_non_null(strstr(sip_phone_answer(phone), "Session-Expires: 1800;refresher=uac"));
    assert_int_equal(sip_phone_request(phone, "INFO", "Content-Type: text/plain\r\n", "2"), 415);
    from = call_bench_heard_so_far(phone);
    assert_int_equal(sip_phone_request(phone, "INFO", "Content-Type: application/dtmf-relay\r\n",
                                       "Signal=2\r\nDuration=160\r\n"),
                     200);
    assert_true(sip_phone_wait_for_silence(phone, 1500, 20000));
    assert_true(call_bench_has_heard(bench, phone, "no-cases", from));
    sip_phone_hang_up(phone);
    assert_int_equal(sip_phone_request(phone, "UPDATE", timer, ""), 481);
    assert_int_equal(sip_phone_change(phone, "sendrecv"), 481);
}

/* 13900000016 has chosen English; 8 changes it. */
static void the_language_is_the_callers_and_8_changes_it(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13900000016");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t from;

    assert_true(sip_phone_wait_for_silence(phone, 1000, 20000));
    assert_true(call_bench_has_heard(bench, phone, "../en/greeting", 0));
    sip_phone_hang_up(phone);
    phone = sip_phone_call(bench, &options);
    assert_true(sip_phone_wait(phone, 400));
    from = call_bench_heard_so_far(phone);
    assert_true(sip_phone_press(phone, '8'));
    assert_true(sip_phone_wait_for_silence(phone, 1000, 20000));
    assert_true(call_bench_has_heard(bench, phone, "greeting", from));
    sip_phone_hang_up(phone);
}

static void a_blocked_number_is_declined(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500099");

    assert_int_equal(sip_phone_try(&options), 603);
}

/* Who withholds the number and leaves none asks after the case with its number and a code. */
static void who_withholds_the_number_asks_by_a_code(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "anonymous");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t from = 0;

    record(bench, phone, '1');
    sip_phone_hang_up(phone);
    assert_true(
        gateway_wait(bench->gateway, "SELECT count(*) FROM recordings WHERE code <> ''", 1, PATIENCE_MS));
    long number =
             gateway_count(bench->gateway, "SELECT number FROM cases JOIN recordings ON case_id = cases.id"
                                           " WHERE code <> ''"),
         code = gateway_count(bench->gateway, "SELECT code FROM recordings WHERE code <> ''");
    char keys[32];

    snprintf(keys, sizeof keys, "%ld#%04ld", number, code);
    phone = sip_phone_call(bench, &options);
    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_press(phone, '2'));
    assert_true(sip_phone_wait(phone, 300));
    for (const char *key = keys; *key; key++) {
        from = call_bench_heard_so_far(phone);
        assert_true(sip_phone_press(phone, *key));
        assert_true(sip_phone_wait(phone, *key == '#' ? 500 : 60));
    }
    assert_true(sip_phone_wait_for_silence(phone, 1500, 20000));
    assert_true(call_bench_has_heard(bench, phone, "state-new", from));
    sip_phone_hang_up(phone);
}

static int begin(void **state)
{
    *state = call_bench_begin("blocked = { \"13834500099\" }");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_may_come_as_info_and_sessions_are_refreshed_by_their_timer),
        cmocka_unit_test(the_language_is_the_callers_and_8_changes_it),
        cmocka_unit_test(a_blocked_number_is_declined),
        cmocka_unit_test(who_withholds_the_number_asks_by_a_code),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
