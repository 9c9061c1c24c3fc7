/*
 * The promises of the whole program, with the real binary and an emulated modem.
 */
#include <setjmp.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/support/gateway_process.h"

#define TEXTS "SELECT count(*) FROM events WHERE kind = 'text'"

static void a_text_becomes_a_case_and_is_answered_with_its_number(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    struct emulator_delivery delivery;

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903570001"));
    assert_true(emulator_text(gateway->client, "+8613903570001", "村里的水管坏了三天了，没有水喝"));
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    char *cases = gateway_command(gateway, NULL, "case list --json");
    char *number = strstr(cases, "\"number\":\"");
    assert_non_null(number);
    number += strlen("\"number\":\"");
    number[strcspn(number, "\"")] = '\0';
    assert_non_null(strstr(delivery.text, number));
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_end(gateway);
}

static void a_modem_that_vanishes_works_again_when_it_is_back(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    assert_true(emulator_request(gateway->client, "{\"cmd\":\"fault\",\"kind\":\"unplug\"}"));
    assert_true(emulator_text(gateway->client, "+8613903570002", "路灯不亮了"));
    gateway_wait_down(gateway);
    assert_int_equal(gateway_count(gateway, TEXTS), 0);
    assert_true(emulator_request(gateway->client, "{\"cmd\":\"fault\",\"kind\":\"plug\"}"));
    assert_true(gateway_wait(gateway, TEXTS, 1, PATIENCE_MS));
    gateway_end(gateway);
}

static void a_send_without_an_answer_is_unknown_and_is_not_sent_again(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "send_timeout = 1");

    gateway_run(gateway);
    assert_true(emulator_request(gateway->client, "{\"cmd\":\"report\",\"mode\":\"never\"}"));
    assert_true(
        emulator_request(gateway->client, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1}"));
    gateway_command(gateway, NULL, "send 13903570003 明天上午九点开村民会");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'UNKNOWN'", 1, PATIENCE_MS));
    assert_true(emulator_text(gateway->client, "+8613903570004", "我家的低保停发了"));
    assert_true(gateway_wait(gateway, TEXTS, 1, PATIENCE_MS));
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'SENT'", 1, PATIENCE_MS));
    gateway_stop(gateway);
    gateway_run(gateway);
    /* what is queued last goes last */
    gateway_command(gateway, NULL, "send 13903570005 水费可以在村委会交");
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'SENT'", 2, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices WHERE state = 'UNKNOWN'"), 1);
    assert_int_equal(emulator_stat(gateway->client, "sent"), 3);
    gateway_end(gateway);
}

static void a_notice_that_reached_its_phone_is_delivered(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    gateway_command(gateway, NULL, "send 13903570005 水费可以在村委会交");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 1, PATIENCE_MS));
    gateway_end(gateway);
}

static void a_line_that_does_not_receive_leaves_texts_alone_and_hears_what_became_of_its_own(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "receive = no");

    assert_true(emulator_text(gateway->client, "+8613903570006", "这条短信不归网关收"));
    gateway_run(gateway);
    gateway_command(gateway, NULL, "send 13903570007 水费可以在村委会交");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 1, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, TEXTS), 0);
    assert_int_equal(emulator_stat(gateway->client, "stored"), 1);
    gateway_end(gateway);
}

static void what_comes_while_many_texts_go_out_is_read_without_being_announced(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .send_ms = 500 }, "poll = 1");

    assert_true(emulator_request(gateway->client, "{\"cmd\":\"report\",\"mode\":\"never\"}"));
    assert_true(emulator_request(gateway->client, "{\"cmd\":\"fault\",\"kind\":\"no_cnmi\"}"));
    gateway_run(gateway);
    for (int i = 0; i < 40; i++)
        gateway_command(gateway, NULL, "send 139035710%02d 明天上午九点开村民会", i);
    assert_true(emulator_text(gateway->client, "+8613903570008", "村里的路灯不亮了"));
    assert_true(gateway_wait(gateway, TEXTS, 1, PATIENCE_MS));
    assert_true(gateway_count(gateway, "SELECT count(*) FROM notices WHERE state = 'SENT'") < 40);
    gateway_end(gateway);
}

static void a_second_gateway_on_the_same_store_is_refused(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    int code = 0;

    gateway_run(gateway);
    gateway_command(gateway, &code, "run");
    assert_int_equal(code, 1);
    gateway_command(gateway, NULL, "send 13903570009 水费可以在村委会交");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 1, PATIENCE_MS));
    gateway_end(gateway);
}

static void sighup_does_not_end_it(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    assert_int_equal(kill(gateway->pid, SIGHUP), 0);
    gateway_command(gateway, NULL, "send 13903570009 水费可以在村委会交");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 1, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_end(gateway);
}

static void a_terminal_that_closes_ends_it_cleanly(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    int terminal, status;
    pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
    char said[4096] = "";
    size_t n = 0;

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        signal(SIGHUP, SIG_DFL); /* also where the tests run under nohup */
        execl(gateway_program(), "xiangyin", "run", "-c", gateway->config, (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    while (!strstr(said, "ready: ") && n < sizeof said - 1) {
        ssize_t got = read(terminal, said + n, sizeof said - 1 - n);

        if (got <= 0)
            fail_msg("%s", said);
        n += (size_t)got;
        said[n] = '\0';
    }
    close(terminal);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_becomes_a_case_and_is_answered_with_its_number),
        cmocka_unit_test(a_modem_that_vanishes_works_again_when_it_is_back),
        cmocka_unit_test(a_send_without_an_answer_is_unknown_and_is_not_sent_again),
        cmocka_unit_test(a_notice_that_reached_its_phone_is_delivered),
        cmocka_unit_test(a_line_that_does_not_receive_leaves_texts_alone_and_hears_what_became_of_its_own),
        cmocka_unit_test(a_second_gateway_on_the_same_store_is_refused),
        cmocka_unit_test(sighup_does_not_end_it),
        cmocka_unit_test(a_terminal_that_closes_ends_it_cleanly),
        cmocka_unit_test(what_comes_while_many_texts_go_out_is_read_without_being_announced),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
