#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/provider/fields.h"
#include "tests/support/provider_world.h"

#define TWILIO(name, behaviour, more)                       \
    "provider " name " { kind = twilio url = \"@" behaviour \
    "@\" account = AC1 secret = \"env:PROVIDER_SECRET\""    \
    " from = \"+15005550006\" " more " }\n"
#define PLAIN(name, behaviour, more)                                                                 \
    "provider " name " { url = \"@" behaviour "@/send?to={{to_digits}}&text={{text}}\" method = GET" \
    " receive = no sent_words = { \"0:\" } " more " }\n"
#define TO "+8613800138000"

static int start_server(void **state)
{
    *state = provider_world_new();
    return 0;
}

static int stop_server(void **state)
{
    provider_world_free(*state);
    return 0;
}

static int close_world(void **state)
{
    provider_world_close(*state);
    return 0;
}

static const char *asked(struct provider_world *world, const char *behaviour, size_t index, const char *field)
{
    struct json_object *request = provider_server_request(world, world->server, behaviour, index);

    assert_non_null(request);
    return json_field(world, request, field);
}

static void a_text_is_sent_once_and_known_by_the_providers_name(void **state)
{
    struct provider_world *world = *state;
    size_t before = provider_server_count(world->server, "good");
    int64_t id;

    provider_world_open(world, TWILIO("t", "good", ""));
    id = provider_world_send(world, "t", TO, "水管已修好 & 100%");
    provider_world_wait(world, id, NOTICE_SENT);
    assert_int_equal(provider_server_count(world->server, "good"), before + 1);
    assert_string_equal(asked(world, "good", before, "trouble"), "");
    assert_string_equal(asked(world, "good", before, "path"), "/2010-04-01/Accounts/AC1/Messages.json");
    assert_string_equal(asked(world, "good", before, "body"),
                        "To=%2B8613800138000&From=%2B15005550006&Body="
                        "%E6%B0%B4%E7%AE%A1%E5%B7%B2%E4%BF%AE%E5%A5%BD%20%26%20100%25");
}

static void a_configured_request_is_filled_in(void **state)
{
    struct provider_world *world = *state;
    size_t before = provider_server_count(world->server, "good");

    provider_world_open(world, PLAIN("k", "good", ""));
    provider_world_wait(world, provider_world_send(world, "k", TO, "a&b=c"), NOTICE_SENT);
    assert_string_equal(asked(world, "good", before, "query"), "to=8613800138000&text=a%26b%3Dc");
}

/* What a fault leaves, while another line goes on. */
struct fault {
    const char *provider;
    enum notice_state state;
    const char *why;
};

static const struct fault faults[] = {
    { TWILIO("f", "refused", ""), NOTICE_FAILED, "21211" },
    { TWILIO("f", "inside", ""), NOTICE_FAILED, "21610" },
    { PLAIN("f", "inside", ""), NOTICE_FAILED, "403: refused" },
    { TWILIO("f", "cut", ""), NOTICE_UNKNOWN, "no sid" },
    { TWILIO("f", "garbage", ""), NOTICE_UNKNOWN, "longer than 1 MiB" },
    { TWILIO("f", "crash", ""), NOTICE_UNKNOWN, "500" },
    { TWILIO("f", "close", ""), NOTICE_UNKNOWN, "" },
    { PLAIN("f", "close", ""), NOTICE_UNKNOWN, "" },
    { TWILIO("f", "drip", "timeout = 1"), NOTICE_UNKNOWN, "timed out" },
    { TWILIO("f", "slow", "timeout = 1"), NOTICE_SENT, "" },
    { TWILIO("f", "busy", ""), NOTICE_SENT, "" },
    { TWILIO("f", "overload", ""), NOTICE_SENT, "" },
};

static void each_fault_leaves_a_state_that_says_the_truth(void **state)
{
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        int64_t faulty, good;
        struct notice *notice;

        provider_world_open(world,
                            talloc_asprintf(world, "%s%s", faults[i].provider, TWILIO("t", "good", "")));
        faulty = provider_world_send(world, "f", TO, "x");
        good = provider_world_send(world, "t", TO, "y");
        provider_world_wait(world, good, NOTICE_SENT);
        notice = provider_world_wait(world, faulty, faults[i].state);
        if (!strstr(notice->why, faults[i].why))
            fail_msg("%s: %s", faults[i].why, notice->why);
        assert_int_equal(notice->attempts, 1);
        provider_world_close(world);
    }
}

/* By itself the line would ask again within a second. */
static void a_provider_that_says_when_is_asked_no_sooner(void **state)
{
    struct provider_world *world = *state;
    int64_t first, second;

    provider_world_open(world, TWILIO("t", "later", "connections = 1"));
    first = provider_world_send(world, "t", TO, "x");
    second = provider_world_send(world, "t", TO, "y");
    provider_world_wait(world, first, NOTICE_SENT);
    provider_world_wait(world, second, NOTICE_SENT);
    assert_int_equal(provider_server_count(world->server, "later"), 3);
    assert_true(atoll(asked(world, "later", 1, "at")) - atoll(asked(world, "later", 0, "at")) >= 3000);
}

/* Waits until the line's gauge is 0. */
static void wait_until_down(struct provider_world *world, const char *line)
{
    const char *down = talloc_asprintf(world, "line_up{line=\"%s\"} 0\n", line);
    bool is_down = false;

    for (int i = 0; i < 4000 && !is_down; i++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        lines_write_metrics(out, world->lines);
        fclose(out);
        is_down = strstr(text, down) != NULL;
        free(text);
        if (!is_down)
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    assert_true(is_down);
}

/* Each of these means that nothing was sent: the text waits, or goes another way. */
static void a_line_that_is_down_keeps_its_texts(void **state)
{
    static const char *const lines[] = { TWILIO("d", "unauthorised", ""), TWILIO("d", "redirect", ""),
                                         TWILIO("d", "tls", ""),
                                         "provider d { receive = no url = \"http://127.0.0.1:1/\" }\n" };
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        int64_t kept, good;
        struct notice *notice;

        provider_world_open(world, talloc_asprintf(world, "%s%s", lines[i], TWILIO("t", "good", "")));
        kept = provider_world_send(world, "d", TO, "x");
        good = provider_world_send(world, "t", TO, "y");
        wait_until_down(world, "d");
        provider_world_wait(world, good, NOTICE_SENT);
        notice = provider_world_wait(world, kept, NOTICE_READY);
        assert_int_equal(notice->sent_at, 0);
        provider_world_close(world);
    }
    assert_int_equal(provider_server_count(world->server, "elsewhere"), 0);
}

static void a_certificate_is_good_when_its_authority_is_trusted(void **state)
{
    struct provider_world *world = *state;

    provider_world_open(world, TWILIO("t", "tls", "authority = \"@certificate@\""));
    provider_world_wait(world, provider_world_send(world, "t", TO, "x"), NOTICE_SENT);
}

/* Nothing of the text has left: it is still to be sent, and goes out once there is a way. */
static void nothing_is_told_to_a_host_that_cannot_be_trusted(void **state)
{
    static const char *const lines[] = { TWILIO("d", "expired", "authority = \"@certificate@\""),
                                         TWILIO("d", "other-host", "authority = \"@certificate@\""),
                                         TWILIO("d", "old", "authority = \"@certificate@\""),
                                         TWILIO("d", "tls", "") };
    struct provider_world *world = *state;
    size_t before = provider_server_count(world->server, "tls");

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        int64_t kept, good;
        struct notice *notice;

        provider_world_open(world, talloc_asprintf(world, "%s%s", lines[i], TWILIO("t", "good", "")));
        kept = provider_world_send(world, "d", TO, "x");
        good = provider_world_send(world, "t", TO, "y");
        wait_until_down(world, "d");
        provider_world_wait(world, good, NOTICE_SENT);
        notice = provider_world_wait(world, kept, NOTICE_READY);
        assert_int_equal(notice->sent_at, 0);
        provider_world_close(world);
    }
    assert_int_equal(provider_server_count(world->server, "tls"), before);
}

static void a_kept_connection_that_breaks_does_not_send_twice(void **state)
{
    static const char *const lines[] = { TWILIO("t", "stale", "connections = 1"),
                                         PLAIN("t", "stale", "connections = 1") };
    struct provider_world *world = *state;

    for (size_t i = 0; i < 2; i++) {
        size_t before = provider_server_count(world->server, "stale");

        provider_world_open(world, lines[i]);
        provider_world_wait(world, provider_world_send(world, "t", TO, "x"), NOTICE_SENT);
        provider_world_wait(world, provider_world_send(world, "t", TO, "y"), NOTICE_UNKNOWN);
        assert_int_equal(provider_server_count(world->server, "stale"), before + 2);
        provider_world_wait(world, provider_world_send(world, "t", TO, "z"), NOTICE_SENT);
        provider_world_close(world);
    }
}

static void many_texts_wait_for_the_limit_of_a_minute(void **state)
{
    struct provider_world *world = *state;
    int64_t ids[4];
    int sent = 0;

    while (time(NULL) % 60 > 50)
        nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
    provider_world_open(world, TWILIO("t", "good", "per_minute = 2"));
    for (int i = 0; i < 4; i++)
        ids[i] = provider_world_send(world, "t", TO, "x");
    provider_world_wait(world, ids[0], NOTICE_SENT);
    provider_world_wait(world, ids[1], NOTICE_SENT);
    provider_world_wait(world, ids[2], NOTICE_READY);
    provider_world_wait(world, ids[3], NOTICE_READY);
    for (int i = 0; i < 4; i++)
        sent += provider_world_notice(world, ids[i])->state == NOTICE_SENT;
    assert_int_equal(sent, 2);
}

static void what_is_asked_for_becomes_an_event_once(void **state)
{
    struct provider_world *world = *state;
    struct event *event;

    provider_world_open(world, TWILIO("t", "polled", "poll = 1 send = no"));
    provider_world_events(world, 1);
    assert_true(store_last_text(world->store, world, "+8613800138000", INT64_MAX, &event));
    assert_string_equal(event->text, "水管坏了");
    assert_string_equal(event->external_id, "SM9");
    while (provider_server_count(world->server, "polled") < 2)
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    provider_world_events(world, 1);
    assert_non_null(strstr(asked(world, "polled", 1, "query"), "DateSent%3E=2026-11-23"));
}

static bool count_alert(const struct notice *notice, void *arg)
{
    *(int *)arg += strncmp(notice->name, "alert-", strlen("alert-")) == 0;
    return true;
}

static int alerts(struct provider_world *world)
{
    int n = 0;

    assert_true(store_each_notice(world->store, &(struct notice_filter){ 0 }, count_alert, &n));
    return n;
}

/* What a healthy line has to tell its operator: nothing, from its start to its end. */
static void a_line_that_works_alerts_nobody(void **state)
{
    struct provider_world *world = *state;

    provider_world_open(world,
                        talloc_asprintf(world, "operator = \"+8613900000099\"\n%s", TWILIO("t", "good", "")));
    for (int i = 0; i < 3; i++)
        provider_world_wait(world, provider_world_send(world, "t", TO, "水管已修好"), NOTICE_SENT);
    assert_int_equal(alerts(world), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_text_is_sent_once_and_known_by_the_providers_name),
        TEST(a_line_that_works_alerts_nobody),
        TEST(a_configured_request_is_filled_in),
        TEST(each_fault_leaves_a_state_that_says_the_truth),
        TEST(a_provider_that_says_when_is_asked_no_sooner),
        TEST(a_line_that_is_down_keeps_its_texts),
        TEST(a_certificate_is_good_when_its_authority_is_trusted),
        TEST(nothing_is_told_to_a_host_that_cannot_be_trusted),
        TEST(a_kept_connection_that_breaks_does_not_send_twice),
        TEST(many_texts_wait_for_the_limit_of_a_minute),
        TEST(what_is_asked_for_becomes_an_event_once),
    };

    return cmocka_run_group_tests(tests, start_server, stop_server);
}
