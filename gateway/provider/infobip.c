/*
 * Infobip: secret is the API key, url the account's own base address. Our id of a text becomes theirs.
 */
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

/* groupId of a status: 1 pending, 2 undeliverable, 3 delivered, 4 expired, 5 rejected. */
static int tp_st_of(const char *group)
{
    if (strcmp(group, "3") == 0)
        return RECEIPT_DELIVERED;
    return strcmp(group, "2") == 0 || strcmp(group, "4") == 0 || strcmp(group, "5") == 0 ? RECEIPT_FAILED
                                                                                         : RECEIPT_TRYING;
}

static bool read_entry(void *mem, struct json_object *entry, struct event *event)
{
    const char *id = json_field(mem, entry, "messageId"), *group = json_field(mem, entry, "/status/groupId");
    const char *from = json_field(mem, entry, "from"), *to = json_field(mem, entry, "to");
    const char *text = json_field(mem, entry, "text"), *time = json_field(mem, entry, "receivedAt");

    if (!id || !*id)
        return false;
    if (group) {
        *event = receipt_event(mem, id, id, to, group, tp_st_of(group));
        return true;
    }
    if (!from || !*from || !text)
        return false;
    *event = (struct event){ .kind = EVENT_TEXT,
                             .external_id = id,
                             .from = provider_number(mem, from, true),
                             .to = to ? provider_number(mem, to, true) : NULL,
                             .text = text };
    if (time)
        provider_time(time, &event->at);
    return true;
}

/* n_unread counts entries that cannot be read. */
static bool read_results(void *mem, const char *body, size_t length, struct event **events, size_t *n,
                         size_t *n_unread)
{
    struct json_object *json = json_parse(mem, body, length), *list = json_at(json, "results");

    if (!json_object_is_type(list, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct event event;
        bool is_read = read_entry(mem, json_object_array_get_idx(list, i), &event);

        if (is_read)
            events_add(mem, events, n, &event);
        else
            ++*n_unread;
    }
    return true;
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    (void)provider;
    received->why = "no results as documented";
    return read_results(mem, request->body, request->length, &received->events, &received->n,
                        &received->n_unread)
               ? HOOK_GOOD
               : HOOK_MALFORMED;
}

static void add_headers(void *mem, const struct provider_config *provider, struct web_request *request)
{
    request_add_header(mem, request, "Authorization",
                       talloc_asprintf(mem, "App %s", provider->secret ? provider->secret : ""));
    request_add_header(mem, request, "Accept", "application/json");
}

static struct json_object *in_list(struct json_object *entry)
{
    struct json_object *list = json_object_new_array();

    json_object_array_add(list, entry);
    return list;
}

static struct json_object *webhooks(const char *hook_url)
{
    struct json_object *delivery = json_object_new_object(), *all = json_object_new_object();

    json_object_object_add(delivery, "url", json_object_new_string(hook_url));
    json_object_object_add(all, "delivery", delivery);
    json_object_object_add(all, "contentType", json_object_new_string("application/json"));
    return all;
}

static bool build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why)
{
    struct json_object *message = json_object_new_object(), *content = json_object_new_object();
    struct json_object *destination = json_object_new_object(), *body = json_object_new_object();

    *why = "url is not configured";
    json_object_object_add(destination, "to", json_object_new_string(text->to + (*text->to == '+')));
    json_object_object_add(destination, "messageId", json_object_new_string(text->own_id));
    json_object_object_add(content, "text", json_object_new_string(text->text));
    json_object_object_add(message, "sender", json_object_new_string(provider->from));
    json_object_object_add(message, "destinations", in_list(destination));
    json_object_object_add(message, "content", content);
    if (text->hook_url)
        json_object_object_add(message, "webhooks", webhooks(text->hook_url));
    json_object_object_add(body, "messages", in_list(message));
    request->url = request_url(mem, provider, NULL, "/sms/3/messages");
    request_json(mem, request, body);
    add_headers(mem, provider, request);
    return request->url != NULL;
}

static void read_answer(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                        struct sent *sent)
{
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    struct json_object *message = json_at(json, "/messages/0");
    const char *group = json_field(mem, message, "/status/groupId");
    const char *words = json_field(mem, message, "/status/name");

    (void)provider;
    if (answer_by_status(mem, answer, sent)) {
        words = json_field(mem, json, "/requestError/serviceException/text");
        if (!words)
            words = json_field(mem, json, "description");
        sent->why = words ? talloc_asprintf(mem, "%s: %s", sent->why, words) : sent->why;
        return;
    }
    if (json_at(json, "requestError") || json_at(json, "errorCode")) {
        sent_set(sent, SEND_REFUSED, "an error in a good answer");
    } else if (!group) {
        sent_set(sent, SEND_UNCLEAR, "the answer has no status");
    } else if (tp_st_of(group) == RECEIPT_FAILED) {
        bool is_credit = words && strstr(words, "NOT_ENOUGH_CREDITS");

        sent_set(sent, is_credit ? SEND_LINE_DOWN : SEND_REFUSED, words);
    } else {
        sent_set(sent, SEND_TAKEN, NULL);
        sent_add_id(mem, sent, json_field(mem, message, "messageId"));
    }
}

static bool build_get(void *mem, const struct provider_config *provider, const char *path,
                      struct web_request *request)
{
    request->method = "GET";
    request->url = request_url(mem, provider, NULL, path);
    add_headers(mem, provider, request);
    return request->url != NULL;
}

/* Both hand each entry out once, so the limit keeps an answer below the size that we accept. */
static bool build_texts(void *mem, const struct provider_config *provider, const char *cursor,
                        const struct outgoing_text *now_and_nonce, struct web_request *request)
{
    (void)cursor, (void)now_and_nonce;
    return build_get(mem, provider, "/sms/1/inbox/reports?limit=100", request);
}

static bool build_receipts(void *mem, const struct provider_config *provider, const char *cursor,
                           const struct outgoing_text *now_and_nonce, struct web_request *request)
{
    (void)cursor, (void)now_and_nonce;
    return build_get(mem, provider, "/sms/1/reports?limit=100", request);
}

static bool read_poll(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                      struct pulled *pulled)
{
    (void)provider;
    pulled->why = "no results as documented";
    if (!read_results(mem, answer->body, answer->length, &pulled->events, &pulled->n, &pulled->n_unread))
        return false;
    pulled->has_more = pulled->n > 0;
    return true;
}

static const struct provider_poll polls[] = { { "texts", build_texts, read_poll },
                                              { "receipts", build_receipts, read_poll },
                                              { 0 } };

extern const struct provider_kind infobip_provider;
const struct provider_kind infobip_provider = {
    .name = "infobip",
    .receive = receive,
    .needs = "url secret from",
    .build = build,
    .read = read_answer,
    .polls = polls,
};
