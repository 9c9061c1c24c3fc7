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

enum { TEXTS = 40, NOTICES = 20 };

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
    books_flood(gateway, TEXTS);
    struct books books = books_live_through(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
    gateway_spawn(gateway);
    struct books books = books_live_through(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
    struct books books = books_live_through(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
    struct books books = books_live_through(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
    struct books books = books_live_through(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
    struct books books = books_live_through(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
    gateway_run(gateway);
    struct books books = books_live_through(gateway, TEXTS);
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
    books_flood(gateway, TEXTS);
    struct books books = books_live_through(gateway, TEXTS);
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
    struct books books = books_live_through(gateway, 1);
    books_received(gateway, 1);
    assert_int_equal(books.notices, 1);
    assert_int_equal(books.delivered, 1);
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
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
