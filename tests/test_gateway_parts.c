/*
 * Texts of several parts through the whole program, in and out, and what reports say of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include <talloc.h>

#include "tests/support/gateway_books.h"

enum { LONG_TEXTS = 30 };

#define WHOLE "SELECT count(*) FROM events WHERE kind = 'text'"
#define STATE(state) "SELECT count(*) FROM notices WHERE state = '" state "'"

static const char long_words[] =
    "村东头的路被大雨冲断了，三轮车过不去，孩子上学要绕五里山路，老人看病也出不去。我们自己填过两次土，一下雨"
    "又冲"
    "走了，请派人来看看，能不能修一段水泥路，再挖一条排水沟。村里七十多户人家都盼着，农忙前要是修不好，秋天的"
    "玉米"
    "苹果就运不出去了，去年就烂了不少，收果子的车进不来，只好半价卖给二道贩子，大家心里都急。";

/* Thirty texts of three parts each, shuffled; stamped so many seconds from now. from: one number or many. */
static void take_shuffled(long offset, const char *from, bool is_one)
{
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    for (int i = 1; i <= LONG_TEXTS; i++)
        gateway_tell(
            gateway,
            "{\"cmd\":\"text\",\"from\":\"%s%02d\",\"text\":\"第%d户：%s\",\"hold\":true,\"reference\":%d,"
            "\"scts_offset\":%ld}",
            from, is_one ? 0 : i, i, long_words, i, offset);
    assert_int_equal(emulator_stat(gateway->client, "held"), 3 * LONG_TEXTS);
    gateway_tell(gateway, "{\"cmd\":\"release\",\"window\":8}");
    assert_true(gateway_wait(gateway, WHOLE, LONG_TEXTS, PATIENCE_MS));
    assert_true(books_wait(gateway, LONG_TEXTS, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, WHOLE), LONG_TEXTS);
    assert_int_equal(gateway_count(gateway, "SELECT count(DISTINCT text) FROM events WHERE kind = 'text'"),
                     LONG_TEXTS);
    assert_int_equal(gateway_count(gateway, talloc_asprintf(gateway,
                                                            "SELECT count(*) FROM events WHERE kind = 'text'"
                                                            " AND text LIKE '第%%户：%s'",
                                                            long_words)),
                     LONG_TEXTS);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM events WHERE outcome = 'waiting'"), 0);
    if (!is_one)
        assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM cases"), LONG_TEXTS);
    assert_int_equal(gateway_stop(gateway), 0);
    if (!is_one) /* answers to one phone may be in the same words */
        books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void long_texts_of_now_are_whole_however_shuffled(void **state)
{
    (void)state;
    take_shuffled(0, "+86139035100", false);
}

static void long_texts_of_two_days_ago_are_whole(void **state)
{
    (void)state;
    take_shuffled(-2L * 86400, "+86139035200", false);
}

static void long_texts_of_next_year_are_whole(void **state)
{
    (void)state;
    take_shuffled(365L * 86400, "+86139035300", false);
}

static void long_texts_of_one_phone_are_told_apart(void **state)
{
    (void)state;
    take_shuffled(0, "+86139035400", true);
    take_shuffled(-2L * 86400, "+86139035400", true);
    take_shuffled(365L * 86400, "+86139035400", true);
}

/* ---- out ---- */

static void send_long(struct gateway_process *gateway, const char *number)
{
    int code;

    gateway_command(gateway, &code, "send %s '%s'", number, long_words);
    assert_int_equal(code, 0);
}

static void every_part_must_arrive_for_a_notice_to_be_delivered(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    gateway_tell(gateway,
                 "{\"cmd\":\"report\",\"mode\":\"delivered\",\"to\":\"+8613903530001\",\"delay_ms\":300}");
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"repeated\",\"to\":\"+8613903530002\"}");
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"failed\",\"to\":\"+8613903530003\",\"status\":70}");
    gateway_tell(gateway,
                 "{\"cmd\":\"report\",\"mode\":\"pending\",\"to\":\"+8613903530004\",\"delay_ms\":700}");
    gateway_run(gateway);
    for (int i = 1; i <= 5; i++)
        send_long(gateway, talloc_asprintf(gateway, "1390353000%d", i));
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 3, PATIENCE_MS));
    assert_true(gateway_wait(gateway, STATE("FAILED"), 1, PATIENCE_MS));
    assert_true(books_wait(gateway, 0, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, STATE("DELIVERED")), 3);
    assert_int_equal(gateway_count(gateway, STATE("FAILED") " AND recipient = '+8613903530003'"), 1);
    assert_int_equal(gateway_count(gateway, STATE("SENT") " AND recipient = '+8613903530005'"), 1);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices WHERE parts = 3"), 5);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

/* 23.040 9.2.3.15: 0x60 and above, the centre has given up for now. */
static void what_the_network_gave_up_for_now_is_sent_again_whole(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"failed\",\"to\":\"+8613903530011\",\"status\":98}");
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"failed\",\"to\":\"+8613903530012\",\"status\":65}");
    gateway_run(gateway);
    send_long(gateway, "13903530011");
    gateway_command(gateway, NULL, "send 13903530012 水费可以在村委会交");
    assert_true(
        gateway_wait(gateway, STATE("READY") " AND why = 'status report: TP-ST 0x62'", 1, PATIENCE_MS));
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"to\":\"+8613903530011\"}");
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 1, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, STATE("FAILED") " AND attempts = 1"), 1);
    assert_int_equal(emulator_stat(gateway->client, "sent"), 7);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_end(gateway);
}

/* Each part has the reference of the whole, so the phone joins them whenever they come. */
static void assert_arrives_whole(struct gateway_process *gateway, const char *states)
{
    struct emulator_delivery delivery;

    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_int_equal(delivery.parts, 3);
    assert_non_null(strstr(delivery.text, long_words));
    assert_true(gateway_wait(gateway, states, 1, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "sent"), 3);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
}

static void what_follows_a_part_that_was_not_answered_goes_later_and_reports_settle_all(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "send_timeout = 1\n command_timeout = 1");

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"delay_ms\":1500}");
    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903530006"));
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1}");
    send_long(gateway, "13903530006");
    assert_arrives_whole(gateway, STATE("DELIVERED"));
    gateway_end(gateway);
}

static void a_text_of_which_a_part_was_never_answered_nor_reported_is_unknown(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "send_timeout = 1\n command_timeout = 1");

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1}");
    send_long(gateway, "13903530006");
    assert_true(gateway_wait(gateway, STATE("UNKNOWN"), 1, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "sent"), 3);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_run(gateway);
    assert_int_equal(gateway_count(gateway, STATE("UNKNOWN")), 1);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

/* 28: unidentified subscriber; 42, four times in a row: congestion. Parts 2 and 3 were certainly not
 * sent. */
static void the_rest_of_a_text_that_was_refused_goes_later_under_the_same_reference(void **state)
{
    (void)state;
    static const char *const refusals[] = { "\"count\":1,\"code\":28", "\"count\":4,\"code\":42" };

    for (size_t i = 0; i < 2; i++) {
        struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .send_ms = 500 }, "");

        gateway_run(gateway);
        assert_true(emulator_watch(gateway->client, "+8613903530006"));
        send_long(gateway, "13903530006");
        /* while the answer to the first part is awaited */
        assert_true(gateway_wait_stat(gateway, "sent", 1, PATIENCE_MS));
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",%s}", refusals[i]);
        assert_true(gateway_wait(gateway, STATE("READY") " AND parts_sent = 1", 1, PATIENCE_MS));
        assert_int_equal(emulator_stat(gateway->client, "sent"), 1);
        assert_arrives_whole(gateway, STATE("DELIVERED"));
        gateway_end(gateway);
    }
}

static void a_stop_in_the_middle_of_a_text_leaves_its_rest_for_the_next_start(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .send_ms = 1500 }, "");

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903530006"));
    send_long(gateway, "13903530006");
    assert_true(gateway_wait_stat(gateway, "sent", 1, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    assert_int_equal(gateway_count(gateway, STATE("READY") " AND parts_sent IN (1, 2)"), 1);
    gateway_run(gateway);
    /* the report on the part under way may be lost with the port */
    assert_arrives_whole(gateway,
                         "SELECT count(*) FROM notices WHERE state IN ('SENT', 'DELIVERED', 'UNKNOWN')");
    gateway_end(gateway);
}

/* The part under way may be out and is never sent twice; the others were not armed, and go after the start.
 */
static void a_kill_in_the_middle_of_a_text_leaves_its_rest_for_the_next_start(void **state)
{
    (void)state;
    for (int part = 1; part <= 2; part++) {
        struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .send_ms = 700 }, "");

        gateway_run(gateway);
        assert_true(emulator_watch(gateway->client, "+8613903530006"));
        send_long(gateway, "13903530006");
        /* armed and not in the modem, the next part would never go */
        assert_true(gateway_wait_stat(gateway, "handed", part + 1, PATIENCE_MS));
        gateway_kill(gateway);
        assert_true(emulator_stat(gateway->client, "sent") >= part); /* one more on a slow machine */
        gateway_run(gateway);
        /* the reports on the part under way, and its reference, may be lost with the port */
        assert_arrives_whole(gateway,
                             "SELECT count(*) FROM notices WHERE state IN ('SENT', 'DELIVERED', 'UNKNOWN')");
        gateway_end(gateway);
    }
}

static void a_report_settles_a_text_whose_answer_was_lost(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "send_timeout = 1\n command_timeout = 1");

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"delay_ms\":1500}");
    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":1}");
    gateway_command(gateway, NULL, "send 13903530007 水费可以在村委会交");
    assert_true(gateway_wait(gateway, STATE("UNKNOWN"), 1, PATIENCE_MS));
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 1, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void the_rest_of_a_text_is_tried_again_when_the_network_refuses_it_for_a_moment(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    /* the second part */
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"after_commands\":1}");
    send_long(gateway, "13903530008");
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 1, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "refused"), 1);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

/* The modem's TP-MR comes round twice while all reports are outstanding. */
static void queue_to_one_phone(struct gateway_process *gateway, int n)
{
    char *path = talloc_asprintf(gateway, "%s/queue.tsv", gateway->folder);
    FILE *out = fopen(path, "w");
    int code;

    assert_non_null(out);
    for (int i = 1; i <= n; i++)
        fprintf(out, "13903530020\t%d：水费可以在村委会交\n", i);
    fclose(out);
    gateway_command(gateway, &code, "send - < '%s'", path);
    assert_int_equal(code, 0);
}

/* So many more; then the second passes, for the stamps of texts with the same reference have to differ. */
static void send_to_one_phone(struct gateway_process *gateway, int n, int in_all)
{
    time_t last;

    queue_to_one_phone(gateway, n);
    assert_true(gateway_wait_stat(gateway, "sent", in_all, PATIENCE_MS));
    last = time(NULL);
    while (time(NULL) <= last + 1)
        sleep_ms(20);
}

static void six_hundred_reports_on_one_phone_settle_the_text_they_are_of(void **state)
{
    (void)state;
    enum { ROUND = 256, ALL = 600 }; /* ROUND: references there are */
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"failed\",\"status\":70,\"delay_ms\":20000}");
    send_to_one_phone(gateway, ROUND, ROUND);
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"delivered\",\"delay_ms\":20000}");
    send_to_one_phone(gateway, ROUND, 2 * ROUND);
    send_to_one_phone(gateway, ALL - 2 * ROUND, ALL);
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM events WHERE kind = 'receipt'", ALL, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, STATE("FAILED") " AND id <= 256"), ROUND);
    assert_int_equal(gateway_count(gateway, STATE("DELIVERED") " AND id > 256"), ALL - ROUND);
    assert_int_equal(emulator_stat(gateway->client, "sent"), ALL);
    gateway_end(gateway);
}

static void what_a_phone_gets_of_a_long_text_is_whole(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    struct emulator_delivery delivery;

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903530009"));
    send_long(gateway, "13903530009");
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_int_equal(delivery.parts, 3);
    assert_non_null(strstr(delivery.text, long_words));
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_texts_of_now_are_whole_however_shuffled),
        cmocka_unit_test(long_texts_of_two_days_ago_are_whole),
        cmocka_unit_test(long_texts_of_next_year_are_whole),
        cmocka_unit_test(long_texts_of_one_phone_are_told_apart),
        cmocka_unit_test(every_part_must_arrive_for_a_notice_to_be_delivered),
        cmocka_unit_test(what_the_network_gave_up_for_now_is_sent_again_whole),
        cmocka_unit_test(what_follows_a_part_that_was_not_answered_goes_later_and_reports_settle_all),
        cmocka_unit_test(a_text_of_which_a_part_was_never_answered_nor_reported_is_unknown),
        cmocka_unit_test(the_rest_of_a_text_that_was_refused_goes_later_under_the_same_reference),
        cmocka_unit_test(a_stop_in_the_middle_of_a_text_leaves_its_rest_for_the_next_start),
        cmocka_unit_test(a_kill_in_the_middle_of_a_text_leaves_its_rest_for_the_next_start),
        cmocka_unit_test(a_report_settles_a_text_whose_answer_was_lost),
        cmocka_unit_test(the_rest_of_a_text_is_tried_again_when_the_network_refuses_it_for_a_moment),
        cmocka_unit_test(six_hundred_reports_on_one_phone_settle_the_text_they_are_of),
        cmocka_unit_test(what_a_phone_gets_of_a_long_text_is_whole),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
