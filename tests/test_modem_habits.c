/* Modems that other programs left in a state of their own, or that read a line in their own way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/modem_bench.h"

/* Long enough for the greetings, short enough where an answer never comes. */
static const struct modem_settings brisk = { .command_timeout_ms = 1500, .send_timeout_ms = 1500 };

static void habit(struct modem_bench *bench, const char *kind)
{
    modem_bench_tell(bench, "{\"cmd\":\"fault\",%s}", kind);
}

/* Not yet started; no reports come of what is sent. */
static struct modem_bench *set_bench(const char *kind)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    modem_bench_tell(bench, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    habit(bench, kind);
    return bench;
}

/* One text in, kept and deleted, and one out. */
static void check_works(struct modem_bench *bench)
{
    struct modem_slot *slots;
    size_t n;
    int reference, code;

    modem_bench_tell(bench, "{\"cmd\":\"text\",\"from\":\"+8613903570009\",\"text\":\"桥断了\"}");
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 1);
    assert_string_equal(slots[0].sms->text, "桥断了");
    assert_true(modem_forget(bench->modem, &slots[0]));
    if (modem_bench_send(bench, "收到", &reference, &code) != MODEM_SENT)
        fail_msg("modem_send: %s", modem_error(bench->modem));
    assert_true(reference >= 0);
}

static void a_modem_left_with_numbers_for_results_or_none_is_told_to_use_words(void **state)
{
    static const char *const habits[] = { "\"kind\":\"terse\"", "\"kind\":\"quiet\"" };

    (void)state;
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        struct modem_bench *bench = set_bench(habits[i]);

        modem_bench_start(bench);
        check_works(bench);
        habit(bench, "\"kind\":\"boot\"");
        modem_bench_restart(bench);
        check_works(bench);
        modem_bench_clear(bench);
    }
}

static void a_modem_for_which_escape_begins_a_line_still_hears_the_command_behind_it(void **state)
{
    static const char *const habits[] = { "\"kind\":\"strict\"", "\"kind\":\"strict\",\"error\":true" };

    (void)state;
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
        struct modem_bench *bench = set_bench(habits[i]);

        modem_bench_start(bench);
        check_works(bench);
        /* an answer that never comes leaves a debt, and ESC stands before the probe that settles it */
        habit(bench, "\"kind\":\"swallow_send\"");
        modem_bench_send(bench, "第二条", &(int){ 0 }, &(int){ 0 });
        check_works(bench);
        modem_bench_clear(bench);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_modem_left_with_numbers_for_results_or_none_is_told_to_use_words),
        cmocka_unit_test(a_modem_for_which_escape_begins_a_line_still_hears_the_command_behind_it),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
