/*
 * A provider that is described in the configuration: names of form fields or JSON pointers, the words of its
 * receipts, and an HMAC over body and time where it makes one.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/generic.h"
#include "gateway/provider/request.h"

/* Where fields are looked for: an element of JSON, or the form's fields together with the query's. */
struct source {
    struct json_object *json;
    const struct pair *form;
    size_t n_form;
    const struct hook_request *request;
};

static const char *field(void *mem, const struct source *source, const char *name)
{
    const char *value;

    if (!name)
        return NULL;
    if (source->json)
        return json_field(mem, source->json, name);
    value = pair_value(source->form, source->n_form, name);
    return value ? value : pair_value(source->request->query, source->request->n_query, name);
}

static bool has_word(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static const char *hook_secret(const struct provider_config *provider)
{
    return provider->hook_secret ? provider->hook_secret : provider->secret;
}

/* Signed is the body, then the time as the header says it. */
static enum hook_verdict check_signature(void *mem, const struct provider_config *provider,
                                         const struct hook_request *request, struct received *received)
{
    const char *given = header_value(request, provider->signature_header);
    const char *time = provider->timestamp_header ? header_value(request, provider->timestamp_header) : "";
    size_t length = time ? request->length + strlen(time) : 0;
    char *data = time ? talloc_size(mem, length + 1) : NULL, *lower;
    int64_t at;

    if (!given || !data || !hook_secret(provider)) {
        received->why = "no signature";
        return HOOK_FORGED;
    }
    memcpy(data, request->body, request->length);
    memcpy(data + request->length, time, strlen(time) + 1);
    lower = talloc_strdup(mem, strncmp(given, "sha256=", 7) == 0 ? given + 7 : given);
    for (char *c = lower; c && *c; c++)
        *c |= *c >= 'A' && *c <= 'F' ? 0x20 : 0;
    if (!is_same_secret(lower, hmac_hex(mem, "sha256", hook_secret(provider), data, length))) {
        received->why = "wrong signature";
        return HOOK_FORGED;
    }
    if (!provider->timestamp_header)
        return HOOK_GOOD;
    if (!provider_time(time, &at) || llabs(request->now - at) > provider->replay_seconds) {
        received->why = "signed too long ago, or ahead of the clock";
        return HOOK_STALE;
    }
    return HOOK_GOOD;
}

static bool read_text(void *mem, const struct provider_config *provider, const struct source *source,
                      struct event *event)
{
    const char *from = field(mem, source, provider->in_from), *to = field(mem, source, provider->in_to);
    const char *text = field(mem, source, provider->in_text), *id = field(mem, source, provider->in_id);
    const char *time = field(mem, source, provider->in_time);
    const char *const parts[] = { from, to, text, time };

    if (!from || !*from || !text)
        return false;
    *event = (struct event){ .kind = EVENT_TEXT,
                             .external_id = id && *id ? id : key_of(mem, parts, 4),
                             .from = provider_number(mem, from, false),
                             .to = to ? provider_number(mem, to, false) : NULL,
                             .text = text };
    if (time)
        provider_time(time, &event->at);
    return event->external_id && event->from;
}

static bool read_receipt(void *mem, const struct provider_config *provider, const struct source *source,
                         struct event *event)
{
    const char *id = field(mem, source, provider->receipt_id),
               *own = field(mem, source, provider->receipt_own);
    const char *number = field(mem, source, provider->receipt_number);
    const char *status = field(mem, source, provider->receipt_status);
    int tp_st = RECEIPT_TRYING;

    if (!id || !*id)
        id = own;
    if (!id || !*id || !status)
        return false;
    if (has_word(provider->receipt_delivered, provider->n_receipt_delivered, status))
        tp_st = RECEIPT_DELIVERED;
    else if (has_word(provider->receipt_failed, provider->n_receipt_failed, status))
        tp_st = RECEIPT_FAILED;
    *event = receipt_event(mem, id, own, number, status, tp_st);
    event->from = provider_number(mem, number ? number : "", false);
    return event->external_id && event->from;
}

static bool add_event(void *mem, const struct provider_config *provider, const struct source *source,
                      struct received *received)
{
    struct event event;

    if (!read_text(mem, provider, source, &event) && !read_receipt(mem, provider, source, &event))
        return false;
    return events_add(mem, &received->events, &received->n, &event);
}

/* The list that is configured, the document itself where that is one, or the one thing that it is. */
static struct json_object *find_list(const struct provider_config *provider, struct json_object *document)
{
    struct json_object *list = provider->in_list ? json_at(document, provider->in_list) : NULL;

    if (!list && provider->receipt_list)
        list = json_at(document, provider->receipt_list);
    if (!list && json_object_is_type(document, json_type_array))
        list = document;
    return json_object_is_type(list, json_type_array) ? list : NULL;
}

bool generic_read_json(void *mem, const struct provider_config *provider, struct json_object *document,
                       struct received *received)
{
    struct source source = { .json = document };
    struct json_object *list = find_list(provider, document);
    size_t n = list ? json_object_array_length(list) : 0;

    if (!list)
        return add_event(mem, provider, &source, received);
    for (size_t i = 0; i < n; i++) {
        source.json = json_object_array_get_idx(list, i);
        if (!source.json || !add_event(mem, provider, &source, received))
            return false;
    }
    return true;
}

static bool read_json(void *mem, const struct provider_config *provider, const struct hook_request *request,
                      struct received *received)
{
    struct json_object *document = json_parse(mem, request->body, request->length);

    return document && generic_read_json(mem, provider, document, received);
}

static bool read_form(void *mem, const struct provider_config *provider, const struct hook_request *request,
                      struct received *received)
{
    struct source source = { .request = request };
    struct pair *form;

    if (!form_parse(mem, request->body, request->length, &form, &source.n_form))
        return false;
    source.form = form;
    return add_event(mem, provider, &source, received);
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    enum hook_verdict verdict =
        provider->signature_header ? check_signature(mem, provider, request, received) : HOOK_GOOD;

    if (verdict != HOOK_GOOD)
        return verdict;
    if (request_is_json(request) ? !read_json(mem, provider, request, received)
                                 : !read_form(mem, provider, request, received)) {
        received->why = "neither a text nor a receipt as configured";
        return HOOK_MALFORMED;
    }
    received->answer = provider->answer;
    return HOOK_GOOD;
}

extern const struct provider_kind generic_provider;
const struct provider_kind generic_provider = {
    .name = "generic",
    .receive = receive,
    .build = generic_build,
    .read = generic_read,
    .polls = generic_polls,
};
