/* xiangyin modem on an emulated modem: what a person sees who has to mend one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <talloc.h>

#include "tests/support/modem_bench.h"
#include "tests/support/program.h"

static const struct modem_settings usual;

static bool has(const char *text, const char *words)
{
    return strstr(text, words) != NULL;
}

static void a_modem_that_is_well_is_said_to_be_ready(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, usual);
    struct outcome outcome = RUN(bench->mem, NULL, NULL, "modem", "probe", bench->device);

    (void)state;
    assert_int_equal(outcome.status, 0);
    assert_true(has(outcome.out, "SIM            READY\n"));
    assert_true(has(outcome.out, "registration   home\n"));
    assert_true(has(outcome.out, "operator       CHINA MOBILE\n"));
    assert_true(has(outcome.out, "signal         23 of 31 (-67 dBm)\n"));
    assert_true(has(outcome.out, "storage        0 of 50 used\n"));
    assert_true(has(outcome.out, "announces      yes\n"));
    assert_true(has(outcome.out, "AT+CSCA?: +CSCA: \"+8613800357500\",145\n"));
    assert_true(has(outcome.out, "This modem is ready to receive and to send.\n"));
    modem_bench_clear(bench);
}

static void what_ails_a_modem_is_said_in_words(void **state)
{
    static const struct {
        const char *fault, *words;
    } ails[] = {
        { "{\"cmd\":\"fault\",\"kind\":\"registration\",\"stat\":3}", "! the network refuses this SIM" },
        { "{\"cmd\":\"fault\",\"kind\":\"registration\",\"stat\":2}", "! not registered with a network" },
        { "{\"cmd\":\"fault\",\"kind\":\"signal\",\"rssi\":3}", "! hardly any signal" },
        { "{\"cmd\":\"fault\",\"kind\":\"full\"}", "! its storage is full" },
        { "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"SIM PUK\"}",
          "! the SIM is locked and asks for its PUK" },
        { "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"SIM PIN\"}", "! the SIM asks for its PIN" },
        { "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"\"}", "! no SIM in the modem" },
        { "{\"cmd\":\"fault\",\"kind\":\"no_cnmi\"}", "announces      no: it is polled" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof ails / sizeof *ails; i++) {
        struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, usual);
        struct outcome outcome;

        modem_bench_tell(bench, "%s", ails[i].fault);
        outcome = RUN(bench->mem, NULL, NULL, "modem", "probe", bench->device);
        if (!has(outcome.out, ails[i].words))
            fail_msg("%s\n%s", ails[i].fault, outcome.out);
        assert_int_equal(outcome.status, *ails[i].words == '!');
        modem_bench_clear(bench);
    }
}

static void a_port_that_is_not_there_or_in_use_is_named(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, usual);
    struct outcome outcome = RUN(bench->mem, NULL, NULL, "modem", "probe", "/dev/no-such-port");

    (void)state;
    assert_int_equal(outcome.status, 1);
    assert_true(has(outcome.out, "! /dev/no-such-port: No such file or directory\n"));
    modem_bench_start(bench);
    outcome = RUN(bench->mem, NULL, NULL, "modem", "probe", bench->device);
    assert_int_equal(outcome.status, 1);
    assert_true(has(outcome.out, "in use"));
    modem_bench_clear(bench);
}

static void one_command_is_answered_as_the_modem_says_it(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, usual);
    struct outcome outcome = RUN(bench->mem, NULL, NULL, "modem", "at", bench->device, "AT+CSQ");

    (void)state;
    assert_int_equal(outcome.status, 0);
    assert_string_equal(outcome.out, "+CSQ: 23,99\nOK\n");
    outcome = RUN(bench->mem, NULL, NULL, "modem", "at", bench->device, "AT+NOPE");
    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.out, "AT+NOPE: ERROR\n");
    assert_int_equal(RUN(bench->mem, NULL, NULL, "modem", "at", bench->device).status, 2);
    assert_int_equal(RUN(bench->mem, NULL, NULL, "modem", "nothing").status, 2);
    modem_bench_clear(bench);
}

static void a_balance_is_asked_and_shown_as_text(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, usual);
    struct outcome outcome;

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"ussd\",\"answer\":\"您的话费余额为3.50元。\",\"dcs\":72}");
    outcome = RUN(bench->mem, NULL, NULL, "modem", "ussd", bench->device, "*100#");
    assert_int_equal(outcome.status, 0);
    assert_string_equal(outcome.out, "您的话费余额为3.50元。\n");
    outcome = RUN(bench->mem, NULL, NULL, "modem", "ussd", bench->device, "13900000000;");
    assert_int_equal(outcome.status, 1);
    modem_bench_clear(bench);
}

static void the_ports_are_listed_with_what_to_write(void **state)
{
    void *mem = talloc_new(NULL);
    struct outcome outcome = RUN(mem, NULL, NULL, "modem", "list");

    (void)state;
    assert_int_equal(outcome.status, 0);
    assert_true(*outcome.out == '\0' || has(outcome.out, "device = \""));
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_modem_that_is_well_is_said_to_be_ready),
        cmocka_unit_test(what_ails_a_modem_is_said_in_words),
        cmocka_unit_test(a_port_that_is_not_there_or_in_use_is_named),
        cmocka_unit_test(one_command_is_answered_as_the_modem_says_it),
        cmocka_unit_test(a_balance_is_asked_and_shown_as_text),
        cmocka_unit_test(the_ports_are_listed_with_what_to_write),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
