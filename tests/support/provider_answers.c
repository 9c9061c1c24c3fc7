/* What the providers' documents say they answer, and how they check who asks. */
#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "tests/support/provider_server.h"

static bool is(const struct server_request *request, const char *behaviour)
{
    return strcmp(request->behaviour, behaviour) == 0;
}

static bool is_get(const struct server_request *request)
{
    return strcmp(request->method, "GET") == 0;
}

static struct server_answer json(int status, const char *body)
{
    return (struct server_answer){ status, body, "application/json" };
}

static void expect_header(void *mem, struct server_request *request, const char *name, const char *value)
{
    const char *given = server_header(mem, request, name);

    if (*request->head && (!given || strcmp(given, value) != 0))
        request->trouble = "not these credentials";
}

/* AC1:open-sesame-1234 */
static struct server_answer twilio(void *mem, struct server_request *request)
{
    expect_header(mem, request, "Authorization", "Basic QUMxOm9wZW4tc2VzYW1lLTEyMzQ=");
    if (is_get(request))
        return json(200, request->number > 1 ? "{\"messages\":[],\"next_page_uri\":null}"
                                             : "{\"messages\":[{\"sid\":\"SM9\",\"direction\":\"inbound\","
                                               "\"from\":\"+8613800138000\",\"to\":\"+15005550006\","
                                               "\"body\":\"水管坏了\",\"date_sent\":"
                                               "\"Mon, 23 Nov 2026 20:01:40 +0000\"},"
                                               "{\"sid\":\"SM8\",\"direction\":\"outbound-api\"}],"
                                               "\"next_page_uri\":null}");
    if (is(request, "refused"))
        return json(400, "{\"code\":21211,\"message\":\"Invalid 'To' Phone Number\",\"status\":400}");
    if (is(request, "inside"))
        return json(200, "{\"sid\":null,\"code\":21610,\"message\":\"Attempt to send to unsubscribed "
                         "recipient\"}");
    return json(201, talloc_asprintf(mem,
                                     "{\"sid\":\"SM%032zx\",\"status\":\"queued\",\"error_code\":null,"
                                     "\"error_message\":null}",
                                     request->number));
}

static struct server_answer vonage(void *mem, struct server_request *request)
{
    if (!strstr(request->body, "api_key=AC1&api_secret=open-sesame-1234&") && !strstr(request->body, "&sig="))
        request->trouble = "not these credentials";
    if (is(request, "refused") || is(request, "inside"))
        return json(200, "{\"message-count\":\"1\",\"messages\":[{\"status\":\"7\",\"error-text\":"
                         "\"Number barred\"}]}");
    return json(200, talloc_asprintf(mem,
                                     "{\"message-count\":\"2\",\"messages\":[{\"status\":\"0\","
                                     "\"message-id\":\"V%zua\"},{\"status\":\"0\",\"message-id\":"
                                     "\"V%zub\"}]}",
                                     request->number, request->number));
}

static struct server_answer africastalking(void *mem, struct server_request *request)
{
    expect_header(mem, request, "apiKey", "open-sesame-1234");
    if (is_get(request) && is(request, "mixed") && strstr(request->query, "lastReceivedId=0"))
        return json(200, "{\"SMSMessageData\":{\"Messages\":[{\"text\":\"路坏了\",\"id\":1,\"from\":"
                         "\"+254711082300\"},{\"id\":2}]}}");
    if (is_get(request))
        return json(200, strstr(request->query, "lastReceivedId=0")
                             ? "{\"SMSMessageData\":{\"Messages\":[{\"linkId\":\"l\",\"text\":\"路坏了\","
                               "\"to\":\"28901\",\"id\":15071,\"date\":\"2018-03-19T08:34:18.445Z\","
                               "\"from\":\"+254711082300\"}]}}"
                             : "{\"SMSMessageData\":{\"Messages\":[]}}");
    if (is(request, "refused") || is(request, "inside"))
        return json(201, "{\"SMSMessageData\":{\"Message\":\"Sent to 0/1\",\"Recipients\":[{\"statusCode\":"
                         "403,\"number\":\"1\",\"status\":\"InvalidPhoneNumber\",\"messageId\":\"None\"}]}}");
    return json(201, talloc_asprintf(mem,
                                     "{\"SMSMessageData\":{\"Message\":\"Sent to 1/1\",\"Recipients\":[{"
                                     "\"statusCode\":101,\"number\":\"1\",\"status\":\"Success\","
                                     "\"messageId\":\"ATXid_%zu\"}]}}",
                                     request->number));
}

/* Each entry is handed out once; the receipts count as a request too. */
static struct server_answer infobip_once(void *mem, struct server_request *request)
{
    expect_header(mem, request, "Authorization", "App open-sesame-1234");
    if (is(request, "mixed") && strstr(request->path, "inbox") && request->number <= 2)
        return json(200, "{\"results\":[{\"messageId\":\"1\"},{\"messageId\":\"2\",\"from\":"
                         "\"8613800138000\",\"text\":\"灯坏了\"}]}");
    if ((is(request, "once") || is(request, "first")) && strstr(request->path, "inbox") &&
        request->number <= 2)
        return json(200, "{\"results\":[{\"messageId\":\"817790313235066447\",\"from\":\"8613800138000\","
                         "\"to\":\"441134960001\",\"text\":\"灯坏了\",\"receivedAt\":"
                         "\"2019-11-09T16:00:00.000+0000\",\"smsCount\":1}]}");
    return json(200, "{\"results\":[]}");
}

static struct server_answer infobip(void *mem, struct server_request *request)
{
    struct json_object *body = json_parse(mem, request->body, strlen(request->body));
    const char *id = body ? json_field(mem, body, "/messages/0/destinations/0/messageId") : NULL;

    expect_header(mem, request, "Authorization", "App open-sesame-1234");
    if (is(request, "refused"))
        return json(400, "{\"errorCode\":\"E400\",\"description\":\"Request cannot be processed\"}");
    if (is(request, "inside"))
        return json(200, "{\"messages\":[{\"messageId\":\"x\",\"status\":{\"groupId\":5,\"name\":"
                         "\"REJECTED_DESTINATION\"}}]}");
    return json(200, talloc_asprintf(mem,
                                     "{\"bulkId\":\"b\",\"messages\":[{\"messageId\":\"%s\",\"status\":{"
                                     "\"groupId\":1,\"groupName\":\"PENDING\"}}]}",
                                     id ? id : ""));
}

static const char *hex(void *mem, const unsigned char *octets, size_t n)
{
    char *text = talloc_zero_size(mem, 2 * n + 1);

    for (size_t i = 0; i < n; i++)
        sprintf(text + 2 * i, "%02x", octets[i]);
    return text;
}

static const char *sha256(void *mem, const char *text)
{
    unsigned char digest[32];

    gnutls_hash_fast(GNUTLS_DIG_SHA256, text, strlen(text), digest);
    return hex(mem, digest, sizeof digest);
}

/* What stands behind a word of the Authorization header, up to a comma or space. */
static const char *piece(void *mem, const char *authorization, const char *word)
{
    const char *at = authorization ? strstr(authorization, word) : NULL;

    at = at ? at + strlen(word) : "";
    return talloc_strndup(mem, at, strcspn(at, ", "));
}

/* Everything that was signed, read from what came over the wire. */
static const char *signed_again(void *mem, const struct server_request *request, const char *names,
                                bool is_lower)
{
    char *lines = talloc_strdup(mem, ""), *rest = talloc_strdup(mem, names);

    for (char *name; (name = strsep(&rest, ";"));) {
        const char *given = server_header(mem, request, name);
        char *value = talloc_strdup(mem, given ? given : "");

        for (char *c = value; is_lower && *c; c++)
            *c |= *c >= 'A' && *c <= 'Z' ? 0x20 : 0;
        lines = talloc_asprintf_append(lines, "%s:%s\n", name, value);
    }
    return sha256(mem,
                  talloc_asprintf(mem, "%s\n/%s%s\n%s\n%s\n%s\n%s", request->method, request->behaviour,
                                  request->path, request->query, lines, names, sha256(mem, request->body)));
}

static const char *hmac(void *mem, const void *key, size_t n, const char *text, unsigned char digest[32])
{
    gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, n, text, strlen(text), digest);
    return hex(mem, digest, 32);
}

static struct server_answer aliyun(void *mem, struct server_request *request)
{
    const char *authorization = server_header(mem, request, "Authorization");
    const char *names = piece(mem, authorization, "SignedHeaders=");
    const char *text = talloc_asprintf(mem, "ACS3-HMAC-SHA256\n%s", signed_again(mem, request, names, false));
    unsigned char digest[32];

    if (strcmp(piece(mem, authorization, "Signature="), hmac(mem, "open-sesame-1234", 16, text, digest)) != 0)
        request->trouble = "a wrong signature";
    if (is(request, "refused"))
        return json(400, "{\"Code\":\"isv.MOBILE_NUMBER_ILLEGAL\",\"Message\":\"no number\"}");
    if (is(request, "inside"))
        return json(200, "{\"Code\":\"isv.SMS_TEMPLATE_ILLEGAL\",\"Message\":\"no template\"}");
    return json(200, talloc_asprintf(mem,
                                     "{\"Message\":\"OK\",\"RequestId\":\"r\",\"Code\":\"OK\",\"BizId\":"
                                     "\"9006197469364984%zu^0\"}",
                                     request->number));
}

static void check_tc3(void *mem, struct server_request *request)
{
    const char *authorization = server_header(mem, request, "Authorization");
    const char *names = piece(mem, authorization, "SignedHeaders="), *time, *day, *text;
    unsigned char first[32], second[32];

    time = server_header(mem, request, "X-TC-Timestamp");
    day = piece(mem, authorization, "Credential=AC1/");
    day = talloc_strndup(mem, day, strcspn(day, "/"));
    text = talloc_asprintf(mem, "TC3-HMAC-SHA256\n%s\n%s/sms/tc3_request\n%s", time ? time : "", day,
                           signed_again(mem, request, names, true));
    hmac(mem, "TC3open-sesame-1234", 19, day, first);
    hmac(mem, first, 32, "sms", second);
    hmac(mem, second, 32, "tc3_request", first);
    if (strcmp(piece(mem, authorization, "Signature="), hmac(mem, first, 32, text, second)) != 0)
        request->trouble = "a wrong signature";
}

static struct server_answer tencent(void *mem, struct server_request *request, const char *action)
{
    check_tc3(mem, request);
    if (strcmp(action, "PullSmsReplyStatus") == 0 && is(request, "outage"))
        return json(200, "{\"Response\":{\"Error\":{\"Code\":\"InternalError.Timeout\",\"Message\":\"m\"}}}");
    if (strcmp(action, "PullSmsReplyStatus") == 0 && is(request, "mixed-tencent") && request->number <= 2)
        return json(200,
                    "{\"Response\":{\"PullSmsReplyStatusSet\":[{\"ReplyContent\":\"x\"},{\"PhoneNumber\":"
                    "\"+8613800138000\",\"ReplyContent\":\"井盖没了\",\"ReplyTime\":1600000000}]}}");
    if (strcmp(action, "PullSmsReplyStatus") == 0 && request->number <= 2)
        return json(200, "{\"Response\":{\"PullSmsReplyStatusSet\":[{\"ExtendCode\":\"01\",\"CountryCode\":"
                         "\"86\",\"PhoneNumber\":\"+8613800138000\",\"SignName\":\"s\",\"ReplyContent\":"
                         "\"井盖没了\",\"ReplyTime\":1600000000,\"SubscriberNumber\":\"13800138000\"}],"
                         "\"RequestId\":\"r\"}}");
    if (strcmp(action, "PullSmsReplyStatus") == 0)
        return json(200, "{\"Response\":{\"PullSmsReplyStatusSet\":[],\"RequestId\":\"r\"}}");
    if (strcmp(action, "PullSmsSendStatus") == 0)
        return json(200, "{\"Response\":{\"PullSmsSendStatusSet\":[],\"RequestId\":\"r\"}}");
    if (is(request, "refused") || is(request, "inside"))
        return json(200, "{\"Response\":{\"SendStatusSet\":[{\"SerialNo\":\"\",\"Code\":"
                         "\"FailedOperation.TemplateIncorrectOrUnapproved\",\"Message\":\"m\"}]}}");
    return json(200, talloc_asprintf(mem,
                                     "{\"Response\":{\"SendStatusSet\":[{\"SerialNo\":\"5000:%zu\",\"Code\":"
                                     "\"Ok\",\"Message\":\"send success\"}],\"RequestId\":\"r\"}}",
                                     request->number));
}

/* Both clouds speak at /; the headers say which it is. Anything else is a plain gateway. */
static struct server_answer root(void *mem, struct server_request *request)
{
    const char *action = server_header(mem, request, "X-TC-Action");

    if (server_header(mem, request, "x-acs-action"))
        return aliyun(mem, request);
    if (action)
        return tencent(mem, request, action);
    if (is(request, "refused") || is(request, "inside"))
        return (struct server_answer){ 200, "403: refused", "text/plain" };
    return (struct server_answer){ 202, "0: Accepted for delivery", "text/plain" };
}

/* SMS Gateway for Android: the id we chose comes back. */
static struct server_answer android(void *mem, struct server_request *request)
{
    struct json_object *body = json_parse(mem, request->body, strlen(request->body));
    const char *id = body ? json_field(mem, body, "id") : NULL;

    expect_header(mem, request, "Authorization", "Basic QUMxOm9wZW4tc2VzYW1lLTEyMzQ=");
    return json(202, talloc_asprintf(mem, "{\"id\":\"%s\",\"state\":\"Pending\"}", id ? id : ""));
}

/* 云MAS: the body is base64 of JSON, whose mac is the MD5 of its fields. */
static struct server_answer cloud_mas(void *mem, struct server_request *request)
{
    gnutls_datum_t code = { (void *)(uintptr_t)request->body, (unsigned)strlen(request->body) }, plain;
    unsigned char digest[16];
    struct json_object *body;
    const char *over;

    if (gnutls_base64_decode2(&code, &plain) < 0)
        return json(200, "{\"success\":false,\"rspcod\":\"InvalidMessage\"}");
    body = json_parse(mem, (char *)plain.data, plain.size);
    gnutls_free(plain.data);
    if (!body)
        return json(200, "{\"success\":false,\"rspcod\":\"InvalidMessage\"}");
    over = talloc_asprintf(mem, "%s%sopen-sesame-1234%s%s%s%s", json_field(mem, body, "ecName"),
                           json_field(mem, body, "apId"), json_field(mem, body, "mobiles"),
                           json_field(mem, body, "content"), json_field(mem, body, "sign"),
                           json_field(mem, body, "addSerial"));
    gnutls_hash_fast(GNUTLS_DIG_MD5, over, strlen(over), digest);
    if (strcmp(hex(mem, digest, sizeof digest), json_field(mem, body, "mac")) != 0)
        return json(200, "{\"success\":false,\"rspcod\":\"IllegalMac\"}");
    return json(200, "{\"success\":true,\"msgGroup\":\"0708101010101000000001\",\"rspcod\":\"success\"}");
}

static const struct {
    const char *path;
    struct server_answer (*answer)(void *mem, struct server_request *request);
} pages[] = {
    { "/2010-04-01/Accounts/", twilio },
    { "/sms/json", vonage },
    { "/version1/messaging", africastalking },
    { "/sms/3/messages", infobip },
    { "/sms/1/", infobip_once },
    { "/message", android },
    { "/sms/norsubmit", cloud_mas },
    { "/", root },
};

struct server_answer provider_answer(void *mem, struct server_request *request)
{
    size_t i = 0;

    while (strncmp(request->path, pages[i].path, strlen(pages[i].path)) != 0)
        i++;
    return pages[i].answer(mem, request);
}
