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

static void two_says_how_ones_own_case_stands_and_nobody_elses(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500021"),
                             other = call_bench_phone(bench, "13834500022");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t from;

    record(bench, phone, '1');
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500021'",
                             1, PATIENCE_MS));
    phone = sip_phone_call(bench, &options);
    assert_true(sip_phone_wait(phone, 500));
    from = call_bench_heard_so_far(phone);
    assert_true(sip_phone_press(phone, '2'));
    assert_true(sip_phone_wait_for_silence(phone, 1500, 20000));
    assert_true(call_bench_has_heard(bench, phone, "state-new", from));
    sip_phone_hang_up(phone);

    phone = sip_phone_call(bench, &other);
    assert_true(sip_phone_wait(phone, 500));
    from = call_bench_heard_so_far(phone);
    assert_true(sip_phone_press(phone, '2'));
    assert_true(sip_phone_wait_for_silence(phone, 1500, 20000));
    assert_true(call_bench_has_heard(bench, phone, "no-cases", from));
    assert_false(call_bench_has_heard(bench, phone, "state-new", from));
    sip_phone_hang_up(phone);
}

static void nine_seals_the_recording_for_the_discipline_office(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500023");
    struct sip_phone *phone = sip_phone_call(bench, &options);

    record(bench, phone, '9');
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(
        bench->gateway, "SELECT count(*) FROM recordings WHERE caller = '+8613834500023' AND is_sealed = 1",
        1, PATIENCE_MS));
    assert_true(gateway_wait(
        bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500023' AND is_guarded = 1", 1,
        PATIENCE_MS));
}

static void who_withholds_the_number_may_key_one(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "anonymous");
    struct sip_phone *phone = sip_phone_call(bench, &options);

    record(bench, phone, '1');
    assert_true(sip_phone_press(phone, '#'));
    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_press(phone, '1'));
    assert_true(sip_phone_wait(phone, 500));
    for (const char *key = "13834500024"; *key; key++) {
        assert_true(sip_phone_press(phone, *key));
        assert_true(sip_phone_wait(phone, 60));
    }
    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_press(phone, '1'));
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500024'",
                             1, PATIENCE_MS));
    sip_phone_hang_up(phone);
}

/* What the PBX asserts counts, not what the telephone claims. */
static void the_asserted_number_is_the_callers(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "8001");

    options.asserted = "+8613834500025";
    struct sip_phone *phone = sip_phone_call(bench, &options);

    record(bench, phone, '1');
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500025'",
                             1, PATIENCE_MS));
}

static void more_calls_than_configured_hear_busy(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500026");
    struct sip_phone *first = sip_phone_call(bench, &options), *second = sip_phone_call(bench, &options);

    assert_int_equal(sip_phone_try(&options), 486);
    sip_phone_hang_up(first);
    sip_phone_wait(second, 200);
    assert_int_equal(sip_phone_try(&options), 200);
    sip_phone_hang_up(second);
}

static void options_is_answered_and_nonsense_is_not_fatal(void **state)
{
    struct call_bench *bench = *state;
    const char *ping =
        "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bKo\r\n"
        "From: <sip:pbx@127.0.0.1>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: o\r\nCSeq: 1 OPTIONS\r\n"
        "Content-Length: 0\r\n\r\n";
    static const char *const nonsense[] = { "",
                                            "\r\n\r\n",
                                            "INVITE",
                                            "INVITE sip:x SIP/2.0\r\n\r\n",
                                            "SIP/2.0 200 OK\r\n\r\n",
                                            "\x80\x08\x00\x01\xff\xff\xff\xff" };
    char answer[2048];

    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++)
        sip_phone_datagram(bench->port, nonsense[i], strlen(nonsense[i]), 20, answer, sizeof answer);
    assert_true(sip_phone_datagram(bench->port, ping, strlen(ping), 2000, answer, sizeof answer) > 0);
    assert_memory_equal(answer, "SIP/2.0 200", 11);
}

static int begin(void **state)
{
    *state = call_bench_begin("calls = 2");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_says_how_ones_own_case_stands_and_nobody_elses),
        cmocka_unit_test(nine_seals_the_recording_for_the_discipline_office),
        cmocka_unit_test(who_withholds_the_number_may_key_one),
        cmocka_unit_test(the_asserted_number_is_the_callers),
        cmocka_unit_test(more_calls_than_configured_hear_busy),
        cmocka_unit_test(options_is_answered_and_nonsense_is_not_fatal),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
