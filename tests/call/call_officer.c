/*
 * A caller who presses 0, and the officer on duty: two calls of which neither learns the other's number.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "tests/call/call_bench.h"

static struct sip_phone *press_zero(struct call_bench *bench, const char *number)
{
    struct sip_phone_options options = call_bench_phone(bench, number);
    struct sip_phone *phone = sip_phone_call(bench, &options);

    assert_true(sip_phone_wait(phone, 500));
    assert_true(sip_phone_press(phone, '0'));
    return phone;
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Both at once, each frame in its time; NULL: silence. */
static void say_both(struct sip_phone *one, const int16_t *said, struct sip_phone *other,
                     const int16_t *said_by_other, int ms)
{
    static const int16_t silence[160];
    int64_t begin = now_ms();

    for (int at = 0; at < ms; at += 20) {
        sip_phone_frame(one, said ? said + at * 8 : silence);
        sip_phone_frame(other, said_by_other ? said_by_other + at * 8 : silence);
        while (now_ms() < begin + at + 20)
            poll(NULL, 0, 1);
    }
}

static double heard_since(struct sip_phone *phone, size_t from, const int16_t *said)
{
    size_t n, at;
    const int16_t *all = sip_phone_heard(phone, &n);

    return call_bench_correlation(all + from, n - from, said, 3 * 8000, &at);
}

/* Whether each hears the other. */
static bool talk(struct call_bench *bench, struct sip_phone *caller, struct sip_phone *officer)
{
    const int16_t *asked = bench->voice, *answered = bench->voice + 15 * 8000;
    size_t caller_from = call_bench_heard_so_far(caller), officer_from = call_bench_heard_so_far(officer);

    say_both(caller, asked, officer, answered, 5000);
    double to_caller = heard_since(caller, caller_from, answered + 4000),
           to_officer = heard_since(officer, officer_from, asked + 4000);

    print_message("correlation: the caller hears %.3f, the officer %.3f\n", to_caller, to_officer);
    return to_caller >= 0.9 && to_officer >= 0.9; /* two clocks that drift against each other */
}

static void zero_joins_the_caller_to_the_officer_on_duty(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone *caller = press_zero(bench, "13834500111");
    const char *user = sip_phone_take(bench->trunk, bench, 200, 10000);

    assert_non_null(user);
    assert_string_equal(user, "13900000004"); /* the deputy head of the county texted 值班 */
    assert_null(strstr(sip_phone_invite(bench->trunk), "13834500111"));
    say_both(caller, NULL, bench->trunk, NULL, 2000); /* the officer hears that somebody calls */
    sip_phone_key(bench->trunk, '1');
    say_both(caller, NULL, bench->trunk, NULL, 500);
    /* again when the machine stood still in between: no packet goes in its time then */
    assert_true(talk(bench, caller, bench->trunk) || talk(bench, caller, bench->trunk) ||
                talk(bench, caller, bench->trunk));
    sip_phone_hang_up(bench->trunk);
    sip_phone_wait(caller, 20000);
    assert_true(sip_phone_was_hung_up(caller));
    assert_int_equal(gateway_count(bench->gateway, "SELECT count(*) FROM recordings"), 0);
}

/* A caller who hangs up takes the other telephone along. */
static void a_caller_who_hangs_up_ends_the_ringing(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone *caller = press_zero(bench, "13834500112");

    assert_non_null(sip_phone_take(bench->trunk, bench, 180, 10000));
    sip_phone_hang_up(caller);
    sip_phone_wait(bench->trunk, 3000);
    assert_true(sip_phone_was_hung_up(bench->trunk));
}

static void when_the_officer_is_busy_the_caller_is_recorded(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone *caller = press_zero(bench, "13834500113");

    assert_non_null(sip_phone_take(bench->trunk, bench, 486, 10000));
    assert_true(sip_phone_wait_for_silence(caller, 600, 15000)); /* "nobody", and the tone */
    assert_true(sip_phone_say(caller, bench->voice, 4 * 8000));
    sip_phone_hang_up(caller);
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500113'",
                             1, PATIENCE_MS));
}

static int begin(void **state)
{
    struct call_bench *bench = call_bench_begin_out("");

    gateway_tell(bench->gateway, "{\"cmd\":\"text\",\"from\":\"+8613900000004\",\"text\":\"值班\"}");
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM units WHERE on_duty = '+8613900000004'", 1,
                             PATIENCE_MS));
    *state = bench;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zero_joins_the_caller_to_the_officer_on_duty),
        cmocka_unit_test(a_caller_who_hangs_up_ends_the_ringing),
        cmocka_unit_test(when_the_officer_is_busy_the_caller_is_recorded),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
