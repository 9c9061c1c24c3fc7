/*
 * Aliyun: Dysmsapi of 2017-05-25. account and secret are the AccessKey, from is the approved signature. Only
 * approved templates go out; a variable of theirs takes what its field in templates names.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/mapping.h"
#include "gateway/provider/request.h"
#include "gateway/provider/signature.h"

static bool read_entry(void *mem, struct json_object *entry, struct event *event)
{
    const char *number = json_field(mem, entry, "phone_number"), *text = json_field(mem, entry, "content");
    const char *success = json_field(mem, entry, "success"), *id = json_field(mem, entry, "biz_id");
    const char *time = json_field(mem, entry, "send_time"), *to = json_field(mem, entry, "dest_code");
    const char *sequence = json_field(mem, entry, "sequence_id");
    const char *const parts[] = { number, to, text, time };
    bool is_good = success && strcmp(success, "true") == 0;

    if (!number || !*number)
        return false;
    if (success) {
        if (!id || !*id)
            return false;
        *event = receipt_event(mem, id, json_field(mem, entry, "out_id"), number, is_good ? "good" : "bad",
                               is_good ? RECEIPT_DELIVERED : RECEIPT_FAILED);
        event->from = provider_number(mem, number, false);
        return true;
    }
    if (!text)
        return false;
    *event = (struct event){ .kind = EVENT_TEXT,
                             .external_id = sequence && *sequence ? sequence : key_of(mem, parts, 4),
                             .is_key_derived = !sequence || !*sequence,
                             .from = provider_number(mem, number, false),
                             .to = to,
                             .text = text };
    if (time)
        provider_time(time, &event->at);
    return true;
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    struct json_object *json = json_parse(mem, request->body, request->length);

    (void)provider;
    received->why = "no list of texts or receipts";
    if (!json_object_is_type(json, json_type_array))
        return HOOK_MALFORMED;
    for (size_t i = 0; i < json_object_array_length(json); i++) {
        struct event event;

        if (read_entry(mem, json_object_array_get_idx(json, i), &event))
            events_add(mem, &received->events, &received->n, &event);
        else
            received->n_unread++;
    }
    received->content_type = "application/json";
    received->answer = "{\"code\":0,\"msg\":\"OK\"}";
    return HOOK_GOOD;
}

static const char *template_parameters(void *mem, const struct mapping *mapping,
                                       const struct outgoing_text *text)
{
    struct json_object *json = json_object_new_object();
    const char *parameters;

    for (size_t i = 0; i < mapping->n; i++)
        json_object_object_add(json, mapping->variables[i].name,
                               json_object_new_string(mapping_value(mem, text, mapping->variables[i].value)));
    parameters = talloc_strdup(mem, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN));
    json_object_put(json);
    return parameters;
}

static bool build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why)
{
    const struct mapping *mapping = mapping_find(mem, provider, text->name);
    struct pair form[] = {
        { "PhoneNumbers", strncmp(text->to, "+86", 3) == 0 ? text->to + 3 : text->to + (*text->to == '+') },
        { "SignName", provider->from },
        { "TemplateCode", mapping ? mapping->code : NULL },
        { "TemplateParam", mapping ? template_parameters(mem, mapping, text) : NULL },
        { "OutId", text->own_id }
    };

    *why = talloc_asprintf(mem, "no approved template for %s", text->name);
    if (!mapping)
        return false;
    request->url = request_url(mem, provider, "https://dysmsapi.aliyuncs.com", "/");
    request_form(mem, request, form, sizeof form / sizeof *form);
    signature_acs3(mem, request, "SendSms", "2017-05-25", provider->account, provider->secret, text->now,
                   text->nonce);
    return true;
}

static void read_answer(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                        struct sent *sent)
{
    static const struct code_meaning meanings[] = {
        { "isv.BUSINESS_LIMIT_CONTROL", SEND_LATER },
        { "isv.DAY_LIMIT_CONTROL", SEND_LATER },
        { "isv.MONTH_LIMIT_CONTROL", SEND_LATER },
        { "isv.AMOUNT_NOT_ENOUGH", SEND_LINE_DOWN },
        { "isv.OUT_OF_SERVICE", SEND_LINE_DOWN },
        { "isv.ACCOUNT", SEND_LINE_DOWN },
        { "isp.RAM_PERMISSION_DENY", SEND_LINE_DOWN },
        { "isp.", SEND_UNCLEAR },
        { "isv.", SEND_REFUSED },
        { "Throttling", SEND_LINE_DOWN },
        { "Signature", SEND_LINE_DOWN },
        { "InvalidAccessKeyId", SEND_LINE_DOWN },
        { "InvalidTimeStamp", SEND_LINE_DOWN },
        { "Forbidden", SEND_LINE_DOWN },
        { "ServiceUnavailable", SEND_LINE_DOWN },
        { "Internal", SEND_UNCLEAR },
        { "OK", SEND_TAKEN },
        { "", SEND_REFUSED },
    };
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    const char *code = json_field(mem, json, "Code");
    const char *words = json_field(mem, json, "Message");
    bool is_bad = answer_by_status(mem, answer, sent);

    (void)provider;
    if (!code) {
        if (!is_bad)
            sent_set(sent, SEND_UNCLEAR, "the answer has no Code");
        return;
    }
    if (!is_bad || sent->result == SEND_REFUSED)
        sent->result = meaning_of(meanings, code);
    sent->why = talloc_asprintf(mem, "%s %s", code, words ? words : "");
    if (sent->result == SEND_TAKEN)
        sent_add_id(mem, sent, json_field(mem, json, "BizId"));
}

extern const struct provider_kind aliyun_provider;
const struct provider_kind aliyun_provider = {
    .name = "aliyun",
    .receive = receive,
    .needs = "account secret from",
    .is_templated = true,
    .build = build,
    .read = read_answer,
};
