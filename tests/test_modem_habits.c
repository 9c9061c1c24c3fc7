/* Modems that other programs left in a state of their own, or that read a line in their own way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/modem_bench.h"

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

static void a_modem_with_numbers_for_results_or_none_is_told_to_use_words_or_understood(void **state)
{
    static const char *const habits[] = { "\"kind\":\"terse\"", "\"kind\":\"quiet\"",
                                          "\"kind\":\"terse\",\"stuck\":true" };

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

static void a_pdu_that_lost_octets_on_its_way_is_handed_over_again(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .seed = 7 }, brisk);
    long sent = 0;

    (void)state;
    modem_bench_start(bench);
    habit(bench, "\"kind\":\"lose\",\"fraction\":0.004,\"direction\":\"in\"");
    for (int i = 0; i < 30; i++) {
        long before = emulator_stat(bench->control, "sent"), after;
        int reference, code;
        enum modem_sent outcome = modem_bench_send(bench, "请速来村口看看", &reference, &code);

        after = emulator_stat(bench->control, "sent");
        sent += outcome == MODEM_SENT;
        if (outcome != MODEM_UNKNOWN)
            assert_int_equal(after - before, outcome == MODEM_SENT);
    }
    habit(bench, "\"kind\":\"none\"");
    print_message("# %ld of 30 sent\n", sent);
    assert_true(sent >= 15);
    modem_bench_clear(bench);
}

static void a_modem_that_finds_a_pdu_invalid_is_given_it_again(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    int reference, code;

    (void)state;
    modem_bench_start(bench);
    habit(bench, "\"kind\":\"refuse_send\",\"count\":3,\"code\":304");
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_SENT);
    habit(bench, "\"kind\":\"refuse_send\",\"count\":0,\"code\":304");
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_REFUSED);
    assert_int_equal(code, 304);
    assert_int_equal(emulator_stat(bench->control, "sent"), 1);
    modem_bench_clear(bench);
}

static void a_storage_that_has_two_names_loses_nothing_that_comes_into_a_slot_just_freed(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ .slots = 4, .modem_slots = 4 }, brisk);
    struct modem_slot *slots;
    bool taken[21] = { false };
    size_t n;

    (void)state;
    habit(bench, "\"kind\":\"one_storage\"");
    modem_bench_tell(bench, "{\"cmd\":\"flood\",\"n\":20,\"text\":\"{n} 号\",\"from\":\"+861390\"}");
    modem_bench_start(bench);
    do {
        assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
        for (size_t i = 0; i < n; i++) {
            long number = strtol(slots[i].sms->text, NULL, 10);

            assert_in_range(number, 1, 20);
            taken[number] = true;
            assert_true(modem_forget(bench->modem, &slots[i]));
        }
    } while (n > 0);
    for (int i = 1; i <= 20; i++)
        assert_true(taken[i]);
    modem_bench_clear(bench);
}

/* Without a bound on the wait this test never ends. */
static void a_modem_that_never_falls_silent_does_not_hold_up_a_command_that_lost_its_end(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    struct modem_slot *slots;
    size_t n;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"text\",\"from\":\"+8613903570009\",\"text\":\"桥断了\"}");
    habit(bench, "\"kind\":\"chatter\",\"every_ms\":50");
    habit(bench, "\"kind\":\"mute\",\"after_commands\":0");
    modem_list(bench->modem, bench->mem, &slots, &n);
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 1);
    assert_true(modem_forget(bench->modem, &slots[0]));
    modem_bench_clear(bench);
}

/* ---- storages ---- */

static struct modem_bench *two_storages(void)
{
    return modem_bench_set((struct emulator_options){ .slots = 4, .modem_slots = 4 }, brisk);
}

static void text_into(struct modem_bench *bench, const char *storage, const char *text)
{
    modem_bench_tell(bench,
                     "{\"cmd\":\"text\",\"from\":\"+8613903570009\",\"text\":\"%s\",\"storage\":\"%s\"}",
                     text, storage);
}

/* Lists until the text comes, and deletes it; false when it does not within ten seconds. */
static bool take_text(struct modem_bench *bench, const char *text)
{
    for (int i = 0; i < 100; i++) {
        struct modem_slot *slots;
        size_t n;

        modem_list(bench->modem, bench->mem, &slots, &n);
        for (size_t j = 0; j < n; j++)
            if (slots[j].sms && strcmp(slots[j].sms->text, text) == 0)
                return modem_forget(bench->modem, &slots[j]);
        modem_wait(bench->modem, 100);
    }
    return false;
}

static void however_many_names_a_modem_wants_both_storages_are_read(void **state)
{
    (void)state;
    for (int names = 0; names <= 3; names++) {
        struct modem_bench *bench = two_storages();

        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"names\",\"count\":%d}", names);
        modem_bench_start(bench);
        text_into(bench, "SM", "一");
        assert_true(take_text(bench, "一"));
        text_into(bench, "ME", "二");
        assert_true(take_text(bench, "二"));
        text_into(bench, "SM", "三");
        assert_true(take_text(bench, "三"));
        modem_bench_clear(bench);
    }
}

/* A SIM that is late refuses to say which storages there are; "SMS Ready" may come later, or never. */
static void a_storage_that_a_late_sim_did_not_name_is_read_once_it_does(void **state)
{
    static const int codes[] = { 0, 302, 310, 500 };

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct modem_bench *bench = two_storages();
        struct modem_slot *slots;
        size_t n;

        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"refuse\",\"command\":\"+CPMS\",\"code\":%d}",
                         codes[i]);
        text_into(bench, "ME", "一");
        modem_bench_start(bench);
        modem_list(bench->modem, bench->mem, &slots, &n);
        assert_int_equal(n, 0);
        habit(bench, "\"kind\":\"refuse\",\"off\":true");
        assert_true(take_text(bench, "一"));
        modem_bench_clear(bench);
    }
}

static void a_storage_that_refuses_its_list_hides_no_other(void **state)
{
    static const int codes[] = { 0, 302, 320, 500 };

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct modem_bench *bench = two_storages();
        struct modem_slot *slots;
        size_t n;

        modem_bench_start(bench);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"refuse\",\"command\":\"+CMGL\",\"code\":%d}",
                         codes[i]);
        /* nothing in either: the error means an empty list */
        assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
        assert_int_equal(n, 0);
        modem_wait(bench->modem, 0);
        text_into(bench, "ME", "二");
        assert_true(modem_wait(bench->modem, 10000) & MODEM_MAIL);
        assert_false(modem_list(bench->modem, bench->mem, &slots, &n));
        assert_non_null(strstr(modem_error(bench->modem), "AT+CMGL=4"));
        habit(bench, "\"kind\":\"refuse\",\"off\":true");
        modem_wait(bench->modem, 0);
        /* nothing else announces it */
        assert_true(modem_wait(bench->modem, 20000) & MODEM_MAIL);
        assert_true(take_text(bench, "二"));
        assert_int_equal(modem_wait(bench->modem, 6000) & MODEM_MAIL, 0);
        modem_bench_clear(bench);
    }
}

/* ---- a slot that cannot be deleted ---- */

static void a_slot_that_cannot_be_deleted_is_listed_twice_and_then_left_alone(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .slots = 8 }, brisk);
    struct modem_slot *slots;
    unsigned shown = 0;
    size_t n;

    (void)state;
    modem_bench_start(bench);
    habit(bench, "\"kind\":\"keep\"");
    text_into(bench, "SM", "一");
    assert_true(modem_wait(bench->modem, 10000) & MODEM_MAIL);
    for (int i = 0; i < 6; i++) {
        assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
        for (size_t j = 0; j < n; j++)
            assert_true(modem_forget(bench->modem, &slots[j]));
        shown += (unsigned)n;
    }
    assert_int_equal(shown, 2);
    assert_int_equal(modem_state(bench->modem)->stuck, 1);
    assert_int_equal(modem_state(bench->modem)->unread, 0);
    habit(bench, "\"kind\":\"keep\",\"off\":true");
    text_into(bench, "SM", "二");
    assert_true(take_text(bench, "二"));
    modem_bench_clear(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_modem_with_numbers_for_results_or_none_is_told_to_use_words_or_understood),
        cmocka_unit_test(a_modem_for_which_escape_begins_a_line_still_hears_the_command_behind_it),
        cmocka_unit_test(a_pdu_that_lost_octets_on_its_way_is_handed_over_again),
        cmocka_unit_test(a_modem_that_finds_a_pdu_invalid_is_given_it_again),
        cmocka_unit_test(a_modem_that_never_falls_silent_does_not_hold_up_a_command_that_lost_its_end),
        cmocka_unit_test(a_storage_that_has_two_names_loses_nothing_that_comes_into_a_slot_just_freed),
        cmocka_unit_test(however_many_names_a_modem_wants_both_storages_are_read),
        cmocka_unit_test(a_storage_that_a_late_sim_did_not_name_is_read_once_it_does),
        cmocka_unit_test(a_storage_that_refuses_its_list_hides_no_other),
        cmocka_unit_test(a_slot_that_cannot_be_deleted_is_listed_twice_and_then_left_alone),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
