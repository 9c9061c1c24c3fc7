/*
 * Texts and receipts by the fields that the configuration names.
 */
#include <string.h>
#include <talloc.h>

#include "gateway/provider/charset.h"
#include "gateway/provider/generic.h"
#include "gateway/provider/request.h"

/* Where fields are looked up: an element of JSON, or the form and then the query, in a charset. */
struct source {
    struct json_object *json;
    const struct hook_request *request;
    const char *charset;
};

const char *generic_charset(void *mem, const struct provider_config *provider,
                            const struct hook_request *request)
{
    const char *told = charset_of_type(mem, header_value(request, "Content-Type"));

    if (!told && !provider->charset)
        return "";
    return charset_find(told ? told : provider->charset);
}

static const char *field_named(void *mem, const struct source *source, const char *name)
{
    const struct hook_request *request = source->request;
    const char *octets;
    size_t n = 0;

    if (source->json)
        return json_field(mem, source->json, name);
    octets = form_octets(mem, request->body, request->length, name, &n);
    if (!octets && request->query_text)
        octets = form_octets(mem, request->query_text, strlen(request->query_text), name, &n);
    return octets ? charset_to_utf8(mem, octets, n, source->charset, true) : NULL;
}

/* names: "a" or "a|b"; the first that exists. */
static const char *field(void *mem, const struct source *source, const char *names)
{
    const char *value = NULL;

    while (names && *names && !value) {
        size_t length = strcspn(names, "|");

        value = field_named(mem, source, talloc_strndup(mem, names, length));
        names += length + (names[length] == '|');
    }
    return value;
}

static bool has_word(const char *const *words, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

/* In the charset that the message announces, where it does. */
static const char *text_field(void *mem, const struct provider_config *provider, const struct source *source)
{
    const char *told = source->json ? NULL : field(mem, source, provider->in_charset);
    struct source announced = *source;

    if (told && *told)
        announced.charset = charset_find(told);
    return announced.charset || source->json ? field(mem, &announced, provider->in_text) : NULL;
}

static bool read_text(void *mem, const struct provider_config *provider, const struct source *source,
                      struct event *event)
{
    const char *from = field(mem, source, provider->in_from), *to = field(mem, source, provider->in_to);
    const char *text = text_field(mem, provider, source), *id = field(mem, source, provider->in_id);
    const char *time = field(mem, source, provider->in_time);
    const char *const parts[] = { from, to, text, time };

    if (!from || !*from || !text)
        return false;
    *event = (struct event){ .kind = EVENT_TEXT,
                             .external_id = id && *id ? id : key_of(mem, parts, 4),
                             .is_key_derived = !id || !*id,
                             .from = provider_number(mem, from, false),
                             .to = to ? provider_number(mem, to, false) : NULL,
                             .text = text };
    if (time)
        provider_time(time, &event->at);
    return true;
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
    return true;
}

static bool add_event(void *mem, const struct provider_config *provider, const struct source *source,
                      struct received *received)
{
    struct event event;

    if (!read_text(mem, provider, source, &event) && !read_receipt(mem, provider, source, &event))
        return false;
    events_add(mem, &received->events, &received->n, &event);
    return true;
}

/* The configured list, else the document when it is a list; NULL: the document is one entry. */
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
            received->n_unread++;
    }
    return true;
}

bool generic_read_form(void *mem, const struct provider_config *provider, const struct hook_request *request,
                       struct received *received)
{
    struct source source = { .request = request, .charset = generic_charset(mem, provider, request) };

    return source.charset && add_event(mem, provider, &source, received);
}
