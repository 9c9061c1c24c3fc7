/* A call on a modem whose sound works, by Quectel's commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

#include "tests/call/call_bench.h"
#include "tests/support/modem_caller.h"

#define CASES(number) "SELECT count(*) FROM cases WHERE reporter = '" number "'"

/* 1 ends the greeting; the voice begins behind the tone; # ends the recording, 1 sends it. Texts come
 * meanwhile. */
static void who_calls_the_village_is_recorded_and_hears_the_number(void **state)
{
    struct modem_caller *caller = modem_caller_begin("Quectel", "EC25");
    struct gateway_process *gateway = caller->gateway;
    size_t n, at, prompt_n;

    (void)state;
    modem_caller_call(caller, "+8613834500001",
                      ",\"says_after_ms\":3000,\"keys\":[[1000,\"1\"],[9000,\"#\"],[11000,\"1\"]],"
                      "\"hang_up_ms\":24000");
    sleep_ms(5000);
    gateway_tell(gateway, "{\"cmd\":\"text\",\"from\":\"+8613834500009\",\"text\":\"东陈村的水停了三天\"}");
    assert_true(gateway_wait(gateway, CASES("+8613834500009"), 1, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "calls"),
                     1); /* the text did not wait for the call's end */
    assert_true(gateway_wait(gateway, CASES("+8613834500001"), 1, PATIENCE_MS));
    modem_caller_wait(caller);

    const int16_t *recorded = modem_caller_recording(caller, &n);
    double same = call_bench_correlation(recorded, n, caller->voice, 5 * 8000, &at);

    print_message("recording: correlation %.4f, %zu samples before it, %zu in all\n", same, at, n);
    assert_true(same >= 0.99);
    assert_true(n > 5 * 8000 && n < 8 * 8000); /* # was one key, and a 1 sent it */

    const int16_t *prompt = call_bench_prompt(talloc_zero(caller, struct call_bench), "received", &prompt_n);
    const int16_t *heard = modem_caller_samples(caller, caller->hears, &n);

    same = call_bench_correlation(heard, n, prompt, prompt_n, &at);
    print_message("prompt: correlation %.4f\n", same);
    assert_true(same >= 0.99);
    gateway_tell(gateway, "{\"cmd\":\"text\",\"from\":\"+8613834500008\",\"text\":\"东陈村的路坏了\"}");
    assert_true(gateway_wait(gateway, CASES("+8613834500008"), 1, PATIENCE_MS));
    modem_caller_end(caller);
}

/* 13900000016 has chosen English. */
static void a_caller_hears_the_language_of_their_record(void **state)
{
    struct modem_caller *caller = modem_caller_begin("Quectel", "EC25");
    size_t n, at, prompt_n;

    (void)state;
    modem_caller_call(caller, "+8613900000016", ",\"hang_up_ms\":6000");
    assert_true(gateway_wait(caller->gateway,
                             "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+8613900000016'",
                             1, PATIENCE_MS));
    modem_caller_wait(caller);
    const int16_t *prompt =
        call_bench_prompt(talloc_zero(caller, struct call_bench), "../en/greeting", &prompt_n);
    const int16_t *heard = modem_caller_samples(caller, caller->hears, &n);

    assert_true(call_bench_correlation(heard, n, prompt, 3 * 8000, &at) >= 0.99);
    modem_caller_end(caller);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_calls_the_village_is_recorded_and_hears_the_number),
        cmocka_unit_test(a_caller_hears_the_language_of_their_record),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
