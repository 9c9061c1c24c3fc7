/*
 * Africa's Talking: account is the username, secret the apiKey. Webhooks are not signed, so their path needs
 * a key.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

static int tp_st_of(const char *status)
{
    if (strcmp(status, "Success") == 0)
        return RECEIPT_DELIVERED;
    if (strcmp(status, "Rejected") == 0 || strcmp(status, "Failed") == 0)
        return RECEIPT_FAILED;
    return RECEIPT_TRYING;
}

static bool text_event(void *mem, const char *id, const char *from, const char *to, const char *text,
                       const char *date, struct event *event)
{
    if (!id || !*id || !from || !*from || !text)
        return false;
    *event = (struct event){ .kind = EVENT_TEXT,
                             .external_id = id,
                             .from = provider_number(mem, from, true),
                             .to = to,
                             .text = text };
    if (date)
        provider_time(date, &event->at);
    return true;
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    struct pair *form;
    struct event event;
    const char *id, *status;
    size_t n;

    (void)provider;
    received->why = "neither a text nor a receipt";
    if (!form_parse(mem, request->body, request->length, &form, &n))
        return HOOK_MALFORMED;
    id = pair_value(form, n, "id");
    status = pair_value(form, n, "status");
    if (id && *id && status)
        event = receipt_event(mem, id, NULL, pair_value(form, n, "phoneNumber"), status, tp_st_of(status));
    else if (!text_event(mem, id, pair_value(form, n, "from"), pair_value(form, n, "to"),
                         pair_value(form, n, "text"), pair_value(form, n, "date"), &event))
        return HOOK_MALFORMED;
    events_add(mem, &received->events, &received->n, &event);
    return HOOK_GOOD;
}

static void add_headers(void *mem, const struct provider_config *provider, struct web_request *request)
{
    request_add_header(mem, request, "apiKey", provider->secret);
    request_add_header(mem, request, "Accept", "application/json");
}

static const char *messaging_url(void *mem, const struct provider_config *provider)
{
    return request_url(mem, provider, "https://api.africastalking.com", "/version1/messaging");
}

static bool build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why)
{
    const struct pair form[] = { { "username", provider->account },
                                 { "to", text->to },
                                 { "message", text->text },
                                 { "from", provider->from } };

    (void)why;
    request->url = messaging_url(mem, provider);
    request_form(mem, request, form, sizeof form / sizeof *form);
    add_headers(mem, provider, request);
    return true;
}

static void read_answer(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                        struct sent *sent)
{
    static const struct code_meaning meanings[] = {
        { "100", SEND_TAKEN },     { "101", SEND_TAKEN },   { "102", SEND_TAKEN },
        { "401", SEND_LINE_DOWN }, /* held for risk */
        { "402", SEND_LINE_DOWN }, /* sender */
        { "405", SEND_LINE_DOWN }, /* balance */
        { "500", SEND_UNCLEAR },   { "501", SEND_UNCLEAR }, { "", SEND_REFUSED },
    };
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    struct json_object *recipient = json_at(json, "/SMSMessageData/Recipients/0");
    const char *code = json_field(mem, recipient, "statusCode");
    const char *words = json_field(mem, json, "/SMSMessageData/Message");

    (void)provider;
    if (answer_by_status(mem, answer, sent))
        return;
    if (!code) { /* without recipients there is only a message */
        sent_set(sent, words ? SEND_REFUSED : SEND_UNCLEAR, words ? words : "the answer has no recipients");
        return;
    }
    sent_set(sent, meaning_of(meanings, code),
             talloc_asprintf(mem, "%s %s", code, json_field(mem, recipient, "status")));
    if (sent->result == SEND_TAKEN)
        sent_add_id(mem, sent, json_field(mem, recipient, "messageId"));
}

/* cursor: the id of the last text. */
static bool build_poll(void *mem, const struct provider_config *provider, const char *cursor,
                       const struct outgoing_text *now_and_nonce, struct web_request *request)
{
    (void)now_and_nonce;
    if (!provider->account || !provider->secret)
        return false;
    request->method = "GET";
    request->url =
        talloc_asprintf(mem, "%s?username=%s&lastReceivedId=%s", messaging_url(mem, provider),
                        percent_encode(mem, provider->account), *cursor ? percent_encode(mem, cursor) : "0");
    add_headers(mem, provider, request);
    return true;
}

static bool read_poll(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                      struct pulled *pulled)
{
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    struct json_object *list = json_at(json, "/SMSMessageData/Messages");

    (void)provider;
    pulled->why = "no list of messages";
    if (!json_object_is_type(list, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);
        struct event event;
        const char *id = json_field(mem, entry, "id");

        if (text_event(mem, id, json_field(mem, entry, "from"), json_field(mem, entry, "to"),
                       json_field(mem, entry, "text"), json_field(mem, entry, "date"), &event))
            events_add(mem, &pulled->events, &pulled->n, &event);
        else
            pulled->n_unread++;
        if (id && strtoll(id, NULL, 10) > strtoll(pulled->cursor, NULL, 10))
            pulled->cursor = id;
    }
    pulled->has_more = pulled->n > 0;
    return true;
}

static const struct provider_poll polls[] = { { "texts", build_poll, read_poll }, { 0 } };

extern const struct provider_kind africastalking_provider;
const struct provider_kind africastalking_provider = {
    .name = "africastalking",
    .receive = receive,
    .needs = "account secret",
    .build = build,
    .read = read_answer,
    .polls = polls,
};
