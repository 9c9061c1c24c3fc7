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

#include "modem/emulator/client.h"
#include "modem/emulator/emulator.h"
#include "modem/pdu/pdu.h"
#include "tests/support/support.h"

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

/* Adds what the modem says next; false when it stays silent. */
static bool hear_more(struct world *world, int patience_ms)
{
    struct pollfd readable = { .fd = world->fd, .events = POLLIN };
    size_t n = strlen(world->heard);
    ssize_t got = -1;

    if (poll(&readable, 1, patience_ms) > 0)
        got = read(world->fd, world->heard + n, sizeof world->heard - 1 - n);
    if (got > 0)
        world->heard[n + (size_t)got] = '\0';
    return got > 0;
}

/* Reads until `wanted` was heard; false when it never comes. */
static bool hear(struct world *world, const char *wanted, int patience_ms)
{
    while (strstr(world->heard, wanted) == NULL)
        if (!hear_more(world, patience_ms))
            return false;
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

static void a_long_text_comes_in_the_order_asked_for(void **state)
{
    struct world *world = begin_with((struct emulator_options){ .slots = 9 });
    char *line = talloc_strdup(world, "{\"cmd\":\"text\",\"from\":\"+8613903570001\",\"order\":[3,1,2],"
                                      "\"missing\":1,\"reference\":9,\"text\":\"");

    (void)state;
    ask(world, "ATE0\r");
    for (int i = 0; i < 40; i++)
        line = talloc_strdup_append(line, "水管坏了");
    request(world, talloc_strdup_append(line, "\"}"));
    assert_int_equal(emulator_stat(world->network, "stored"), 2);
    assert_non_null(strstr(ask(world, "AT+CMGR=1\r"), "050003090303"));
    assert_non_null(strstr(ask(world, "AT+CMGR=2\r"), "050003090302"));
    end(world);
}

static void what_is_held_back_comes_when_released(void **state)
{
    struct world *world = begin();

    (void)state;
    request(world, "{\"cmd\":\"text\",\"from\":\"+86139\",\"text\":\"one\",\"hold\":true,\"times\":2}");
    assert_int_equal(emulator_stat(world->network, "held"), 2);
    request(world, "{\"cmd\":\"release\",\"window\":8}");
    assert_int_equal(emulator_stat(world->network, "stored"), 2);
    end(world);
}

static void reports_follow_the_policy_of_their_number(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CNMI=2,1,0,1,0\r");
    request(world, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    request(world,
            "{\"cmd\":\"report\",\"mode\":\"pending\",\"to\":\"13903570001\",\"delay_ms\":1,\"status\":65}");
    send_text(world, "+8613903570002", "no report");
    assert_true(hear(world, "OK\r\n", PATIENCE_MS));
    send_text(world, "+8613903570001", "two reports");
    assert_true(hear(world, "20\r\n", PATIENCE_MS));
    assert_true(hear(world, "41\r\n", PATIENCE_MS));
    assert_int_equal(emulator_stat(world->network, "reports"), 2);
    end(world);
}

static void reopen(struct world *world)
{
    close(world->fd);
    world->fd = open_device(world->device);
    assert_true(world->fd >= 0);
    ask(world, "ATE0\r");
}

static void a_port_unplugged_at_any_octet_of_a_send_comes_back_under_its_name(void **state)
{
    static const char command[] = "AT+CMGS=24\r",
                      payload[] = "0001000D91683109530700F100080A00680065006C006C006F\x1a";
    const int octets = sizeof command + sizeof payload - 2;
    struct world *world = begin();

    (void)state;
    for (int n = 1; n <= octets; n++) {
        reopen(world);
        request(world, talloc_asprintf(world,
                                       "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_read\":%d,"
                                       "\"back_ms\":1}",
                                       n));
        say(world, command);
        if (hear(world, "> ", PATIENCE_MS))
            say(world, payload);
        assert_false(hear(world, "+CMGS", PATIENCE_MS));
        assert_int_equal(emulator_stat(world->network, "sent"), n == octets);
    }
    reopen(world);
    end(world);
}

static void a_swallowed_answer_comes_late_and_the_text_was_sent(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    request(world, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"late_ms\":20}");
    send_text(world, "+8613903570001", "one");
    assert_true(hear(world, "+CMGS: 0\r\n\r\nOK\r\n", PATIENCE_MS));
    request(world, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":0}");
    send_text(world, "+8613903570001", "two");
    assert_string_equal(ask(world, "AT\r"), "\r\nOK\r\n");
    assert_int_equal(emulator_stat(world->network, "sent"), 2);
    end(world);
}

static void a_send_is_refused_with_the_code_asked_for(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    request(world, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"code\":38,\"to\":\"13903570001\"}");
    send_text(world, "+8613903570002", "goes");
    assert_true(hear(world, "+CMGS: 0\r\n", PATIENCE_MS));
    send_text(world, "+8613903570001", "is refused");
    assert_true(hear(world, "+CMS ERROR: 38\r\n", PATIENCE_MS));
    send_text(world, "+8613903570001", "goes now");
    assert_true(hear(world, "+CMGS: 1\r\n", PATIENCE_MS));
    end(world);
}

static void every_nth_command_fails_as_often_as_asked_for(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    request(world, "{\"cmd\":\"fault\",\"kind\":\"error\",\"every\":3,\"code\":515,\"count\":1}");
    ask(world, "AT\r");
    ask(world, "AT\r");
    assert_string_equal(ask_until(world, "AT\r", "515\r\n"), "\r\n+CMS ERROR: 515\r\n");
    for (int i = 0; i < 4; i++)
        ask(world, "AT\r");
    end(world);
}

static void a_stalled_modem_says_nothing_until_it_is_well(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    request(world, "{\"cmd\":\"fault\",\"kind\":\"stall\"}");
    say(world, "AT\r");
    assert_false(hear(world, "OK", 20));
    request(world, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    assert_string_equal(ask(world, "AT\r"), "\r\nOK\r\n");
    end(world);
}

static void a_restart_in_the_middle_of_an_answer_forgets_the_rest_and_every_setting(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    assert_true(emulator_text(world->network, "+8613903570001", "hello"));
    request(world, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"after_written\":8}");
    assert_memory_equal(ask_until(world, "AT+CMGL=4\r", "75\r\n"), "\r\n+CMGL:\r\n^BOOT", 15);
    assert_string_equal(ask(world, "AT\r"), "AT\r\r\nOK\r\n");
    end(world);
}

static void garbled_answers_are_the_same_for_the_same_seed(void **state)
{
    char *heard[2];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world *world = begin_with((struct emulator_options){ .seed = 7 });

        ask(world, "ATE0\r");
        ask(world, "AT\r");
        request(world, "{\"cmd\":\"fault\",\"kind\":\"garble\",\"fraction\":1}");
        say(world, "AT\r");
        while (strlen(world->heard) < strlen("\r\nOK\r\n") && hear_more(world, PATIENCE_MS))
            continue;
        heard[i] = talloc_strdup(NULL, world->heard);
        end(world);
    }
    assert_string_not_equal(heard[0], "\r\nOK\r\n");
    assert_string_equal(heard[0], heard[1]);
    talloc_free(heard[0]);
    talloc_free(heard[1]);
}

static void notices_are_doubled_and_burst_on_request(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CNMI=2,1\r");
    world->heard[0] = '\0';
    request(world, "{\"cmd\":\"fault\",\"kind\":\"duplicate\"}");
    assert_true(emulator_text(world->network, "+8613903570001", "hello"));
    assert_true(hear(world, "+CMTI: \"SM\",1\r\n\r\n+CMTI: \"SM\",1\r\n", PATIENCE_MS));
    world->heard[0] = '\0';
    request(world, "{\"cmd\":\"fault\",\"kind\":\"burst\",\"n\":500}");
    assert_true(strlen(ask(world, "AT\r")) >= 500 * strlen("\r\n+CMTI: \"SM\",1\r\n"));
    end(world);
}

static void a_full_storage_takes_nothing_until_it_is_well(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CNMI=2,1\r");
    request(world, "{\"cmd\":\"fault\",\"kind\":\"full\"}");
    world->heard[0] = '\0';
    assert_true(emulator_text(world->network, "+8613903570001", "hello"));
    assert_true(hear(world, "^SMMEMFULL: \"SM\"\r\n", PATIENCE_MS));
    assert_non_null(strstr(ask(world, "AT+CPMS?\r"), "\"SM\",3,3"));
    request(world, "{\"cmd\":\"fault\",\"kind\":\"full\",\"off\":true}");
    assert_true(hear(world, "+CMTI", PATIENCE_MS));
    end(world);
}

static void a_modem_may_lack_notices_and_keep_its_echo(void **state)
{
    struct world *world =
        begin_with((struct emulator_options){ .faults = "[{\"kind\":\"no_cnmi\"},{\"kind\":\"echo\"}]" });

    (void)state;
    ask(world, "ATE0\r");
    assert_string_equal(ask(world, "AT\r"), "AT\r\r\nOK\r\n");
    ask_until(world, "AT+CNMI=2,1\r", "\r\nERROR\r\n");
    end(world);
}

static void the_sim_asks_for_its_pin_and_locks_after_three_wrong_ones(void **state)
{
    struct world *world = begin_with((struct emulator_options){ .pin = "1234" });

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CMEE=1\r");
    assert_non_null(strstr(ask(world, "AT+CPIN?\r"), "+CPIN: SIM PIN\r\n"));
    ask_until(world, "AT+CMGL=4\r", "+CMS ERROR: 311\r\n");
    ask(world, "AT+CPIN=\"1234\"\r");
    ask(world, "AT+CMGL=4\r");
    ask(world, "AT+CFUN=1,1\r");
    assert_true(hear(world, "^BOOT", PATIENCE_MS));
    ask(world, "ATE0\r");
    ask(world, "AT+CMEE=1\r");
    for (int i = 0; i < 3; i++)
        ask_until(world, "AT+CPIN=\"0000\"\r", "+CME ERROR: 16\r\n");
    assert_non_null(strstr(ask(world, "AT+CPIN?\r"), "+CPIN: SIM PUK\r\n"));
    end(world);
}

static void without_a_network_nothing_comes_and_nothing_goes(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CREG=1\r");
    world->heard[0] = '\0';
    request(world, "{\"cmd\":\"fault\",\"kind\":\"registration\",\"stat\":2}");
    assert_true(hear(world, "+CREG: 2\r\n", PATIENCE_MS));
    assert_true(emulator_text(world->network, "+8613903570001", "waits"));
    send_text(world, "+8613903570001", "is refused");
    assert_true(hear(world, "+CMS ERROR: 331\r\n", PATIENCE_MS));
    assert_int_equal(emulator_stat(world->network, "spooled"), 1);
    request(world, "{\"cmd\":\"fault\",\"kind\":\"registration\",\"stat\":5}");
    assert_int_equal(emulator_stat(world->network, "stored"), 1);
    end(world);
}

static void a_call_rings_until_the_caller_gives_up(void **state)
{
    struct world *world = begin();

    (void)state;
    ask(world, "ATE0\r");
    ask(world, "AT+CLIP=1\r");
    world->heard[0] = '\0';
    request(world, "{\"cmd\":\"call\",\"from\":\"+8613903570001\",\"rings\":2,\"interval_ms\":1}");
    assert_true(hear(world, "NO CARRIER\r\n", PATIENCE_MS));
    assert_string_equal(world->heard,
                        "\r\nRING\r\n\r\n+CLIP: \"+8613903570001\",145,,,,0\r\n"
                        "\r\nRING\r\n\r\n+CLIP: \"+8613903570001\",145,,,,0\r\n\r\nNO CARRIER\r\n");
    end(world);
}

static void a_balance_is_told_in_ucs2_too(void **state)
{
    struct world *world = begin();

    (void)state;
    request(world, "{\"cmd\":\"ussd\",\"answer\":\"余额\",\"dcs\":72}");
    ask(world, "ATE0\r");
    ask_until(world, "AT+CUSD=1,\"*100#\",15\r", "+CUSD: 0,\"4F59989D\",72\r\n");
    end(world);
}

static void a_client_that_never_reads_stops_nobody_else(void **state)
{
    struct world *world = begin_with((struct emulator_options){ .slots = 50 });

    (void)state;
    request(world, "{\"cmd\":\"flood\",\"n\":50,\"text\":\"水管坏了 {n}\"}");
    for (int i = 0; i < 300; i++)
        assert_true(write(world->fd, "AT+CMGL=4\r", 10) != 0);
    assert_int_equal(emulator_stat(world->network, "stored"), 50);
    assert_true(emulator_text(world->network, "+8613903570001", "hello"));
    assert_int_equal(emulator_stat(world->network, "spooled"), 1);
    end(world);
}

static void each_part_sent_is_a_line_of_the_log(void **state)
{
    const char *directory = temporary_directory(NULL);
    char *log = talloc_asprintf(NULL, "%s/log", directory), line[512];
    struct world *world = begin_with((struct emulator_options){ .log = log });
    FILE *file;

    (void)state;
    ask(world, "ATE0\r");
    send_text(world, "+8613903570001", "hello");
    assert_true(hear(world, "OK\r\n", PATIENCE_MS));
    end(world);
    file = fopen(log, "r");
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(strstr(line, "\"to\":\"+8613903570001\",\"text\":\"hello\""));
    assert_non_null(strstr(line, "\"reference\":0,\"pdu\":\"00"));
    fclose(file);
    talloc_free(log);
    talloc_free((void *)(uintptr_t)directory);
}

static void a_device_another_emulator_serves_is_refused(void **state)
{
    struct world *world = begin();
    struct emulator *second = emulator_new(&(struct emulator_options){ .device = world->device });

    (void)state;
    assert_false(emulator_open(second));
    assert_non_null(strstr(emulator_error(second), "another emulator serves there"));
    emulator_free(second);
    assert_string_equal(ask(world, "ATE0\r"), "ATE0\r\r\nOK\r\n");
    end(world);
}

static void a_wrong_request_is_refused_with_the_reason(void **state)
{
    struct world *world = begin();

    (void)state;
    assert_false(emulator_request(world->network, "{\"cmd\":\"dance\"}"));
    assert_string_equal(emulator_client_error(world->network), "unknown cmd");
    assert_false(emulator_request(world->network, "{\"cmd\":\"fault\",\"kind\":\"rust\"}"));
    assert_false(emulator_request(world->network, "{\"cmd\":\"text\",\"from\":\"+86139\"}"));
    assert_false(emulator_request(world->network, "{\"cmd\":\"text\",\"pdu\":\"07FF\"}"));
    assert_false(emulator_request(world->network, "[]"));
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
        cmocka_unit_test(a_long_text_comes_in_the_order_asked_for),
        cmocka_unit_test(what_is_held_back_comes_when_released),
        cmocka_unit_test(reports_follow_the_policy_of_their_number),
        cmocka_unit_test(a_port_unplugged_at_any_octet_of_a_send_comes_back_under_its_name),
        cmocka_unit_test(a_swallowed_answer_comes_late_and_the_text_was_sent),
        cmocka_unit_test(a_send_is_refused_with_the_code_asked_for),
        cmocka_unit_test(every_nth_command_fails_as_often_as_asked_for),
        cmocka_unit_test(a_stalled_modem_says_nothing_until_it_is_well),
        cmocka_unit_test(a_restart_in_the_middle_of_an_answer_forgets_the_rest_and_every_setting),
        cmocka_unit_test(garbled_answers_are_the_same_for_the_same_seed),
        cmocka_unit_test(notices_are_doubled_and_burst_on_request),
        cmocka_unit_test(a_full_storage_takes_nothing_until_it_is_well),
        cmocka_unit_test(a_modem_may_lack_notices_and_keep_its_echo),
        cmocka_unit_test(the_sim_asks_for_its_pin_and_locks_after_three_wrong_ones),
        cmocka_unit_test(without_a_network_nothing_comes_and_nothing_goes),
        cmocka_unit_test(a_call_rings_until_the_caller_gives_up),
        cmocka_unit_test(a_balance_is_told_in_ucs2_too),
        cmocka_unit_test(a_client_that_never_reads_stops_nobody_else),
        cmocka_unit_test(each_part_sent_is_a_line_of_the_log),
        cmocka_unit_test(a_device_another_emulator_serves_is_refused),
        cmocka_unit_test(a_wrong_request_is_refused_with_the_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
