/*
 * The whole program while cable, modem and network fail: at the end what the network took and what the store
 * says agree, whatever happened between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include <talloc.h>

#include "tests/support/gateway_books.h"

enum { TEXTS = 40, NOTICES = 20, PATIENCE_MS = 15000 };

static void flood(struct gateway_process *gateway)
{
    gateway_tell(
        gateway,
        "{\"cmd\":\"flood\",\"n\":%d,\"from\":\"+86139035\",\"text\":\"第{n}户的自来水停了，请派人来看\"}",
        TEXTS);
}

/* Random numbers that are the same each time, unless XIANGYIN_SEED says otherwise. */
static void seed(unsigned own)
{
    const char *other = getenv("XIANGYIN_SEED");

    srandom(other ? own + (unsigned)atoi(other) : own);
}

/* The port goes this often, each time after a random number of octets more. */
static void unplug_often(struct gateway_process *gateway, int times, int most)
{
    long octets = 0;

    for (int i = 0; i < times; i++) {
        octets += 1 + random() % most;
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"unplug\",\"after_read\":%ld,\"back_ms\":20}",
                     octets);
    }
}

/* Texts come and notices go while it is disturbed; then all is well, and what waits comes to its end. */
static struct books live_through(struct gateway_process *gateway, int texts)
{
    books_wait(gateway, texts, PATIENCE_MS);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    assert_true(books_wait(gateway, texts, PATIENCE_MS));
    sleep_ms(300);
    assert_true(books_wait(gateway, texts, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, 3000), 0);
    return books_agree(gateway, NULL);
}

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

/* ---- the port goes ---- */

static void unplugged_at_any_octet_of_a_send_nothing_is_lost_or_doubled(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "send_timeout = 2");

    seed(1);
    gateway_run(gateway);
    unplug_often(gateway, 12, 900);
    books_queue(gateway, "+86139001", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES - 12);
    assert_int_equal(books.waiting, 0);
    gateway_end(gateway);
}

static void unplugged_at_any_octet_of_its_start_it_comes_up_and_loses_nothing(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    seed(2);
    unplug_often(gateway, 20, 300);
    books_queue(gateway, "+86139002", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    gateway_spawn(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES - 20);
    assert_int_equal(books.waiting, 0);
    gateway_end(gateway);
}

/* ---- octets change on their way ---- */

static void damaged_octets_take_nothing_unread_from_the_modem(void **state)
{
    (void)state;
    struct gateway_process *gateway =
        gateway_begin(&(struct emulator_options){ .seed = 3 }, "command_timeout = 1\n send_timeout = 1");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"garble\",\"fraction\":0.001}");
    books_queue(gateway, "+86139003", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    books_wait(gateway, TEXTS, PATIENCE_MS);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"none\"}");
    assert_true(books_wait(gateway, TEXTS, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    /* what the form does not show comes altered, maybe as something else: but it comes */
    assert_true(gateway_count(gateway, "SELECT count(*) FROM events") >= TEXTS);
    gateway_end(gateway);
}

static void with_verify_damaged_octets_change_nothing(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .seed = 4 },
                                                    "command_timeout = 1\n send_timeout = 1\n verify = yes");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"garble\",\"fraction\":0.001}");
    books_queue(gateway, "+86139004", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES - 3);
    assert_int_equal(
        gateway_count(gateway, "SELECT count(*) FROM events WHERE kind = 'receipt' AND status <> 0"), 0);
    gateway_end(gateway);
}

/* ---- the modem falls silent, restarts, errs ---- */

static void stalls_are_waited_out(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "command_timeout = 1\n send_timeout = 1");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"stall\",\"ms\":1200,\"after_commands\":23}");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"stall\",\"ms\":1200,\"after_read\":5000}");
    books_queue(gateway, "+86139005", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES - 3);
    gateway_end(gateway);
}

static void restarts_of_the_modem_in_the_middle_of_anything_are_lived_through(void **state)
{
    (void)state;
    struct gateway_process *gateway =
        gateway_begin(&(struct emulator_options){ .boot_ms = 30 }, "command_timeout = 1");
    long octets = 0;

    seed(6);
    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"after_commands\":41,\"repeat\":1}");
    for (int i = 0; i < 4; i++)
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"boot\",\"after_read\":%ld}",
                     octets += 1 + random() % 900);
    books_queue(gateway, "+86139006", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES - 6);
    gateway_end(gateway);
}

static void errors_now_and_then_lose_nothing(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"error\",\"every\":7,\"code\":500}");
    books_queue(gateway, "+86139007", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES - 15);
    assert_int_equal(books.unknown, 0);
    gateway_end(gateway);
}

/* ---- storage and announcements ---- */

static void a_full_storage_is_emptied_and_the_rest_comes(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .slots = 5 }, "");

    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"full\"}");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"full\",\"off\":true,\"after_ms\":700}");
    books_queue(gateway, "+86139008", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    gateway_run(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES);
    gateway_end(gateway);
}

static void announcements_twice_and_in_bursts_are_borne(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"duplicate\"}");
    gateway_tell(gateway,
                 "{\"cmd\":\"fault\",\"kind\":\"burst\",\"n\":500,\"after_commands\":10,\"repeat\":5}");
    books_queue(gateway, "+86139009", NOTICES, "明天上午九点开村民会");
    flood(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES);
    gateway_end(gateway);
}

static void a_text_the_network_brings_twice_is_kept_once(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    gateway_tell(gateway,
                 "{\"cmd\":\"text\",\"from\":\"+8613903500001\",\"text\":\"村里的路灯坏了，晚上看不见路\","
                 "\"times\":3}");
    struct books books = live_through(gateway, 1);
    books_received(gateway, 1);
    assert_int_equal(books.notices, 1);
    assert_int_equal(books.delivered, 1);
    gateway_end(gateway);
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
    struct books books = live_through(gateway, 1);
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
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"delay_ms\":4500}");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":2,\"late_ms\":2500}");
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
    assert_int_equal(gateway_stop_within(gateway, 3000), 0);
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
    assert_int_equal(gateway_stop_within(gateway, 3000), 0);
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
    flood(gateway);
    struct books books = live_through(gateway, TEXTS);
    check_all(gateway, &books, TEXTS + NOTICES);
    gateway_end(gateway);
}

/* ---- it is told to stop ---- */

/* Until the gateway has nothing more to ask after its start. */
static void wait_for_silence(struct gateway_process *gateway)
{
    long before = -1, now = 0;

    while (now != before) {
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
    assert_int_equal(gateway_stop_within(gateway, 3000), 0);
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
    sleep_ms(200);
    assert_int_equal(gateway_stop_within(gateway, 3000), 0);
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
        sleep_ms(100);
        assert_int_equal(gateway_stop_within(gateway, 3000), 0);
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
    sleep_ms(500);
    assert_int_equal(gateway_stop_within(gateway, 3000), 0);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"plug\"}");
    check_next_start(gateway, 0);
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unplugged_at_any_octet_of_a_send_nothing_is_lost_or_doubled),
        cmocka_unit_test(unplugged_at_any_octet_of_its_start_it_comes_up_and_loses_nothing),
        cmocka_unit_test(damaged_octets_take_nothing_unread_from_the_modem),
        cmocka_unit_test(with_verify_damaged_octets_change_nothing),
        cmocka_unit_test(stalls_are_waited_out),
        cmocka_unit_test(restarts_of_the_modem_in_the_middle_of_anything_are_lived_through),
        cmocka_unit_test(errors_now_and_then_lose_nothing),
        cmocka_unit_test(a_full_storage_is_emptied_and_the_rest_comes),
        cmocka_unit_test(announcements_twice_and_in_bursts_are_borne),
        cmocka_unit_test(a_text_the_network_brings_twice_is_kept_once),
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
