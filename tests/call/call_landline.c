/*
 * A landline, which takes no texts: who calls from one hears the news of the case by call, and rates it by
 * key.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

#define CLERK "+8613900000006"
#define CADRE "+8613900000010"
#define LANDLINE "+863578123456"

static void wait_for(struct call_bench *bench, const char *sql)
{
    if (!gateway_wait(bench->gateway, sql, 1, PATIENCE_MS))
        fail_msg("%s", sql);
}

/* The landline is rung, presses 1 and hears of its case. */
static void hear_news(struct call_bench *bench)
{
    const char *user = sip_phone_take(bench->trunk, bench, 200, PATIENCE_MS);

    assert_non_null(user);
    assert_string_equal(user, "03578123456");
    assert_true(sip_phone_wait(bench->trunk, 1000));
    assert_true(sip_phone_press(bench->trunk, '1'));
    assert_true(sip_phone_wait_for_silence(bench->trunk, 1500, 30000));
}

static void news_of_a_landlines_case_comes_by_call(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "03578123456");
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 1000));
    assert_true(sip_phone_press(phone, '1'));
    assert_true(sip_phone_wait_for_silence(phone, 600, 5000));
    assert_true(sip_phone_say(phone, bench->voice, 4 * 8000));
    sip_phone_hang_up(phone);
    wait_for(bench, "SELECT count(*) FROM cases WHERE reporter = '" LANDLINE "'");
    const char *number = call_bench_column(bench, "SELECT number FROM cases");

    call_bench_text_from(bench, CLERK,
                         talloc_asprintf(bench, "听写 %s 响水河镇东陈村的自来水停了三天了", number));
    wait_for(bench, "SELECT count(*) FROM recordings WHERE written_at IS NOT NULL");
    call_bench_text_from(bench, CADRE, talloc_asprintf(bench, "领 %s", number));
    wait_for(bench, "SELECT count(*) FROM cases WHERE state = 'in hand'");
    hear_news(bench);
    sip_phone_hang_up(bench->trunk);
    assert_true(call_bench_has_heard(bench, bench->trunk, "state-in-hand", 0));
}

/* Another ten minutes later at the earliest. */
static void who_has_a_landline_rates_by_key(void **state)
{
    struct call_bench *bench = *state;
    size_t from;

    call_bench_text_from(
        bench, CADRE,
        talloc_asprintf(bench, "办结 %s 已恢复供水", call_bench_column(bench, "SELECT number FROM cases")));
    call_bench_text_from(bench, CADRE, call_bench_code_sent(bench));
    wait_for(bench, "SELECT count(*) FROM notices WHERE name = 'closed' AND line = 'voice'");
    gateway_kill(bench->gateway);
    call_bench_sql(bench, "UPDATE sent_parts SET armed_at = armed_at - 3600 WHERE line = 'voice';"
                          "UPDATE notices SET due_at = due_at - 3600 WHERE name = 'closed'");
    gateway_run(bench->gateway);
    hear_news(bench);
    from = call_bench_heard_so_far(bench->trunk);
    assert_true(sip_phone_press(bench->trunk, '1'));
    sip_phone_wait(bench->trunk, 30000);
    assert_true(sip_phone_was_hung_up(bench->trunk));
    /* only now: to compare takes longer than a call waits for a key */
    assert_true(call_bench_has_heard(bench, bench->trunk, "state-closed", 0));
    assert_true(call_bench_has_heard(bench, bench->trunk, "rated", from));
    wait_for(bench, "SELECT count(*) FROM cases WHERE rating = 1");
    wait_for(bench, "SELECT count(*) FROM notices WHERE name = 'closed' AND state = 'DELIVERED'");
    assert_int_equal(gateway_count(bench->gateway, "SELECT count(*) FROM notices WHERE line <> 'voice' AND"
                                                   " recipient = '" LANDLINE "'"),
                     0);
}

static int begin(void **state)
{
    *state = call_bench_begin_out("");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(news_of_a_landlines_case_comes_by_call),
        cmocka_unit_test(who_has_a_landline_rates_by_key),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
