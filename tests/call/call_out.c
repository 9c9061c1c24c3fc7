/*
 * Calls that go out: back to those of whom nothing was recorded, and with news to those who do not read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

/* Who hangs up at once is called back within minutes, speaks, and has a case; nobody texts them to write. */
static void who_was_not_recorded_is_called_back(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500101");
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 300));
    sip_phone_hang_up(phone);
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM notices WHERE name = 'call-back' AND line = 'voice'", 1,
                             PATIENCE_MS));
    call_bench_sql(bench, "UPDATE notices SET due_at = due_at - 60 WHERE name = 'call-back'");
    gateway_kill(bench->gateway); /* and a call that waits survives */
    gateway_run(bench->gateway);

    const char *user = sip_phone_take(bench->trunk, bench, 200, PATIENCE_MS);

    assert_non_null(user);
    assert_string_equal(user, "13834500101");
    assert_true(sip_phone_wait_for_silence(bench->trunk, 600, 30000));
    assert_true(sip_phone_wait_for_silence(bench->trunk, 600, 8000)); /* the tone */
    assert_true(sip_phone_say(bench->trunk, bench->voice, 4 * 8000));
    sip_phone_hang_up(bench->trunk);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500101'",
                             1, PATIENCE_MS));
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM notices WHERE name = 'call-back' AND state = 'DELIVERED'",
                             1, PATIENCE_MS));
    assert_int_equal(gateway_count(bench->gateway, "SELECT count(*) FROM notices WHERE name = 'missed-call'"),
                     0);
}

/* A case of somebody who does not read is closed: they hear that by call, and rate it by key. */
static void news_comes_by_call_and_is_rated_by_key(void **state)
{
    struct call_bench *bench = *state;
    static const char cadre[] = "+8613900000010";

    call_bench_text_from(bench, "+8613834500102", "响水河镇东陈村的自来水停了三天了");
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500102'",
                             1, PATIENCE_MS));
    const char *number =
        call_bench_column(bench, "SELECT number FROM cases WHERE reporter = '+8613834500102'");

    call_bench_text_from(bench, cadre, talloc_asprintf(bench, "领 %s", number));
    assert_true(
        gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE state = 'in hand'", 1, PATIENCE_MS));
    call_bench_sql(bench, "UPDATE people SET is_called = 1 WHERE phone = '+8613834500102'");
    call_bench_text_from(bench, cadre, talloc_asprintf(bench, "办结 %s 已恢复供水", number));
    call_bench_text_from(bench, cadre, call_bench_code_sent(bench));
    const char *user = sip_phone_take(bench->trunk, bench, 200, PATIENCE_MS);

    assert_non_null(user);
    assert_string_equal(user, "13834500102");
    assert_true(sip_phone_wait(bench->trunk, 2000));
    assert_true(sip_phone_press(bench->trunk, '1'));
    assert_true(sip_phone_wait(bench->trunk, 3000));
    assert_true(sip_phone_press(bench->trunk, '2'));
    sip_phone_wait(bench->trunk, 10000);
    assert_true(sip_phone_was_hung_up(bench->trunk));
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE rating = 2", 1, PATIENCE_MS));
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM notices WHERE name = 'closed' AND state = 'DELIVERED'", 1,
                             PATIENCE_MS));
}

/* Nobody answers: later again, and not at once. */
static void who_does_not_answer_is_called_later(void **state)
{
    struct call_bench *bench = *state;

    call_bench_sql(bench, "UPDATE sent_parts SET armed_at = armed_at - 3600 WHERE line = 'voice'");
    call_bench_sql(bench, "UPDATE people SET is_called = 1 WHERE phone = '+8613834500102'");
    call_bench_sql(bench, "UPDATE notices SET state = 'READY', due_at = due_at - 7200 WHERE name = 'closed'");
    gateway_kill(bench->gateway);
    gateway_run(bench->gateway);
    assert_non_null(sip_phone_take(bench->trunk, bench, 486, PATIENCE_MS));
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM notices WHERE name = 'closed' AND state = 'READY' AND"
                             " due_at > strftime('%s','now') + 2000 AND attempts = 2",
                             1, PATIENCE_MS));
    assert_null(sip_phone_take(bench->trunk, bench, 486, 1500));
}

/* A crash while it rings: it is not rung again, and a cadre goes there. */
static void a_call_that_a_crash_cut_off_is_a_cadres_task(void **state)
{
    struct call_bench *bench = *state;

    call_bench_sql(bench, "UPDATE sent_parts SET armed_at = armed_at - 3600 WHERE line = 'voice'");
    call_bench_sql(bench, "UPDATE notices SET due_at = due_at - 7200 WHERE name = 'closed'");
    gateway_kill(bench->gateway);
    gateway_run(bench->gateway);
    assert_non_null(sip_phone_take(bench->trunk, bench, 180, PATIENCE_MS));
    gateway_kill(bench->gateway);
    gateway_run(bench->gateway);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM notices WHERE name = 'tell-in-person'", 1,
                             PATIENCE_MS));
    assert_int_equal(
        gateway_count(
            bench->gateway,
            "SELECT count(*) FROM notices WHERE name = 'closed' AND state = 'FAILED' AND attempts = 3"),
        1);
    assert_null(sip_phone_take(bench->trunk, bench, 486, 1500));
}

static int begin(void **state)
{
    *state = call_bench_begin_out("");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_was_not_recorded_is_called_back),
        cmocka_unit_test(news_comes_by_call_and_is_rated_by_key),
        cmocka_unit_test(who_does_not_answer_is_called_later),
        cmocka_unit_test(a_call_that_a_crash_cut_off_is_a_cadres_task),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
