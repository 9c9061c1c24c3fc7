/*
 * Calls on modems that fail in the reported ways, all at once and in real time: each ends in a kept recording
 * or a clean hang-up, and the line goes on.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

#include "tests/call/call_bench.h"
#include "tests/support/modem_caller.h"

#define FROM "+8613834500001"
#define CASES "SELECT count(*) FROM cases WHERE reporter = '" FROM "'"
#define MISSED "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '" FROM "'"
#define ALERTS(words) "SELECT count(*) FROM notices WHERE text LIKE '%" words "%'"

/* Key 1, the voice, # and 1; or the caller hangs up while speaking. */
#define WHOLE \
    ",\"says_after_ms\":3000,\"keys\":[[1000,\"1\"],[9000,\"#\"],[11000,\"1\"]],\"hang_up_ms\":18000"
#define HANGS_UP ",\"says_after_ms\":3000,\"keys\":[[1000,\"1\"]],\"hang_up_ms\":9000"

enum {
    BIG_FRAMES,
    SPLITS,
    DOUBLE_KEYS,
    SILENT_END,
    DEAD_UPLINK,
    DEAD_DOWNLINK,
    UNPLUGGED,
    REFUSED,
    SIM7600,
    HUAWEI,
    NO_AUDIO,
    SCENARIOS
};

static const struct scenario {
    const char *maker, *model, *fault, *more;
} scenarios[SCENARIOS] = {
    [BIG_FRAMES] = { "Quectel", "EC25", "\"octets\":640", WHOLE },
    [SPLITS] = { "Quectel", "EC20F", "\"split\":true", WHOLE },
    [DOUBLE_KEYS] = { "Quectel", "EG25", "\"double_keys\":true", WHOLE },
    [SILENT_END] = { "Quectel", "EC25", "\"silent_end\":true", HANGS_UP },
    [DEAD_UPLINK] = { "Quectel", "EC25", "\"dead_uplink\":true", HANGS_UP },
    [DEAD_DOWNLINK] = { "Quectel", "EC25", "\"dead_downlink\":true", "" },
    [UNPLUGGED] = { "Quectel", "EC25", "", HANGS_UP },
    [REFUSED] = { "SIMCOM INCORPORATED", "SIMCOM_SIM7600CE", "\"refuse\":-1", WHOLE },
    [SIM7600] = { "SIMCOM INCORPORATED", "SIMCOM_SIM7600CE", "", WHOLE },
    [HUAWEI] = { "huawei", "E173", "", WHOLE },
    [NO_AUDIO] = { "Quectel", "EC200U", "", "" },
};

static struct modem_caller *callers[SCENARIOS];

static int begin(void **state)
{
    (void)state;
    for (int i = 0; i < SCENARIOS; i++)
        callers[i] = modem_caller_begin(scenarios[i].maker, scenarios[i].model);
    for (int i = 0; i < SCENARIOS; i++) {
        if (*scenarios[i].fault)
            gateway_tell(callers[i]->gateway, "{\"cmd\":\"fault\",\"kind\":\"sound\",%s}",
                         scenarios[i].fault);
        modem_caller_call(callers[i], FROM, scenarios[i].more);
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < SCENARIOS; i++)
        modem_caller_end(callers[i]);
    return 0;
}

/* The whole of a call was kept and filed, once. */
static void is_whole(struct modem_caller *caller)
{
    size_t n, at;

    assert_true(gateway_wait(caller->gateway, CASES, 1, PATIENCE_MS));
    const int16_t *recorded = modem_caller_recording(caller, &n);
    double same = call_bench_correlation(recorded, n, caller->voice, 4 * 8000, &at);

    print_message("correlation %.4f of %zu ms\n", same, n / 8);
    assert_true(same >= 0.99);
    assert_true(n < 8 * 8000);
}

/* What was said before the end is kept. */
static void is_kept(struct modem_caller *caller)
{
    size_t n, at;

    assert_true(gateway_wait(caller->gateway, CASES, 1, PATIENCE_MS));
    const int16_t *recorded = modem_caller_recording(caller, &n);

    assert_true(call_bench_correlation(recorded, n, caller->voice, 2 * 8000, &at) >= 0.99);
}

/* A text from a number that nobody has had so far becomes a case. */
static void does_texts(struct modem_caller *caller, int number)
{
    gateway_tell(caller->gateway,
                 "{\"cmd\":\"text\",\"from\":\"+861383450%04d\",\"text\":\"东陈村的水停了三天\"}", number);
    assert_true(gateway_wait(
        caller->gateway,
        talloc_asprintf(caller, "SELECT count(*) FROM cases WHERE reporter = '+861383450%04d'", number), 1,
        PATIENCE_MS));
}

/* Another call is answered: the line does not hang. */
static void answers_again(struct modem_caller *caller, long cases)
{
    gateway_tell(caller->gateway, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    modem_caller_call(caller, FROM, HANGS_UP);
    assert_true(gateway_wait(caller->gateway, "SELECT count(*) FROM recordings", cases, PATIENCE_MS));
    modem_caller_wait(caller);
}

static void frames_of_640_octets_are_heard_whole(void **state)
{
    (void)state;
    is_whole(callers[BIG_FRAMES]);
}

static void samples_cut_in_two_are_put_together(void **state)
{
    (void)state;
    is_whole(callers[SPLITS]);
}

/* The # said twice would have sent it, and the question whether to send it would have been cut off. */
static void a_key_said_twice_is_one(void **state)
{
    struct modem_caller *caller = callers[DOUBLE_KEYS];
    size_t n, prompt_n, at;

    (void)state;
    is_whole(caller);
    const int16_t *heard = modem_caller_samples(caller, caller->hears, &n);
    const int16_t *prompt = call_bench_prompt(talloc_zero(caller, struct call_bench), "review", &prompt_n);

    assert_true(call_bench_correlation(heard, n, prompt, 8000, &at) >= 0.99);
}

static void a_call_whose_end_is_not_said_ends_and_the_next_is_answered(void **state)
{
    (void)state;
    is_kept(callers[SILENT_END]);
    answers_again(callers[SILENT_END], 2);
}

static void who_hears_nothing_is_recorded_all_the_same(void **state)
{
    (void)state;
    is_kept(callers[DEAD_UPLINK]);
}

static void a_call_without_sound_is_hung_up_and_missed(void **state)
{
    (void)state;
    modem_caller_wait(callers[DEAD_DOWNLINK]);
    assert_true(gateway_wait(callers[DEAD_DOWNLINK]->gateway, MISSED, 1, PATIENCE_MS));
    assert_int_equal(gateway_count(callers[DEAD_DOWNLINK]->gateway, CASES), 0);
    does_texts(callers[DEAD_DOWNLINK], 9);
}

static void sound_refused_means_no_call_and_a_restart_after_it(void **state)
{
    struct modem_caller *caller = callers[REFUSED];

    (void)state;
    assert_true(gateway_wait(caller->gateway, MISSED, 1, PATIENCE_MS));
    assert_int_equal(gateway_count(caller->gateway, CASES), 0);
    assert_true(gateway_wait_stat(caller->gateway, "resets", 1, PATIENCE_MS));
    does_texts(caller, 9);
    answers_again(caller, 1);
}

static void a_sim7600_is_recorded(void **state)
{
    (void)state;
    is_whole(callers[SIM7600]);
    assert_int_equal(emulator_stat(callers[SIM7600]->gateway->client, "resets"), 0);
}

/* Its keys come in the sound alone. */
static void a_huawei_stick_is_recorded(void **state)
{
    (void)state;
    is_whole(callers[HUAWEI]);
}

/* It has no way for the sound: who calls is texted, or called back by another line. */
static void a_modem_without_audio_lets_it_ring_and_the_caller_is_texted(void **state)
{
    struct modem_caller *caller = callers[NO_AUDIO];

    (void)state;
    assert_true(gateway_wait(caller->gateway, MISSED, 1, PATIENCE_MS));
    assert_true(gateway_wait(caller->gateway,
                             "SELECT count(*) FROM notices WHERE recipient = '" FROM "' AND line <> 'voice'",
                             1, PATIENCE_MS));
    assert_true(gateway_wait(caller->gateway, ALERTS("接不了电话"), 1, PATIENCE_MS));
}

/* Its cable goes three times while a caller speaks; each time what was said is kept, and texts come again. */
static void a_modem_that_vanishes_in_three_calls_is_named(void **state)
{
    struct modem_caller *caller = callers[UNPLUGGED];

    (void)state;
    is_kept(caller);
    for (int i = 0; i < 3; i++) {
        modem_caller_call(caller, FROM, ",\"says_after_ms\":2500,\"keys\":[[1000,\"1\"]]");
        sleep_ms(7000);
        gateway_tell(caller->gateway, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"back_ms\":300}");
        assert_true(gateway_wait(caller->gateway, "SELECT count(*) FROM recordings", 2 + i, PATIENCE_MS));
        does_texts(caller, 10 + i);
    }
    assert_true(gateway_wait(caller->gateway, ALERTS("供电"), 1, PATIENCE_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_640_octets_are_heard_whole),
        cmocka_unit_test(samples_cut_in_two_are_put_together),
        cmocka_unit_test(a_key_said_twice_is_one),
        cmocka_unit_test(a_call_whose_end_is_not_said_ends_and_the_next_is_answered),
        cmocka_unit_test(who_hears_nothing_is_recorded_all_the_same),
        cmocka_unit_test(a_call_without_sound_is_hung_up_and_missed),
        cmocka_unit_test(sound_refused_means_no_call_and_a_restart_after_it),
        cmocka_unit_test(a_sim7600_is_recorded),
        cmocka_unit_test(a_huawei_stick_is_recorded),
        cmocka_unit_test(a_modem_without_audio_lets_it_ring_and_the_caller_is_texted),
        cmocka_unit_test(a_modem_that_vanishes_in_three_calls_is_named),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
