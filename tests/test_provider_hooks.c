#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/desk/delivery.h"
#include "gateway/desk/outbox.h"
#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"
#include "tests/support/http_support.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef"
#define LOOPBACK " url = \"http://127.0.0.1:1/\" account = a secret = \"env:HOOK_TEST\" from = f per_day = 0 "
#define HOOK " hook_key = \"" KEY "\" "

static const char providers[] =
    "provider t { kind = twilio" LOOPBACK "}\n"
    "provider v { kind = vonage" LOOPBACK "}\n"
    "provider a { kind = africastalking" LOOPBACK HOOK "}\n"
    "provider i { kind = infobip" LOOPBACK HOOK "}\n"
    "provider y { kind = aliyun templates = { \"* S 1=*\" }" LOOPBACK HOOK "}\n"
    "provider q { kind = tencent app = 1 templates = { \"* S 1=*\" }" LOOPBACK HOOK "}\n"
    "provider g { in_id = \"/id\" in_from = \"/payload/phoneNumber\" in_text = \"/payload/message\"\n"
    "  in_time = \"/payload/receivedAt\" receipt_id = \"/payload/messageId\" receipt_own = "
    "\"/payload/messageId\"\n"
    "  receipt_status = \"/event\" receipt_delivered = { \"sms:delivered\" } receipt_failed = { "
    "\"sms:failed\" }\n"
    "  signature_header = \"X-Signature\" timestamp_header = \"X-Timestamp\" hook_secret = "
    "\"env:HOOK_TEST\"\n"
    "  body_type = json url = \"http://127.0.0.1:1/\" per_day = 0 }\n";

/* One thing a provider says. */
struct hook {
    const char *line, *path, *type, *body;
};

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"

/* OWN1 ... stand for our own ids of the notices of that line. */
static const struct hook hooks[] = {
    { "t", "", FORM,
      "MessageSid=SM1&From=%2B8613800000001&To=%2B1500&Body=%E6%B0%B4%E7%AE%A1%E5%9D%8F%E4%BA%86" },
    { "t", "?own=OWN", FORM, "MessageSid=ID-t&MessageStatus=sent&To=%2B8613900000001" },
    { "t", "?own=OWN", FORM, "MessageSid=ID-t&MessageStatus=delivered&To=%2B8613900000001" },
    { "v", "", JSON,
      "{\"msisdn\":\"8613800000002\",\"to\":\"1500\",\"messageId\":\"V1\",\"text\":\"路坏了\",\"type\":"
      "\"unicode\"}" },
    { "v", "", FORM, "msisdn=8613900000002&to=1500&messageId=ID-v&status=buffered" },
    { "v", "", FORM, "msisdn=8613900000002&to=1500&messageId=ID-v&status=failed&err-code=2" },
    { "v", "", FORM,
      "msisdn=8613800000012&to=1500&messageId=V3&text=%E5%9D%8F%E4%BA%86&concat=true&concat-ref=7&concat-"
      "total=2&concat-part=2" },
    { "v", "", FORM,
      "msisdn=8613800000012&to=1500&messageId=V2&text=%E6%9D%91%E5%8F%A3%E6%A1%A5&concat=true&concat-ref=7&"
      "concat-total=2&concat-part=1" },
    { "a", "", FORM,
      "from=%2B8613800000003&to=28901&text=%E7%81%AF%E5%9D%8F%E4%BA%86&date=2026-11-23T08:00:00Z&id=A1&"
      "linkId=l" },
    { "a", "", FORM, "id=ID-a&status=Submitted&phoneNumber=%2B8613900000003&networkCode=62006" },
    { "a", "", FORM, "id=ID-a&status=Success&phoneNumber=%2B8613900000003&networkCode=62006" },
    { "i", "", JSON,
      "{\"results\":[{\"messageId\":\"I1\",\"from\":\"8613800000004\",\"to\":\"1\",\"text\":\"井盖没了\","
      "\"receivedAt\":\"2026-11-23T08:00:00.000+0000\"}]}" },
    { "i", "", JSON,
      "{\"results\":[{\"messageId\":\"OWN\",\"to\":\"8613900000004\",\"status\":{\"groupId\":3}}]}" },
    { "y", "", JSON,
      "[{\"phone_number\":\"13800000005\",\"content\":\"垃圾没人收\",\"send_time\":\"2026-11-23 "
      "16:00:00\",\"dest_code\":\"1\",\"sequence_id\":1234567890}]" },
    { "y", "", JSON,
      "[{\"phone_number\":\"13900000005\",\"success\":true,\"err_code\":\"DELIVERED\",\"biz_id\":\"ID-y\","
      "\"out_id\":\"OWN\"}]" },
    { "q", "", JSON,
      "{\"extend\":\"\",\"mobile\":\"13800000006\",\"nationcode\":\"86\",\"sign\":\"s\",\"text\":\"停电了\","
      "\"time\":1700000000}" },
    { "q", "", JSON,
      "[{\"mobile\":\"13900000006\",\"nationcode\":\"86\",\"report_status\":\"FAIL\",\"errmsg\":"
      "\"UNDELIVERABLE\",\"sid\":\"ID-q\"}]" },
    { "g", "", JSON,
      "{\"event\":\"sms:received\",\"id\":\"G1\",\"payload\":{\"messageId\":\"x\",\"message\":\"厕所堵了\","
      "\"phoneNumber\":\"+8613800000007\",\"receivedAt\":\"2026-11-23T16:00:00.000+08:00\"}}" },
    { "g", "", JSON,
      "{\"event\":\"sms:sent\",\"id\":\"G2\",\"payload\":{\"messageId\":\"OWN\",\"phoneNumber\":\"+"
      "8613900000007\"}}" },
    { "g", "", JSON,
      "{\"event\":\"sms:delivered\",\"id\":\"G3\",\"payload\":{\"messageId\":\"OWN\",\"phoneNumber\":\"+"
      "8613900000007\"}}" },
};
enum { HOOKS = sizeof hooks / sizeof *hooks };

/* A notice of each line, sent, with the provider's id; the Aliyun and Android ones ran into a time-out. */
static const char *const lines[] = { "t", "v", "a", "i", "y", "q", "g" };
enum { LINES = sizeof lines / sizeof *lines };

struct notices {
    struct notice all[LINES];
    const char *own[LINES];
};

static bool add_notices(struct turn *turn, void *arg)
{
    struct notices *notices = arg;

    for (size_t i = 0; i < LINES; i++)
        if (!store_add_notice(turn->store, &notices->all[i]))
            return false;
    return true;
}

static struct notices *send_notices(struct http_world *world)
{
    struct notices *notices = talloc_zero(world, struct notices);

    for (size_t i = 0; i < LINES; i++)
        notices->all[i] = (struct notice){ .to = talloc_asprintf(world, "+861390000000%zu", i + 1),
                                           .text = "x",
                                           .name = "send",
                                           .line = lines[i],
                                           .due_at = 1,
                                           .created_at = 1,
                                           .why = "" };
    assert_true(desk_do(world->desk, add_notices, notices));
    for (size_t i = 0; i < LINES; i++) {
        const char *id = strchr("ig", *lines[i]) ? delivery_own_id(world, &notices->all[i])
                                                 : talloc_asprintf(world, "ID-%s", lines[i]);
        struct notice *claimed;
        size_t n;
        int64_t next;

        notices->own[i] = delivery_own_id(world, &notices->all[i]);
        assert_true(outbox_claim(world->desk, world, lines[i], false, 1, &claimed, &n, &next));
        assert_int_equal(n, 1);
        assert_true(outbox_arm(world->desk, &claimed[0], 0));
        if (strchr("yg", *lines[i]))
            outbox_unknown(world->desk, &claimed[0], lines[i], NULL, 0, "timed out");
        else
            outbox_sent_as(world->desk, &claimed[0], lines[i], &id, 1);
    }
    /* waits for what was posted */
    assert_true(outbox_count_armed(world->desk, "t", 0, 1, (int[1]){ 0 }));
    return notices;
}

static const char *with_own(void *mem, const struct notices *notices, const char *line, const char *text)
{
    const char *at = strstr(text, "OWN");
    size_t i = 0;

    while (strcmp(lines[i], line) != 0)
        i++;
    return at ? talloc_asprintf(mem, "%.*s%s%s", (int)(at - text), text, notices->own[i], at + 3) : text;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

/* What Twilio signs, as its page says it. */
static const char *twilio_header(void *mem, const char *path, const char *body)
{
    char *text = talloc_asprintf(mem, "http://test%s", path);
    unsigned char digest[64];
    struct pair *form;
    size_t n;

    assert_true(form_parse(mem, body, strlen(body), &form, &n));
    qsort(form, n, sizeof *form, by_name);
    for (size_t i = 0; i < n; i++)
        text = talloc_asprintf_append(text, "%s%s", form[i].name, form[i].value);
    n = hmac_octets("sha1", "open-sesame-1234", 16, text, strlen(text), digest);
    return talloc_asprintf(mem, "X-Twilio-Signature: %s\r\n", base64_encode(mem, digest, n));
}

/* What Vonage signs: the rule, over a form or an object; the fields come back with time and sig. */
static const char *vonage_body(void *mem, const char *type, const char *body)
{
    const char *now = talloc_asprintf(mem, "%lld", (long long)time(NULL));
    struct json_object *json = strcmp(type, JSON) == 0 ? json_parse(mem, body, strlen(body)) : NULL;
    struct pair *form = NULL, fields[20];
    char *text = talloc_strdup(mem, "");
    size_t n = 0;

    if (json) {
        json_object_object_foreach(json, name, value) fields[n++] =
            (struct pair){ name, json_object_get_string(value) };
    } else {
        assert_true(form_parse(mem, body, strlen(body), &form, &n));
        memcpy(fields, form, n * sizeof *form);
    }
    fields[n++] = (struct pair){ "timestamp", now };
    qsort(fields, n, sizeof *fields, by_name);
    for (size_t i = 0; i < n; i++)
        text = talloc_asprintf_append(text, "&%s=%s", fields[i].name, fields[i].value);
    text = talloc_strdup_append(text, "open-sesame-1234");
    text = talloc_strdup(mem, digest_hex(mem, "md5", text, strlen(text)));
    if (!json)
        return talloc_asprintf(mem, "%s&timestamp=%s&sig=%s", body, now, text);
    return talloc_asprintf(mem, "%.*s,\"timestamp\":\"%s\",\"sig\":\"%s\"}", (int)strlen(body) - 1, body, now,
                           text);
}

static const char *android_headers(void *mem, const char *body)
{
    const char *now = talloc_asprintf(mem, "%lld", (long long)time(NULL));
    const char *all = talloc_asprintf(mem, "%s%s", body, now);

    return talloc_asprintf(mem, "X-Timestamp: %s\r\nX-Signature: %s\r\n", now,
                           hmac_hex(mem, "sha256", "open-sesame-1234", all, strlen(all)));
}

static struct reply bring(struct http_world *world, const struct notices *notices, const struct hook *hook)
{
    void *mem = talloc_new(world);
    const char *path =
        talloc_asprintf(mem, "/hook/%s%s%s", hook->line, strchr("aiyq", *hook->line) ? "/" KEY : "",
                        with_own(mem, notices, hook->line, hook->path));
    const char *body = with_own(mem, notices, hook->line, hook->body), *headers = "";

    if (*hook->line == 't')
        headers = twilio_header(mem, path, body);
    if (*hook->line == 'v')
        body = vonage_body(mem, hook->type, body);
    if (*hook->line == 'g')
        headers = android_headers(mem, body);
    return http_ask(world, mem, "POST", path,
                    talloc_asprintf(mem, "Content-Type: %s\r\n%s", hook->type, headers), body);
}

static int add_row(void *arg, int n, char **values, char **names)
{
    (void)names;
    for (int i = 0; i < n; i++)
        *(char **)arg = talloc_asprintf_append(*(char **)arg, "%s|", values[i] ? values[i] : "");
    *(char **)arg = talloc_strdup_append(*(char **)arg, "\n");
    return 0;
}

/* All that is in the store, but for the order in which it came. */
static char *snapshot(void *mem, struct http_world *world)
{
    static const char *const queries[] = {
        /* derived keys differ from store to store */
        "SELECT line, CASE kind WHEN 'receipt' THEN external_id END, kind, sender, text, status FROM events"
        " ORDER BY 1, 2, 4, 5",
        "SELECT reporter, text FROM cases ORDER BY 1",
        "SELECT recipient, name, state FROM notices ORDER BY 1, 2",
        "SELECT recipient, line, status FROM sent_parts ORDER BY 1",
    };
    char *text = talloc_strdup(mem, ""), *error;
    sqlite3 *db;

    assert_int_equal(sqlite3_open(world->config->database, &db), SQLITE_OK);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        if (sqlite3_exec(db, queries[i], add_row, &text, &error) != SQLITE_OK)
            fail_msg("%s", error);
    sqlite3_close(db);
    return text;
}

static unsigned shuffled(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return *seed >> 16 & 0x7fff;
}

static char *bring_all(void *mem, int times, unsigned seed)
{
    struct http_world *world = http_world_open("", providers);
    struct notices *notices = send_notices(world);
    size_t order[HOOKS * 5], n = (size_t)(HOOKS * times);
    char *text;

    for (size_t i = 0; i < n; i++)
        order[i] = i % HOOKS;
    for (size_t i = n - 1; seed && i > 0; i--) {
        size_t other = shuffled(&seed) % (i + 1), kept = order[i];

        order[i] = order[other];
        order[other] = kept;
    }
    for (size_t i = 0; i < n; i++) {
        struct reply reply = bring(world, notices, &hooks[order[i]]);

        if (reply.status != 200)
            fail_msg("%s: %d %s", hooks[order[i]].body, reply.status, reply.body);
    }
    text = snapshot(mem, world);
    http_world_close(world);
    return text;
}

static void five_times_and_shuffled_leaves_the_same_store(void **state)
{
    void *mem = talloc_new(NULL);
    const char *once = bring_all(mem, 1, 0);

    (void)state;
    assert_non_null(strstr(once, "+8613900000001|send|DELIVERED|"));
    assert_non_null(strstr(once, "+8613900000002|send|FAILED|"));
    assert_non_null(strstr(once, "+8613900000003|send|DELIVERED|"));
    assert_non_null(strstr(once, "+8613900000004|send|DELIVERED|"));
    assert_non_null(strstr(once, "+8613900000005|send|DELIVERED|")); /* timed out, settled by our own id */
    assert_non_null(strstr(once, "+8613900000006|send|FAILED|"));
    assert_non_null(strstr(once, "+8613900000007|send|DELIVERED|"));
    assert_non_null(strstr(once, "+8613800000012|村口桥坏了|"));
    for (unsigned seed = 1; seed <= 3; seed++)
        assert_string_equal(bring_all(mem, 5, seed), once);
    talloc_free(mem);
}

/* The receipt overtakes the answer that tells the id. */
static void a_receipt_that_comes_before_the_id_is_known_is_made_good(void **state)
{
    struct http_world *world = http_world_open("", providers);
    struct notices *notices = talloc_zero(world, struct notices);
    struct notice *claimed;
    const char *const ids[] = { "ID-a" };
    size_t n;
    int64_t next;

    (void)state;
    for (size_t i = 0; i < LINES; i++) {
        notices->all[i] = (struct notice){ .to = "+8613900000003",
                                           .text = "x",
                                           .name = "send",
                                           .line = lines[i],
                                           .due_at = 1,
                                           .created_at = 1,
                                           .why = "" };
        notices->own[i] = "";
    }
    assert_true(desk_do(world->desk, add_notices, notices));
    assert_true(outbox_claim(world->desk, world, "a", false, 1, &claimed, &n, &next));
    assert_true(outbox_arm(world->desk, &claimed[0], 0));
    assert_int_equal(bring(world, notices, &hooks[10]).status, 200);
    assert_int_equal(bring(world, notices, &hooks[9]).status, 200);
    outbox_sent_as(world->desk, &claimed[0], "a", ids, 1);
    assert_true(outbox_count_armed(world->desk, "a", 0, 1, (int[1]){ 0 }));
    struct notice *notice;
    assert_true(store_notice(world->store, world, claimed[0].id, &notice));
    assert_int_equal(notice->state, NOTICE_DELIVERED);
    http_world_close(world);
}

/* Ours has a check in it: one that was made up, or is of another store, settles nothing. */
static void an_own_id_that_is_not_ours_settles_nothing(void **state)
{
    struct http_world *world = http_world_open("", providers);
    struct notices *notices = send_notices(world);
    struct notice *notice;

    (void)state;
    for (size_t i = 0; i < LINES; i++)
        notices->own[i] = talloc_asprintf(world, "%d-00000000", (int)notices->all[i].id);
    assert_int_equal(bring(world, notices, &hooks[19]).status, 200);
    assert_true(store_notice(world->store, world, notices->all[6].id, &notice));
    assert_int_equal(notice->state, NOTICE_UNKNOWN);
    http_world_close(world);
}

static enum notice_state state_of(struct http_world *world, int64_t id)
{
    struct notice *notice;

    assert_true(store_notice(world->store, world, id, &notice));
    return notice->state;
}

static void say(struct http_world *world, const char *status, const char *number)
{
    const char *body = talloc_asprintf(world, "id=ID-a&status=%s&phoneNumber=%s", status, number);

    assert_int_equal(
        http_ask(world, world, "POST", "/hook/a/" KEY, "Content-Type: " FORM "\r\n", body).status, 200);
}

static void a_receipt_for_another_number_settles_nothing(void **state)
{
    struct http_world *world = http_world_open("", providers);
    struct notices *notices = send_notices(world);
    int64_t id = notices->all[2].id;

    (void)state;
    say(world, "Failed", "%2B8613900009999");
    assert_int_equal(state_of(world, id), NOTICE_SENT);
    say(world, "Success", "13900000003"); /* as it is dialled at home */
    assert_int_equal(state_of(world, id), NOTICE_DELIVERED);
    http_world_close(world);
}

/* One id, two parts on the air, a report for each. */
static void a_text_of_which_a_part_never_came_has_failed(void **state)
{
    struct http_world *world = http_world_open("", providers);
    struct notices *notices = talloc_zero(world, struct notices);
    const char *const ids[] = { "ID-a" };
    struct notice *claimed;
    int64_t next;
    int parts;
    bool is_armed;
    size_t n;

    (void)state;
    for (size_t i = 0; i < LINES; i++)
        notices->all[i] = (struct notice){ .to = "+8613900000003",
                                           .text = "x",
                                           .name = "send",
                                           .line = lines[i],
                                           .due_at = 1,
                                           .created_at = 1,
                                           .why = "" };
    assert_true(desk_do(world->desk, add_notices, notices));
    assert_true(outbox_claim(world->desk, world, "a", false, 1, &claimed, &n, &next));
    claimed[0].parts = 2;
    outbox_arm_all(world->desk, &claimed[0], 1, &is_armed);
    assert_true(is_armed);
    outbox_sent_as(world->desk, &claimed[0], "a", ids, 1);
    assert_true(outbox_count_armed(world->desk, "a", 0, INT64_MAX, &parts));
    assert_int_equal(parts, 2); /* what per_day counts after a restart */
    say(world, "Success", "%2B8613900000003");
    assert_int_equal(state_of(world, claimed[0].id), NOTICE_DELIVERED);
    say(world, "Failed", "%2B8613900000003");
    assert_int_equal(state_of(world, claimed[0].id), NOTICE_FAILED);
    say(world, "Success", "%2B8613900000003");
    assert_int_equal(state_of(world, claimed[0].id), NOTICE_FAILED);
    http_world_close(world);
}

/* The good one is kept, and the body too, once; when nothing can be read the provider hears of it. */
static void an_entry_that_cannot_be_read_does_not_cost_the_others(void **state)
{
    static const struct {
        const char *path, *good, *bad;
    } pushes[] = {
        { "/hook/y/" KEY,
          "[{\"phone_number\":\"13800000005\",\"content\":\"垃圾没人收\",\"send_time\":\"2026-11-23 "
          "16:00:00\","
          "\"dest_code\":\"1\",\"sequence_id\":1},{\"foo\":1}]",
          "[{\"foo\":1}]" },
        { "/hook/i/" KEY,
          "{\"results\":[{},{\"messageId\":\"I1\",\"from\":\"8613800000004\",\"to\":\"1\",\"text\":"
          "\"垃圾没人收\"}]}",
          "{\"results\":[{}]}" },
        { "/hook/q/" KEY,
          "[{\"x\":1},{\"extend\":\"\",\"mobile\":\"13800000006\",\"nationcode\":\"86\",\"text\":"
          "\"垃圾没人收\","
          "\"time\":1700000000}]",
          "[{\"x\":1}]" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof pushes / sizeof *pushes; i++) {
        struct http_world *world = http_world_open("", providers);
        const char *kept;

        for (int again = 0; again < 2; again++)
            assert_int_equal(
                http_ask(world, world, "POST", pushes[i].path, "Content-Type: " JSON "\r\n", pushes[i].good)
                    .status,
                200);
        kept = snapshot(world, world);
        assert_non_null(strstr(kept, "|text|"));
        assert_non_null(strstr(kept, "垃圾没人收"));
        assert_non_null(strstr(kept, "|notification|"));
        assert_null(strstr(strstr(kept, "|notification|") + 1, "|notification|"));
        assert_int_equal(
            http_ask(world, world, "POST", pushes[i].path, "Content-Type: " JSON "\r\n", pushes[i].bad)
                .status,
            400);
        assert_string_equal(snapshot(world, world), kept);
        http_world_close(world);
    }
}

static void what_is_forged_leaves_nothing(void **state)
{
    struct http_world *world = http_world_open("", providers);
    struct notices *notices = send_notices(world);
    const char *before = snapshot(world, world);

    (void)state;
    (void)notices;
    assert_int_equal(
        http_ask(world, world, "POST", "/hook/t", "X-Twilio-Signature: abc=\r\n", hooks[0].body).status, 401);
    assert_int_equal(
        http_ask(world, world, "POST", "/hook/v", "Content-Type: " FORM "\r\n", hooks[4].body).status, 401);
    assert_int_equal(
        http_ask(world, world, "POST", "/hook/a/wrong", "Content-Type: " FORM "\r\n", hooks[8].body).status,
        404);
    assert_int_equal(
        http_ask(world, world, "POST", "/hook/g", "Content-Type: " JSON "\r\n", hooks[17].body).status, 401);
    assert_string_equal(snapshot(world, world), before);
    http_world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_times_and_shuffled_leaves_the_same_store),
        cmocka_unit_test(a_receipt_that_comes_before_the_id_is_known_is_made_good),
        cmocka_unit_test(an_own_id_that_is_not_ours_settles_nothing),
        cmocka_unit_test(a_receipt_for_another_number_settles_nothing),
        cmocka_unit_test(a_text_of_which_a_part_never_came_has_failed),
        cmocka_unit_test(an_entry_that_cannot_be_read_does_not_cost_the_others),
        cmocka_unit_test(what_is_forged_leaves_nothing),
    };

    setenv("HOOK_TEST", "open-sesame-1234", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
