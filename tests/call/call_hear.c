/*
 * The duty officer has only a telephone, too: at night they call the line, key the code that is texted to
 * them, and hear what came.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

#define OFFICER "13900000004"
#define STEPS(what) \
    "SELECT count(*) FROM steps WHERE kind = '" what "' AND actor = '+86" OFFICER "' AND line = 'voice'"

static void record(struct call_bench *bench, const char *number)
{
    struct sip_phone_options options = call_bench_phone(bench, number);
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_press(phone, '1'));
    assert_true(sip_phone_wait_for_silence(phone, 600, 5000));
    assert_true(sip_phone_say(phone, bench->voice, 4 * 8000));
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(
        bench->gateway, talloc_asprintf(bench, "SELECT count(*) FROM cases WHERE reporter = '+86%s'", number),
        1, PATIENCE_MS));
}

/* The last code of six digits that went to the officer. */
static const char *code_sent(struct call_bench *bench, int nth)
{
    static const char before[] = "听来电录音的密码是";

    for (int waited = 0; waited < PATIENCE_MS; waited += 20) {
        FILE *log = fopen(bench->gateway->sent, "r");
        const char *code = NULL;
        char line[4096];
        int n = 0;

        while (log && fgets(line, sizeof line, log)) {
            const char *at = strstr(line, before);

            if (at && ++n == nth)
                code = talloc_strndup(bench, at + strlen(before), 6);
        }
        if (log)
            fclose(log);
        if (code)
            return code;
        sleep_ms(20);
    }
    fail_msg("code %d was not sent", nth);
    return NULL;
}

static void key_all(struct sip_phone *phone, const char *keys)
{
    for (; *keys; keys++) {
        assert_true(sip_phone_press(phone, *keys));
        assert_true(sip_phone_wait(phone, 60));
    }
}

static struct sip_phone *ask_for_code(struct call_bench *bench)
{
    struct sip_phone_options options = call_bench_phone(bench, OFFICER);
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_press(phone, '5'));
    return phone;
}

static void the_duty_officer_hears_by_calling_and_sends_up_by_one_key(void **state)
{
    struct call_bench *bench = *state;
    size_t n, at, from, begun, all;

    record(bench, "13834500161");
    record(bench, "13834500162");
    struct sip_phone *phone = ask_for_code(bench);
    const char *code = code_sent(bench, 1);

    assert_true(sip_phone_wait(phone, 200));
    begun = call_bench_heard_so_far(phone);
    key_all(phone, code);
    assert_true(sip_phone_wait_for_silence(phone, 2500, 40000));
    sip_phone_heard(phone, &n);
    assert_int_equal(gateway_count(bench->gateway, STEPS("heard")), 1);
    assert_true(sip_phone_press(phone, '9'));
    assert_true(gateway_wait(bench->gateway, STEPS("sent up"), 1, PATIENCE_MS));
    assert_true(gateway_wait(bench->gateway, STEPS("heard"), 2, PATIENCE_MS)); /* the next one plays */
    assert_int_equal(gateway_count(bench->gateway, "SELECT count(*) FROM cases WHERE is_guarded = 1 AND "
                                                   "reporter = '+8613834500161'"),
                     1);
    assert_true(sip_phone_wait(phone, 3000));
    from = call_bench_heard_so_far(phone);
    assert_true(sip_phone_press(phone, '1'));
    sip_phone_wait(phone, 10000);
    assert_true(sip_phone_was_hung_up(phone));
    assert_true(call_bench_has_heard(bench, phone, "no-recordings", from));
    const int16_t *heard =
        sip_phone_heard(phone, &all); /* compared last: the telephone stands still meanwhile */
    double same = call_bench_correlation(heard + begun, n - begun, bench->voice, 3 * 8000, &at);

    print_message("the officer hears the caller: correlation %.4f\n", same);
    assert_true(same >= 0.99);
    assert_int_equal(/* of what was sent, no code is kept */
                     gateway_count(bench->gateway,
                                   talloc_asprintf(
                                       bench, "SELECT count(*) FROM notices WHERE text LIKE '%%%s%%'", code)),
                     0);
}

/* A number can be forged, a text to it not be read. */
static void a_wrong_code_plays_nothing(void **state)
{
    struct call_bench *bench = *state;
    long before = gateway_count(bench->gateway, STEPS("heard"));
    struct sip_phone *phone = ask_for_code(bench);

    const char *code = code_sent(bench, 2);
    size_t from;

    assert_true(sip_phone_wait(phone, 200));
    from = call_bench_heard_so_far(phone);
    key_all(phone, strcmp(code, "111111") == 0 ? "222222" : "111111");
    assert_true(sip_phone_wait(phone, 2500));
    assert_true(call_bench_has_heard(bench, phone, "wrong-code", from));
    assert_int_equal(gateway_count(bench->gateway, STEPS("heard")), before);
    sip_phone_hang_up(phone);
}

static void whoever_else_presses_5_is_told_that_the_key_means_nothing(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500163");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t from;

    assert_true(sip_phone_wait(phone, 500));
    from = call_bench_heard_so_far(phone);
    assert_true(sip_phone_press(phone, '5'));
    assert_true(sip_phone_wait(phone, 4000));
    assert_true(call_bench_has_heard(bench, phone, "wrong-key", from));
    assert_int_equal(gateway_count(bench->gateway,
                                   "SELECT count(*) FROM notices WHERE name = 'hear-code' AND "
                                   "recipient <> '+86" OFFICER "'"),
                     0);
    sip_phone_hang_up(phone);
}

static int begin(void **state)
{
    struct call_bench *bench = *state = call_bench_begin("");

    call_bench_text_from(bench, "+86" OFFICER, "值班");
    return gateway_wait(bench->gateway, "SELECT count(*) FROM units WHERE on_duty = '+86" OFFICER "'", 1,
                        PATIENCE_MS)
               ? 0
               : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_duty_officer_hears_by_calling_and_sends_up_by_one_key),
        cmocka_unit_test(a_wrong_code_plays_nothing),
        cmocka_unit_test(whoever_else_presses_5_is_told_that_the_key_means_nothing),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
