#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/provider/charset.h"
#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

static int give_memory(void **state)
{
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    *state = talloc_new(NULL);
    return 0;
}

static int take_memory(void **state)
{
    talloc_free(*state);
    return 0;
}

static void a_form_is_decoded(void **state)
{
    struct pair *form;
    size_t n;

    assert_true(form_parse(*state, "a=1+2&b=%E6%B0%B4&&c", 20, &form, &n));
    assert_int_equal(n, 3);
    assert_string_equal(pair_value(form, n, "a"), "1 2");
    assert_string_equal(pair_value(form, n, "b"), "水");
    assert_string_equal(pair_value(form, n, "c"), "");
    assert_null(pair_value(form, n, "d"));
}

static void a_broken_form_is_refused(void **state)
{
    static const char *const broken[] = { "a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "a%00=1", "\xc3=1" };
    struct pair *form;
    size_t n;
    char many[1024];

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_false(form_parse(*state, broken[i], strlen(broken[i]), &form, &n));
    memset(many, 'a', sizeof many);
    for (size_t i = 1; i < sizeof many; i += 2)
        many[i] = '&';
    assert_false(form_parse(*state, many, sizeof many, &form, &n));
}

static void a_document_is_read_whole_or_not_at_all(void **state)
{
    static const char *const bad[] = {
        "",     "{",    "{\"a\":1}x", "{\"a\":1}{}",

        "[1,]", "\xff", "nul",        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    };
    static const char *const good[] = { "{}",   "[]",    "{\"a\":1} \r\n",
                                        "12",   "\"x\"", "123456789012345678901",
                                        " null" };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (json_parse(*state, bad[i], strlen(bad[i])))
            fail_msg("taken: %s", bad[i]);
    for (size_t i = 0; i + 1 < sizeof good / sizeof *good; i++)
        if (!json_parse(*state, good[i], strlen(good[i])))
            fail_msg("refused: %s", good[i]);
}

static void fields_are_found_by_name_and_by_pointer(void **state)
{
    const char *text = "{\"a\":{\"b\":[\"x\",7]},\"n\":null,\"z\":\"a\\u0000b\",\"t\":true}";
    struct json_object *json = json_parse(*state, text, strlen(text));

    assert_non_null(json);
    assert_string_equal(json_field(*state, json, "/a/b/0"), "x");
    assert_string_equal(json_field(*state, json, "/a/b/1"), "7");
    assert_string_equal(json_field(*state, json, "t"), "true");
    assert_null(json_field(*state, json, "a"));
    assert_null(json_field(*state, json, "n"));
    assert_null(json_field(*state, json, "z"));
    assert_null(json_field(*state, json, "/a/b/9"));
    assert_null(json_field(*state, json, NULL));
}

static void times_are_read_as_providers_write_them(void **state)
{
    static const char *const same[] = {
        "1719045971",
        "1719045971000",
        "2024-06-22T15:46:11.000+07:00",
        "2024-06-22T08:46:11Z",
        "2024-06-22 16:46:11",
        "2024/06/22 16:46:11",
        "20240622164611",
        "2024-06-22T08:46:11+0000",
        "1719045971.5",
    };
    static const char *const none[] = { "",
                                        "-5",
                                        "soon",
                                        "2024-06-22",
                                        "2024-06-22T08:46:11+99:00",
                                        "2026-02-29T10:00:00Z", /* no such day */
                                        "2026-02-30 10:00:00",
                                        "20260431100000",
                                        "0",
                                        "1719045971.5x",
                                        "1719045971.5.5",
                                        "1719045971x" };
    int64_t at;

    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        at = 0;
        if (!provider_time(same[i], &at) || at != 1719045971)
            fail_msg("%s is %lld", same[i], (long long)at);
    }
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (provider_time(none[i], &at))
            fail_msg("%s is %lld", none[i], (long long)at);
}

static void numbers_become_e164_where_they_surely_are(void **state)
{
    assert_string_equal(provider_number(*state, "13800138000", false), "+8613800138000");
    assert_string_equal(provider_number(*state, "8613800138000", false), "+8613800138000");
    assert_string_equal(provider_number(*state, "008613800138000", false), "+8613800138000");
    assert_string_equal(provider_number(*state, "+8613800138000", false), "+8613800138000");
    assert_string_equal(provider_number(*state, "14155550100", true), "+14155550100");
    assert_string_equal(provider_number(*state, "10086", true), "10086");
    assert_string_equal(provider_number(*state, "013800138000", true), "+8613800138000");
    assert_string_equal(provider_number(*state, "", true), "");
    assert_string_equal(provider_number(*state, "INFO", true), "INFO");
}

static void each_name_of_an_alphabet_is_known(void **state)
{
    static const char *const names[][2] = {
        { "UTF-8", "UTF-8" },
        { "UTF8", "UTF-8" },
        { "utf-8", "UTF-8" },
        { "UTF-16BE", "UTF-16BE" },
        { "UTF-16LE", "UTF-16LE" },
        { "UTF-16", "UTF-16" },
        { "UCS-2", "UTF-16BE" },
        { "US-ASCII", "US-ASCII" },
        { "ASCII", "US-ASCII" },
        { "ISO-8859-1", "ISO-8859-1" },
        { "ISO-8859-15", "ISO-8859-15" },
        { "Latin1", "ISO-8859-1" },
        { "windows-1252", "WINDOWS-1252" },
        { "gb2312", "GB18030" },
        { "GBK", "GB18030" },
        { "GB18030", "GB18030" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *found = charset_find(names[i][0]);

        if (!found || strcmp(found, names[i][1]) != 0)
            fail_msg("%s is %s", names[i][0], found ? found : "unknown");
    }
    assert_null(charset_find("UTF-7"));
    assert_null(charset_find(""));
}

/* What comes from a text or a configuration begins no header of its own. */
static void a_header_holds_no_control_characters(void **state)
{
    struct web_request request = { 0 };

    request_add_header(*state, &request, "X-Note", "a\r\nB: c\x01\x1f\x7f ~é");
    request_add_header(*state, &request, "X-None", NULL);
    assert_int_equal(request.n_headers, 2);
    assert_string_equal(request.headers[0].name, "X-Note");
    assert_string_equal(request.headers[0].value, "a  B: c    ~é");
    assert_string_equal(request.headers[1].value, "");
}

static void secrets_are_the_same_or_not(void **state)
{
    (void)state;
    assert_true(is_same_secret("abc", "abc"));
    assert_false(is_same_secret("abd", "abc"));
    assert_false(is_same_secret("ab", "abc"));
    assert_false(is_same_secret(NULL, "abc"));
    assert_false(is_same_secret("abc", NULL));
}

/* RFC 4231 4.3 and RFC 2202 2. */
static void an_hmac_is_that_of_the_standard(void **state)
{
    assert_string_equal(hmac_hex(*state, "sha256", "Jefe", "what do ya want for nothing?", 28),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_string_equal(hmac_hex(*state, "md5", "Jefe", "what do ya want for nothing?", 28),
                        "750c783e6ab0b503eaa86e310a5db738");
    assert_null(hmac_hex(*state, "sha3", "Jefe", "", 0));
}

static void a_key_tells_its_texts_apart(void **state)
{
    const char *a = key_of(*state, (const char *const[]){ "a", "bc" }, 2);
    const char *b = key_of(*state, (const char *const[]){ "ab", "c" }, 2);

    assert_string_not_equal(a, b);
    assert_string_equal(a, key_of(*state, (const char *const[]){ "a", "bc" }, 2));
}

static struct hook_request json_request(const char *body)
{
    return (struct hook_request){ .method = "POST", .body = body, .length = strlen(body), .now = 1719045980 };
}

/* Twilio signs its address and the sorted fields of the form; data: these, one behind the other. */
static enum hook_verdict twilio_brings(void *mem, const char *form, const char *data,
                                       struct received *received)
{
    unsigned char digest[64];
    size_t length = hmac_octets("sha1", "key", 3, data, strlen(data), digest);
    struct pair header = { "X-Twilio-Signature", base64_encode(mem, digest, length) };
    struct hook_request request = { .method = "POST",
                                    .url = "https://a.example/hook/t",
                                    .headers = &header,
                                    .n_headers = 1,
                                    .body = form,
                                    .length = strlen(form) };

    *received = (struct received){ 0 };
    return provider_kind_find("twilio")->receive(
        mem, &(struct provider_config){ .name = "t", .secret = "key" }, &request, received);
}

#define TWILIO "https://a.example/hook/t"

static void a_text_of_twilio_has_a_sender_and_words(void **state)
{
    struct received received;

    assert_int_equal(twilio_brings(*state, "Body=a&From=%2B8613800138000&MessageSid=S",
                                   TWILIO "BodyaFrom+8613800138000MessageSidS", &received),
                     HOOK_GOOD);
    assert_string_equal(received.events[0].from, "+8613800138000");
    assert_int_equal(
        twilio_brings(*state, "Body=&From=1&MessageSid=S", TWILIO "BodyFrom1MessageSidS", &received),
        HOOK_GOOD);
    assert_int_equal(
        twilio_brings(*state, "Body=a&From=&MessageSid=S", TWILIO "BodyaFromMessageSidS", &received),
        HOOK_MALFORMED);
    assert_int_equal(twilio_brings(*state, "Body=a&MessageSid=S", TWILIO "BodyaMessageSidS", &received),
                     HOOK_MALFORMED);
    assert_int_equal(twilio_brings(*state, "From=1&MessageSid=S", TWILIO "From1MessageSidS", &received),
                     HOOK_MALFORMED);
    assert_int_equal(
        twilio_brings(*state, "Body=a&From=1&MessageSid=", TWILIO "BodyaFrom1MessageSid", &received),
        HOOK_MALFORMED);
}

/* 23.040 9.2.3.24.1: 2 to 255 parts, counted from 1; anything else is a text of its own. */
static void a_part_of_vonage_has_a_place_among_its_parts(void **state)
{
    static const struct {
        const char *concat;
        bool is_part;
    } texts[] = {
        { "&concat-ref=7&concat-total=2&concat-part=1", true },
        { "&concat-ref=7&concat-total=2&concat-part=2", true },
        { "&concat-ref=7&concat-total=255&concat-part=255", true },
        { "&concat-ref=7&concat-total=1&concat-part=1", false },
        { "&concat-ref=7&concat-total=2&concat-part=0", false },
        { "&concat-ref=7&concat-total=2&concat-part=3", false },
        { "&concat-ref=7&concat-total=256&concat-part=1", false },
        { "&concat-total=2&concat-part=1", false },
        { "", false },
    };
    struct provider_config provider = { .name = "v", .hook_key = "key" };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *form = talloc_asprintf(*state, "msisdn=8613800138000&to=1500&messageId=V%zu&text=a%s", i,
                                           texts[i].concat);
        struct hook_request request = { .method = "POST", .body = form, .length = strlen(form) };
        struct received received = { 0 };

        assert_int_equal(provider_kind_find("vonage")->receive(*state, &provider, &request, &received),
                         HOOK_GOOD);
        assert_int_equal(received.n, 1);
        if ((received.events[0].kind == EVENT_PART) != texts[i].is_part)
            fail_msg("%s", texts[i].concat);
        if (!texts[i].is_part)
            assert_int_equal(received.events[0].kind, EVENT_TEXT);
    }
}

/* The key of a text without a number of its own is made of what it says, and is known for one. */
static void a_text_of_aliyun_has_its_sequence_or_a_key_of_its_own(void **state)
{
    const char body[] = "[{\"phone_number\":\"13800138000\",\"content\":\"a\",\"sequence_id\":17},"
                        "{\"phone_number\":\"13800138000\",\"content\":\"a\",\"sequence_id\":\"\"},"
                        "{\"phone_number\":\"13800138000\",\"content\":\"a\"},"
                        "{\"phone_number\":\"13800138000\",\"content\":\"b\"},"
                        "{\"phone_number\":\"\",\"content\":\"b\"},{\"phone_number\":\"13800138000\"}]";
    struct hook_request request = json_request(body);
    struct received received = { 0 };

    assert_int_equal(provider_kind_find("aliyun")->receive(*state, &(struct provider_config){ .name = "y" },
                                                           &request, &received),
                     HOOK_GOOD);
    assert_int_equal(received.n, 4);
    assert_int_equal(received.n_unread, 2);
    assert_string_equal(received.events[0].external_id, "17");
    assert_false(received.events[0].is_key_derived);
    for (int i = 1; i < 4; i++)
        assert_true(received.events[i].is_key_derived);
    assert_string_equal(received.events[1].external_id, received.events[2].external_id);
    assert_string_not_equal(received.events[2].external_id, received.events[3].external_id);
}

/* The fields of capcom6's android-sms-gateway. */
static struct provider_config phone_gateway(void)
{
    static const char *delivered[] = { "sms:delivered" }, *failed[] = { "sms:failed" };

    return (struct provider_config){ .name = "phone",
                                     .kind = "generic",
                                     .secret = "key",
                                     .replay_seconds = 300,
                                     .in_from = "/payload/sender",
                                     .in_text = "/payload/message",
                                     .in_id = "/payload/messageId",
                                     .in_time = "/payload/receivedAt",
                                     .receipt_id = "/payload/messageId",
                                     .receipt_number = "/payload/phoneNumber",
                                     .receipt_status = "event",
                                     .receipt_delivered = delivered,
                                     .n_receipt_delivered = 1,
                                     .receipt_failed = failed,
                                     .n_receipt_failed = 1,
                                     .answer = "" };
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    *received = (struct received){ 0 };
    return provider_kind_find("generic")->receive(mem, provider, request, received);
}

static void a_configured_provider_brings_texts(void **state)
{
    struct provider_config provider = phone_gateway();
    struct hook_request request = json_request(
        "{\"event\":\"sms:received\",\"payload\":{\"messageId\":\"m1\",\"message\":\"水管坏了\",\"sender\":"
        "\"13800138000\",\"receivedAt\":\"2024-06-22T15:46:11.000+07:00\"}}");
    struct received received;

    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_GOOD);
    assert_int_equal(received.n, 1);
    assert_int_equal(received.events[0].kind, EVENT_TEXT);
    assert_string_equal(received.events[0].from, "+8613800138000");
    assert_string_equal(received.events[0].text, "水管坏了");
    assert_string_equal(received.events[0].external_id, "m1");
    assert_int_equal(received.events[0].at, 1719045971);
}

static void a_configured_provider_brings_receipts(void **state)
{
    struct provider_config provider = phone_gateway();
    struct hook_request request = json_request("{\"event\":\"sms:delivered\",\"payload\":{\"messageId\":"
                                               "\"m1\",\"phoneNumber\":\"+8613800138000\"}}");
    struct received received;

    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_GOOD);
    assert_int_equal(received.n, 1);
    assert_int_equal(received.events[0].kind, EVENT_RECEIPT);
    assert_int_equal(received.events[0].reference, provider_reference("m1"));
    assert_int_equal(received.events[0].status, RECEIPT_DELIVERED);
}

static void a_configured_signature_is_checked(void **state)
{
    struct provider_config provider = phone_gateway();
    const char *body =
        "{\"event\":\"x\",\"payload\":{\"messageId\":\"m\",\"message\":\"a\",\"sender\":\"+1\"}}";
    struct hook_request request = json_request(body);
    const char *data = talloc_asprintf(*state, "%s%s", body, "1719045971");
    struct pair headers[] = { { "X-Timestamp", "1719045971" },
                              { "x-signature", hmac_hex(*state, "sha256", "key", data, strlen(data)) } };
    struct received received;

    provider.signature_header = "X-Signature";
    provider.timestamp_header = "X-Timestamp";
    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_FORGED);
    request.headers = headers;
    request.n_headers = 2;
    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_GOOD);
    /* what stands in the address is not signed */
    struct hook_request unsigned_query = request;
    struct provider_config flat = provider;
    flat.in_from = "from", flat.in_text = "text", flat.in_id = "id";
    data = "1719045971";
    headers[1].value = hmac_hex(*state, "sha256", "key", data, strlen(data));
    unsigned_query.body = "";
    unsigned_query.length = 0;
    unsigned_query.query_text = "from=13800138000&text=a&id=1";
    assert_int_equal(receive(*state, &flat, &unsigned_query, &received), HOOK_MALFORMED);
    flat.signature_header = NULL;
    assert_int_equal(receive(*state, &flat, &unsigned_query, &received), HOOK_GOOD);
    data = talloc_asprintf(*state, "%s%s", body, "1719045971");
    headers[1].value = hmac_hex(*state, "sha256", "key", data, strlen(data));
    request.now += 1000;
    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_STALE);
    headers[0].value = "1719046980";
    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_FORGED);
}

static void a_list_brings_what_can_be_read_of_it(void **state)
{
    struct provider_config provider = {
        .in_list = "/results", .in_from = "from", .in_text = "text", .answer = "ok"
    };
    struct hook_request request = json_request(
        "{\"results\":[{\"from\":\"13800138000\",\"text\":\"a\"},{\"from\":13800138001,\"text\":\"b\"}]}");
    struct received received;

    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_GOOD);
    assert_int_equal(received.n, 2);
    assert_string_equal(received.events[1].from, "+8613800138001");
    assert_string_equal(received.answer, "ok");
    assert_int_equal(received.n_unread, 0);
    request = json_request("{\"results\":[{\"from\":\"13800138000\",\"text\":\"a\"},{}]}");
    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_GOOD);
    assert_int_equal(received.n, 1);
    assert_int_equal(received.n_unread, 1);
}

/* 水 in the charset that the query, the header or the configuration names. */
static void a_text_is_read_in_its_charset(void **state)
{
    static const struct {
        const char *query, *type, *body, *charset;
    } table[] = {
        { "from=1380013800%30&text=l4&c=UTF-16BE", NULL, "", NULL },
        { "text=l%34&from=13800138000&c=UTF-16BE", NULL, "", "GB18030" },
        { "from=13800138000&text=%CB%AE&c=GBK", NULL, "", NULL },
        { "from=13800138000&text=%CB%AE", NULL, "", "GB18030" },
        { NULL, "application/x-www-form-urlencoded; charset=gb2312", "from=13800138000&text=%CB%AE", NULL },
        { "from=13800138000&text=%E6%B0%B4&c=", NULL, "", NULL },
        { NULL, "application/json; charset=GBK", "{\"from\":\"13800138000\",\"text\":\"\xcb\xae\"}", NULL },
        { NULL, "application/json", "{\"from\":\"13800138000\",\"text\":\"\xcb\xae\"}", "GB18030" },
        { NULL, "application/json", "\xef\xbb\xbf{\"from\":\"13800138000\",\"text\":\"水\"}", NULL },
        /* neither JSON nor a form by its type: the body tells */
        { NULL, "text/plain", " {\"from\":\"13800138000\",\"text\":\"水\"}", NULL },
        { NULL, "text/plain", "from=13800138000&text=%E6%B0%B4", NULL },
        { NULL, NULL, "[{\"from\":\"13800138000\",\"text\":\"水\"}]", NULL },
    };
    struct received received;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct provider_config provider = {
            .in_from = "from", .in_text = "text", .in_charset = "c", .charset = table[i].charset
        };
        const struct pair headers[] = { { "Content-Type", table[i].type } };
        const struct hook_request request = { .method = "POST",
                                              .query_text = table[i].query,
                                              .headers = headers,
                                              .n_headers = table[i].type ? 1 : 0,
                                              .body = table[i].body,
                                              .length = strlen(table[i].body) };

        if (receive(*state, &provider, &request, &received) != HOOK_GOOD)
            fail_msg("%zu", i);
        assert_string_equal(received.events[0].text, "水");
        assert_string_equal(received.events[0].from, "+8613800138000");
    }
}

/* Nobody said which charset it is: it is no UTF-8, and makes a Chinese text of another one. A text of which a
 * piece was cut off, or an octet is wrong, stays what it is. */
static void a_charset_that_nobody_named_is_found(void **state)
{
    static const struct {
        const char *type, *body, *text;
    } table[] = {
        { NULL, "from=13800138000&text=%BE%DB%C1%B8%B4%E5%CD%A3%CB%AE%C8%FD%CC%EC", "聚粮村停水三天" },
        { NULL, "from=13800138000&text=\xbe\xdb\xc1\xb8\xb4\xe5\xcd\xa3\xcb\xae", "聚粮村停水" },
        { NULL, "from=13800138000&text=%FE%FF%80%5A%7C%AE%67%51%50%5C%6C%34", "聚粮村停水" },
        { "application/json",
          "{\"from\":\"13800138000\",\"text\":\"\xbe\xdb\xc1\xb8\xb4\xe5\xcd\xa3\xcb\xae\"}", "聚粮村停水" },
        { NULL, "from=13800138000&text=%E8%81%9A%E7%B2%AE%E6%9D%91%E5%81", "聚粮村\ufffd" },
        { NULL, "from=13800138000&text=%E8%81%9A%FF%E7%B2%AE", "聚\ufffd粮" },
        { NULL, "from=13800138000&text=caf%E9", "caf\ufffd" },
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct provider_config provider = { .in_from = "from", .in_text = "text" };
        const struct pair headers[] = { { "Content-Type", table[i].type } };
        const struct hook_request request = { .method = "POST",
                                              .headers = headers,
                                              .n_headers = table[i].type ? 1 : 0,
                                              .body = table[i].body,
                                              .length = strlen(table[i].body) };
        struct received received;

        if (receive(*state, &provider, &request, &received) != HOOK_GOOD)
            fail_msg("%zu", i);
        assert_string_equal(received.events[0].text, table[i].text);
    }
}

/* Two ids of more digits than a number of 64 bits holds are two texts; an id that is no number is none. */
static void long_ids_tell_their_texts_apart(void **state)
{
    static const struct {
        const char *id, *read; /* NULL: the text has a key of its own */
    } ids[] = {
        { "202611302215120000001234", "202611302215120000001234" },
        { "202611302215120000001235", "202611302215120000001235" },
        { "18446744073709551616", "18446744073709551616" },
        { "18446744073709551615", "18446744073709551615" },
        { "-99999999999999999999", "-99999999999999999999" },
        { "999999999999999999", "999999999999999999" },
        { "\"99999999999999999999\\\"9\"", "99999999999999999999\"9" },
        { "1.5", "1.5" },
        { "NaN", NULL },
        { "Infinity", NULL },
        { "null", NULL },
    };
    const struct provider_config provider = { .in_from = "from", .in_text = "text", .in_id = "id" };

    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const char *body =
            talloc_asprintf(*state, "{\"from\":\"13800138000\",\"id\":%s,\"text\":\"水\"}", ids[i].id);
        const struct hook_request request = { .method = "POST", .body = body, .length = strlen(body) };
        struct received received;

        if (receive(*state, &provider, &request, &received) != HOOK_GOOD)
            fail_msg("%s", ids[i].id);
        assert_int_equal(received.events[0].is_key_derived, ids[i].read == NULL);
        if (ids[i].read)
            assert_string_equal(received.events[0].external_id, ids[i].read);
    }
}

/* An unknown charset is refused, so that the provider's log says so; an octet that fits nowhere becomes
 * U+FFFD. */
static void what_cannot_be_converted_does_not_cost_the_text(void **state)
{
    const struct provider_config provider = { .in_from = "from", .in_text = "text", .in_charset = "c" };
    struct hook_request request = { .method = "GET",
                                    .query_text = "from=13800138000&text=a%FFb&c=UTF-8",
                                    .body = "" };
    struct received received;

    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_GOOD);
    assert_string_equal(received.events[0].text, "a\ufffdb");
    request.query_text = "from=13800138000&text=a&c=KOI8-R";
    assert_int_equal(receive(*state, &provider, &request, &received), HOOK_MALFORMED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, give_memory, take_memory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_form_is_decoded),
        TEST(a_broken_form_is_refused),
        TEST(a_document_is_read_whole_or_not_at_all),
        TEST(fields_are_found_by_name_and_by_pointer),
        TEST(times_are_read_as_providers_write_them),
        TEST(numbers_become_e164_where_they_surely_are),
        TEST(each_name_of_an_alphabet_is_known),
        TEST(a_header_holds_no_control_characters),
        TEST(secrets_are_the_same_or_not),
        TEST(an_hmac_is_that_of_the_standard),
        TEST(a_key_tells_its_texts_apart),
        TEST(a_text_of_twilio_has_a_sender_and_words),
        TEST(a_part_of_vonage_has_a_place_among_its_parts),
        TEST(a_text_of_aliyun_has_its_sequence_or_a_key_of_its_own),
        TEST(a_configured_provider_brings_texts),
        TEST(a_configured_provider_brings_receipts),
        TEST(a_configured_signature_is_checked),
        TEST(a_list_brings_what_can_be_read_of_it),
        TEST(a_text_is_read_in_its_charset),
        TEST(a_charset_that_nobody_named_is_found),
        TEST(long_ids_tell_their_texts_apart),
        TEST(what_cannot_be_converted_does_not_cost_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
