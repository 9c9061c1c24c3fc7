/* The emulated modem, driven through its terminal as any client would, and through its control socket. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "modem/emulator.h"
#include "modem/emulator_client.h"
#include "modem/pdu.h"
#include "tests/support.h"

enum { PATIENCE_MS = 20000 };

struct world {
    struct emulator *emulator;
    struct emulator_client *network;
    const char *directory;
    char *device;
    int fd;
    char heard[1 << 16]; /* what the modem said since the last command */
};

static int open_device(const char *device)
{
    int fd = -1;

    for (int ms = 0; fd < 0 && ms < PATIENCE_MS; ms += 5) {
        fd = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK);
        if (fd < 0)
            poll(NULL, 0, 5);
    }
    return fd;
}

static struct world *begin_with(struct emulator_options options)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->directory = temporary_directory(world);
    world->device = talloc_asprintf(world, "%s/modem", world->directory);
    options.device = world->device;
    world->emulator = emulator_new(&options);
    assert_non_null(world->emulator);
    if (!emulator_start(world->emulator))
        fail_msg("%s", emulator_error(world->emulator));
    world->network = emulator_connect(world, world->device, PATIENCE_MS);
    assert_non_null(world->network);
    world->fd = open_device(world->device);
    assert_true(world->fd >= 0);
    return world;
}

static struct world *begin(void)
{
    return begin_with((struct emulator_options){ .slots = 3 });
}

static void end(struct world *world)
{
    close(world->fd);
    emulator_free(world->emulator);
    talloc_free(world);
}

/* Reads until `wanted` was heard; false when it never comes. */
static bool hear(struct world *world, const char *wanted, int patience_ms)
{
    size_t n = strlen(world->heard);

    while (strstr(world->heard, wanted) == NULL) {
        struct pollfd readable = { .fd = world->fd, .events = POLLIN };
        ssize_t got = -1;

        if (poll(&readable, 1, patience_ms) > 0)
            got = read(world->fd, world->heard + n, sizeof world->heard - 1 - n);
        if (got <= 0)
            return false;
        n += (size_t)got;
        world->heard[n] = '\0';
    }
    return true;
}

static void say(struct world *world, const char *octets)
{
    world->heard[0] = '\0';
    assert_int_equal(write(world->fd, octets, strlen(octets)), strlen(octets));
}

/* Says a command and returns everything up to the `final` line. */
static const char *ask_until(struct world *world, const char *command, const char *final)
{
    say(world, command);
    if (!hear(world, final, PATIENCE_MS))
        fail_msg("%s: no %s in: %s", command, final, world->heard);
    return world->heard;
}

static const char *ask(struct world *world, const char *command)
{
    return ask_until(world, command, "OK\r\n");
}

static void request(struct world *world, const char *line)
{
    if (!emulator_request(world->network, line))
        fail_msg("%s: %s", line, emulator_client_error(world->network));
}

/* Says AT+CMGS and the PDU of a text; what the modem answers is in `heard`. */
static void begin_send(struct world *world, const char *to, const char *text, const char *last)
{
    struct pdu_message message = { .to = to, .text = text, .wants_report = true, .message_class = -1 };
    enum sms_alphabet alphabet;
    struct pdu_part *parts;
    const char *error;
    char *line;
    size_t n;

    assert_true(pdu_encode(world, &message, &parts, &n, &alphabet, &error));
    line = talloc_asprintf(world, "AT+CMGS=%zu\r", parts[0].length - 1);
    ask_until(world, line, "> ");
    line = talloc_strdup(world, "");
    for (size_t i = 0; i < parts[0].length; i++)
        line = talloc_asprintf_append(line, "%02X", parts[0].octets[i]);
    say(world, talloc_asprintf_append(line, "%s", last));
}

static void send_text(struct world *world, const char *to, const char *text)
{
    begin_send(world, to, text, "\x1a");
}

static void commands_are_answered_and_echoed_until_told_not_to(void **state)
{
    struct world *world = begin();

    (void)state;
    assert_string_equal(ask(world, "AT\r"), "AT\r\r\nOK\r\n");
    assert_string_equal(ask(world, "ATE0\r"), "ATE0\r\r\nOK\r\n");
    assert_string_equal(ask(world, "AT\r"), "\r\nOK\r\n");
    assert_string_equal(ask(world, "AT+CMEE=1;+CREG?\r"), "\r\n+CREG: 0,1\r\n\r\nOK\r\n");
    assert_string_equal(ask_until(world, "AT+NONSENSE\r", "4\r\n"), "\r\n+CME ERROR: 4\r\n");
    end(world);
}

static void a_text_is_stored_announced_listed_and_deleted(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CNMI=2,1,0,1,0\r");
    world->heard[0] = '\0';
    assert_true(emulator_text(world->network, "+8613903570001", "hello"));
    assert_true(hear(world, "+CMTI: \"SM\",1\r\n", PATIENCE_MS));
    assert_non_null(strstr(ask(world, "AT+CMGL=4\r"), "+CMGL: 1,0,,25\r\n"));
    assert_non_null(strstr(ask(world, "AT+CMGL=1\r"), "+CMGL: 1,1,,25\r\n"));
    ask(world, "AT+CMGD=1\r");
    assert_string_equal(ask(world, "AT+CMGL=4\r"), "\r\nOK\r\n");
    end(world);
}

static void what_does_not_fit_waits_in_the_network_until_a_slot_is_free(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    request(world, "{\"cmd\":\"flood\",\"n\":5,\"text\":\"no {n}\"}");
    assert_non_null(strstr(ask(world, "AT+CPMS?\r"), "\"SM\",3,3"));
    assert_int_equal(emulator_stat(world->network, "spooled"), 2);
    ask(world, "AT+CMGD=2\r");
    assert_non_null(strstr(ask(world, "AT+CPMS?\r"), "\"SM\",3,3"));
    assert_int_equal(emulator_stat(world->network, "spooled"), 1);
    ask(world, "AT+CMGD=1,4\r");
    assert_non_null(strstr(ask(world, "AT+CPMS?\r"), "\"SM\",1,3"));
    end(world);
}

static void a_text_sent_reaches_the_phone_and_its_report_comes_back(void **state)
{
    struct world *world = begin();
    struct emulator_delivery delivery;

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CNMI=2,1,0,1,0\r");
    assert_true(emulator_watch(world->network, NULL));
    send_text(world, "+8613903570001", "received: 天坛镇");
    assert_true(hear(world, "+CDS: ", PATIENCE_MS));
    assert_ptr_equal(strstr(world->heard, "\r\n+CMGS: 0\r\n\r\nOK\r\n"), world->heard);
    assert_true(emulator_next(world->network, world, PATIENCE_MS, &delivery));
    assert_string_equal(delivery.to, "+8613903570001");
    assert_string_equal(delivery.text, "received: 天坛镇");
    end(world);
}

static void escape_at_the_prompt_sends_nothing(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    begin_send(world, "+8613903570001", "never", "\x1b");
    assert_true(hear(world, "OK\r\n", PATIENCE_MS));
    assert_int_equal(emulator_stat(world->network, "sent"), 0);
    end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_answered_and_echoed_until_told_not_to),
        cmocka_unit_test(a_text_is_stored_announced_listed_and_deleted),
        cmocka_unit_test(what_does_not_fit_waits_in_the_network_until_a_slot_is_free),
        cmocka_unit_test(a_text_sent_reaches_the_phone_and_its_report_comes_back),
        cmocka_unit_test(escape_at_the_prompt_sends_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
