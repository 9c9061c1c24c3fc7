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

/* From the answer to the end of the tone, by key 1. */
static void get_to_the_tone(struct sip_phone *phone)
{
    assert_true(sip_phone_wait(phone, 1000));
    assert_true(sip_phone_press(phone, '1'));
    assert_true(sip_phone_wait_for_silence(phone, 600, 5000));
}

static void who_speaks_is_recorded_and_hears_the_number(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500001");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t n, at, heard_n, prompt_n;

    get_to_the_tone(phone);
    assert_true(sip_phone_say(phone, bench->voice, 6 * 8000));
    assert_true(sip_phone_press(phone, '#'));
    assert_true(sip_phone_wait(phone, 1500));
    assert_true(sip_phone_press(phone, '1'));
    sip_phone_wait(phone, 40000);
    assert_true(sip_phone_was_hung_up(phone));

    assert_int_equal(
        gateway_count(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500001'"), 1);
    const int16_t *recorded = call_bench_recording(bench, 0, &n);
    double same = call_bench_correlation(recorded, n, bench->voice, 6 * 8000, &at);

    print_message("recording: correlation %.4f, %zu ms before it, %zu ms behind\n", same, at / 8,
                  (n - at) / 8 - 6000);
    assert_true(same >= 0.99);
    const int16_t *heard = sip_phone_heard(phone, &heard_n);
    const int16_t *prompt = call_bench_prompt(bench, "received", &prompt_n);

    same = call_bench_correlation(heard, heard_n, prompt, prompt_n, &at);
    print_message("prompt: correlation %.4f\n", same);
    assert_true(same >= 0.99);
    assert_true(gateway_wait(
        bench->gateway,
        "SELECT count(*) FROM notices n JOIN cases c ON n.text LIKE '%收到，编号' || c.number || "
        "'%' WHERE n.recipient = '+8613834500001'",
        1, PATIENCE_MS));
}

static void who_hangs_up_while_speaking_has_a_case_too(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500002");
    struct sip_phone *phone = sip_phone_call(bench, &options);

    get_to_the_tone(phone);
    assert_true(sip_phone_say(phone, bench->voice, 4 * 8000));
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500002'",
                             1, PATIENCE_MS));
}

static void who_hangs_up_at_once_is_a_missed_call(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500003");
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 500));
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+8613834500003'",
                             1, PATIENCE_MS));
    assert_int_equal(
        gateway_count(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500003'"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_speaks_is_recorded_and_hears_the_number),
        cmocka_unit_test(who_hangs_up_while_speaking_has_a_case_too),
        cmocka_unit_test(who_hangs_up_at_once_is_a_missed_call),
    };

    return cmocka_run_group_tests(tests, call_bench_setup, call_bench_teardown);
}
