/*
 * The emulator's network against a modem line, on days on which everything goes wrong in no order: a text is
 * forgotten only after it was read, and what the phones received agrees with what the sender was told.
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

#include "modem/emulator/client.h"
#include "modem/emulator/emulator.h"
#include "modem/modem.h"
#include "modem/pdu/pdu.h"
#include "tests/support/support.h"

enum { SETTLED_MS = 1000 }; /* without news for so long, all news has come */

enum { MOST = 400, TRIES = 400 };

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

/* What a bad day brings: a fault, and the field that gets a number. */
static const struct {
    const char *fault, *field;
} mishaps[] = {
    { "\"unplug\",\"back_ms\":1", "after_read" },
    { "\"unplug\",\"back_ms\":1", "after_written" },
    { "\"boot\",\"says\":\"RDY\"", "after_written" },
    { "\"error\",\"every\":4,\"count\":3", "code" },
    { "\"swallow_send\"", "late_ms" },
    { "\"swallow_send\"", "after_read" },
    { "\"refuse_send\",\"code\":38", "count" },
    { "\"burst\"", "n" },
    { "\"boot\"", "after_written" },
    { "\"stall\",\"ms\":20", "after_written" },
    { "\"duplicate\"", "after_read" },
    { "\"full\"", "after_written" },
    { "\"none\"", "after_ms" },
};

enum { MISHAPS = sizeof mishaps / sizeof *mishaps, SENDS = 60 };

/* How often each of the texts "send 0", "send 1" ... has reached the phone. */
static void count_deliveries(struct line *line, int *delivered)
{
    struct emulator_delivery delivery;
    int number;

    while (emulator_next(line->network, line, SETTLED_MS, &delivery)) {
        assert_int_equal(sscanf(delivery.text, "send %d", &number), 1);
        delivered[number]++;
    }
}

static void on_a_bad_day_what_was_sent_and_read_agrees_with_what_was_told(void **state)
{
    for (unsigned seed = 1; seed <= 3; seed++) {
        struct line *line =
            begin((struct emulator_options){ .slots = 10, .seed = seed },
                  (struct modem_settings){ .command_timeout_ms = 200, .send_timeout_ms = 200 });
        enum modem_sent told[SENDS];
        int delivered[SENDS] = { 0 }, reference;

        (void)state;
        srand(seed);
        assert_true(emulator_watch(line->network, NULL));
        start(line);
        for (int i = 0; i < SENDS; i++) {
            int which = rand() % MISHAPS;

            request(line, "{\"cmd\":\"fault\",\"kind\":%s,\"%s\":%d}", mishaps[which].fault,
                    mishaps[which].field, 1 + rand() % 300);
            request(line, "{\"cmd\":\"flood\",\"n\":3,\"first\":%d,\"text\":\"text {n}\"}", 3 * i + 1);
            told[i] = send_text(line, talloc_asprintf(line, "send %d", i), &reference);
            if ((modem_wait(line->modem, 1) & MODEM_LOST) != 0)
                start(line);
            take(line);
        }
        request(line, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
        take_until(line, 3 * SENDS);
        each_was_read(line, 3 * SENDS);
        count_deliveries(line, delivered);
        for (int i = 0; i < SENDS; i++) {
            if (delivered[i] > 1 || (told[i] != MODEM_UNKNOWN && delivered[i] != (told[i] == MODEM_SENT)))
                fail_msg("seed %u: send %d was told %d and delivered %d times", seed, i, told[i],
                         delivered[i]);
        }
        end(line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_a_bad_day_what_was_sent_and_read_agrees_with_what_was_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
