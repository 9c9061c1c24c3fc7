/*
 * A modem line under everything that goes wrong with modems. Whatever happens: a text is forgotten only after
 * it was read, none is read twice as two, and what was sent agrees with what the caller was told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "modem/emulator.h"
#include "modem/emulator_client.h"
#include "modem/modem.h"
#include "modem/pdu.h"
#include "tests/support.h"

enum { MOST = 400, TRIES = 400, OCTETS_OF_A_SEND = 64 };

struct line {
    struct emulator *emulator;
    struct emulator_client *network;
    struct modem *modem;
    const char *directory;
    int read[MOST + 1], forgotten[MOST + 1]; /* how often text number i was */
};

static struct line *begin(struct emulator_options options, struct modem_settings settings)
{
    struct line *line = talloc_zero(NULL, struct line);
    char *device;

    line->directory = temporary_directory(line);
    device = talloc_asprintf(line, "%s/modem", line->directory);
    options.device = settings.device = device;
    line->emulator = emulator_new(&options);
    if (!emulator_start(line->emulator))
        fail_msg("%s", emulator_error(line->emulator));
    line->network = emulator_connect(line, device, 5000);
    line->modem = modem_new(line, &settings);
    assert_non_null(line->network);
    assert_non_null(line->modem);
    return line;
}

static void end(struct line *line)
{
    modem_stop(line->modem);
    emulator_free(line->emulator);
    talloc_free(line);
}

static void request(struct line *line, const char *format, ...)
{
    va_list arguments;
    char *words;

    va_start(arguments, format);
    words = talloc_vasprintf(line, format, arguments);
    va_end(arguments);
    if (!emulator_request(line->network, words))
        fail_msg("%s: %s", words, emulator_client_error(line->network));
    talloc_free(words);
}

/* Until the modem is up; how many starts it took, 0 when it never came up. */
static int start(struct line *line)
{
    for (int i = 1; i <= TRIES; i++) {
        if (modem_start(line->modem))
            return i;
        poll(NULL, 0, 2);
    }
    fail_msg("never up: %s", modem_error(line->modem));
    return 0;
}

/* Takes what is there as the gateway does: read, keep, then forget. */
static bool take(struct line *line)
{
    void *mem = talloc_new(NULL);
    struct modem_slot *slots;
    size_t n;
    bool is_whole = modem_list(line->modem, mem, &slots, &n);

    for (size_t i = 0; i < n; i++) {
        int number = 0;

        if (slots[i].sms == NULL || slots[i].sms->type != SMS_DELIVER)
            is_whole = false;
        else if (sscanf(slots[i].sms->text, "text %d", &number) != 1 || number < 1 || number > MOST)
            fail_msg("nobody wrote: %s", slots[i].sms->text);
        line->read[number]++;
        if (number > 0 && modem_forget(line->modem, &slots[i]))
            line->forgotten[number]++;
    }
    talloc_free(mem);
    return is_whole;
}

/* Until n texts were deleted from the SIM; the modem is started again whenever it is lost. */
static void take_until(struct line *line, long n)
{
    for (int i = 0; i < TRIES && emulator_stat(line->network, "deleted") < n; i++) {
        if ((modem_wait(line->modem, 20) & MODEM_LOST) != 0)
            start(line);
        take(line);
    }
    assert_int_equal(emulator_stat(line->network, "deleted"), n);
    assert_int_equal(emulator_stat(line->network, "spooled"), 0);
}

/* A delete whose answer was lost is not known to be one: then a text may be forgotten by the SIM alone. */
static void each_was_read(const struct line *line, int n)
{
    for (int i = 1; i <= n; i++) {
        if (line->read[i] < 1 || line->forgotten[i] > 1)
            fail_msg("text %d was read %d times, forgotten %d times", i, line->read[i], line->forgotten[i]);
    }
}

static void each_was_taken_once(const struct line *line, int n)
{
    each_was_read(line, n);
    for (int i = 1; i <= n; i++) {
        if (line->read[i] != 1 || line->forgotten[i] != 1)
            fail_msg("text %d was read %d times, forgotten %d times", i, line->read[i], line->forgotten[i]);
    }
}

static enum modem_sent send_text(struct line *line, const char *text, int *reference)
{
    struct pdu_message message = {
        .to = "+8613903570001", .text = text, .wants_report = true, .message_class = -1
    };
    struct pdu_part *parts;
    enum sms_alphabet alphabet;
    const char *error;
    size_t n;
    int code;

    assert_true(pdu_encode(line, &message, &parts, &n, &alphabet, &error));
    return modem_send(line->modem, parts[0].octets, parts[0].length, reference, &code);
}

static void a_modem_unplugged_at_any_command_of_its_start_comes_up_again(void **state)
{
    struct line *line = begin((struct emulator_options){ .slots = 10 },
                              (struct modem_settings){ .command_timeout_ms = 2000 });
    int starts = 2, n;

    (void)state;
    for (n = 0; n < 200 && starts > 1; n++) {
        request(line, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_commands\":%d,\"back_ms\":1}", n);
        starts = start(line);
    }
    assert_in_range(n, 10, 199);
    request(line, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    request(line, "{\"cmd\":\"flood\",\"n\":20,\"text\":\"text {n}\"}");
    take_until(line, 20);
    each_was_read(line, 20);
    end(line);
}

static void a_send_cut_off_at_any_octet_is_never_called_refused_when_it_went(void **state)
{
    struct line *line = begin((struct emulator_options){ 0 },
                              (struct modem_settings){ .command_timeout_ms = 2000, .send_timeout_ms = 2000 });
    long sent_before = 0;

    (void)state;
    for (int n = 1; n <= OCTETS_OF_A_SEND; n++) {
        enum modem_sent outcome;
        int reference;
        long sent;

        start(line);
        request(line, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_read\":%d,\"back_ms\":1}", n);
        outcome = send_text(line, "hello", &reference);
        sent = emulator_stat(line->network, "sent") - sent_before;
        sent_before += sent;
        assert_true(sent == (outcome == MODEM_SENT) || (outcome == MODEM_UNKNOWN && sent == 1));
        request(line, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    }
    end(line);
}

static void an_answer_that_never_comes_stops_neither_receiving_nor_sending(void **state)
{
    struct line *line = begin((struct emulator_options){ 0 },
                              (struct modem_settings){ .command_timeout_ms = 2000, .send_timeout_ms = 30 });
    int reference;

    (void)state;
    start(line);
    request(line, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\"}");
    assert_int_equal(send_text(line, "one", &reference), MODEM_UNKNOWN);
    request(line, "{\"cmd\":\"flood\",\"n\":3,\"text\":\"text {n}\"}");
    take_until(line, 3);
    each_was_taken_once(line, 3);
    assert_int_equal(emulator_stat(line->network, "sent"), 1);
    end(line);
}

static void a_late_answer_to_a_send_names_its_reference(void **state)
{
    struct line *line = begin((struct emulator_options){ 0 },
                              (struct modem_settings){ .command_timeout_ms = 2000, .send_timeout_ms = 30 });
    int first, reference = -1, code, wake = 0;

    (void)state;
    start(line);
    request(line, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    request(line, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"late_ms\":60}");
    assert_int_equal(send_text(line, "one", &first), MODEM_UNKNOWN);
    for (int i = 0; i < TRIES && (wake & MODEM_LATE) == 0; i++)
        wake = modem_wait(line->modem, 20);
    assert_true(modem_take_late(line->modem, &reference, &code));
    assert_int_equal(reference, 0);
    assert_false(modem_take_late(line->modem, &reference, &code));
    end(line);
}

static void a_restart_anywhere_in_a_list_loses_nothing(void **state)
{
    struct line *line =
        begin((struct emulator_options){ .slots = 10 }, (struct modem_settings){ .command_timeout_ms = 300 });

    (void)state;
    start(line);
    request(line, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"says\":\"RDY\","
                  "\"after_written\":701,\"repeat\":9}");
    request(line, "{\"cmd\":\"flood\",\"n\":60,\"text\":\"text {n}\"}");
    take_until(line, 60);
    each_was_read(line, 60);
    end(line);
}

static void errors_at_every_nth_command_lose_nothing(void **state)
{
    for (int every = 3; every <= 7; every += 2) {
        struct line *line = begin((struct emulator_options){ .slots = 10 },
                                  (struct modem_settings){ .command_timeout_ms = 2000 });

        (void)state;
        start(line);
        request(line, "{\"cmd\":\"fault\",\"kind\":\"error\",\"every\":%d,\"code\":500}", every);
        request(line, "{\"cmd\":\"flood\",\"n\":60,\"text\":\"text {n}\"}");
        take_until(line, 60);
        each_was_read(line, 60);
        end(line);
    }
}

static void with_verify_damaged_octets_invent_nothing_and_delete_nothing_unread(void **state)
{
    struct line *line = begin((struct emulator_options){ .slots = 20, .seed = 5 },
                              (struct modem_settings){ .command_timeout_ms = 100, .verify = true });

    (void)state;
    start(line);
    request(line, "{\"cmd\":\"fault\",\"kind\":\"garble\",\"fraction\":0.001}");
    request(line, "{\"cmd\":\"flood\",\"n\":100,\"text\":\"text {n}\"}");
    for (int i = 0; i < TRIES && emulator_stat(line->network, "deleted") < 100; i++) {
        if ((modem_wait(line->modem, 5) & MODEM_LOST) != 0)
            start(line);
        take(line);
    }
    request(line, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    take_until(line, 100);
    each_was_read(line, 100);
    end(line);
}

static void doubled_and_bursting_notices_make_no_text_twice(void **state)
{
    struct line *line = begin((struct emulator_options){ .slots = 10 },
                              (struct modem_settings){ .command_timeout_ms = 2000 });

    (void)state;
    start(line);
    request(line, "{\"cmd\":\"fault\",\"kind\":\"duplicate\"}");
    request(line, "{\"cmd\":\"fault\",\"kind\":\"burst\",\"n\":500}");
    request(line, "{\"cmd\":\"flood\",\"n\":60,\"text\":\"text {n}\"}");
    request(line, "{\"cmd\":\"fault\",\"kind\":\"burst\",\"n\":500}");
    take_until(line, 60);
    each_was_taken_once(line, 60);
    end(line);
}

static void a_modem_without_notices_is_polled(void **state)
{
    struct line *line = begin((struct emulator_options){ .slots = 10, .faults = "{\"kind\":\"no_cnmi\"}" },
                              (struct modem_settings){ .command_timeout_ms = 2000 });

    (void)state;
    start(line);
    assert_false(modem_state(line->modem)->pushes);
    request(line, "{\"cmd\":\"flood\",\"n\":30,\"text\":\"text {n}\"}");
    take_until(line, 30);
    each_was_taken_once(line, 30);
    end(line);
}

static void a_full_sim_is_drained_and_the_rest_follows(void **state)
{
    struct line *line =
        begin((struct emulator_options){ .slots = 2 }, (struct modem_settings){ .command_timeout_ms = 2000 });

    (void)state;
    request(line, "{\"cmd\":\"flood\",\"n\":30,\"text\":\"text {n}\"}");
    start(line);
    take_until(line, 30);
    each_was_taken_once(line, 30);
    end(line);
}

static void a_modem_that_answers_late_for_ever_is_still_read(void **state)
{
    struct line *line =
        begin((struct emulator_options){ .slots = 10 }, (struct modem_settings){ .command_timeout_ms = 100 });

    (void)state;
    start(line);
    request(line, "{\"cmd\":\"fault\",\"kind\":\"late\",\"ms\":120}");
    request(line, "{\"cmd\":\"flood\",\"n\":5,\"text\":\"text {n}\"}");
    take_until(line, 5);
    each_was_read(line, 5);
    end(line);
}

static void a_stalled_modem_is_found_out_and_comes_back(void **state)
{
    struct line *line =
        begin((struct emulator_options){ .slots = 10 }, (struct modem_settings){ .command_timeout_ms = 50 });
    int reference;

    (void)state;
    start(line);
    request(line, "{\"cmd\":\"fault\",\"kind\":\"stall\",\"ms\":300}");
    assert_int_equal(send_text(line, "hello", &reference), MODEM_REFUSED);
    start(line);
    assert_int_equal(send_text(line, "hello", &reference), MODEM_SENT);
    assert_int_equal(emulator_stat(line->network, "sent"), 1);
    end(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_modem_unplugged_at_any_command_of_its_start_comes_up_again),
        cmocka_unit_test(a_send_cut_off_at_any_octet_is_never_called_refused_when_it_went),
        cmocka_unit_test(an_answer_that_never_comes_stops_neither_receiving_nor_sending),
        cmocka_unit_test(a_late_answer_to_a_send_names_its_reference),
        cmocka_unit_test(a_restart_anywhere_in_a_list_loses_nothing),
        cmocka_unit_test(errors_at_every_nth_command_lose_nothing),
        cmocka_unit_test(with_verify_damaged_octets_invent_nothing_and_delete_nothing_unread),
        cmocka_unit_test(doubled_and_bursting_notices_make_no_text_twice),
        cmocka_unit_test(a_modem_without_notices_is_polled),
        cmocka_unit_test(a_full_sim_is_drained_and_the_rest_follows),
        cmocka_unit_test(a_modem_that_answers_late_for_ever_is_still_read),
        cmocka_unit_test(a_stalled_modem_is_found_out_and_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
