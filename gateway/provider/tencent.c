/*
 * Tencent Cloud: sms of 2021-01-11. account and secret are SecretId and SecretKey, app the SmsSdkAppId, from
 * the approved signature. Their variables are numbered: those of templates stand in that order.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/mapping.h"
#include "gateway/provider/request.h"
#include "gateway/provider/signature.h"

/* "86" and "13800138000" are two fields. */
static const char *number_of(void *mem, struct json_object *entry, const char *country, const char *number)
{
    const char *code = json_field(mem, entry, country), *rest = json_field(mem, entry, number);

    if (!rest || !*rest)
        return NULL;
    if (*rest == '+' || !code || !*code)
        return provider_number(mem, rest, false);
    return talloc_asprintf(mem, "+%s%s", code, rest);
}

static bool add_text(void *mem, const char *from, const char *extend, const char *text, const char *time,
                     struct event **events, size_t *n)
{
    const char *const parts[] = { from, time, extend, text };
    struct event event = { .kind = EVENT_TEXT,
                           .external_id = key_of(mem, parts, 4), /* texts have no id */
                           .is_key_derived = true,
                           .from = from,
                           .to = extend,
                           .text = text };

    if (time)
        provider_time(time, &event.at);
    if (!from || !text)
        return false;
    events_add(mem, events, n, &event);
    return true;
}

static bool add_receipt(void *mem, const char *id, const char *own, const char *number, const char *status,
                        struct event **events, size_t *n)
{
    bool is_good = status && strcmp(status, "SUCCESS") == 0;
    struct event event;

    if (!id || !*id || !number || !status)
        return false;
    event = receipt_event(mem, id, own, number, is_good ? "good" : "bad",
                          is_good ? RECEIPT_DELIVERED : RECEIPT_FAILED);
    events_add(mem, events, n, &event);
    return true;
}

static bool read_entry(void *mem, struct json_object *entry, struct received *received)
{
    const char *number = number_of(mem, entry, "nationcode", "mobile");
    const char *status = json_field(mem, entry, "report_status");

    if (status)
        return add_receipt(mem, json_field(mem, entry, "sid"), json_field(mem, entry, "ext"), number, status,
                           &received->events, &received->n);
    return add_text(mem, number, json_field(mem, entry, "extend"), json_field(mem, entry, "text"),
                    json_field(mem, entry, "time"), &received->events, &received->n);
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    struct json_object *json = json_parse(mem, request->body, request->length);

    (void)provider;
    received->why = "neither a text nor receipts";
    if (!json)
        return HOOK_MALFORMED;
    for (size_t i = 0; i < json_list_length(json); i++)
        if (!read_entry(mem, json_list_at(json, i), received))
            received->n_unread++;
    received->content_type = "application/json";
    received->answer = "{\"result\":0,\"errmsg\":\"OK\"}";
    return HOOK_GOOD;
}

static void ask(void *mem, const struct provider_config *provider, const char *action,
                struct json_object *body, int64_t now, struct web_request *request)
{
    request->url = request_url(mem, provider, "https://sms.tencentcloudapi.com", "/");
    request_json(mem, request, body);
    request_add_header(mem, request, "X-TC-Version", "2021-01-11");
    request_add_header(mem, request, "X-TC-Region", provider->region ? provider->region : "ap-guangzhou");
    signature_tc3(mem, request, "sms", action, provider->account, provider->secret, now);
}

static struct json_object *strings(const char *const *texts, size_t n)
{
    struct json_object *list = json_object_new_array();

    for (size_t i = 0; i < n; i++)
        json_object_array_add(list, json_object_new_string(texts[i]));
    return list;
}

static bool build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why)
{
    const struct mapping *mapping = mapping_find(mem, provider, text->name);
    const char *values[MAPPING_VARIABLES_MOST];
    struct json_object *body;

    *why = talloc_asprintf(mem, "no approved template for %s", text->name);
    if (!mapping)
        return false;
    for (size_t i = 0; i < mapping->n; i++)
        values[i] = mapping_value(mem, text, mapping->variables[i].value);
    body = json_object_new_object();
    json_object_object_add(body, "PhoneNumberSet", strings(&text->to, 1));
    json_object_object_add(body, "SmsSdkAppId", json_object_new_string(provider->app));
    json_object_object_add(body, "SignName", json_object_new_string(provider->from));
    json_object_object_add(body, "TemplateId", json_object_new_string(mapping->code));
    json_object_object_add(body, "TemplateParamSet", strings(values, mapping->n));
    json_object_object_add(body, "SessionContext", json_object_new_string(text->own_id));
    ask(mem, provider, "SendSms", body, text->now, request);
    return true;
}

static const struct code_meaning meanings[] = {
    { "Ok", SEND_TAKEN },
    { "FailedOperation.InsufficientBalance", SEND_LINE_DOWN },
    { "LimitExceeded.PhoneNumber", SEND_LATER },
    { "LimitExceeded.", SEND_LINE_DOWN },
    { "RequestLimitExceeded", SEND_LINE_DOWN },
    { "AuthFailure", SEND_LINE_DOWN },
    { "Unauthorized", SEND_LINE_DOWN },
    { "InternalError", SEND_UNCLEAR },
    { "", SEND_REFUSED },
};

static void read_answer(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                        struct sent *sent)
{
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    struct json_object *of =
        json ? json_at(json,
                       json_at(json, "/Response/Error") ? "/Response/Error" : "/Response/SendStatusSet/0")
             : NULL;
    const char *code = json_field(mem, of, "Code");
    const char *words = json_field(mem, of, "Message");

    (void)provider;
    if (answer_by_status(mem, answer, sent))
        return;
    if (!code) {
        sent_set(sent, SEND_UNCLEAR, "the answer has neither a status nor an error");
        return;
    }
    sent_set(sent, meaning_of(meanings, code), talloc_asprintf(mem, "%s %s", code, words ? words : ""));
    if (sent->result == SEND_TAKEN)
        sent_add_id(mem, sent, json_field(mem, of, "SerialNo"));
}

/* Both hand each entry out once, at most 100 an answer. */
static bool build_pull(void *mem, const struct provider_config *provider, const char *action, int64_t now,
                       struct web_request *request)
{
    struct json_object *body;

    if (!provider->app || !provider->account || !provider->secret)
        return false;
    body = json_object_new_object();
    json_object_object_add(body, "Limit", json_object_new_int(100));
    json_object_object_add(body, "SmsSdkAppId", json_object_new_string(provider->app));
    ask(mem, provider, action, body, now, request);
    return true;
}

static bool build_texts(void *mem, const struct provider_config *provider, const char *cursor,
                        const struct outgoing_text *now_and_nonce, struct web_request *request)
{
    (void)cursor;
    return build_pull(mem, provider, "PullSmsReplyStatus", now_and_nonce->now, request);
}

static bool build_receipts(void *mem, const struct provider_config *provider, const char *cursor,
                           const struct outgoing_text *now_and_nonce, struct web_request *request)
{
    (void)cursor;
    return build_pull(mem, provider, "PullSmsSendStatus", now_and_nonce->now, request);
}

/* NULL: an error, or not what is documented. */
static struct json_object *pulled_list(void *mem, const struct web_answer *answer, const char *name,
                                       struct pulled *pulled)
{
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    struct json_object *list = json_at(json, name);

    pulled->why = "no list as documented";
    pulled->refusal = json_field(mem, json, "/Response/Error/Code");
    return json_object_is_type(list, json_type_array) ? list : NULL;
}

static bool read_texts(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                       struct pulled *pulled)
{
    struct json_object *list = pulled_list(mem, answer, "/Response/PullSmsReplyStatusSet", pulled);

    (void)provider;
    for (size_t i = 0; list && i < json_object_array_length(list); i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);

        if (!add_text(mem, number_of(mem, entry, "CountryCode", "PhoneNumber"),
                      json_field(mem, entry, "ExtendCode"), json_field(mem, entry, "ReplyContent"),
                      json_field(mem, entry, "ReplyTime"), &pulled->events, &pulled->n))
            pulled->n_unread++;
    }
    pulled->has_more = pulled->n + pulled->n_unread == 100;
    return list || pulled->refusal;
}

static bool read_receipts(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                          struct pulled *pulled)
{
    struct json_object *list = pulled_list(mem, answer, "/Response/PullSmsSendStatusSet", pulled);

    (void)provider;
    for (size_t i = 0; list && i < json_object_array_length(list); i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);

        if (!add_receipt(mem, json_field(mem, entry, "SerialNo"), json_field(mem, entry, "SessionContext"),
                         number_of(mem, entry, "CountryCode", "PhoneNumber"),
                         json_field(mem, entry, "ReportStatus"), &pulled->events, &pulled->n))
            pulled->n_unread++;
    }
    pulled->has_more = pulled->n + pulled->n_unread == 100;
    return list || pulled->refusal;
}

static const struct provider_poll polls[] = { { "texts", build_texts, read_texts },
                                              { "receipts", build_receipts, read_receipts },
                                              { 0 } };

extern const struct provider_kind tencent_provider;
const struct provider_kind tencent_provider = {
    .name = "tencent",
    .receive = receive,
    .needs = "account secret app from",
    .is_templated = true,
    .build = build,
    .read = read_answer,
    .polls = polls,
};
