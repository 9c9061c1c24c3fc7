/*
 * Several modems, whose turn it is, and what is no text: calls, notices without words, balances.
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

#include "gateway/clock.h"
#include "gateway/knock.h"
#include "store/notices.h"
#include "tests/support/gateway_books.h"

enum { LOOK_MS = 700 };

#define STATE(state) "SELECT count(*) FROM notices WHERE state = '" state "'"
#define CALLS "SELECT count(*) FROM events WHERE kind = 'call'"
#define WORDS "明天上午九点开村民会"

static void queue(struct gateway_process *gateway, int n)
{
    books_queue(gateway, "+86139036", n, WORDS);
}

/* ---- whose turn ---- */

static void an_answer_overtakes_what_many_wait_for(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .send_ms = 100 }, "");
    struct emulator_delivery delivery;

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903550001"));
    queue(gateway, 200);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 3, PATIENCE_MS));
    long before = emulator_stat(gateway->client, "sent");
    assert_true(emulator_text(gateway->client, "+8613903550001", "我家的低保停发了"));
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    /* fewer than the line had claimed already */
    assert_in_range(emulator_stat(gateway->client, "sent") - before, 1, 16);
    gateway_end(gateway);
}

/* The line has given back what it had claimed, for it may send no more. */
static void wait_for_pause(struct gateway_process *gateway)
{
    assert_true(gateway_wait(gateway, "SELECT count(*) = 0 FROM notices WHERE state IN ('CLAIMED', 'ARMED')",
                             1, PATIENCE_MS));
}

/* The line pauses: it has given back what it claimed, and sends nothing more while we look. */
static void assert_paused(struct gateway_process *gateway, long sent)
{
    wait_for_pause(gateway);
    for (int looked = 0; looked < LOOK_MS; looked += 20) {
        assert_int_equal(emulator_stat(gateway->client, "sent"), sent);
        sleep_ms(20);
    }
}

static void no_more_go_out_in_a_minute_than_configured(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "per_minute = 3");

    gateway_run(gateway);
    queue(gateway, 20);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 3, PATIENCE_MS));
    assert_paused(gateway, 3);
    assert_int_equal(gateway_count(gateway, STATE("READY")), 17);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void danger_is_answered_though_the_minute_is_full(void **state)
{
    struct emulator_delivery delivery;

    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "per_minute = 3 per_day = 4");

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903550001"));
    queue(gateway, 20);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 3, PATIENCE_MS));
    assert_paused(gateway, 3);
    assert_true(emulator_text(gateway->client, "+8613903550001", "我家着火了，快来人"));
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "119"));
    assert_true(emulator_text(gateway->client, "+8613903550001", "有人受伤了，流血不止，快来"));
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "120"));
    assert_int_equal(gateway_count(gateway, STATE("READY")), 17);
    gateway_end(gateway);
}

/* Asia/Shanghai, as the gateway's own days. */
static long today(void)
{
    return (long)((time(NULL) + 8 * 3600) / 86400);
}

static void a_minute_is_remembered_however_the_gateway_ended(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "per_minute = 5");

    gateway_run(gateway);
    queue(gateway, 30);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 5, PATIENCE_MS));
    gateway_kill(gateway);
    gateway_run(gateway);
    assert_paused(gateway, 5);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_run(gateway);
    assert_paused(gateway, 5);
    gateway_end(gateway);
}

/* 648 characters, 10 parts. */
static void a_long_text_counts_as_many(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "per_minute = 12");
    char *words = talloc_strdup(gateway, "");

    for (int i = 0; i < 81; i++)
        words = talloc_strdup_append(words, "水管明天修好再说");
    gateway_command(gateway, NULL, "send 13903570001 '%s'", words);
    queue(gateway, 5);
    gateway_run(gateway);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 3, PATIENCE_MS));
    assert_paused(gateway, 12);
    gateway_end(gateway);
}

static void what_was_never_answered_counts_for_its_day(void **state)
{
    (void)state;
    struct gateway_process *gateway =
        gateway_begin(NULL, "per_day = 2\n send_timeout = 1\n command_timeout = 1");

    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"swallow_send\",\"count\":0}");
    gateway_run(gateway);
    queue(gateway, 6);
    assert_true(gateway_wait(gateway, STATE("UNKNOWN"), 2, PATIENCE_MS));
    wait_for_pause(gateway);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_run(gateway);
    assert_paused(gateway, 2);
    gateway_end(gateway);
}

static void a_clock_set_to_another_day_ends_the_pause(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "per_day = 2");
    const char *file = talloc_asprintf(gateway, "%s/clock", gateway->folder);
    int64_t noon = 1795233600; /* 2026-11-21 12:00 in China */

    assert_true(clock_set(file, noon));
    setenv("XIANGYIN_CLOCK", file, 1);
    gateway_run(gateway);
    queue(gateway, 5);
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM notices WHERE sent_at > 0", 2, PATIENCE_MS));
    assert_paused(gateway, 2);
    assert_true(clock_set(file, noon + 86400));
    gateway_command(gateway, NULL, "send 13903570001 好");
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM notices WHERE sent_at > 0", 4, PATIENCE_MS));
    assert_paused(gateway, 4);
    assert_true(clock_set(file, noon)); /* that day is still full */
    gateway_command(gateway, NULL, "send 13903570002 好");
    assert_paused(gateway, 4);
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

/* ---- quiet hours ---- */

#define NIGHT 1795267800 /* 2026-11-21 21:30 in China */
#define EVENING (NIGHT - 32 * 60)
#define MORNING (NIGHT + 11 * 3600)
#define SENT "SELECT count(*) FROM notices WHERE sent_at > 0"

static void set_clock(struct gateway_process *gateway, int64_t at)
{
    const char *file = talloc_asprintf(gateway, "%s/clock", gateway->folder);

    assert_true(clock_set(file, at));
    setenv("XIANGYIN_CLOCK", file, 1);
}

/* The same, and says so. */
static void move_clock(struct gateway_process *gateway, int64_t at)
{
    set_clock(gateway, at);
    knock_send(gateway->url);
}

static struct gateway_process *begin_with_quiet_hours(const struct emulator_options *options)
{
    struct gateway_process *gateway = gateway_begin(options, "");

    assert_int_equal(
        system(talloc_asprintf(gateway, "sed -i 's/\"off\"/\"21:00-08:00\"/' '%s'", gateway->config)), 0);
    set_clock(gateway, EVENING);
    gateway_run(gateway);
    return gateway;
}

/* What no operator wrote; due since EVENING. */
static void add_notices(struct gateway_process *gateway, const char *prefix, int n, bool any_hour)
{
    const char *error = "";
    struct store *store = store_open(gateway, talloc_asprintf(gateway, "sqlite:%s", gateway->url), &error);

    assert_non_null(store);
    assert_true(store_begin(store, STORE_BUSY_MS));
    for (int i = 0; i < n; i++) {
        struct notice notice = { .to = talloc_asprintf(gateway, "%s%02d", prefix, i),
                                 .text = talloc_asprintf(gateway, "%d：" WORDS, i),
                                 .name = "progress",
                                 .line = "",
                                 .priority = PRIORITY_NOTICE,
                                 .any_hour = any_hour,
                                 .due_at = EVENING,
                                 .created_at = EVENING,
                                 .why = "",
                                 .data = "" };

        assert_true(store_add_notice(store, &notice));
    }
    assert_true(store_commit(store));
    talloc_free(store);
    knock_send(gateway->url);
}

static void what_an_outage_held_up_waits_for_the_morning(void **state)
{
    (void)state;
    struct gateway_process *gateway = begin_with_quiet_hours(NULL);

    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"unplug\"}");
    gateway_wait_down(gateway);
    add_notices(gateway, "+86139035900", 3, false);
    move_clock(gateway, NIGHT);
    add_notices(gateway, "+86139035901", 1, true);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"plug\"}");
    assert_true(gateway_wait(gateway, SENT, 1, PATIENCE_MS));
    assert_paused(gateway, 1);
    move_clock(gateway, MORNING);
    assert_true(gateway_wait(gateway, SENT, 4, PATIENCE_MS));
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

static void a_text_that_was_refused_in_the_evening_waits_for_the_morning(void **state)
{
    (void)state;
    struct gateway_process *gateway = begin_with_quiet_hours(NULL);

    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"code\":42}");
    add_notices(gateway, "+86139035900", 1, false);
    assert_true(gateway_wait(gateway, STATE("READY") " AND attempts = 1", 1, PATIENCE_MS));
    move_clock(gateway, NIGHT);
    add_notices(gateway, "+86139035901", 1, true);
    assert_true(gateway_wait(gateway, SENT, 1, PATIENCE_MS));
    assert_paused(gateway, 1);
    move_clock(gateway, MORNING);
    assert_true(gateway_wait(gateway, SENT, 2, PATIENCE_MS));
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

static void what_was_claimed_in_the_evening_is_given_back_at_night(void **state)
{
    (void)state;
    struct gateway_process *gateway = begin_with_quiet_hours(&(struct emulator_options){ .send_ms = 300 });

    add_notices(gateway, "+86139035900", 20, false);
    assert_true(gateway_wait(gateway, SENT, 2, PATIENCE_MS));
    set_clock(gateway, EVENING + 180); /* well within the lease, and nobody knocks */
    assert_true(gateway_wait(gateway, "SELECT count(*) = 0 FROM notices WHERE state IN ('CLAIMED', 'ARMED')",
                             1, PATIENCE_MS));
    long sent = emulator_stat(gateway->client, "sent");
    assert_in_range(sent, 2, 10);
    add_notices(gateway, "+86139035901", 1, true);
    assert_true(gateway_wait(gateway, SENT " AND any_hour = 1", 1, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "sent"), sent + 1);
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

static void no_more_go_out_in_a_day_than_configured_whatever_restarts(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "per_day = 5");
    long day = today();

    gateway_run(gateway);
    queue(gateway, 12);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 5, PATIENCE_MS));
    for (int i = 0; i < 2; i++) {
        wait_for_pause(gateway);
        assert_int_equal(gateway_stop(gateway), 0);
        gateway_run(gateway);
    }
    /* an answer goes first, so the line has looked once it has not gone */
    wait_for_pause(gateway);
    long sent = emulator_stat(gateway->client, "sent");
    assert_in_range(sent, 5, 5 * (today() - day + 1));
    assert_int_equal(gateway_count(gateway, STATE("READY")), 12 - sent);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void a_number_nobody_has_holds_up_no_other(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":0,\"code\":1,"
                          "\"to\":\"+8613903600002\"}");
    gateway_run(gateway);
    queue(gateway, 20);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 19, PATIENCE_MS));
    assert_true(gateway_wait(gateway, STATE("FAILED"), 1, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "refused"), 1);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void a_number_refused_for_a_moment_is_tried_later_and_holds_up_no_other(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"code\":41,"
                          "\"to\":\"+8613903600002\"}");
    gateway_run(gateway);
    queue(gateway, 20);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 19, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, STATE("READY") " AND attempts = 1"), 1);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 20, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

static void what_the_centre_refuses_for_good_is_not_tried_again(void **state)
{
    static const int codes[] = { 1, 28, 30, 96, 128, 145, 176, 195, 196, 197, 199 };
    enum { CODES = sizeof codes / sizeof *codes };
    struct gateway_process *gateway = gateway_begin(NULL, "");

    (void)state;
    gateway_run(gateway);
    for (size_t i = 0; i < CODES; i++) {
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"code\":%d}",
                     codes[i]);
        gateway_command(gateway, NULL, "send 1390360%04zu 明天上午九点开村民会", i);
        assert_true(gateway_wait(gateway, STATE("FAILED"), (long)i + 1, PATIENCE_MS));
    }
    assert_int_equal(gateway_count(gateway, STATE("FAILED") " AND attempts = 1"), CODES);
    assert_int_equal(emulator_stat(gateway->client, "sent"), 0);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_end(gateway);
}

/* The network may have it: sent again, the villager would read it twice. */
static void what_may_have_been_sent_is_unknown_and_not_sent_again(void **state)
{
    static const int codes[] = { 500, 332, 512 };
    struct gateway_process *gateway = gateway_begin(NULL, "");

    (void)state;
    gateway_run(gateway);
    for (int i = 0; i < 3; i++) {
        gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":1,\"code\":%d}",
                     codes[i]);
        gateway_command(gateway, NULL, "send 1390360000%d 明天上午九点开村民会", i);
        assert_true(gateway_wait(gateway, STATE("UNKNOWN"), i + 1, PATIENCE_MS));
        gateway_command(gateway, NULL, "send 1390360001%d 明天上午九点开村民会", i);
        assert_true(gateway_wait(gateway, STATE("DELIVERED"), i + 1, PATIENCE_MS));
    }
    assert_int_equal(gateway_count(gateway, STATE("UNKNOWN") " AND attempts = 1"), 3);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, NULL);
    gateway_end(gateway);
}

/* ---- a SIM that may not send ---- */

#define BARRED "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":0,\"code\":8}"

static void a_barred_sim_alone_gives_up_no_more_than_two_and_says_so(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_configure(gateway, "operator = \"13903559999\"\n");
    gateway_tell(gateway, BARRED);
    gateway_run(gateway);
    queue(gateway, 12);
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM notices WHERE name = 'alert-refused'", 1, PATIENCE_MS));
    wait_for_pause(gateway);
    assert_in_range(gateway_count(gateway, STATE("FAILED")), 1, 2);
    assert_true(gateway_count(gateway, STATE("READY") " AND name = 'send'") >= 10);
    assert_in_range(emulator_stat(gateway->client, "refused"), 3, 4);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_end(gateway);
}

/* One number that is barred says nothing of the SIM, however often it is refused. */
static void one_number_refused_again_and_again_is_no_barred_sim(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_configure(gateway, "operator = \"13903559999\"\n");
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":0,\"code\":8,"
                          "\"to\":\"+8613903600002\"}");
    gateway_run(gateway);
    for (int i = 0; i < 5; i++) {
        gateway_command(gateway, NULL, "send 13903600002 明天上午九点开村民会，第%d次", i);
        assert_true(gateway_wait(gateway, STATE("FAILED"), i + 1, PATIENCE_MS));
    }
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices WHERE name = 'alert-refused'"), 0);
    gateway_command(gateway, NULL, "send 13903600003 明天上午九点开村民会");
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 1, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_end(gateway);
}

/* ---- calls ---- */

static void call(struct gateway_process *gateway, const char *from)
{
    long before = gateway_count(gateway, CALLS);

    gateway_tell(gateway, "{\"cmd\":\"call\",\"from\":\"%s\",\"rings\":3,\"interval_ms\":100}", from);
    assert_true(gateway_wait(gateway, CALLS, before + 1, PATIENCE_MS));
}

static void a_call_is_one_event_and_asks_for_a_text_once_a_day(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    struct emulator_delivery delivery;

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903550002"));
    call(gateway, "13903550002");
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "短信"));
    call(gateway, "+8613903550002");
    call(gateway, ""); /* withheld */
    assert_true(books_wait(gateway, 3, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, CALLS), 3);
    assert_int_equal(gateway_count(gateway, CALLS " AND sender = '+8613903550002'"), 2);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices"), 1);
    gateway_end(gateway);
}

static void a_call_that_rings_when_the_gateway_stops_is_kept(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    struct emulator_delivery delivery;

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903550009"));
    gateway_tell(gateway, "{\"cmd\":\"call\",\"from\":\"+8613903550009\",\"rings\":100,\"interval_ms\":200}");
    assert_true(gateway_wait_stat(gateway, "rings", 1, PATIENCE_MS));
    assert_int_equal(gateway_stop_within(gateway, STOP_MS), 0);
    assert_int_equal(gateway_count(gateway, CALLS " AND sender = '+8613903550009'"), 1);
    gateway_run(gateway);
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "短信"));
    gateway_end(gateway);
}

static void a_call_may_be_a_task_for_the_operator(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "missed_call = \"task\"");
    struct emulator_delivery delivery;

    gateway_configure(gateway, "operator = \"13903559999\"\n");
    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903559999"));
    call(gateway, "+8613903550003");
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "13903550003"));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices"), 1);
    gateway_end(gateway);
}

static void a_call_may_be_met_with_silence(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "missed_call = \"silence\"");

    gateway_run(gateway);
    call(gateway, "+8613903550004");
    assert_true(books_wait(gateway, 1, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices"), 0);
    gateway_end(gateway);
}

/* ---- what is no text ---- */

/* 23.040 9.2.2.1 from +8613903550005: TP-UDHI with ports for an MMS notification; voice mail by TP-DCS. */
#define DELIVER_FROM "0D91683109530500F5"
#define STAMP "62111101000023"

static void notices_of_mms_and_voice_mail_are_answered_once_with_help(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "");
    struct emulator_delivery delivery;

    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903550005"));
    gateway_tell(gateway, "{\"cmd\":\"text\",\"pdu\":\"0044" DELIVER_FROM "00F5" STAMP
                          "0C0605040B8423F00106022DBE\"}");
    gateway_tell(gateway, "{\"cmd\":\"text\",\"pdu\":\"0004" DELIVER_FROM "00C8" STAMP "00\"}");
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM events", 2, PATIENCE_MS));
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "短信"));
    assert_true(books_wait(gateway, 2, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM events WHERE kind = 'notification'"), 2);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices"), 1);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM cases"), 0);
    gateway_end(gateway);
}

static void what_is_for_the_sim_the_modem_or_nobody_is_kept_and_never_answered(void **state)
{
    (void)state;
    static const char *const pdus[] = {
        "0004" DELIVER_FROM "4000" STAMP "03E8321B",                 /* TP-PID 40: short message type 0 */
        "0004" DELIVER_FROM "7FF6" STAMP "04027000FF",               /* (U)SIM data download, class 2 */
        "0004" DELIVER_FROM "7F12" STAMP "03E8321B",                 /* the same, in 7 bits */
        "0004" DELIVER_FROM "7D00" STAMP "02E832",                   /* ME data download */
        "0044" DELIVER_FROM "00F5" STAMP "0B0605040B8423F001060401", /* WAP push: provisioning */
        "0044" DELIVER_FROM "00F5" STAMP "0B06050415810000DEADBEEF", /* for port 5505 */
    };
    enum { PDUS = sizeof pdus / sizeof *pdus };
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway);
    for (size_t i = 0; i < PDUS; i++)
        gateway_tell(gateway, "{\"cmd\":\"text\",\"pdu\":\"%s\"}", pdus[i]);
    assert_true(books_wait(gateway, PDUS, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM events WHERE kind = 'notification'"
                                            " AND outcome = 'ignored' AND sender = '+8613903550005'"),
                     PDUS);
    assert_int_equal(emulator_stat(gateway->client, "deleted"), PDUS);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices"), 0);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM cases"), 0);
    gateway_end(gateway);
}

#define UP "SELECT count(*) FROM settings WHERE name = 'line.village' AND value LIKE '%\"up\":true%'"
#define REFUSED                                                                                        \
    "SELECT count(*) FROM settings WHERE name = 'watch.village' AND value LIKE '%pin_refused\":%' AND" \
    " value NOT LIKE '%pin_refused\":0%'"

/* The tries are used up by whoever restarts the program in the hope that it helps. */
static void a_pin_that_was_refused_is_not_entered_by_the_next_run_either(void **state)
{
    (void)state;
    struct gateway_process *gateway =
        gateway_begin(&(struct emulator_options){ .pin = "1234" }, "pin = \"9999\"");

    gateway_spawn(gateway);
    assert_true(gateway_wait(gateway, REFUSED, 1, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    /* it would be right now, and is not tried: nobody could know */
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"SIM PIN\",\"pin\":\"9999\"}");
    gateway_spawn(gateway);
    /* enough to start the modem several times */
    assert_true(
        gateway_wait_stat(gateway, "commands", emulator_stat(gateway->client, "commands") + 40, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, UP), 0);
    /* somebody opens the SIM by hand: then the configured one counts again */
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"READY\"}");
    assert_true(gateway_wait(gateway, UP, 1, PATIENCE_MS));
    assert_int_equal(gateway_count(gateway, REFUSED), 0);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"sim\",\"state\":\"SIM PIN\",\"pin\":\"9999\"}");
    gateway_run(gateway);
    assert_int_equal(gateway_stop(gateway), 0);
    gateway_end(gateway);
}

static void a_low_balance_is_told_to_the_operator_once(void **state)
{
    (void)state;
    struct gateway_process *gateway = gateway_begin(NULL, "balance_ussd = \"*100#\"\n low_balance = 10");
    struct emulator_delivery delivery;

    gateway_configure(gateway, "operator = \"13903559999\"\n");
    gateway_tell(gateway, "{\"cmd\":\"ussd\",\"answer\":\"您的话费余额为3.50元。\",\"dcs\":72}");
    gateway_run(gateway);
    assert_true(emulator_watch(gateway->client, "+8613903559999"));
    assert_true(emulator_next(gateway->client, gateway, PATIENCE_MS, &delivery));
    assert_non_null(strstr(delivery.text, "3.50"));
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM notices"), 1);
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_overtakes_what_many_wait_for),
        cmocka_unit_test(no_more_go_out_in_a_minute_than_configured),
        cmocka_unit_test(danger_is_answered_though_the_minute_is_full),
        cmocka_unit_test(no_more_go_out_in_a_day_than_configured_whatever_restarts),
        cmocka_unit_test(a_minute_is_remembered_however_the_gateway_ended),
        cmocka_unit_test(a_long_text_counts_as_many),
        cmocka_unit_test(what_was_never_answered_counts_for_its_day),
        cmocka_unit_test(a_clock_set_to_another_day_ends_the_pause),
        cmocka_unit_test(what_an_outage_held_up_waits_for_the_morning),
        cmocka_unit_test(a_text_that_was_refused_in_the_evening_waits_for_the_morning),
        cmocka_unit_test(what_was_claimed_in_the_evening_is_given_back_at_night),
        cmocka_unit_test(a_number_nobody_has_holds_up_no_other),
        cmocka_unit_test(a_number_refused_for_a_moment_is_tried_later_and_holds_up_no_other),
        cmocka_unit_test(what_the_centre_refuses_for_good_is_not_tried_again),
        cmocka_unit_test(what_may_have_been_sent_is_unknown_and_not_sent_again),
        cmocka_unit_test(a_barred_sim_alone_gives_up_no_more_than_two_and_says_so),
        cmocka_unit_test(one_number_refused_again_and_again_is_no_barred_sim),
        cmocka_unit_test(a_call_is_one_event_and_asks_for_a_text_once_a_day),
        cmocka_unit_test(a_call_that_rings_when_the_gateway_stops_is_kept),
        cmocka_unit_test(a_call_may_be_a_task_for_the_operator),
        cmocka_unit_test(a_call_may_be_met_with_silence),
        cmocka_unit_test(notices_of_mms_and_voice_mail_are_answered_once_with_help),
        cmocka_unit_test(what_is_for_the_sim_the_modem_or_nobody_is_kept_and_never_answered),
        cmocka_unit_test(a_pin_that_was_refused_is_not_entered_by_the_next_run_either),
        cmocka_unit_test(a_low_balance_is_told_to_the_operator_once),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    cmocka_set_test_filter(getenv("ONLY_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
