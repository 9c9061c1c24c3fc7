/* What each code in a provider's answer means for the text, and each HTTP status for every provider. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/provider.h"
#include "gateway/provider/request.h"

/* format: an answer with %s for the code. */
static struct sent answered(void *mem, const char *kind, int status, const char *format, const char *code)
{
    const struct provider_kind *found = provider_kind_find(kind);
    struct provider_config config = { .name = "p" };
    struct sent sent = { 0 };
    const char *at = strstr(format, "%s");
    char *body = at ? talloc_asprintf(mem, "%.*s%s%s", (int)(at - format), format, code, at + 2)
                    : talloc_strdup(mem, format);

    assert_non_null(found);
    found->read(mem, &config, &(struct web_answer){ status, body, strlen(body) }, &sent);
    return sent;
}

static const char africa[] = "{\"SMSMessageData\":{\"Message\":\"m\",\"Recipients\":[{\"statusCode\":%s,"
                             "\"status\":\"word\",\"messageId\":\"id-1\"}]}}";
static const char aliyun[] = "{\"Code\":\"%s\",\"Message\":\"word\",\"BizId\":\"id-1\"}";
static const char tencent[] =
    "{\"Response\":{\"SendStatusSet\":[{\"Code\":\"%s\",\"Message\":\"word\",\"SerialNo\":\"id-1\"}]}}";
static const char tencent_error[] = "{\"Response\":{\"Error\":{\"Code\":\"%s\",\"Message\":\"word\"}}}";
static const char vonage[] =
    "{\"messages\":[{\"status\":\"%s\",\"error-text\":\"word\",\"message-id\":\"id-1\"}]}";
static const char twilio[] = "{\"code\":%s,\"message\":\"word\"}";
static const char twilio_good[] = "{\"sid\":\"%s\"}";
static const char infobip[] =
    "{\"messages\":[{\"messageId\":\"id-1\",\"status\":{\"groupId\":%s,\"name\":\"word\"}}]}";

static const struct {
    const char *kind, *format, *code;
    enum send_result result;
} codes[] = {
    { "africastalking", africa, "100", SEND_TAKEN },
    { "africastalking", africa, "101", SEND_TAKEN },
    { "africastalking", africa, "102", SEND_TAKEN },
    { "africastalking", africa, "401", SEND_LINE_DOWN },
    { "africastalking", africa, "402", SEND_LINE_DOWN },
    { "africastalking", africa, "403", SEND_REFUSED },
    { "africastalking", africa, "404", SEND_REFUSED },
    { "africastalking", africa, "405", SEND_LINE_DOWN },
    { "africastalking", africa, "406", SEND_REFUSED },
    { "africastalking", africa, "407", SEND_REFUSED },
    { "africastalking", africa, "500", SEND_UNCLEAR },
    { "africastalking", africa, "501", SEND_UNCLEAR },
    { "africastalking", africa, "502", SEND_REFUSED },

    { "aliyun", aliyun, "OK", SEND_TAKEN },
    { "aliyun", aliyun, "isv.BUSINESS_LIMIT_CONTROL", SEND_LATER },
    { "aliyun", aliyun, "isv.DAY_LIMIT_CONTROL", SEND_LATER },
    { "aliyun", aliyun, "isv.MONTH_LIMIT_CONTROL", SEND_LATER },
    { "aliyun", aliyun, "isv.AMOUNT_NOT_ENOUGH", SEND_LINE_DOWN },
    { "aliyun", aliyun, "isv.OUT_OF_SERVICE", SEND_LINE_DOWN },
    { "aliyun", aliyun, "isv.ACCOUNT_NOT_EXISTS", SEND_LINE_DOWN },
    { "aliyun", aliyun, "isv.ACCOUNT_ABNORMAL", SEND_LINE_DOWN },
    { "aliyun", aliyun, "isp.RAM_PERMISSION_DENY", SEND_LINE_DOWN },
    { "aliyun", aliyun, "isp.SYSTEM_ERROR", SEND_UNCLEAR },
    { "aliyun", aliyun, "isv.MOBILE_NUMBER_ILLEGAL", SEND_REFUSED },
    { "aliyun", aliyun, "Throttling.User", SEND_LINE_DOWN },
    { "aliyun", aliyun, "SignatureDoesNotMatch", SEND_LINE_DOWN },
    { "aliyun", aliyun, "InvalidAccessKeyId.NotFound", SEND_LINE_DOWN },
    { "aliyun", aliyun, "InvalidTimeStamp.Expired", SEND_LINE_DOWN },
    { "aliyun", aliyun, "Forbidden.RAM", SEND_LINE_DOWN },
    { "aliyun", aliyun, "ServiceUnavailable", SEND_LINE_DOWN },
    { "aliyun", aliyun, "InternalError", SEND_UNCLEAR },
    { "aliyun", aliyun, "MissingPhoneNumbers", SEND_REFUSED },

    { "tencent", tencent, "Ok", SEND_TAKEN },
    { "tencent", tencent, "FailedOperation.InsufficientBalanceInSmsPackage", SEND_LINE_DOWN },
    { "tencent", tencent, "LimitExceeded.PhoneNumberDailyLimit", SEND_LATER },
    { "tencent", tencent, "LimitExceeded.DailyLimit", SEND_LINE_DOWN },
    { "tencent", tencent, "FailedOperation.TemplateIncorrectOrUnapproved", SEND_REFUSED },
    { "tencent", tencent, "InvalidParameterValue.IncorrectPhoneNumber", SEND_REFUSED },
    { "tencent", tencent_error, "RequestLimitExceeded", SEND_LINE_DOWN },
    { "tencent", tencent_error, "AuthFailure.SignatureFailure", SEND_LINE_DOWN },
    { "tencent", tencent_error, "UnauthorizedOperation.SmsSdkAppIdVerifyFail", SEND_LINE_DOWN },
    { "tencent", tencent_error, "InternalError.Timeout", SEND_UNCLEAR },
    { "tencent", tencent_error, "MissingParameter", SEND_REFUSED },

    { "vonage", vonage, "0", SEND_TAKEN },
    { "vonage", vonage, "1", SEND_LINE_DOWN },
    { "vonage", vonage, "2", SEND_REFUSED },
    { "vonage", vonage, "3", SEND_REFUSED },
    { "vonage", vonage, "4", SEND_LINE_DOWN },
    { "vonage", vonage, "5", SEND_UNCLEAR },
    { "vonage", vonage, "6", SEND_REFUSED },
    { "vonage", vonage, "7", SEND_REFUSED },
    { "vonage", vonage, "8", SEND_LINE_DOWN },
    { "vonage", vonage, "9", SEND_LINE_DOWN },
    { "vonage", vonage, "10", SEND_LINE_DOWN },
    { "vonage", vonage, "11", SEND_LINE_DOWN },
    { "vonage", vonage, "12", SEND_REFUSED },
    { "vonage", vonage, "13", SEND_UNCLEAR },
    { "vonage", vonage, "14", SEND_LINE_DOWN },
    { "vonage", vonage, "15", SEND_LINE_DOWN },
    { "vonage", vonage, "16", SEND_REFUSED },
    { "vonage", vonage, "99", SEND_REFUSED },

    { "twilio", twilio_good, "id-1", SEND_TAKEN },
    { "twilio", twilio, "20003", SEND_LINE_DOWN },
    { "twilio", twilio, "20005", SEND_LINE_DOWN },
    { "twilio", twilio, "20429", SEND_LINE_DOWN },
    { "twilio", twilio, "14107", SEND_LINE_DOWN },
    { "twilio", twilio, "21606", SEND_LINE_DOWN },
    { "twilio", twilio, "21212", SEND_LINE_DOWN },
    { "twilio", twilio, "30001", SEND_LINE_DOWN },
    { "twilio", twilio, "30002", SEND_LINE_DOWN },
    { "twilio", twilio, "30032", SEND_LINE_DOWN },
    { "twilio", twilio, "21211", SEND_REFUSED },
    { "twilio", twilio, "21213", SEND_REFUSED },
    { "twilio", twilio, "30003", SEND_REFUSED },

    { "infobip", infobip, "1", SEND_TAKEN },
    { "infobip", infobip, "2", SEND_REFUSED },
    { "infobip", infobip, "3", SEND_TAKEN },
    { "infobip", infobip, "4", SEND_REFUSED },
    { "infobip", infobip, "5", SEND_REFUSED },
};

static void every_code_of_every_provider_means_what_its_documents_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        void *mem = talloc_new(NULL);
        struct sent sent = answered(mem, codes[i].kind, 200, codes[i].format, codes[i].code);

        if (sent.result != codes[i].result)
            fail_msg("%s %s: %d", codes[i].kind, codes[i].code, sent.result);
        if (sent.result == SEND_TAKEN) {
            assert_int_equal(sent.n, 1);
            assert_string_equal(sent.ids[0], "id-1");
        } else {
            assert_int_equal(sent.n, 0);
            assert_non_null(strstr(sent.why, "word"));
        }
        talloc_free(mem);
    }
}

/* An answer that says nothing of the text: never sent again by itself, and the reason is told. */
static void an_answer_without_its_field_is_unclear_and_says_so(void **state)
{
    static const struct {
        const char *kind, *body, *why;
    } answers[] = {
        { "africastalking", "{}", "no recipients" },
        { "aliyun", "{}", "no Code" },
        { "tencent", "{}", "neither a status" },
        { "vonage", "{}", "no messages" },
        { "twilio", "{}", "no sid" },
        { "infobip", "{}", "no status" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        void *mem = talloc_new(NULL);
        struct sent sent = answered(mem, answers[i].kind, 200, answers[i].body, "");

        assert_int_equal(sent.result, SEND_UNCLEAR);
        assert_non_null(sent.why);
        if (!strstr(sent.why, answers[i].why))
            fail_msg("%s: %s", answers[i].kind, sent.why);
        talloc_free(mem);
    }
}

/* Of a configured provider only sent_why may be set: then a refusal says what stands there, and no more. */
static void a_configured_provider_says_why_by_its_field(void **state)
{
    static const struct {
        const char *field, *id, *why;
        int status;
        const char *body;
        enum send_result result;
        const char *said;
    } answers[] = {
        { NULL, NULL, "/error", 400, "{\"error\":\"no credit\"}", SEND_REFUSED,
          "HTTP status 400: no credit" },
        { NULL, NULL, "/error", 400, "{}", SEND_REFUSED, "HTTP status 400" },
        { NULL, NULL, NULL, 400, "no credit", SEND_REFUSED, "HTTP status 400: no credit" },
        { NULL, NULL, "/error", 200, "{\"error\":\"no credit\"}", SEND_TAKEN, NULL },
        { NULL, NULL, "/error", 200, "fine", SEND_UNCLEAR, "the answer is no JSON" },
        { NULL, "/id", NULL, 200, "fine", SEND_UNCLEAR, "the answer is no JSON" },
        { "/state", NULL, NULL, 200, "fine", SEND_UNCLEAR, "the answer is no JSON" },
        { NULL, NULL, NULL, 200, "fine", SEND_TAKEN, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        void *mem = talloc_new(NULL);
        struct provider_config config = {
            .name = "p", .sent_field = answers[i].field, .sent_id = answers[i].id, .sent_why = answers[i].why
        };
        struct web_answer answer = { answers[i].status, talloc_strdup(mem, answers[i].body),
                                     strlen(answers[i].body) };
        struct sent sent = { 0 };

        provider_kind_find("generic")->read(mem, &config, &answer, &sent);
        if (sent.result != answers[i].result)
            fail_msg("%s: %d", answers[i].body, sent.result);
        if (answers[i].said)
            assert_string_equal(sent.why, answers[i].said);
        talloc_free(mem);
    }
}

/* With no cursor yet it is asked for what came since the day before, in UTC: at midnight, too. */
static void twilio_is_asked_for_the_texts_since_the_day_before(void **state)
{
    static const struct {
        int64_t now;
        const char *cursor, *day;
    } polls[] = {
        { 1796000400, "", "2026-11-29" }, /* 2026-11-30 01:00 */
        { 1795996800, "", "2026-11-29" }, /* 00:00:00 */
        { 1795996799, "", "2026-11-28" },
        { 1795996800, "2026-11-20", "2026-11-20" },
    };
    struct provider_config config = { .name = "p", .account = "AC1", .secret = "s" };

    (void)state;
    for (size_t i = 0; i < sizeof polls / sizeof *polls; i++) {
        void *mem = talloc_new(NULL);
        struct web_request request = { 0 };
        struct outgoing_text now = { .now = polls[i].now };

        assert_true(
            provider_kind_find("twilio")->polls[0].build(mem, &config, polls[i].cursor, &now, &request));
        if (!strstr(request.url, talloc_asprintf(mem, "DateSent%%3E=%s", polls[i].day)))
            fail_msg("%s, not %s", request.url, polls[i].day);
        talloc_free(mem);
    }
}

/* The first and last of each range, and their neighbours. */
static void every_http_status_means_the_same_for_every_provider(void **state)
{
    static const struct {
        int status;
        enum send_result result;
    } statuses[] = {
        { 100, SEND_UNCLEAR },   { 199, SEND_UNCLEAR },   { 300, SEND_LINE_DOWN }, { 399, SEND_LINE_DOWN },
        { 400, SEND_REFUSED },   { 401, SEND_LINE_DOWN }, { 405, SEND_LINE_DOWN }, { 406, SEND_REFUSED },
        { 407, SEND_LINE_DOWN }, { 408, SEND_LATER },     { 409, SEND_REFUSED },   { 424, SEND_REFUSED },
        { 425, SEND_LATER },     { 426, SEND_REFUSED },   { 428, SEND_REFUSED },   { 429, SEND_LINE_DOWN },
        { 430, SEND_REFUSED },   { 499, SEND_REFUSED },   { 500, SEND_UNCLEAR },   { 502, SEND_UNCLEAR },
        { 503, SEND_LINE_DOWN }, { 504, SEND_UNCLEAR },   { 599, SEND_UNCLEAR },   { 0, SEND_UNCLEAR },
    };
    const struct provider_kind *const *kind;

    (void)state;
    for (kind = provider_kinds; *kind; kind++)
        for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
            void *mem = talloc_new(NULL);
            struct sent sent = answered(mem, (*kind)->name, statuses[i].status, "", "");

            if (sent.result != statuses[i].result)
                fail_msg("%s, status %d: %d", (*kind)->name, statuses[i].status, sent.result);
            talloc_free(mem);
        }
}

/* A poll that is answered with something else says so; nothing is taken from it. */
static void a_poll_that_hands_out_no_list_says_why(void **state)
{
    const struct provider_kind *const *kind;
    struct provider_config config = { .name = "p", .account = "a", .secret = "s" };

    (void)state;
    for (kind = provider_kinds; *kind; kind++)
        for (const struct provider_poll *poll = (*kind)->polls; poll && poll->name; poll++) {
            void *mem = talloc_new(NULL);
            struct pulled pulled = { .cursor = "" };

            if (poll->read(mem, &config, &(struct web_answer){ 200, "{}", 2 }, &pulled) || pulled.n > 0)
                fail_msg("%s takes {} for an answer", (*kind)->name);
            if (!pulled.why || !*pulled.why)
                fail_msg("%s, %s: no reason", (*kind)->name, poll->name);
            talloc_free(mem);
        }
}

/* A text or receipt without an id could not be told from the next one. */
static void what_comes_without_an_id_is_not_taken(void **state)
{
    static const struct {
        const char *kind, *type, *body;
    } hooks[] = {
        { "vonage", "application/x-www-form-urlencoded", "messageId=&msisdn=8613800138000&to=1&text=a" },
        { "vonage", "application/x-www-form-urlencoded",
          "messageId=&msisdn=8613800138000&to=1&status=delivered" },
        { "africastalking", "application/x-www-form-urlencoded", "id=&from=%2B254711082300&to=1&text=a" },
        { "africastalking", "application/x-www-form-urlencoded",
          "id=&status=Success&phoneNumber=%2B254711082300" },
        { "infobip", "application/json",
          "{\"results\":[{\"messageId\":\"\",\"from\":\"1\",\"text\":\"a\"}]}" },
        { "infobip", "application/json", "{\"results\":[{\"messageId\":\"\",\"status\":{\"groupId\":3}}]}" },
        { "aliyun", "application/json",
          "[{\"phone_number\":\"13800138000\",\"success\":true,\"biz_id\":\"\"}]" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof hooks / sizeof *hooks; i++) {
        void *mem = talloc_new(NULL);
        const struct pair headers[] = { { "Content-Type", hooks[i].type } };
        struct provider_config config = { .name = "p", .hook_key = "k" };
        struct hook_request request = { .method = "POST",
                                        .url = "http://127.0.0.1/hook/p",
                                        .headers = headers,
                                        .n_headers = 1,
                                        .body = hooks[i].body,
                                        .length = strlen(hooks[i].body),
                                        .now = 1795395600 };
        struct received received = { 0 };
        enum hook_verdict verdict;

        verdict = provider_kind_find(hooks[i].kind)->receive(mem, &config, &request, &received);
        /* of a list, the entry alone is unreadable */
        if (received.n > 0 || (verdict != HOOK_MALFORMED && received.n_unread != 1))
            fail_msg("%s takes %s", hooks[i].kind, hooks[i].body);
        talloc_free(mem);
    }
}

/* What each word of a receipt says: reached, lost, or still on its way. */
static void every_word_of_a_receipt_is_read(void **state)
{
    static const char africa_hook[] = "id=7&status=%s&phoneNumber=%2B254711082300";
    static const char vonage_hook[] = "messageId=7&msisdn=254711082300&to=1&status=%s";
    static const char infobip_hook[] =
        "{\"results\":[{\"messageId\":\"7\",\"to\":\"1\",\"status\":{\"groupId\":%s}}]}";
    static const char aliyun_hook[] = "[{\"phone_number\":\"13800138000\",\"success\":%s,\"biz_id\":\"7\"}]";
    static const struct {
        const char *kind, *format, *word;
        int tp_st;
    } receipts[] = {
        { "africastalking", africa_hook, "Success", RECEIPT_DELIVERED },
        { "africastalking", africa_hook, "Rejected", RECEIPT_FAILED },
        { "africastalking", africa_hook, "Failed", RECEIPT_FAILED },
        { "africastalking", africa_hook, "Sent", RECEIPT_TRYING },
        { "africastalking", africa_hook, "Submitted", RECEIPT_TRYING },
        { "africastalking", africa_hook, "Buffered", RECEIPT_TRYING },
        { "vonage", vonage_hook, "delivered", RECEIPT_DELIVERED },
        { "vonage", vonage_hook, "expired", RECEIPT_FAILED },
        { "vonage", vonage_hook, "failed", RECEIPT_FAILED },
        { "vonage", vonage_hook, "rejected", RECEIPT_FAILED },
        { "vonage", vonage_hook, "accepted", RECEIPT_TRYING },
        { "vonage", vonage_hook, "buffered", RECEIPT_TRYING },
        { "vonage", vonage_hook, "unknown", RECEIPT_TRYING },
        { "infobip", infobip_hook, "1", RECEIPT_TRYING },
        { "infobip", infobip_hook, "2", RECEIPT_FAILED },
        { "infobip", infobip_hook, "3", RECEIPT_DELIVERED },
        { "infobip", infobip_hook, "4", RECEIPT_FAILED },
        { "infobip", infobip_hook, "5", RECEIPT_FAILED },
        { "aliyun", aliyun_hook, "true", RECEIPT_DELIVERED },
        { "aliyun", aliyun_hook, "false", RECEIPT_FAILED },
    };

    (void)state;
    for (size_t i = 0; i < sizeof receipts / sizeof *receipts; i++) {
        void *mem = talloc_new(NULL);
        const char *at = strstr(receipts[i].format, "%s");
        const char *body = talloc_asprintf(mem, "%.*s%s%s", (int)(at - receipts[i].format),
                                           receipts[i].format, receipts[i].word, at + 2);
        struct provider_config config = { .name = "p", .hook_key = "k" };
        struct hook_request request = { .method = "POST",
                                        .url = "http://127.0.0.1/hook/p/k",
                                        .body = body,
                                        .length = strlen(body),
                                        .now = 1795395600 };
        struct received received = { 0 };

        if (provider_kind_find(receipts[i].kind)->receive(mem, &config, &request, &received) != HOOK_GOOD ||
            received.n != 1 || received.events[0].kind != EVENT_RECEIPT)
            fail_msg("%s: %s is no receipt", receipts[i].kind, body);
        if (received.events[0].status != receipts[i].tp_st)
            fail_msg("%s %s: %d", receipts[i].kind, receipts[i].word, received.events[0].status);
        talloc_free(mem);
    }
}

/* A receipt is paired by it: an id must give the same number always, and hardly ever another's. */
static void a_reference_is_a_number_of_the_whole_id(void **state)
{
    (void)state;
    assert_int_equal(provider_reference("SM123"), provider_reference("SM123"));
    for (int i = 0; i < 1000; i++) {
        char id[20], other[20];

        snprintf(id, sizeof id, "SM%d", i);
        snprintf(other, sizeof other, "SM%d", i + 1);
        assert_true(provider_reference(id) >= 0);
        assert_int_not_equal(provider_reference(id), provider_reference(other));
    }
}

/* Twilio: a number is asked for its texts, a messaging service for those of all its numbers. */
static void a_poll_names_the_number_but_no_messaging_service(void **state)
{
    struct provider_config config = { .name = "p", .account = "AC1", .secret = "s", .from = "+15005550006" };
    const struct provider_poll *poll = provider_kind_find("twilio")->polls;
    struct outgoing_text now = { .now = 1795395600, .nonce = "0123456789abcdef0123456789abcdef" };
    struct web_request request = { 0 };
    void *mem = talloc_new(NULL);

    (void)state;
    assert_true(poll->build(mem, &config, "", &now, &request));
    assert_non_null(strstr(request.url, "15005550006"));
    config.from = "MG123";
    request = (struct web_request){ 0 };
    assert_true(poll->build(mem, &config, "", &now, &request));
    assert_null(strstr(request.url, "MG123"));
    talloc_free(mem);
}

/* Every poll of a generic provider asks from where the last one ended, with what its address does not allow
 * escaped. */
static void a_generic_poll_asks_from_its_cursor(void **state)
{
    struct provider_config config = {
        .name = "p", .account = "a", .secret = "s", .poll_url = "http://127.0.0.1/texts?since={{cursor}}&n=9"
    };
    const struct provider_poll *poll = provider_kind_find("generic")->polls;
    struct outgoing_text now = { .now = 1795395600, .nonce = "0123456789abcdef0123456789abcdef" };
    struct web_request request = { 0 };
    void *mem = talloc_new(NULL);

    (void)state;
    assert_non_null(poll);
    assert_true(poll->build(mem, &config, "", &now, &request));
    assert_string_equal(request.method, "GET");
    assert_string_equal(request.url, "http://127.0.0.1/texts?since=&n=9");
    request = (struct web_request){ 0 };
    assert_true(poll->build(mem, &config, "41 & 42", &now, &request));
    assert_string_equal(request.url, "http://127.0.0.1/texts?since=41%20%26%2042&n=9");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_of_every_provider_means_what_its_documents_say),
        cmocka_unit_test(an_answer_without_its_field_is_unclear_and_says_so),
        cmocka_unit_test(a_configured_provider_says_why_by_its_field),
        cmocka_unit_test(twilio_is_asked_for_the_texts_since_the_day_before),
        cmocka_unit_test(every_http_status_means_the_same_for_every_provider),
        cmocka_unit_test(a_poll_that_hands_out_no_list_says_why),
        cmocka_unit_test(what_comes_without_an_id_is_not_taken),
        cmocka_unit_test(every_word_of_a_receipt_is_read),
        cmocka_unit_test(a_reference_is_a_number_of_the_whole_id),
        cmocka_unit_test(a_poll_names_the_number_but_no_messaging_service),
        cmocka_unit_test(a_generic_poll_asks_from_its_cursor),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
