#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/provider/fields.h"
#include "store/events.h"
#include "tests/support/provider_world.h"

#define TO "+8613800138000"
#define COMMON \
    " account = AC1 secret = \"env:PROVIDER_SECRET\" from = \"15005550006\" per_day = 0 receive = no "

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

/* Every kind, and what stands in its answers. */
static const struct kind {
    const char *name, *more;
    const char *refused; /* the provider's word */
    const char *body;    /* some of what it is asked */
} kinds[] = {
    { "twilio", "", "21211", "Body=%E6%B0%B4%E4%BF%AE%E5%A5%BD" },
    { "vonage", "", "7 Number barred", "type=unicode&client-ref=" },
    { "vonage", "hook_secret = \"env:HOOK_SECRET\"", "7 Number barred", "&sig=" },
    { "africastalking", "", "403 InvalidPhoneNumber", "to=%2B8613800138000&message=" },
    { "infobip", "", "Request cannot be processed", "\"to\":\"8613800138000\"" },
    { "aliyun", "templates = { \"* SMS_1 words=*\" }", "isv.MOBILE_NUMBER_ILLEGAL",
      "PhoneNumbers=13800138000&SignName=15005550006&TemplateCode=SMS_1&TemplateParam=" },
    { "tencent", "app = \"1400\" templates = { \"send 449739 1=*\", \"* 1 1=*\" }",
      "FailedOperation.TemplateIncorrect", "\"TemplateId\":\"449739\",\"TemplateParamSet\":[\"水修好\"]" },
};

static void open_kind(struct provider_world *world, const struct kind *kind, const char *behaviour)
{
    provider_world_open(world, talloc_asprintf(world, "provider p { kind = %s url = \"@%s@\"" COMMON "%s }",
                                               kind->name, behaviour, kind->more));
}

static void each_kind_sends_as_its_documents_say(void **state)
{
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t before = provider_server_count(world->server, "good");
        struct json_object *request;

        open_kind(world, &kinds[i], "good");
        provider_world_wait(world, provider_world_send(world, "p", TO, "水修好"), NOTICE_SENT);
        request = provider_server_request(world, world->server, "good", before);
        assert_string_equal(json_field(world, request, "trouble"), "");
        if (!strstr(json_field(world, request, "body"), kinds[i].body))
            fail_msg("%s: %s", kinds[i].name, json_field(world, request, "body"));
        provider_world_close(world);
    }
}

static void each_kinds_refusal_is_final_and_tells_why(void **state)
{
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct notice *notice;

        open_kind(world, &kinds[i], "refused");
        notice = provider_world_wait(world, provider_world_send(world, "p", TO, "x"), NOTICE_FAILED);
        if (!strstr(notice->why, kinds[i].refused))
            fail_msg("%s: %s", kinds[i].name, notice->why);
        provider_world_close(world);
    }
}

static void an_error_in_a_good_answer_is_an_error(void **state)
{
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        open_kind(world, &kinds[i], "inside");
        provider_world_wait(world, provider_world_send(world, "p", TO, "x"), NOTICE_FAILED);
        provider_world_close(world);
    }
}

static void half_an_answer_says_nothing(void **state)
{
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        open_kind(world, &kinds[i], "cut");
        provider_world_wait(world, provider_world_send(world, "p", TO, "x"), NOTICE_UNKNOWN);
        provider_world_close(world);
    }
}

static const char *newest_text(struct provider_world *world, const char *from)
{
    struct event *event = NULL;

    assert_true(store_last_text(world->store, world, from, INT64_MAX, &event));
    return event ? event->text : "nothing";
}

#define ASKED " account = AC1 secret = \"env:PROVIDER_SECRET\" from = x send = no poll = 1 "

static void what_a_provider_hands_out_once_is_kept_once(void **state)
{
    static const struct {
        const char *provider, *from, *text;
    } asked[] = {
        { "provider p { kind = infobip url = \"@once@\"" ASKED "}", TO, "灯坏了" },
        { "provider p { kind = tencent app = \"1400\" url = \"@pull@\"" ASKED "}", TO, "井盖没了" },
        { "provider p { kind = africastalking url = \"@since@\"" ASKED "}", "+254711082300", "路坏了" },
    };
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        provider_world_open(world, asked[i].provider);
        provider_world_events(world, 1);
        assert_string_equal(newest_text(world, asked[i].from), asked[i].text);
        provider_world_close(world);
    }
    assert_string_equal(
        json_field(world, provider_server_request(world, world->server, "pull", 0), "trouble"), "");
}

static void by_another_hand(struct provider_world *world, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(talloc_asprintf(world, "%s/x.db", world->folder), &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static char *read_text(void *mem, const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = talloc_zero_size(mem, 4096);

    if (!file)
        return NULL;
    text[fread(text, 1, 4095, file)] = '\0';
    fclose(file);
    return text;
}

/* Stops the lines and the desk and starts them again with these providers. */
static void restart(struct provider_world *world, const char *providers)
{
    lines_stop(world->lines);
    desk_stop(world->desk);
    TALLOC_FREE(world->lines);
    TALLOC_FREE(world->desk);
    TALLOC_FREE(world->store);
    provider_world_open(world, providers);
}

/* The answer was on the disk, and the program ended before it was committed. */
static void an_answer_that_was_not_committed_is_read_after_a_restart(void **state)
{
    struct provider_world *world = *state;
    const char *path;
    FILE *file;

    provider_world_open(world, "");
    path = talloc_asprintf(world, "%s/x.db.p.texts.answer", world->folder);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"results\":[{\"messageId\":\"m\",\"from\":\"8613800138000\",\"text\":\"桥坏了\"}]}", file);
    fclose(file);
    restart(world, "provider p { kind = infobip url = \"@good@\"" ASKED "}");
    provider_world_events(world, 1);
    assert_string_equal(newest_text(world, TO), "桥坏了");
    while ((file = fopen(path, "r")))
        fclose(file);
}

/* It was handed out and could not be kept; after that the provider has nothing more. */
static void what_was_handed_out_survives_a_store_that_takes_nothing(void **state)
{
    struct provider_world *world = *state;
    const char *path, *text = NULL;

    provider_world_open(world, "");
    path = talloc_asprintf(world, "%s/x.db.p.texts.answer", world->folder);
    by_another_hand(world,
                    "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no'); END");
    restart(world, "provider p { kind = infobip url = \"@first@\"" ASKED "}");
    for (int i = 0; i < 4000 && !text; i++) {
        text = read_text(world, path);
        if (!text)
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    assert_non_null(text);
    assert_non_null(strstr(text, "817790313235066447"));
    provider_world_events(world, 0);
    by_another_hand(world, "DROP TRIGGER full");
    restart(world, "provider p { kind = infobip url = \"@good@\"" ASKED "}");
    provider_world_events(world, 1);
    assert_string_equal(newest_text(world, TO), "灯坏了");
    for (int i = 0; i < 4000 && text; i++) {
        text = read_text(world, path);
        if (text)
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    assert_null(text);
}

/* One entry that nobody can read holds up none of the others, and is not lost. */
static void beside_an_entry_nobody_can_read_the_others_count(void **state)
{
    static const struct {
        const char *provider, *from, *text;
    } asked[] = {
        { "provider p { kind = infobip url = \"@mixed@\"" ASKED "}", TO, "灯坏了" },
        { "provider p { kind = africastalking url = \"@mixed@\"" ASKED "}", "+254711082300", "路坏了" },
        { "provider p { kind = tencent app = \"1400\" url = \"@mixed-tencent@\"" ASKED "}", TO, "井盖没了" },
    };
    struct provider_world *world = *state;

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        provider_world_open(world, asked[i].provider);
        provider_world_events(world, 2); /* the text, and the answer as it came */
        assert_string_equal(newest_text(world, asked[i].from), asked[i].text);
        provider_world_close(world);
    }
}

static void an_answer_nobody_can_read_is_kept_as_it_came(void **state)
{
    struct provider_world *world = *state;

    provider_world_open(world,
                        "provider p { url = \"@good@\" poll_url = \"@good@/message\" send = no receive = yes"
                        " poll = 1 hook_key = \"env:KEY\" in_from = f in_text = t }");
    provider_world_events(world, 1);
}

static void an_example_can_be_read(void **state)
{
    static const char *const names[] = { "android", "kannel", "cloudmas" };

    setenv("KANNEL_PASSWORD", "open-sesame-1234", 1);
    setenv("MAS_PASSWORD", "open-sesame-1234", 1);
    setenv("ANDROID_PASSWORD", "open-sesame-1234", 1);
    setenv("ANDROID_SIGNING_KEY", "open-open-open-open", 1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = talloc_asprintf(*state, "gateway/provider/examples/%s.conf", names[i]);
        struct config_problem *problems;
        size_t n;

        if (!config_read(*state, path, &problems, &n))
            fail_msg("%s", problems[0].text);
        /* the phone's network proves its senders; of the others nobody can say it here */
        assert_int_equal(n, strcmp(names[i], "android") != 0);
        if (n > 0)
            assert_non_null(strstr(problems[0].text, "no line proves the numbers of senders"));
    }
}

/* The example with the server's address in it; @ stands for "url". */
static void send_by_example(struct provider_world *world, const char *name, const char *old_url,
                            const char *new_url)
{
    FILE *file = fopen(talloc_asprintf(world, "gateway/provider/examples/%s.conf", name), "r");
    char text[8192], *at;
    size_t n;

    assert_non_null(file);
    n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[n] = '\0';
    at = strstr(text, "\nprovider");
    assert_non_null(at);
    at = talloc_strdup(world, at);
    char *url = strstr(at, old_url);
    assert_non_null(url);
    *url = '\0';
    provider_world_open(world, talloc_asprintf(world, "%s%s%s", at, new_url, url + strlen(old_url)));
}

static const char *asked_of(struct provider_world *world, size_t index, const char *field)
{
    struct json_object *request = provider_server_request(world, world->server, "good", index);

    assert_non_null(request);
    return json_field(world, request, field);
}

static void the_examples_send(void **state)
{
    struct provider_world *world = *state;
    size_t before = provider_server_count(world->server, "good");

    send_by_example(world, "kannel", "http://127.0.0.1:13013", "@good@");
    provider_world_wait(world, provider_world_send(world, "kannel", TO, "水 &"), NOTICE_SENT);
    assert_non_null(strstr(asked_of(world, before, "query"),
                           "username=xiangyin&password=open-sesame-1234&from=1069&to=%"
                           "2B8613800138000&text=%E6%B0%B4%20%26&coding=2"));
    provider_world_close(world);
    send_by_example(world, "cloudmas", "https://112.35.10.201:28888", "@good@");
    provider_world_wait(world, provider_world_send(world, "mas", TO, "水\"管"), NOTICE_SENT);
    provider_world_close(world);
    send_by_example(world, "android", "https://api.sms-gate.app/3rdparty/v1", "@good@");
    provider_world_wait(world, provider_world_send(world, "phone", TO, "水\"管"), NOTICE_SENT);
    assert_non_null(
        strstr(asked_of(world, before + 2, "body"), "\"text\":\"水\\\"管\"},\"phoneNumbers\":[\"" TO));
}

static struct event text_event(void)
{
    return (struct event){ .kind = EVENT_TEXT,
                           .line = "p",
                           .external_id = "e1",
                           .from = TO,
                           .text = "村口的桥坏了",
                           .at = time(NULL),
                           .received_at = time(NULL) };
}

/* From a villager's text to the variables of an approved template. */
static void an_approved_template_is_filled_with_what_ours_was(void **state)
{
    struct provider_world *world = *state;
    size_t before = provider_server_count(world->server, "good");
    struct event event = text_event();
    struct json_object *request;
    struct pair *form;
    size_t n;

    provider_world_open(
        world, "provider p { kind = aliyun url = \"@good@\"" COMMON
               "templates = { \"received SMS_7 code=number month=accept_by.month\", \"* SMS_1 w=*\" } }");
    assert_true(desk_submit(world->desk, &event, 1));
    lines_wake(world->lines);
    while (provider_server_count(world->server, "good") == before)
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    request = provider_server_request(world, world->server, "good", before);
    const char *body = json_field(world, request, "body");
    assert_true(form_parse(world, body, strlen(body), &form, &n));
    assert_string_equal(pair_value(form, n, "TemplateCode"), "SMS_7");
    const char *parameters = pair_value(form, n, "TemplateParam");
    struct json_object *json = json_parse(world, parameters, strlen(parameters));
    assert_int_equal(strlen(json_field(world, json, "code")), 8);
    assert_in_range(atoi(json_field(world, json, "month")), 1, 12);
}

static const char *problem_of(void *mem, const char *text)
{
    struct config_problem *problems;
    size_t n;

    config_read_text(mem, "f", text, strlen(text), &problems, &n);
    return n ? problems[0].text : "";
}

static void a_template_without_a_counterpart_is_named(void **state)
{
    const char *const start =
        "provider a { kind = aliyun account = x secret = \"env:PROVIDER_SECRET\" from = x"
        " receive = no per_day = 0 templates = { ";

    assert_string_equal(
        problem_of(*state, talloc_asprintf(*state, "%s\"received SMS_1\" } }", start)),
        "f:1: provider \"a\" sends only approved templates, and templates has none for accept-first");
    assert_string_equal(problem_of(*state, talloc_asprintf(*state, "%s\"* SMS_1 a=*\", \"x\" } }", start)),
                        "f:1: templates \"x\" of provider \"a\" is not NAME CODE [VARIABLE=FIELD ...]");
    assert_string_equal(problem_of(*state, talloc_asprintf(*state, "%s\"* SMS_1 a=*\" } }", start)), "");
}

#define TEST(name) cmocka_unit_test_teardown(name, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_sends_as_its_documents_say),
        TEST(each_kinds_refusal_is_final_and_tells_why),
        TEST(an_error_in_a_good_answer_is_an_error),
        TEST(half_an_answer_says_nothing),
        TEST(what_a_provider_hands_out_once_is_kept_once),
        TEST(an_answer_that_was_not_committed_is_read_after_a_restart),
        TEST(what_was_handed_out_survives_a_store_that_takes_nothing),
        TEST(beside_an_entry_nobody_can_read_the_others_count),
        TEST(an_answer_nobody_can_read_is_kept_as_it_came),
        TEST(an_example_can_be_read),
        TEST(the_examples_send),
        TEST(an_approved_template_is_filled_with_what_ours_was),
        TEST(a_template_without_a_counterpart_is_named),
    };

    setenv("KEY", "0123456789abcdef0123456789abcdef0123456789abcdef", 1);
    setenv("KANNEL_KEY", "0123456789abcdef0123456789abcdef0123456789abcdef", 1);
    setenv("MAS_KEY", "0123456789abcdef0123456789abcdef0123456789abcdef", 1);
    return cmocka_run_group_tests(tests, start_server, stop_server);
}
