/* The modem handle against the emulated modem: start, list, forget, send, and every way a modem fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "tests/support/modem_bench.h"

/* Lists until n slots are there or the time is over; forgets them when told to. */
static size_t take_all(struct modem_bench *bench, size_t n, bool forgets)
{
    size_t taken = 0;

    for (int i = 0; i < 200 && taken < n; i++) {
        void *turn = talloc_new(NULL);
        struct modem_slot *slots;
        size_t found;

        modem_wait(bench->modem, 50);
        modem_list(bench->modem, turn, &slots, &found);
        for (size_t j = 0; j < found; j++) {
            assert_non_null(slots[j].sms);
            if (forgets)
                assert_true(modem_forget(bench->modem, &slots[j]));
        }
        taken += found;
        talloc_free(turn);
    }
    return taken;
}

static void a_started_modem_tells_who_it_is(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ .modem_slots = 20 }, (struct modem_settings){ 0 });
    const struct modem_state *now;

    (void)state;
    modem_bench_start(bench);
    now = modem_state(bench->modem);
    assert_string_equal(now->manufacturer, "Xiangyin");
    assert_string_equal(now->sim, "READY");
    assert_int_equal(now->registration, 1);
    assert_string_equal(now->operator_name, "CHINA MOBILE");
    assert_true(now->pushes);
    assert_true(strlen(now->imsi) > 10);
    modem_bench_clear(bench);
}

static void a_text_is_read_once_and_forgotten(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    struct modem_slot *slots;
    size_t n;

    (void)state;
    modem_bench_start(bench);
    assert_true(emulator_text(bench->control, "+8613903570001", "路灯坏了"));
    assert_true(modem_wait(bench->modem, 2000) & MODEM_MAIL);
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 1);
    assert_string_equal(slots[0].sms->text, "路灯坏了");
    assert_string_equal(slots[0].sms->address.digits, "+8613903570001");
    assert_true(modem_forget(bench->modem, &slots[0]));
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 0);
    modem_bench_clear(bench);
}

static void a_backlog_costs_one_list_and_a_delete_each(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ .slots = 50 }, (struct modem_settings){ 0 });
    unsigned long before;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench,
                     "{\"cmd\":\"flood\",\"n\":500,\"text\":\"{n} 村口的桥断了\",\"from\":\"+861390\"}");
    before = modem_commands(bench->modem);
    assert_int_equal(take_all(bench, 500, true), 500);
    print_message("# %.3f commands a message\n", (double)(modem_commands(bench->modem) - before) / 500);
    assert_true(modem_commands(bench->modem) - before <= 525);
    modem_bench_clear(bench);
}

static void a_sent_text_gets_its_reference(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    int first, second, code;

    (void)state;
    modem_bench_start(bench);
    assert_int_equal(modem_bench_send(bench, "收到", &first, &code), MODEM_SENT);
    assert_int_equal(modem_bench_send(bench, "收到了", &second, &code), MODEM_SENT);
    assert_int_equal(second, (first + 1) % 256);
    assert_int_equal(emulator_stat(bench->control, "sent"), 2);
    modem_bench_clear(bench);
}

static void one_call_is_one_notice_however_often_it_rings(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    struct modem_call call;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"call\",\"from\":\"+8613903570009\",\"rings\":4,\"interval_ms\":20}");
    while (!(modem_wait(bench->modem, 10000) & MODEM_CALL))
        ;
    assert_true(modem_take_call(bench->modem, &call));
    assert_string_equal(call.number, "+8613903570009");
    assert_true(call.at > 1700000000);
    assert_false(modem_take_call(bench->modem, &call));
    modem_bench_clear(bench);
}

static void a_withheld_number_is_a_call_too(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    struct modem_call call;

    (void)state;
    modem_bench_start(bench);
    modem_bench_tell(bench, "{\"cmd\":\"call\",\"from\":\"\",\"rings\":2,\"interval_ms\":20}");
    while (!(modem_wait(bench->modem, 10000) & MODEM_CALL))
        ;
    assert_true(modem_take_call(bench->modem, &call));
    assert_string_equal(call.number, "");
    modem_bench_clear(bench);
}

static void a_balance_comes_in_plain_text_and_in_ucs2(void **state)
{
    static const struct {
        const char *answer;
        int dcs;
    } answers[] = { { "Balance 12.50", 15 }, { "余额12.50元", 72 } };
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });

    (void)state;
    modem_bench_start(bench);
    for (size_t i = 0; i < 2; i++) {
        char *answer;

        modem_bench_tell(bench, "{\"cmd\":\"ussd\",\"answer\":\"%s\",\"dcs\":%d}", answers[i].answer,
                         answers[i].dcs);
        answer = modem_ussd(bench->modem, bench->mem, "*100#", 10000);
        if (!answer)
            fail_msg("%s", modem_error(bench->modem));
        assert_string_equal(answer, answers[i].answer);
    }
    assert_null(modem_ussd(bench->modem, bench->mem, "*100#\rAT+CMGD=1,4", 100));
    modem_bench_clear(bench);
}

static void both_storages_are_drained(void **state)
{
    struct modem_bench *bench =
        modem_bench_set((struct emulator_options){ .modem_slots = 10 }, (struct modem_settings){ 0 });

    (void)state;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 2; j++)
            modem_bench_tell(
                bench, "{\"cmd\":\"text\",\"from\":\"+8613903570001\",\"text\":\"%d\",\"storage\":\"%s\"}", i,
                j ? "ME" : "SM");
    modem_bench_start(bench);
    assert_int_equal(take_all(bench, 6, true), 6);
    modem_bench_tell(bench,
                     "{\"cmd\":\"text\",\"from\":\"+8613903570001\",\"text\":\"later\",\"storage\":\"ME\"}");
    assert_int_equal(take_all(bench, 1, true), 1);
    modem_bench_clear(bench);
}

static void what_was_stored_to_be_sent_is_left_alone(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    struct modem_slot *slots;
    size_t n;

    (void)state;
    modem_bench_tell(bench,
                     "{\"cmd\":\"store\",\"pdu\":\"0011000B817044763185F60000AD044D76F80C\",\"stat\":3}");
    modem_bench_tell(bench,
                     "{\"cmd\":\"store\",\"pdu\":\"0011000B817044763185F60000AD044D76F80C\",\"stat\":2}");
    modem_bench_start(bench);
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 0);
    modem_bench_clear(bench);
}

static void a_pdu_nobody_can_read_is_handed_on_as_it_is(void **state)
{
    static const char pdu[] = "07913366003051F5FF0B913366304381F90000518071";
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    struct modem_slot *slots;
    size_t n;

    (void)state;
    modem_bench_tell(bench, "{\"cmd\":\"store\",\"pdu\":\"%s\",\"stat\":0}", pdu);
    modem_bench_start(bench);
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 1);
    assert_null(slots[0].sms);
    assert_string_equal(slots[0].pdu, pdu);
    assert_non_null(slots[0].why);
    assert_true(modem_forget(bench->modem, &slots[0]));
    modem_bench_clear(bench);
}

static void a_status_report_comes_with_the_reference_of_its_text(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    struct modem_slot *slots;
    int reference, code;
    size_t n = 0;

    (void)state;
    modem_bench_start(bench);
    assert_int_equal(modem_bench_send(bench, "收到", &reference, &code), MODEM_SENT);
    for (int i = 0; i < 100 && n == 0; i++) {
        modem_wait(bench->modem, 100);
        assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    }
    assert_int_equal(n, 1);
    assert_int_equal(slots[0].sms->type, SMS_STATUS_REPORT);
    assert_int_equal(slots[0].sms->mr, reference);
    assert_true(modem_forget(bench->modem, &slots[0]));
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 0);
    modem_bench_clear(bench);
}

static void losing_the_network_is_news_once(void **state)
{
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });

    (void)state;
    modem_bench_start(bench);
    modem_wait(bench->modem, 0);
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"registration\",\"stat\":2}");
    assert_true(modem_wait(bench->modem, 10000) & MODEM_STATE);
    assert_int_equal(modem_state(bench->modem)->registration, 2);
    assert_true(modem_check(bench->modem));
    assert_false(modem_wait(bench->modem, 0) & MODEM_LOST);
    modem_bench_clear(bench);
}

/* Whether the modem's owner hears of a signal of this strength. */
static bool is_news(struct modem_bench *bench, int rssi)
{
    modem_bench_tell(bench, "{\"cmd\":\"fault\",\"kind\":\"signal\",\"rssi\":%d}", rssi);
    assert_true(modem_check(bench->modem));
    assert_int_equal(modem_state(bench->modem)->signal, rssi);
    return modem_wait(bench->modem, 0) & MODEM_STATE;
}

static void a_signal_is_news_when_it_changes_in_four_steps(void **state)
{
    static const int edges[] = { 4, 5, 9, 10, 31, 99 };
    static const bool are_news[] = { true, true, false, true, false, true };
    struct modem_bench *bench = modem_bench_set((struct emulator_options){ 0 }, (struct modem_settings){ 0 });

    (void)state;
    modem_bench_start(bench);
    modem_wait(bench->modem, 0);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        if (is_news(bench, edges[i]) != are_news[i])
            fail_msg("%d", edges[i]);
    modem_bench_clear(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signal_is_news_when_it_changes_in_four_steps),
        cmocka_unit_test(a_started_modem_tells_who_it_is),
        cmocka_unit_test(a_text_is_read_once_and_forgotten),
        cmocka_unit_test(a_backlog_costs_one_list_and_a_delete_each),
        cmocka_unit_test(a_sent_text_gets_its_reference),
        cmocka_unit_test(one_call_is_one_notice_however_often_it_rings),
        cmocka_unit_test(a_withheld_number_is_a_call_too),
        cmocka_unit_test(a_balance_comes_in_plain_text_and_in_ucs2),
        cmocka_unit_test(both_storages_are_drained),
        cmocka_unit_test(what_was_stored_to_be_sent_is_left_alone),
        cmocka_unit_test(a_pdu_nobody_can_read_is_handed_on_as_it_is),
        cmocka_unit_test(a_status_report_comes_with_the_reference_of_its_text),
        cmocka_unit_test(losing_the_network_is_news_once),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
