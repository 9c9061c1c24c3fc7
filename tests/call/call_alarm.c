/*
 * Danger to life rings telephones: again until somebody presses a key, then the next in the chain, and nobody
 * once the case is taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/call/call_bench.h"

#define ALARMS "SELECT count(*) FROM notices WHERE name = 'alarm-call'"

/* Changes the store so that it is later for these rows, and lets the gateway see it. */
static void pass_time(struct call_bench *bench, const char *sql)
{
    gateway_kill(bench->gateway);
    call_bench_sql(bench, sql);
    gateway_run(bench->gateway);
}

#define CADRE "+8613900000010"  /* of the town */
#define DEPUTY "+8613900000004" /* head of the county */
#define NEXT "+8613900000001"   /* of the office that sorts what comes */

/* Waits until the alarm's call to this phone has this state after so many attempts. */
static bool stands(struct call_bench *bench, const char *phone, const char *state, int attempts)
{
    return gateway_wait(bench->gateway,
                        talloc_asprintf(bench,
                                        ALARMS " AND recipient = '%s' AND state = '%s' AND attempts = %d",
                                        phone, state, attempts),
                        1, PATIENCE_MS);
}

/* The next telephone that is rung and does not answer; an INVITE may come twice. */
static const char *let_ring(struct call_bench *bench, const char *before)
{
    const char *user;

    do {
        user = sip_phone_take(bench->trunk, bench, 486, PATIENCE_MS);
        assert_non_null(user);
    } while (strcmp(user, before) == 0);
    return user;
}

/* Neither answers, and both are to be rung again in a minute. */
static void danger_rings_those_who_are_responsible_at_once(void **state)
{
    struct call_bench *bench = *state;
    const char *one;

    call_bench_text_from(bench, "+8613834500501", "响水河镇东陈村着火了，屋里有人，快来人");
    one = let_ring(bench, "");
    assert_string_equal(one, CADRE + 3);
    assert_string_equal(let_ring(bench, one), DEPUTY + 3);
    assert_true(stands(bench, CADRE, "READY", 1) && stands(bench, DEPUTY, "READY", 1));
    assert_int_equal(
        gateway_count(bench->gateway, ALARMS " AND due_at BETWEEN armed_at + 60 AND armed_at + 180"), 2);
}

static void who_answers_hears_it_and_is_left_alone_after_a_key(void **state)
{
    struct call_bench *bench = *state;
    size_t from;

    pass_time(bench, "UPDATE notices SET due_at = due_at + CASE recipient WHEN '" CADRE
                     "' THEN -60 ELSE 3600 END WHERE name = 'alarm-call'");
    const char *user = sip_phone_take(bench->trunk, bench, 200, PATIENCE_MS);

    assert_non_null(user);
    assert_string_equal(user, CADRE + 3);
    assert_true(sip_phone_wait_for_silence(bench->trunk, 1000, 20000));
    from = call_bench_heard_so_far(bench->trunk);
    assert_true(sip_phone_press(bench->trunk, '1'));
    sip_phone_wait(bench->trunk, 20000);
    assert_true(sip_phone_was_hung_up(bench->trunk));
    assert_true(call_bench_has_heard(bench, bench->trunk, "alarm", 0));
    assert_true(call_bench_has_heard(bench, bench->trunk, "goodbye", from));
    assert_true(stands(bench, CADRE, "DELIVERED", 2));
    assert_null(sip_phone_take(bench->trunk, bench, 486, 1500));
}

/* To hear of it is not to take it. */
static void the_next_is_rung_while_nobody_takes_it(void **state)
{
    struct call_bench *bench = *state;

    assert_int_equal(gateway_count(bench->gateway, "SELECT count(*) FROM cases WHERE alarm_at > 0"), 1);
    pass_time(bench, "UPDATE cases SET alarm_at = alarm_at - 600");
    const char *user = sip_phone_take(bench->trunk, bench, 200, PATIENCE_MS);

    assert_non_null(user);
    assert_string_equal(user, NEXT + 3);
    assert_true(sip_phone_wait(bench->trunk, 500));
    sip_phone_hang_up(bench->trunk); /* without a key */
    assert_true(stands(bench, NEXT, "READY", 1));
}

static void once_it_is_taken_nobody_is_rung(void **state)
{
    struct call_bench *bench = *state;

    call_bench_text_from(
        bench, CADRE, talloc_asprintf(bench, "领 %s", call_bench_column(bench, "SELECT number FROM cases")));
    assert_true(
        gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE state = 'in hand'", 1, PATIENCE_MS));
    pass_time(bench, "UPDATE notices SET due_at = due_at - 7200 WHERE name = 'alarm-call'");
    assert_true(stands(bench, DEPUTY, "CANCELLED", 1) && stands(bench, NEXT, "CANCELLED", 1));
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
        cmocka_unit_test(danger_rings_those_who_are_responsible_at_once),
        cmocka_unit_test(who_answers_hears_it_and_is_left_alone_after_a_key),
        cmocka_unit_test(the_next_is_rung_while_nobody_takes_it),
        cmocka_unit_test(once_it_is_taken_nobody_is_rung),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
