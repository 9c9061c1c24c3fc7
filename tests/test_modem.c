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

#include "tests/modem_bench.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_started_modem_tells_who_it_is),
        cmocka_unit_test(a_text_is_read_once_and_forgotten),
        cmocka_unit_test(a_backlog_costs_one_list_and_a_delete_each),
        cmocka_unit_test(a_sent_text_gets_its_reference),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
