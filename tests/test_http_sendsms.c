/* What Kannel 1.4.5 answered to the same requests, but for what is marked as ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "store/notices.h"
#include "tests/support/http_support.h"

#define ACCEPTED 202, "0: Accepted for delivery"
#define DENIED 400, "Number(s) has/have been denied by white- and/or black-lists."
#define FORBIDDEN 403, "Authorization failed for sendsms"
#define MISFORMED(field) 400, field " misformed, rejected"
#define USER "username=token+1&password=@"
#define GOOD USER "&to=13800138000&text=a"

struct world {
    struct http_world *http;
    const char *token;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->http = http_world_open("", "");
    world->token = http_token(world->http, world, "send");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    http_world_close(world->http);
    talloc_free(world);
    return 0;
}

/* @ becomes the token. */
static const char *with_token(struct world *world, const char *text)
{
    const char *at = strchr(text, '@');

    return at ? talloc_asprintf(world, "%.*s%s%s", (int)(at - text), text, world->token, at + 1) : text;
}

static struct reply ask(struct world *world, const char *query)
{
    return http_ask(world->http, world, "GET",
                    talloc_asprintf(world, "/cgi-bin/sendsms?%s", with_token(world, query)), NULL, NULL);
}

/* The last of the notices, of which there must be so many. */
static const struct notice *newest(struct world *world, int64_t expected)
{
    struct notice *notice = NULL;
    int64_t n;

    assert_true(store_count_notices(world->http->store, &(struct notice_filter){ 0 }, &n));
    assert_int_equal(n, expected);
    assert_true(store_notice(world->http->store, world, n, &notice));
    assert_non_null(notice);
    return notice;
}

static void a_request_has_a_hundred_receivers_at_most(void **state)
{
    struct world *world = *state;
    char *to = talloc_strdup(world, "");
    int64_t n;

    for (int i = 0; i < 101; i++)
        to = talloc_asprintf_append(to, "%s138001380%02d", i ? "+" : "", i % 100);
    assert_string_equal(ask(world, talloc_asprintf(world, USER "&text=a&to=%s", to)).body,
                        "Too many receivers, rejected");
    assert_true(store_count_notices(world->http->store, &(struct notice_filter){ 0 }, &n));
    assert_int_equal(n, 0);
    *strrchr(to, '+') = '\0';
    assert_int_equal(ask(world, talloc_asprintf(world, USER "&text=a&to=%s", to)).status, 202);
    assert_true(store_count_notices(world->http->store, &(struct notice_filter){ 0 }, &n));
    assert_int_equal(n, 100);
}

static void each_request_is_answered_as_kannel_answers(void **state)
{
    static const struct {
        const char *query;
        int status;
        const char *words;
    } table[] = {
        { GOOD, ACCEPTED },
        { USER "&to=%2B8613800138000&text=a", ACCEPTED },
        { USER "&to=008613800138000&text=a", ACCEPTED },
        { USER "&to=138-0013-8000&text=a", ACCEPTED },
        { USER "&to=13800138000+13800138001&text=a", ACCEPTED },
        { USER "&to=13800138000+abc&text=a", ACCEPTED },
        { "user=token+1&pass=@&to=13800138000&text=a", ACCEPTED },
        { USER "&text=a", 400, "Missing receiver number, rejected" },
        { USER, 400, "Missing receiver number, rejected" },
        { USER "&to=&text=a", 400, "Empty receiver number not allowed, rejected" },
        { USER "&to=+&text=a", DENIED },
        { USER "&to=1&text=a", DENIED },
        { USER "&to=110&text=a", DENIED },
        { USER "&to=abc&text=a", DENIED },
        { USER "&to=1380013a8000&text=a", DENIED },
        { USER "&to=13800138000,13800138001&text=a", DENIED },
        { USER "&to=13900000006%3BAT%2BCMGD%3D1&text=a", DENIED },
        { USER "&to=%E7%94%B5%E8%AF%9D13800138000&text=a", DENIED },
        { USER "&to=138%zz&text=a", 400, "Missing receiver number, rejected" }, /* ours */
        { "username=token+1&password=x&to=13800138000&text=a", FORBIDDEN },
        { "username=x&password=@&to=13800138000&text=a", FORBIDDEN },
        { "username=token+1", FORBIDDEN },
        { "", FORBIDDEN },
        { GOOD "&udh=", ACCEPTED },
        { GOOD "&coding=0", ACCEPTED },
        { GOOD "&coding=x", ACCEPTED },
        { GOOD "&coding=-1", ACCEPTED },
        { GOOD "&coding=3", MISFORMED("Coding field") },
        { GOOD "&mclass=3", ACCEPTED },
        { GOOD "&mclass=4", MISFORMED("MClass field") },
        { GOOD "&mwi=7", ACCEPTED },
        { GOOD "&mwi=8", MISFORMED("MWI field") },
        { GOOD "&pid=255", ACCEPTED },
        { GOOD "&pid=256", MISFORMED("PID field") },
        { GOOD "&rpi=3", MISFORMED("RPI field") },
        { GOOD "&alt-dcs=2", MISFORMED("Alt-DCS field") },
        { GOOD "&compress=2", MISFORMED("Compress field") },
        { GOOD "&validity=60", ACCEPTED },
        { GOOD "&validity=-2", MISFORMED("Validity field") },
        { GOOD "&deferred=-2", MISFORMED("Deferred field") },
        { GOOD "&priority=3", ACCEPTED },
        { GOOD "&priority=4", MISFORMED("Priority field") },
        { GOOD "&charset=", ACCEPTED },
        { GOOD "&charset=utf8", ACCEPTED },
        { GOOD "&charset=BOGUS", MISFORMED("Charset or body") },
        { GOOD "&charset=GSM", MISFORMED("Charset or body") },
        { GOOD "&charset=BOGUS&mclass=9", MISFORMED("MClass field") },
        { GOOD "&udh=%FF%05&mclass=9", MISFORMED("UDH field") },
        { GOOD "&udh=%00", ACCEPTED },
        { GOOD "&dlr-mask=31&dlr-url=http://a.example/&smsc=x&account=y&from=12345", ACCEPTED },
        { GOOD "&to=abc", ACCEPTED },
        /* ours: no text is empty or binary, none brings a header of its own */
        { USER "&to=13800138000", 400, "Empty text not allowed, rejected" },
        { USER "&to=13800138000&text=+", 400, "Empty text not allowed, rejected" },
        { GOOD "&coding=1", MISFORMED("Coding field") },
        { GOOD "&udh=%05%00%03%CC%02%01", MISFORMED("UDH field") },
        { USER "&to=13800138000&text=%E6%B0", MISFORMED("Charset or body") },
        { USER "&to=13800138000&text=a%00b", MISFORMED("Charset or body") },
        { USER "&to=%2B&text=a", DENIED },
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct reply reply = ask(world, table[i].query);

        if (reply.status != table[i].status || strcmp(reply.body, table[i].words) != 0)
            fail_msg("%s: %d %s", table[i].query, reply.status, reply.body);
        assert_string_equal(reply_header(world, &reply, "Content-Type"), "text/html");
    }
}

static void a_text_is_read_in_the_alphabet_it_is_written_in(void **state)
{
    static const char *const table[][2] = {
        { "text=%E6%B0%B4", "水" },
        { "text=%E6%B0%B4&charset=UTF-8&coding=2", "水" },
        { "text=%6C%34&coding=2", "水" },
        { "text=%6C%34&coding=2&charset=UTF-16BE", "水" },
        { "text=%34%6C&coding=2&charset=UTF-16LE", "水" },
        { "text=%CB%AE&charset=GBK", "水" },
        { "text=%CB%AE&charset=gb2312&coding=2", "水" },
        { "text=caf%E9&charset=ISO-8859-1", "café" },
        { "text=a+b%2Bc", "a b+c" },
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(ask(world, talloc_asprintf(world, USER "&to=13800138000&%s", table[i][0])).status,
                         202);
        assert_string_equal(newest(world, (int64_t)i + 1)->text, table[i][1]);
    }
}

static void a_text_may_wait_some_minutes(void **state)
{
    struct world *world = *state;

    assert_int_equal(ask(world, GOOD "&deferred=60").status, 202);
    assert_in_range(newest(world, 1)->due_at, time(NULL) + 3600 - 60, time(NULL) + 3600);
}

static struct reply post(struct world *world, const char *headers, const char *body)
{
    return http_ask(world->http, world, "POST", "/cgi-bin/sendsms", with_token(world, headers), body);
}

#define BY_HEADERS "X-Kannel-Username: token 1\r\nX-Kannel-Password: @\r\n"

static void a_text_may_be_the_body(void **state)
{
    struct world *world = *state;
    struct reply reply =
        post(world, BY_HEADERS "X-Kannel-To: 13800138000\r\nContent-Type: text/plain\r\n", "水&x=1");

    assert_int_equal(reply.status, 202);
    assert_string_equal(newest(world, 1)->text, "水&x=1");
    reply =
        post(world, BY_HEADERS "X-Kannel-To: 13800138000\r\nContent-Type: text/plain; charset=\"GBK\"\r\n",
             "\xCB\xAE");
    assert_int_equal(reply.status, 202);
    assert_string_equal(newest(world, 2)->text, "水");
    reply = post(world, BY_HEADERS "Content-Type: text/plain\r\n", "a");
    assert_string_equal(reply.body, "Missing receiver(s) number(s), rejected");
    reply = post(world, BY_HEADERS "X-Kannel-To:\r\nContent-Type: text/plain\r\n", "a");
    assert_string_equal(reply.body, "Empty receiver number not allowed, rejected");
    reply = post(world, BY_HEADERS "X-Kannel-To: 13800138000\r\nContent-Type: text/html\r\n", "a");
    assert_int_equal(reply.status, 415);
    assert_string_equal(reply.body, "Unsupported content-type, rejected");
    newest(world, 2);
}

static void a_text_may_stand_in_a_form(void **state)
{
    struct world *world = *state;

    assert_int_equal(
        post(world, "Content-Type: application/x-www-form-urlencoded\r\n", with_token(world, GOOD)).status,
        202);
    assert_string_equal(newest(world, 1)->to, "+8613800138000");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_request_is_answered_as_kannel_answers),
        TEST(a_request_has_a_hundred_receivers_at_most),
        TEST(a_text_is_read_in_the_alphabet_it_is_written_in),
        TEST(a_text_may_wait_some_minutes),
        TEST(a_text_may_be_the_body),
        TEST(a_text_may_stand_in_a_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
