/* The whole program when answers of the modem come late, and when it is told to stop while one is
 * outstanding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <talloc.h>

#include "tests/support/gateway_books.h"

enum { TEXTS = 40, NOTICES = 20 };

static void check_all(struct gateway_process *gateway, const struct books *books, int least_whole)
{
    print_message("# %d notices: %d whole; %d delivered, %d sent, %d unknown, %d failed, %d waiting\n",
                  books->notices, books->whole, books->delivered, books->sent, books->unknown, books->failed,
                  books->waiting);
    books_received(gateway, TEXTS);
    assert_int_equal(books->notices, TEXTS + NOTICES);
    assert_int_equal(books->failed, 0);
    assert_true(books->whole >= least_whole);
}

/* ---- answers that come late ---- */

static void a_modem_that_always_answers_late_is_understood(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "command_timeout = 1\n send_timeout = 1");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"late\",\"ms\":1100}");
    gateway_tell(gateway, "{\"cmd\":\"flood\",\"n\":1,\"from\":\"+86139035\",\"text\":\"第{n}户没有水\"}");
    assert_true(gateway_wait(
        gateway, "SELECT count(*) FROM notices WHERE state IN ('SENT', 'DELIVERED', 'UNKNOWN')", 1, 20000));
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    struct books books = books_live_through(gateway, 1);
    books_received(gateway, 1);
    assert_int_equal(books.notices, 1);
    assert_int_equal(books.whole, 1);
    assert_int_equal(books.failed, 0);
    gateway_end(gateway);
}

static void an_answer_that_comes_after_its_time_settles_the_notice_it_belongs_to(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "command_timeout = 1\n send_timeout = 1");

    gateway_run(gateway);
    books_queue(gateway, "+86139010", 1, "明天上午九点开村民会");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 1, PATIENCE_MS));
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"delay_ms\":9000}");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":2,\"late_ms\":6000}");
    books_queue(gateway, "+86139011", 4, "明天上午九点开村民会");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'UNKNOWN'", 2, PATIENCE_MS));
    /* both answers come in their order, and each settles its own */
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'SENT'", 4, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices JOIN sent_parts ON notice_id = id"
                                            " WHERE notices.reference = id - 1"),
                     5);
    /* and so do the reports */
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 5, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void a_refusal_that_comes_after_its_time_lets_the_notice_go_again(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "command_timeout = 1\n send_timeout = 1");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1,\"late_ms\":2200,"
                          "\"code\":41,\"blocks\":true}");
    books_queue(gateway, "+86139013", 3, "明天上午九点开村民会");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'UNKNOWN'", 1, PATIENCE_MS));
    /* the second try of the first, and nothing else, is another one */
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 3, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT sum(attempts) FROM notices"), 4);
    /* what nobody will ever take is not tried again */
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1,\"late_ms\":2200,"
                          "\"code\":1,\"blocks\":true}");
    books_queue(gateway, "+86139014", 1, "明天上午九点开村民会");
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'FAILED'", 1, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void a_modem_that_is_busy_until_its_late_answer_is_waited_for(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "command_timeout = 1\n send_timeout = 1");

    gateway_run(gateway);
    gateway_tell(
        gateway,
        "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":2,\"late_ms\":1500,\"blocks\":true}");
    books_queue(gateway, "+86139012", NOTICES, "明天上午九点开村民会");
    books_flood(gateway, TEXTS);
    struct books books = books_live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES);
    gateway_end(gateway);
}

/* ---- it is told to stop ---- */

/* Until the gateway has nothing more to ask after its start. */
static void wait_for_silence(struct gateway_process *gateway)
{
    long before = -1, now = 0;

    for (int waited = 0; now != before; waited += 400) {
        assert_true(waited < PATIENCE_MS);
        before = now;
        sleep_ms(400);
        now = emulator_stat(gateway->client, "commands");
    }
}

static void check_next_start(struct gateway_process *gateway, long unknown)
{
    gateway_run(gateway);
    books_queue(gateway, "+86139020", 2, "水费可以在村委会交");
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'DELIVERED'", 2, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices WHERE state = 'UNKNOWN'"), unknown);
    books_agree(gateway, NULL);
}

static void it_stops_while_the_answer_to_a_send_is_outstanding(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\",\"to\":\"+8613902100001\"}");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1}");
    books_queue(gateway, "+86139021", 1, "明天上午九点开村民会");
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'ARMED'", 1, PATIENCE_MS));
    assert_true(gateway_wait_stat(gateway, "sent", 1, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    check_next_start(gateway, 1);
    gateway_end(gateway);
}

/* The modem falls silent before the prompt, at it, and in the middle of the PDU: no `>` is left open. */
static void it_stops_with_a_dead_port_and_leaves_no_prompt_open(void **state)
{
    (void)state;
    static const int octets[] = { 3, 14, 60 };

    for (size_t i = 0; i < sizeof octets / sizeof *octets; i++) {
        struct gateway_process *gateway = gateway_begin(NULL, "");

        gateway_run(gateway);
        wait_for_silence(gateway);
        gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\",\"to\":\"+8613902200001\"}");
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"stall\",\"ms\":0,\"after_read\":%d}", octets[i]);
        books_queue(gateway, "+86139022", 1, "明天上午九点开村民会");
        /* unless another command came first, and fell into the silence */
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'ARMED'", 1, 3000);
        assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
        long unknown = gateway_count(gateway, "SELECT count(*) FROM notices WHERE state = 'UNKNOWN'");
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
        gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"to\":\"+8613902200001\"}");
        check_next_start(gateway, unknown);
        gateway_end(gateway);
    }
}

static void it_stops_while_the_port_is_gone(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"unplug\"}");
    gateway_wait_down(gateway);
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"plug\"}");
    check_next_start(gateway, 0);
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_modem_that_always_answers_late_is_understood),
        cmocka_unit_test(an_answer_that_comes_after_its_time_settles_the_notice_it_belongs_to),
        cmocka_unit_test(a_refusal_that_comes_after_its_time_lets_the_notice_go_again),
        cmocka_unit_test(a_modem_that_is_busy_until_its_late_answer_is_waited_for),
        cmocka_unit_test(it_stops_while_the_answer_to_a_send_is_outstanding),
        cmocka_unit_test(it_stops_with_a_dead_port_and_leaves_no_prompt_open),
        cmocka_unit_test(it_stops_while_the_port_is_gone),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
