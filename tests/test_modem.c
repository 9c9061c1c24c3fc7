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

#include "modem/emulator.h"
#include "modem/emulator_client.h"
#include "modem/hex.h"
#include "modem/modem.h"
#include "modem/pdu.h"
#include "tests/support.h"

/* An emulated modem, its control, and a modem handle that is not yet started. */
struct bench {
    void *mem;
    char *device;
    struct emulator *emulator;
    struct emulator_client *control;
    struct modem *modem;
};

static struct bench *set_bench(struct emulator_options options, struct modem_settings settings)
{
    void *mem = talloc_new(NULL);
    struct bench *bench = talloc_zero(mem, struct bench);

    bench->mem = mem;
    bench->device = talloc_asprintf(mem, "%s/modem", temporary_directory(mem));
    options.device = bench->device;
    bench->emulator = emulator_new(&options);
    assert_non_null(bench->emulator);
    if (!emulator_start(bench->emulator))
        fail_msg("%s", emulator_error(bench->emulator));
    bench->control = emulator_connect(mem, bench->device, 2000);
    assert_non_null(bench->control);
    settings.device = bench->device;
    bench->modem = modem_new(mem, &settings);
    assert_non_null(bench->modem);
    return bench;
}

static void clear_bench(struct bench *bench)
{
    talloc_free(bench->modem);
    talloc_free(bench->control);
    emulator_free(bench->emulator);
    talloc_free(bench->mem);
}

static void start(struct bench *bench)
{
    if (!modem_start(bench->modem))
        fail_msg("modem_start: %s", modem_error(bench->modem));
}

static void tell(struct bench *bench, const char *request)
{
    if (!emulator_request(bench->control, request))
        fail_msg("%s: %s", request, emulator_client_error(bench->control));
}

/* Lists until n slots are there or the time is over; forgets them when told to. */
static size_t take_all(struct bench *bench, size_t n, bool forgets)
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

static enum modem_sent send_text(struct bench *bench, const char *text, int *reference, int *code)
{
    struct pdu_message message = {
        .to = "+8613903570001", .text = text, .wants_report = true, .message_class = -1
    };
    struct pdu_part *parts;
    enum sms_alphabet alphabet;
    const char *error;
    size_t n;

    assert_true(pdu_encode(bench->mem, &message, &parts, &n, &alphabet, &error));
    assert_int_equal(n, 1);
    return modem_send(bench->modem, parts[0].octets, parts[0].length, reference, code);
}

static void a_started_modem_tells_who_it_is(void **state)
{
    struct bench *bench =
        set_bench((struct emulator_options){ .modem_slots = 20 }, (struct modem_settings){ 0 });
    const struct modem_state *now;

    (void)state;
    start(bench);
    now = modem_state(bench->modem);
    assert_string_equal(now->manufacturer, "Xiangyin");
    assert_string_equal(now->sim, "READY");
    assert_int_equal(now->registration, 1);
    assert_string_equal(now->operator_name, "CHINA MOBILE");
    assert_true(now->pushes);
    assert_true(strlen(now->imsi) > 10);
    clear_bench(bench);
}

static void a_text_is_read_once_and_forgotten(void **state)
{
    struct bench *bench = set_bench((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    struct modem_slot *slots;
    size_t n;

    (void)state;
    start(bench);
    assert_true(emulator_text(bench->control, "+8613903570001", "路灯坏了"));
    assert_true(modem_wait(bench->modem, 2000) & MODEM_MAIL);
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 1);
    assert_string_equal(slots[0].sms->text, "路灯坏了");
    assert_string_equal(slots[0].sms->address.digits, "+8613903570001");
    assert_true(modem_forget(bench->modem, &slots[0]));
    assert_true(modem_list(bench->modem, bench->mem, &slots, &n));
    assert_int_equal(n, 0);
    clear_bench(bench);
}

static void a_backlog_costs_one_list_and_a_delete_each(void **state)
{
    struct bench *bench = set_bench((struct emulator_options){ .slots = 50 }, (struct modem_settings){ 0 });
    unsigned long before;

    (void)state;
    start(bench);
    tell(bench, "{\"cmd\":\"flood\",\"n\":500,\"text\":\"{n} 村口的桥断了\",\"from\":\"+861390\"}");
    before = modem_commands(bench->modem);
    assert_int_equal(take_all(bench, 500, true), 500);
    print_message("# %.3f commands a message\n", (double)(modem_commands(bench->modem) - before) / 500);
    assert_true(modem_commands(bench->modem) - before <= 525);
    clear_bench(bench);
}

static void a_sent_text_gets_its_reference(void **state)
{
    struct bench *bench = set_bench((struct emulator_options){ 0 }, (struct modem_settings){ 0 });
    int first, second, code;

    (void)state;
    start(bench);
    assert_int_equal(send_text(bench, "收到", &first, &code), MODEM_SENT);
    assert_int_equal(send_text(bench, "收到了", &second, &code), MODEM_SENT);
    assert_int_equal(second, (first + 1) % 256);
    assert_int_equal(emulator_stat(bench->control, "sent"), 2);
    clear_bench(bench);
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
