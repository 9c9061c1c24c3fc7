#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

enum { SPOKEN = 10 * 8000, SAMPLES = 160 };

/* Records ten seconds over a network with these faults; *lost: of their packets. The phone has hung up, and
 * the recording is kept. */
static const int16_t *record(struct call_bench *bench, struct sip_phone_options *options, int place,
                             size_t *n, const bool **lost)
{
    struct sip_phone *phone = sip_phone_call(bench, options);
    size_t before, all;

    assert_true(sip_phone_wait(phone, 800));
    assert_true(sip_phone_press(phone, '1'));
    assert_true(sip_phone_wait_for_silence(phone, 600, 5000));
    sip_phone_lost(phone, &before);
    assert_true(sip_phone_say(phone, bench->voice, SPOKEN));
    assert_true(sip_phone_wait(phone, 500));
    *lost = sip_phone_lost(phone, &all) + before;
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases", place + 1, PATIENCE_MS));
    return call_bench_recording(bench, place, n);
}

/* Of the frames that arrived, with what was said at their places. */
static double correlation_of_the_rest(const int16_t *recorded, const int16_t *said, const bool *lost)
{
    double both = 0, here = 0, there = 0;

    for (size_t i = 0; i < SPOKEN; i++)
        if (!lost[i / SAMPLES]) {
            both += (double)recorded[i] * said[i];
            here += (double)recorded[i] * recorded[i];
            there += (double)said[i] * said[i];
        }
    return both / sqrt(here * there);
}

static void packets_that_overtake_each_other_by_60_ms_change_nothing(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500011");
    size_t n, at;
    const bool *lost;

    options.reorder_ms = 55; /* and it may come 5 ms later */
    const int16_t *recorded = record(bench, &options, 0, &n, &lost);
    double same = call_bench_correlation(recorded, n, bench->voice, SPOKEN, &at);

    print_message("overtaking: correlation %.4f\n", same);
    assert_true(same >= 0.99);
}

static void of_a_call_that_loses_5_percent_the_rest_is_right_and_in_its_place(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500012");
    size_t n, at, at_begin, at_end, n_lost = 0;
    const bool *lost;

    options.lost_percent = 5;
    const int16_t *recorded = record(bench, &options, 1, &n, &lost);
    double same = call_bench_correlation(recorded, n, bench->voice, SPOKEN, &at);

    /* the length: both ends stand where they should, within 20 ms */
    call_bench_correlation(recorded, n, bench->voice, 8000, &at_begin);
    call_bench_correlation(recorded, n, bench->voice + SPOKEN - 8000, 8000, &at_end);
    double rest = correlation_of_the_rest(recorded + at, bench->voice, lost);

    for (int i = 0; i < SPOKEN / SAMPLES; i++)
        n_lost += lost[i];
    print_message("%zu of %d packets lost: correlation %.4f, of the rest %.4f, length off by %d samples\n",
                  n_lost, SPOKEN / SAMPLES, same, rest, (int)(at_end - at_begin) - (SPOKEN - 8000));
    assert_in_range(n_lost, 10, 45);
    assert_true(same >= 0.90);
    assert_true(rest >= 0.99);
    assert_true(abs((int)(at_end - at_begin) - (SPOKEN - 8000)) <= 160);
}

static void mu_law_is_as_good(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500013");
    size_t n, at, heard_n, prompt_n;

    options.uses_ulaw = true;
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait_for_silence(phone, 500, 30000)); /* the whole greeting */
    const int16_t *heard = sip_phone_heard(phone, &heard_n),
                  *prompt = call_bench_prompt(bench, "greeting", &prompt_n);

    assert_true(call_bench_correlation(heard, heard_n, prompt, prompt_n, &at) >= 0.99);
    assert_true(sip_phone_wait_for_silence(phone, 600, 5000)); /* the tone, without a key */
    assert_true(sip_phone_say(phone, bench->voice, SPOKEN));
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases", 3, PATIENCE_MS));
    const int16_t *recorded = call_bench_recording(bench, 2, &n);

    double same = call_bench_correlation(recorded, n, bench->voice, SPOKEN - 800, &at);

    print_message("mu-law: correlation %.4f, %zu of %zu ms at %zu\n", same, (size_t)SPOKEN / 8, n / 8,
                  at / 8);
    assert_true(same >= 0.99);
}

static void a_call_on_hold_goes_on_where_it_was(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500014");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t n, at;

    assert_true(sip_phone_wait(phone, 800));
    assert_true(sip_phone_press(phone, '1'));
    assert_true(sip_phone_wait_for_silence(phone, 600, 5000));
    assert_true(sip_phone_say(phone, bench->voice, 4 * 8000));
    assert_int_equal(sip_phone_change(phone, "sendonly"), 200);
    assert_true(sip_phone_wait(phone, 9000)); /* longer than the silence that ends a recording */
    assert_int_equal(sip_phone_change(phone, "sendrecv"), 200);
    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_say(phone, bench->voice + 4 * 8000, 4 * 8000));
    assert_true(sip_phone_wait(phone, 500));
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases", 4, PATIENCE_MS));
    const int16_t *recorded = call_bench_recording(bench, 3, &n);

    double before = call_bench_correlation(recorded, n, bench->voice, 3 * 8000, &at);
    double behind = call_bench_correlation(recorded, n, bench->voice + 5 * 8000, 2 * 8000, &at);

    print_message("hold: correlation %.4f before it, %.4f behind, of %zu ms\n", before, behind, n / 8);
    assert_true(before >= 0.99 && behind >= 0.99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_that_overtake_each_other_by_60_ms_change_nothing),
        cmocka_unit_test(of_a_call_that_loses_5_percent_the_rest_is_right_and_in_its_place),
        cmocka_unit_test(mu_law_is_as_good),
        cmocka_unit_test(a_call_on_hold_goes_on_where_it_was),
    };

    return cmocka_run_group_tests(tests, call_bench_setup, call_bench_teardown);
}
