/* What the examples of a configured provider take in, as these providers bring it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/desk/delivery.h"
#include "gateway/desk/outbox.h"
#include "gateway/provider/fields.h"
#include "tests/support/http_support.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef"

/* OWN stands for our own name of the text, which the provider's is "ID". body NULL: GET. */
static const struct example {
    const char *file, *line, *path, *text, *receipt;
} examples[] = {
    { "kannel", "kannel", "/hook/kannel/" KEY,
      "?from=%2B8613800138000&to=12345&text=%E6%B0%B4%E7%AE%A1&id=b8f0&time=1795420800",
      "?own=OWN&status=1&number=%2B8613900139000" },
    { "cloudmas", "mas", "/hook/mas/" KEY,
      "{\"mobile\":\"13800138000\",\"addSerial\":\"01\",\"smsContent\":\"水管\",\"sendTime\":\"2026-11-23 "
      "16:00:00\"}",
      "{\"msgGroup\":\"ID\",\"mobile\":\"13900139000\",\"reportStatus\":\"CM:0000\"}" },
    { "android", "phone", "/hook/phone",
      "{\"event\":\"sms:received\",\"id\":\"e1\",\"payload\":{\"messageId\":\"m\",\"message\":\"水管\","
      "\"sender\":\"+8613800138000\",\"recipient\":\"+8613700137000\",\"simNumber\":1,\"receivedAt\":\"2026-"
      "11-"
      "23T16:00:00.000+08:00\"}}",
      "{\"event\":\"sms:delivered\",\"id\":\"e2\",\"payload\":{\"messageId\":\"OWN\",\"recipient\":\"+"
      "8613900139000\"}}" },
    { "android", "phone", "/hook/phone",
      "{\"event\":\"sms:received\",\"id\":\"e1\",\"payload\":{\"messageId\":\"m\",\"message\":\"水管\","
      "\"phoneNumber\":\"+8613800138000\",\"receivedAt\":\"2026-11-23T16:00:00.000+08:00\"}}",
      "{\"event\":\"sms:delivered\",\"id\":\"e2\",\"payload\":{\"messageId\":\"OWN\",\"phoneNumber\":\"+"
      "8613900139000\"}}" },
};

/* Its own section, from the first column on. */
static const char *section(void *mem, const char *name)
{
    FILE *file = fopen(talloc_asprintf(mem, "gateway/provider/examples/%s.conf", name), "r");
    char text[8192], *at;

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    at = strstr(text, "\nprovider");
    assert_non_null(at);
    return talloc_strdup(mem, at);
}

static struct reply bring(struct http_world *world, const struct example *example, const char *what)
{
    const char *now = talloc_asprintf(world, "%lld", (long long)time(NULL)), *signature;

    if (*what == '?')
        return http_ask(world, world, "GET", talloc_asprintf(world, "%s%s", example->path, what), NULL, NULL);
    signature = talloc_asprintf(world, "%s%s", what, now);
    signature = hmac_hex(world, "sha256", "open-sesame-1234", signature, strlen(signature));
    return http_ask(
        world, world, "POST", example->path,
        talloc_asprintf(world, "Content-Type: application/json\r\nX-Timestamp: %s\r\nX-Signature: %s\r\n",
                        now, signature),
        what);
}

static bool keep(const struct event *event, void *arg)
{
    struct event *kept = arg;

    kept->text = talloc_strdup(NULL, event->text ? event->text : "");
    kept->from = talloc_strdup(NULL, event->from);
    kept->at = event->at;
    return false;
}

static void brings_a_text(struct http_world *world, const struct example *example)
{
    struct event event = { 0 };

    assert_int_equal(bring(world, example, example->text).status, 200);
    assert_int_equal(bring(world, example, example->text).status, 200);
    assert_true(store_each_event(world->store, &(struct event_filter){ 0 }, keep, &event));
    assert_string_equal(event.text, "水管");
    assert_string_equal(event.from, "+8613800138000");
    assert_int_equal(event.at, 1795420800);
    talloc_free((void *)(uintptr_t)event.text);
    talloc_free((void *)(uintptr_t)event.from);
}

static bool add_notice(struct turn *turn, void *arg)
{
    return store_add_notice(turn->store, arg);
}

static void brings_a_receipt(struct http_world *world, const struct example *example)
{
    struct notice notice = { .to = "+8613900139000",
                             .text = "x",
                             .name = "send",
                             .line = example->line,
                             .due_at = 1,
                             .created_at = 1,
                             .priority = PRIORITY_ANSWER,
                             .why = "" },
                  *found;
    const char *id = "ID", *own, *what = example->receipt, *at = strstr(what, "OWN");
    size_t n;
    int64_t next;

    assert_true(desk_do(world->desk, add_notice, &notice));
    own = delivery_own_id(world, &notice);
    assert_true(outbox_claim(world->desk, world, example->line, false, 1, &found, &n, &next));
    assert_int_equal(n, 1);
    assert_int_equal(found->id, notice.id);
    assert_true(outbox_arm(world->desk, found, 0));
    outbox_sent_as(world->desk, found, example->line, at ? &own : &id, 1);
    assert_true(
        outbox_count_armed(world->desk, example->line, 0, 1, (int[1]){ 0 })); /* what was posted is there */
    if (at)
        what = talloc_asprintf(world, "%.*s%s%s", (int)(at - what), what, own, at + 3);
    assert_int_equal(bring(world, example, what).status, 200);
    assert_true(store_notice(world->store, world, notice.id, &found));
    assert_int_equal(found->state, NOTICE_DELIVERED);
}

static void each_example_takes_texts_and_receipts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        void *mem = talloc_new(NULL);
        struct http_world *world = http_world_open("", section(mem, examples[i].file));

        brings_a_text(world, &examples[i]);
        brings_a_receipt(world, &examples[i]);
        http_world_close(world);
        talloc_free(mem);
    }
}

int main(void)
{
    static const char *const secrets[][2] = {
        { "KANNEL_KEY", KEY },
        { "MAS_KEY", KEY },
        { "KANNEL_PASSWORD", "open-sesame-1234" },
        { "MAS_PASSWORD", "open-sesame-1234" },
        { "ANDROID_PASSWORD", "open-sesame-1234" },
        { "ANDROID_SIGNING_KEY", "open-sesame-1234" },
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_example_takes_texts_and_receipts),
    };

    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        setenv(secrets[i][0], secrets[i][1], 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
