/* Whether callers reach a modem, and how its calls begin and end, on emulated modems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "modem/quirk.h"
#include "tests/support/modem_bench.h"
#include "tests/support/program.h"

static const struct modem_settings answering = { .answers = true };

/* A modem of this maker and model that is up. */
static struct modem_bench *modem_of(const char *maker, const char *model)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, answering);

    modem_bench_tell(bench, "{\"cmd\":\"voice\",\"maker\":\"%s\",\"model\":\"%s\"}", maker, model);
    modem_bench_start(bench);
    return bench;
}

static void whether_callers_reach_it_follows_from_the_network(void **state)
{
    static const struct {
        const char *fault, *word;
    } networks[] = {
        { "\"stat\":1", "CS" },
        { "\"stat\":5", "CS" },
        { "\"stat\":2", "unknown" },
        { "\"stat\":1,\"lte_only\":true,\"ims\":1", "VoLTE" },
        { "\"stat\":1,\"lte_only\":true,\"ims\":0", "none" },
        { "\"stat\":1,\"lte_only\":true", "unknown" },
    };
    struct modem_bench *bench = modem_of("Quectel", "EC25");

    (void)state;
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"registration\",%s}", networks[i].fault);
        assert_string_equal(modem_voice_word(modem_voice(bench->modem)), networks[i].word);
    }
    modem_bench_clear(bench);
}

static void models_differ_in_their_sound(void **state)
{
    static const struct {
        const char *maker, *model;
        int sound; /* 0: none */
        bool is_experimental;
    } models[] = {
        { "Quectel", "EC20F", QUIRK_CARD, false },
        { "Quectel", "EC25", QUIRK_CARD, false },
        { "Quectel", "EG25", QUIRK_CARD, false },
        { "Quectel", "EC200U", 0, false },
        { "SIMCOM INCORPORATED", "SIMCOM_SIM7600CE", QUIRK_PORT, true },
        { "SIMCOM_Ltd", "SIMCOM_SIM800C", 0, false },
        { "huawei", "E173", QUIRK_PORT, false },
        { "ZTE", "MF667", 0, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        const struct quirk_voice *voice = quirk_find(models[i].maker, models[i].model)->voice;

        assert_int_equal(voice ? (int)voice->sound : 0, models[i].sound);
        if (voice)
            assert_int_equal(voice->is_experimental, models[i].is_experimental);
    }
}

/* A maker with no row of its own, or none that is known, gets no command beyond the standard. */
static void an_unknown_modem_is_spoken_to_by_the_standard_alone(void **state)
{
    static const char *const makers[][2] = { { "", "" }, { "Nobody", "X1" }, { "WAVECOM", "EC25" } };

    (void)state;
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        const struct quirk *quirk = quirk_find(makers[i][0], makers[i][1]);

        assert_null(quirk->start);
        assert_null(quirk->reports_in);
        assert_null(quirk->clock);
        assert_null(quirk->voice);
        assert_false(quirk->has_heartbeat);
    }
    assert_string_equal(quirk_find("Cinterion", "BGS2")->start, "AT^SSET=1");
}

/* Waits for this bit. */
static void wait_for(struct modem_bench *bench, int bit)
{
    for (int i = 0; i < 100; i++)
        if (modem_wait(bench->modem, 100) & bit)
            return;
    fail_msg("the modem never says %d", bit);
}

static void a_call_is_answered_keys_are_heard_and_its_end_is_noticed(void **state)
{
    struct modem_bench *bench = modem_of("Quectel", "EC25");
    struct modem_call call;

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"call\",\"from\":\"+8613834500001\",\"keys\":[[60,\"7\"],[200,\"#\"]],"
                            "\"hang_up_ms\":500}");
    wait_for(bench, MODEM_RING);
    assert_true(modem_prepare(bench->modem, &call));
    assert_string_equal(call.number, "+8613834500001");
    assert_true(modem_answer(bench->modem));
    wait_for(bench, MODEM_KEY);
    assert_int_equal(modem_take_key(bench->modem), '7');
    wait_for(bench, MODEM_KEY);
    assert_int_equal(modem_take_key(bench->modem), '#');
    assert_int_equal(modem_take_key(bench->modem), 0);
    wait_for(bench, MODEM_HUNG_UP);
    assert_false(modem_take_call(bench->modem, &call)); /* it was not missed */
    modem_bench_clear(bench);
}

static void an_end_that_is_not_said_is_found_by_asking(void **state)
{
    struct modem_bench *bench = modem_of("Quectel", "EC25");
    struct modem_call call;

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"sound\",\"silent_end\":true}");
    modem_bench_tell(bench, "{\"cmd\":\"call\",\"from\":\"\",\"hang_up_ms\":300}");
    wait_for(bench, MODEM_RING);
    assert_true(modem_prepare(bench->modem, &call));
    assert_string_equal(call.number, "");
    assert_true(modem_answer(bench->modem));
    modem_check_call(bench->modem);
    assert_int_equal(modem_wait(bench->modem, 0) & MODEM_HUNG_UP, 0);
    for (int i = 0; emulator_stat(bench->control, "calls") > 0 && i < 200; i++)
        modem_wait(bench->modem, 10);
    modem_check_call(bench->modem);
    assert_true(modem_wait(bench->modem, 0) & MODEM_HUNG_UP);
    modem_bench_clear(bench);
}

static void a_caller_who_hangs_up_first_is_missed(void **state)
{
    struct modem_bench *bench = modem_of("huawei", "E173");
    struct modem_call call;

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"call\",\"from\":\"+8613834500001\",\"rings\":1,\"interval_ms\":50}");
    wait_for(bench, MODEM_RING);
    wait_for(bench, MODEM_CALL);
    assert_false(modem_prepare(bench->modem, &call));
    assert_true(modem_take_call(bench->modem, &call));
    assert_string_equal(call.number, "+8613834500001");
    modem_bench_clear(bench);
}

static void sound_that_is_refused_hangs_up_and_flags_the_modem(void **state)
{
    struct modem_bench *bench = modem_of("SIMCOM INCORPORATED", "SIMCOM_SIM7600CE");
    struct modem_call call;

    (void)state;
    assert_false(modem_cure(bench->modem));
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"sound\",\"refuse\":-1}");
    modem_bench_tell(bench, "{\"cmd\":\"call\",\"from\":\"+8613834500001\"}");
    wait_for(bench, MODEM_RING);
    assert_true(modem_prepare(bench->modem, &call));
    assert_false(modem_answer(bench->modem));
    assert_int_equal(emulator_stat(bench->control, "calls"), 0);
    assert_true(modem_is_flagged(bench->modem));
    assert_true(modem_take_call(bench->modem, &call)); /* to be called back */
    assert_true(modem_cure(bench->modem));
    assert_true(modem_is_lost(bench->modem));
    modem_bench_restart(bench);
    assert_false(modem_is_flagged(bench->modem));
    modem_bench_clear(bench);
}

/* Taken at the second try, the call goes on, and the modem is restarted when it is over. */
static void sound_refused_once_is_heard_and_remembered(void **state)
{
    struct modem_bench *bench = modem_of("SIMCOM INCORPORATED", "SIMCOM_SIM7600CE");
    struct modem_call call;

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"sound\",\"refuse\":1}");
    modem_bench_tell(bench, "{\"cmd\":\"call\",\"from\":\"+8613834500001\"}");
    wait_for(bench, MODEM_RING);
    assert_true(modem_prepare(bench->modem, &call));
    assert_true(modem_answer(bench->modem));
    assert_true(modem_is_flagged(bench->modem));
    assert_false(modem_cure(bench->modem)); /* not during the call */
    modem_hang_up(bench->modem);
    assert_true(modem_cure(bench->modem));
    modem_bench_clear(bench);
}

static void probe_says_whether_callers_are_heard(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, answering);

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"voice\",\"maker\":\"SIMCOM\",\"model\":\"SIM7600CE\"}");
    struct outcome outcome = RUN(bench->mem, NULL, NULL, "modem", "probe", bench->device);

    assert_non_null(strstr(outcome.out, "voice          CS\n"));
    assert_non_null(strstr(outcome.out, "sound          USB interface 4, not found; experimental\n"));
    modem_bench_tell(bench,
                     "{\"cmd\":\"fault\",\"kind\":\"registration\",\"stat\":1,\"lte_only\":true,\"ims\":0}");
    outcome = RUN(bench->mem, NULL, NULL, "modem", "probe", bench->device);
    assert_non_null(strstr(outcome.out, "voice          none\n"));
    assert_non_null(strstr(outcome.out, "! callers hear that it is switched off"));
    assert_int_equal(outcome.status, 0); /* texts work */
    modem_bench_clear(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whether_callers_reach_it_follows_from_the_network),
        cmocka_unit_test(models_differ_in_their_sound),
        cmocka_unit_test(an_unknown_modem_is_spoken_to_by_the_standard_alone),
        cmocka_unit_test(a_call_is_answered_keys_are_heard_and_its_end_is_noticed),
        cmocka_unit_test(an_end_that_is_not_said_is_found_by_asking),
        cmocka_unit_test(a_caller_who_hangs_up_first_is_missed),
        cmocka_unit_test(sound_that_is_refused_hangs_up_and_flags_the_modem),
        cmocka_unit_test(sound_refused_once_is_heard_and_remembered),
        cmocka_unit_test(probe_says_whether_callers_are_heard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
