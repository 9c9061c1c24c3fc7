/* Every way a cable, a modem or a network fails, and what must be true afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "tests/support/modem_bench.h"

/* Short enough for a fault to cost little, long enough for a loaded machine under a sanitizer. */
static const struct modem_settings brisk = { .command_timeout_ms = 600, .send_timeout_ms = 600 };

/*
 * For a modem that always answers LATE_MS after the command, which is past these time-outs. The driver then
 * waits three times as long, so a machine may keep both from running for twice LATE_MS.
 */
static const struct modem_settings hasty = { .command_timeout_ms = 250, .send_timeout_ms = 250 };
enum { LATE_MS = 300 };

enum { TEXTS_MOST = 1000 };

/* Texts numbered 1..n, and how often each was taken in and then forgotten. */
struct intake {
    unsigned taken[TEXTS_MOST + 1];
    unsigned invented; /* texts nobody wrote */
    unsigned unread;   /* slots handed on without a message */
    size_t distinct;
};

static void flood(struct modem_bench *bench, int n)
{
    modem_bench_tell(
        bench, "{\"cmd\":\"flood\",\"n\":%d,\"text\":\"{n} 号村民：村口的桥断了\",\"from\":\"+861390\"}", n);
}

static void take_text(struct intake *intake, const char *text, int n)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (number < 1 || number > n || strcmp(end, " 号村民：村口的桥断了") != 0)
        intake->invented++;
    else if (intake->taken[number]++ == 0)
        intake->distinct++;
}

/* Lists and forgets, starting again whenever the modem is lost, until all n texts were seen and none is left.
 */
static void take_all(struct modem_bench *bench, struct intake *intake, int n)
{
    for (int i = 0; i < 3000; i++) {
        void *turn = talloc_new(NULL);
        struct modem_slot *slots;
        size_t found;
        int wake = modem_wait(bench->modem, intake->distinct < (size_t)n ? 20 : 0);
        bool listed;

        if (wake & MODEM_LOST)
            modem_bench_restart(bench);
        listed = modem_list(bench->modem, turn, &slots, &found);
        for (size_t j = 0; j < found; j++) {
            if (slots[j].sms && slots[j].sms->type == SMS_STATUS_REPORT)
                ;
            else if (slots[j].sms)
                take_text(intake, slots[j].sms->text, n);
            else
                intake->unread++;
            modem_forget(bench->modem, &slots[j]);
        }
        talloc_free(turn);
        if (listed && found == 0 && intake->distinct + intake->invented >= (size_t)n)
            return;
    }
}

static void check_all_once(struct modem_bench *bench, int n)
{
    struct intake intake = { 0 };

    take_all(bench, &intake, n);
    assert_int_equal(intake.distinct, n);
    assert_int_equal(intake.invented, 0);
    assert_int_equal(intake.unread, 0);
}

/* ---- the port goes away ---- */

static void an_unplug_at_any_command_of_the_start_is_recovered_from(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .modem_slots = 10 }, brisk);
    unsigned long before;
    int commands;

    (void)state;
    modem_bench_start(bench);
    before = modem_commands(bench->modem);
    modem_bench_start(bench);
    commands = (int)(modem_commands(bench->modem) - before);
    assert_true(commands > 15);
    for (int i = 0; i < commands; i++) {
        modem_stop(bench->modem);
        modem_bench_tell(bench,
                         "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_commands\":%d,\"back_ms\":10}", i);
        assert_false(modem_start(bench->modem));
        modem_bench_restart(bench);
        assert_string_equal(modem_state(bench->modem)->sim, "READY");
    }
    modem_bench_clear(bench);
}

static void an_unplug_at_any_octet_of_a_send_never_sends_twice_nor_lies(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    int unknown = 0, refused = 0, sent = 0;

    (void)state;
    modem_bench_start(bench);
    for (int octet = 1; octet <= 80; octet++) {
        long before = emulator_stat(bench->control, "sent"), after;
        int reference, code;
        enum modem_sent outcome;

        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_read\":%d,\"back_ms\":1}",
                         octet);
        outcome = modem_bench_send(bench, "收到", &reference, &code);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
        after = emulator_stat(bench->control, "sent");
        assert_true(after - before <= 1);
        if (outcome == MODEM_REFUSED)
            assert_int_equal(after - before, 0);
        if (outcome == MODEM_SENT)
            assert_int_equal(after - before, 1);
        refused += outcome == MODEM_REFUSED;
        unknown += outcome == MODEM_UNKNOWN;
        sent += outcome == MODEM_SENT;
        modem_bench_restart(bench);
    }
    print_message("# %d refused, %d unknown, %d sent\n", refused, unknown, sent);
    assert_true(refused > 0);
    assert_true(sent > 0);
    modem_bench_clear(bench);
}

static void an_unplug_inside_the_answer_to_a_send_is_never_taken_for_a_refusal(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    (void)state;
    modem_bench_start(bench);
    for (int octet = 1; octet <= 24; octet++) {
        long before = emulator_stat(bench->control, "sent");
        int reference, code;
        enum modem_sent outcome;

        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_written\":%d,\"back_ms\":1}",
                         octet);
        outcome = modem_bench_send(bench, "收到", &reference, &code);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
        if (outcome == MODEM_REFUSED)
            assert_int_equal(emulator_stat(bench->control, "sent"), before);
        modem_bench_restart(bench);
    }
    modem_bench_clear(bench);
}

static void a_modem_that_vanishes_is_lost_and_comes_back(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    (void)state;
    modem_bench_start(bench);
    modem_wait(bench->modem, 0);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"back_ms\":50}");
    assert_true(modem_wait(bench->modem, 10000) & MODEM_LOST);
    flood(bench, 3);
    modem_bench_restart(bench);
    check_all_once(bench, 3);
    modem_bench_clear(bench);
}

static void an_unplug_while_taking_in_loses_nothing(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    struct intake intake = { 0 };

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(
        bench, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_commands\":40,\"back_ms\":5,\"repeat\":5}");
    flood(bench, 200);
    take_all(bench, &intake, 200);
    assert_int_equal(intake.distinct, 200);
    assert_int_equal(intake.invented, 0);
    modem_bench_clear(bench);
}

/* ---- octets are changed ---- */

static void garble(struct modem_bench *bench, const char *direction)
{
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"garble\",\"fraction\":0.001,\"direction\":\"%s\"}",
                     direction);
}

static void damage_on_the_way_loses_nothing(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .seed = 7 }, brisk);
    struct intake intake = { 0 };

    (void)state;
    modem_bench_start(bench);
    garble(bench, "out");
    flood(bench, 400);
    take_all(bench, &intake, 400);
    print_message("# %zu of 400 as written, %u altered, %u unreadable\n", intake.distinct, intake.invented,
                  intake.unread);
    /* What the format does not show comes through altered: never more than that, never fewer in all. */
    assert_true(intake.distinct + intake.invented >= 400);
    assert_int_equal(intake.unread, 0);
    modem_bench_clear(bench);
}

static void with_verify_nothing_is_invented(void **state)
{
    struct modem_settings settings = brisk;
    struct modem_bench *bench;
    struct intake intake = { 0 };

    (void)state;
    settings.verify = true;
    bench = modem_bench_set((struct emulator_options){ .seed = 8 }, settings);
    modem_bench_start(bench);
    garble(bench, "out");
    flood(bench, 400);
    take_all(bench, &intake, 400);
    assert_int_equal(intake.distinct, 400);
    assert_int_equal(intake.invented, 0);
    assert_int_equal(intake.unread, 0);
    modem_bench_clear(bench);
}

static void what_is_stored_beside_damage_is_never_deleted_unread(void **state)
{
    struct modem_settings settings = brisk;
    struct modem_bench *bench;
    struct intake intake = { 0 };

    (void)state;
    settings.verify = true;
    bench = modem_bench_set((struct emulator_options){ .seed = 9, .slots = 20 }, settings);
    modem_bench_start(bench);
    modem_bench_tell(bench,
                     "{\"cmd\":\"fault\",\"kind\":\"garble\",\"fraction\":0.003,\"direction\":\"out\"}");
    flood(bench, 150);
    take_all(bench, &intake, 150);
    assert_int_equal(intake.distinct, 150);
    assert_int_equal(intake.invented, 0);
    modem_bench_clear(bench);
}

/* Each report that comes must be one that was sent: whom it is about, and what became of it. */
static void check_report(const struct modem_slot *slot)
{
    assert_non_null(slot->sms);
    assert_int_equal(slot->sms->type, SMS_STATUS_REPORT);
    assert_string_equal(slot->sms->address.digits, "+8613903570001");
    assert_int_equal(slot->sms->status, 0);
}

static void with_verify_no_report_is_invented(void **state)
{
    struct modem_settings settings = brisk;
    struct modem_bench *bench;
    size_t reports = 0, n;
    int reference, code;

    (void)state;
    settings.verify = true;
    bench = modem_bench_set((struct emulator_options){ .seed = 10 }, settings);
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"garble\",\"fraction\":0.002}");
    for (int i = 0; i < 120; i++) {
        void *turn = talloc_new(NULL);
        struct modem_slot *slots;

        modem_bench_send(bench, "收到", &reference, &code);
        if (modem_wait(bench->modem, 0) & MODEM_LOST)
            modem_bench_restart(bench);
        modem_list(bench->modem, turn, &slots, &n);
        for (size_t j = 0; j < n; j++) {
            check_report(&slots[j]);
            modem_forget(bench->modem, &slots[j]);
        }
        reports += n;
        talloc_free(turn);
    }
    print_message("# %zu reports\n", reports);
    assert_true(reports > 60);
    modem_bench_clear(bench);
}

/* ---- the modem does not answer, or late ---- */

static void a_stall_is_waited_out(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ .command_timeout_ms = 250 });
    struct intake intake = { 0 };

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench,
                     "{\"cmd\":\"fault\",\"kind\":\"stall\",\"ms\":400,\"after_commands\":30,\"repeat\":1}");
    flood(bench, 80);
    take_all(bench, &intake, 80);
    assert_int_equal(intake.distinct, 80);
    assert_int_equal(intake.invented, 0);
    modem_bench_clear(bench);
}

static void answers_late_for_ever_still_find_their_commands(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, hasty);
    int sent = 0, unknown = 0, late = 0, reference, code;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"late\",\"ms\":%d}", LATE_MS);
    flood(bench, 4);
    check_all_once(bench, 4);
    for (int i = 0; i < 4; i++) {
        enum modem_sent outcome = modem_bench_send(bench, "收到", &reference, &code);

        sent += outcome == MODEM_SENT;
        unknown += outcome == MODEM_UNKNOWN;
        assert_int_not_equal(outcome, MODEM_REFUSED);
    }
    while (modem_take_late(bench->modem, &reference, &code))
        late++;
    assert_int_equal(sent + unknown, 4);
    assert_true(sent >= 3);
    assert_int_equal(emulator_stat(bench->control, "sent"), 4);
    modem_bench_clear(bench);
}

static void a_modem_late_from_the_start_comes_up(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, hasty);

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"late\",\"ms\":%d}", LATE_MS);
    modem_bench_restart(bench);
    flood(bench, 3);
    check_all_once(bench, 3);
    modem_bench_clear(bench);
}

static void a_send_without_answer_is_unknown_and_receiving_goes_on(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    int reference, code;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1}");
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_UNKNOWN);
    assert_int_equal(emulator_stat(bench->control, "sent"), 1);
    flood(bench, 5);
    check_all_once(bench, 5);
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_SENT);
    assert_int_equal(emulator_stat(bench->control, "sent"), 2);
    modem_bench_clear(bench);
}

static void an_answer_to_a_send_given_up_still_settles_it(void **state)
{
    static const char *const variants[] = { "false", "true" };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
        int first, second, late, code;

        modem_bench_start(bench);
        modem_bench_tell(
            bench, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1,\"late_ms\":1000,\"blocks\":%s}",
            variants[i]);
        assert_int_equal(modem_bench_send(bench, "一", &first, &code), MODEM_UNKNOWN);
        flood(bench, 5);
        check_all_once(bench, 5);
        for (int j = 0; j < 100 && !modem_take_late(bench->modem, &late, &code); j++)
            modem_wait(bench->modem, 100);
        assert_int_equal(code, 0);
        assert_int_equal(modem_bench_send(bench, "二", &second, &code), MODEM_SENT);
        assert_int_equal(second, (late + 1) % 256);
        assert_false(modem_take_late(bench->modem, &late, &code));
        assert_int_equal(emulator_stat(bench->control, "sent"), 2);
        modem_bench_clear(bench);
    }
}

static void a_late_answer_inside_the_next_send_is_not_taken_for_its_own(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ .send_ms = 700 },
                        (struct modem_settings){ .command_timeout_ms = 600, .send_timeout_ms = 1500 });
    int first, second, late = -1, code;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1,\"late_ms\":1200}");
    assert_int_equal(modem_bench_send(bench, "一", &first, &code), MODEM_UNKNOWN);
    assert_int_equal(modem_bench_send(bench, "二", &second, &code), MODEM_SENT);
    for (int j = 0; j < 20 && !modem_take_late(bench->modem, &late, &code); j++)
        modem_wait(bench->modem, 100);
    assert_int_not_equal(late, -1);
    assert_int_equal(second, (late + 1) % 256);
    modem_bench_clear(bench);
}

/* Waits for what becomes of the oldest send given up; 0 when nothing comes. */
static int late_code(struct modem_bench *bench)
{
    int late, code = 0;

    for (int i = 0; i < 100 && !modem_take_late(bench->modem, &late, &code); i++)
        modem_wait(bench->modem, 100);
    return code;
}

static void swallow(struct modem_bench *bench, int count, int late_ms, const char *more)
{
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":%d,\"late_ms\":%d%s}",
                     count, late_ms, more);
}

static void a_refusal_of_a_send_given_up_is_told_when_it_comes(void **state)
{
    (void)state;
    for (int blocks = 0; blocks < 2; blocks++) {
        struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
        int reference, code;

        modem_bench_start(bench);
        swallow(bench, 1, 1000, blocks ? ",\"code\":38,\"blocks\":true" : ",\"code\":38");
        assert_int_equal(modem_bench_send(bench, "一", &reference, &code), MODEM_UNKNOWN);
        if (blocks) {
            flood(bench, 5);
            check_all_once(bench, 5);
        }
        assert_int_equal(late_code(bench), 38);
        assert_int_equal(modem_bench_send(bench, "二", &reference, &code), MODEM_SENT);
        assert_false(modem_take_late(bench->modem, &reference, &code));
        assert_int_equal(emulator_stat(bench->control, "sent"), 1);
        modem_bench_clear(bench);
    }
}

/* The probes after it time out one by one, and are all answered behind the refusal. */
static void a_refusal_that_comes_after_many_a_probe_is_still_known(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ 0 },
                        (struct modem_settings){ .command_timeout_ms = 200, .send_timeout_ms = 200 });
    int reference, code;

    (void)state;
    modem_bench_start(bench);
    swallow(bench, 1, 900, ",\"code\":42,\"blocks\":true");
    assert_int_equal(modem_bench_send(bench, "一", &reference, &code), MODEM_UNKNOWN);
    while (!modem_check(bench->modem))
        ;
    assert_int_equal(late_code(bench), 42);
    assert_int_equal(modem_bench_send(bench, "二", &reference, &code), MODEM_SENT);
    modem_bench_clear(bench);
}

static void a_late_refusal_inside_the_next_send_is_not_taken_for_its_own(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ .send_ms = 700 },
                        (struct modem_settings){ .command_timeout_ms = 600, .send_timeout_ms = 1500 });
    int first, second, code;

    (void)state;
    modem_bench_start(bench);
    swallow(bench, 1, 1200, ",\"code\":38");
    assert_int_equal(modem_bench_send(bench, "一", &first, &code), MODEM_UNKNOWN);
    assert_int_equal(modem_bench_send(bench, "二", &second, &code), MODEM_SENT);
    assert_int_equal(late_code(bench), 38);
    assert_int_equal(emulator_stat(bench->control, "sent"), 1);
    modem_bench_clear(bench);
}

static void a_refusal_that_may_be_of_either_settles_neither(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ 0 },
                        (struct modem_settings){ .command_timeout_ms = 300, .send_timeout_ms = 600 });
    int reference, code;

    (void)state;
    modem_bench_start(bench);
    swallow(bench, 1, 0, "");
    assert_int_equal(modem_bench_send(bench, "一", &reference, &code), MODEM_UNKNOWN);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"code\":38}");
    assert_int_equal(modem_bench_send(bench, "二", &reference, &code), MODEM_UNKNOWN);
    assert_true(modem_take_late(bench->modem, &reference, &code));
    assert_true(code < 0);
    assert_int_equal(modem_bench_send(bench, "三", &reference, &code), MODEM_SENT);
    assert_false(modem_take_late(bench->modem, &reference, &code));
    modem_bench_clear(bench);
}

/* ---- the modem says no, or starts anew ---- */

static void a_restart_in_the_middle_of_anything_loses_nothing(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .modem_slots = 10 }, brisk);

    (void)state;
    for (int i = 0; i < 25; i++) {
        modem_bench_restart(bench);
        flood(bench, 4);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"after_commands\":%d}", i % 8);
        check_all_once(bench, 4);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    }
    modem_bench_clear(bench);
}

static void a_restart_during_the_start_only_costs_another_start(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    (void)state;
    for (int i = 0; i < 25; i++) {
        modem_stop(bench->modem);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"after_commands\":%d}", i);
        modem_bench_restart(bench);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    }
    flood(bench, 2);
    check_all_once(bench, 2);
    modem_bench_clear(bench);
}

/* However long an answer may take: what says that it restarted will not answer, and is set up again at once.
 */
static void a_restart_during_the_start_is_not_waited_out(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .boot_ms = 20 },
                                                (struct modem_settings){ .command_timeout_ms = 60000 });
    time_t started = time(NULL);

    (void)state;
    for (int i = 1; i < 24; i += 3) {
        modem_stop(bench->modem);
        modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"after_commands\":%d,\"says\":\"%s\"}",
                         i, i % 2 ? "RDY" : "^SYSSTART");
        modem_bench_start(bench);
    }
    assert_true(time(NULL) - started < 55);
    flood(bench, 2);
    check_all_once(bench, 2);
    modem_bench_clear(bench);
}

static void every_third_command_failing_loses_nothing(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    int reference, code, sent = 0, tries = 0;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"error\",\"every\":3,\"code\":500}");
    flood(bench, 60);
    check_all_once(bench, 60);
    for (; sent < 10 && tries < 40; tries++) {
        enum modem_sent outcome = modem_bench_send(bench, "收到", &reference, &code);

        assert_int_not_equal(outcome, MODEM_UNKNOWN);
        sent += outcome == MODEM_SENT;
    }
    assert_int_equal(emulator_stat(bench->control, "sent"), sent);
    modem_bench_clear(bench);
}

static void a_refusal_tells_its_code(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    int reference, code;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"code\":38}");
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_REFUSED);
    assert_int_equal(code, 38);
    assert_non_null(strstr(modem_error(bench->modem), "+CMS ERROR: 38 (network out of order)"));
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_SENT);
    modem_bench_clear(bench);
}

/* ---- announcements ---- */

static void a_burst_of_announcements_costs_one_list(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    void *mem = talloc_new(NULL);
    struct modem_slot *slots;
    unsigned long before;
    size_t n;

    (void)state;
    modem_bench_start(bench);
    modem_wait(bench->modem, 0);
    assert_true(modem_list(bench->modem, mem, &slots, &n));
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"burst\",\"n\":500}");
    before = modem_commands(bench->modem);
    while (modem_wait(bench->modem, 300) & MODEM_MAIL)
        assert_true(modem_list(bench->modem, mem, &slots, &n));
    print_message("# %lu commands\n", modem_commands(bench->modem) - before);
    assert_true(modem_commands(bench->modem) - before <= 2);
    talloc_free(mem);
    modem_bench_clear(bench);
}

static void an_announcement_said_twice_brings_one_message(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    struct intake intake = { 0 };

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"duplicate\"}");
    flood(bench, 30);
    take_all(bench, &intake, 30);
    for (int i = 1; i <= 30; i++)
        assert_int_equal(intake.taken[i], 1);
    modem_bench_clear(bench);
}

static void a_full_storage_is_drained(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .slots = 5 }, brisk);

    (void)state;
    modem_bench_start(bench);
    flood(bench, 40);
    check_all_once(bench, 40);
    modem_bench_clear(bench);
}

static void a_modem_that_announces_nothing_is_known_as_such(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"no_cnmi\"}");
    modem_bench_start(bench);
    assert_false(modem_state(bench->modem)->pushes);
    flood(bench, 4);
    check_all_once(bench, 4);
    modem_bench_clear(bench);
}

static void echo_that_cannot_be_turned_off_does_no_harm(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);
    int reference, code;

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"echo\"}");
    modem_bench_start(bench);
    flood(bench, 20);
    check_all_once(bench, 20);
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_SENT);
    assert_true(reference >= 0);
    assert_true(modem_check(bench->modem));
    modem_bench_clear(bench);
}

/* It says nothing of it, and no longer announces what comes: its echo gives it away. */
static void a_restart_that_nobody_saw_is_known_by_the_next_list(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ .boot_ms = 20 }, brisk);
    struct modem_slot *slots;
    size_t n;

    (void)state;
    modem_bench_start(bench);
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"says\":\"\"}");
    poll(NULL, 0, 300);
    while (modem_list(bench->modem, bench->mem, &slots, &n) && !modem_is_lost(bench->modem))
        assert_true(emulator_stat(bench->control, "commands") < 100);
    assert_true(modem_is_lost(bench->modem));
    modem_bench_restart(bench);
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    modem_bench_clear(bench);
}

/* ---- the SIM ---- */

static void a_wrong_pin_is_entered_once_and_never_again(void **state)
{
    struct modem_settings settings = brisk;
    struct modem_bench *bench;

    (void)state;
    settings.pin = "9999";
    bench = modem_bench_set((struct emulator_options){ .pin = "1234" }, settings);
    for (int i = 0; i < 6; i++)
        assert_false(modem_start(bench->modem));
    assert_string_equal(modem_state(bench->modem)->sim, "SIM PIN");
    assert_non_null(strstr(modem_error(bench->modem), "not tried again"));
    modem_bench_clear(bench);
}

static void the_right_pin_opens_the_sim_after_each_power_cycle(void **state)
{
    struct modem_settings settings = brisk;
    struct modem_bench *bench;

    (void)state;
    settings.pin = "1234";
    bench = modem_bench_set((struct emulator_options){ .pin = "1234" }, settings);
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"back_ms\":10}");
    assert_true(modem_wait(bench->modem, 10000) & MODEM_LOST);
    modem_bench_restart(bench);
    assert_string_equal(modem_state(bench->modem)->sim, "READY");
    modem_bench_clear(bench);
}

static void a_sim_that_wants_its_puk_is_left_alone(void **state)
{
    struct modem_settings settings = brisk;
    struct modem_bench *bench;

    (void)state;
    settings.pin = "1234";
    bench = modem_bench_set((struct emulator_options){ .pin = "1234" }, settings);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"SIM PUK\"}");
    assert_false(modem_start(bench->modem));
    assert_non_null(strstr(modem_error(bench->modem), "PUK"));
    assert_string_equal(modem_state(bench->modem)->sim, "SIM PUK");
    modem_bench_clear(bench);
}

static void a_missing_sim_is_named(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"\"}");
    assert_false(modem_start(bench->modem));
    assert_non_null(strstr(modem_error(bench->modem), "no SIM"));
    modem_bench_clear(bench);
}

static void a_busy_sim_is_waited_for(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"SIM BUSY\"}");
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"READY\",\"after_ms\":700}");
    modem_bench_start(bench);
    modem_bench_clear(bench);
}

/* ---- stopping ---- */

static void *hurry_soon(void *modem)
{
    poll(NULL, 0, 300);
    modem_hurry(modem);
    return NULL;
}

static void a_stop_ends_a_long_wait_for_an_answer(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    pthread_t thread;
    int reference, code;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1}");
    pthread_create(&thread, NULL, hurry_soon, bench->modem);
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_UNKNOWN);
    pthread_join(thread, NULL);
    assert_int_equal(modem_bench_send(bench, "再来", &reference, &code), MODEM_REFUSED);
    assert_false(modem_start(bench->modem));
    assert_int_equal(emulator_stat(bench->control, "sent"), 1);
    modem_bench_clear(bench);
}

static void a_stop_before_the_pdu_leaves_no_prompt_open(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    pthread_t thread;
    int reference, code;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"late\",\"ms\":1200}");
    pthread_create(&thread, NULL, hurry_soon, bench->modem);
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_REFUSED);
    pthread_join(thread, NULL);
    modem_stop(bench->modem);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    talloc_free(bench->modem);
    bench->modem = modem_new(bench->mem, &(struct modem_settings){ .device = bench->device });
    modem_bench_start(bench);
    assert_int_equal(emulator_stat(bench->control, "sent"), 0);
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_SENT);
    modem_bench_clear(bench);
}

static void a_kick_from_another_thread_ends_the_wait(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, brisk);

    (void)state;
    modem_bench_start(bench);
    modem_wait(bench->modem, 0);
    modem_kick(bench->modem);
    assert_true(modem_wait(bench->modem, -1) & MODEM_KICKED);
    assert_int_equal(modem_wait(bench->modem, 0), 0);
    modem_bench_clear(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unplug_at_any_command_of_the_start_is_recovered_from),
        cmocka_unit_test(an_unplug_at_any_octet_of_a_send_never_sends_twice_nor_lies),
        cmocka_unit_test(an_unplug_inside_the_answer_to_a_send_is_never_taken_for_a_refusal),
        cmocka_unit_test(a_modem_that_vanishes_is_lost_and_comes_back),
        cmocka_unit_test(an_unplug_while_taking_in_loses_nothing),
        cmocka_unit_test(damage_on_the_way_loses_nothing),
        cmocka_unit_test(with_verify_nothing_is_invented),
        cmocka_unit_test(what_is_stored_beside_damage_is_never_deleted_unread),
        cmocka_unit_test(with_verify_no_report_is_invented),
        cmocka_unit_test(a_stall_is_waited_out),
        cmocka_unit_test(answers_late_for_ever_still_find_their_commands),
        cmocka_unit_test(a_modem_late_from_the_start_comes_up),
        cmocka_unit_test(a_send_without_answer_is_unknown_and_receiving_goes_on),
        cmocka_unit_test(an_answer_to_a_send_given_up_still_settles_it),
        cmocka_unit_test(a_late_answer_inside_the_next_send_is_not_taken_for_its_own),
        cmocka_unit_test(a_refusal_of_a_send_given_up_is_told_when_it_comes),
        cmocka_unit_test(a_refusal_that_comes_after_many_a_probe_is_still_known),
        cmocka_unit_test(a_late_refusal_inside_the_next_send_is_not_taken_for_its_own),
        cmocka_unit_test(a_refusal_that_may_be_of_either_settles_neither),
        cmocka_unit_test(a_restart_in_the_middle_of_anything_loses_nothing),
        cmocka_unit_test(a_restart_during_the_start_only_costs_another_start),
        cmocka_unit_test(a_restart_during_the_start_is_not_waited_out),
        cmocka_unit_test(every_third_command_failing_loses_nothing),
        cmocka_unit_test(a_refusal_tells_its_code),
        cmocka_unit_test(a_burst_of_announcements_costs_one_list),
        cmocka_unit_test(an_announcement_said_twice_brings_one_message),
        cmocka_unit_test(a_full_storage_is_drained),
        cmocka_unit_test(a_modem_that_announces_nothing_is_known_as_such),
        cmocka_unit_test(echo_that_cannot_be_turned_off_does_no_harm),
        cmocka_unit_test(a_restart_that_nobody_saw_is_known_by_the_next_list),
        cmocka_unit_test(a_wrong_pin_is_entered_once_and_never_again),
        cmocka_unit_test(the_right_pin_opens_the_sim_after_each_power_cycle),
        cmocka_unit_test(a_sim_that_wants_its_puk_is_left_alone),
        cmocka_unit_test(a_missing_sim_is_named),
        cmocka_unit_test(a_busy_sim_is_waited_for),
        cmocka_unit_test(a_stop_ends_a_long_wait_for_an_answer),
        cmocka_unit_test(a_stop_before_the_pdu_leaves_no_prompt_open),
        cmocka_unit_test(a_kick_from_another_thread_ends_the_wait),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
