/*
 * Vonage: the SMS API. Webhooks are signed where the account has a signature secret: hook_secret, or secret.
 * With a hook_secret our requests are signed too, and the account's secret is not sent.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

/* "&name=value" of each but sig, sorted; & and = inside a value become _. */
static char *signed_text(void *mem, const struct pair *fields, size_t n)
{
    struct pair *sorted = talloc_memdup(mem, fields, n * sizeof *fields);
    char *text = talloc_strdup(mem, "");

    qsort(sorted, n, sizeof *sorted, by_name);
    for (size_t i = 0; i < n; i++) {
        char *value = talloc_strdup(mem, sorted[i].value ? sorted[i].value : "");

        if (strcmp(sorted[i].name, "sig") == 0)
            continue;
        for (char *c = value; *c; c++)
            if (*c == '&' || *c == '=')
                *c = '_';
        text = talloc_asprintf_append_buffer(text, "&%s=%s", sorted[i].name, value);
    }
    return text;
}

static const char *signature_of(void *mem, const struct provider_config *provider, const char *secret,
                                const struct pair *fields, size_t n)
{
    const char *method = provider->signature_method ? provider->signature_method : "md5hash";
    char *text = signed_text(mem, fields, n);

    if (strcmp(method, "md5hash") != 0)
        return hmac_hex(mem, method, secret, text, strlen(text));
    text = talloc_strdup_append_buffer(text, secret);
    return digest_hex(mem, "md5", text, strlen(text));
}

static const char *hook_secret(const struct provider_config *provider)
{
    return provider->hook_secret ? provider->hook_secret : provider->secret;
}

static enum hook_verdict check_signature(void *mem, const struct provider_config *provider,
                                         const struct hook_request *request, const struct pair *fields,
                                         size_t n, struct received *received)
{
    const char *given = pair_value(fields, n, "sig"), *time = pair_value(fields, n, "timestamp");
    char *lower = given ? talloc_strdup(mem, given) : NULL;
    int64_t at;

    received->why = "no signature, or a wrong one";
    if (!lower || !hook_secret(provider))
        return HOOK_FORGED;
    for (char *c = lower; *c; c++)
        *c |= *c >= 'A' && *c <= 'F' ? 0x20 : 0;
    if (!is_same_secret(lower, signature_of(mem, provider, hook_secret(provider), fields, n)))
        return HOOK_FORGED;
    received->why = "signed too long ago, or ahead of the clock";
    if (!time || !provider_time(time, &at) || llabs(request->now - at) > provider->replay_seconds)
        return HOOK_STALE;
    return HOOK_GOOD;
}

static int tp_st_of(const char *status)
{
    if (strcmp(status, "delivered") == 0)
        return RECEIPT_DELIVERED;
    if (strcmp(status, "expired") == 0 || strcmp(status, "failed") == 0 || strcmp(status, "rejected") == 0)
        return RECEIPT_FAILED;
    return RECEIPT_TRYING;
}

static int number_in(const struct pair *fields, size_t n, const char *name)
{
    const char *text = pair_value(fields, n, name);

    return text ? (int)(strtol(text, NULL, 10) & 0xffff) : 0;
}

/* A part of a longer text: the concatenation of 23.040, passed on. */
static void read_part(const struct pair *fields, size_t n, struct event *event)
{
    int total = number_in(fields, n, "concat-total"), sequence = number_in(fields, n, "concat-part");
    const char *reference = pair_value(fields, n, "concat-ref");

    if (!reference || total < 2 || total > 255 || sequence < 1 || sequence > total)
        return;
    event->kind = EVENT_PART;
    event->reference = provider_reference(reference);
    event->total = total;
    event->sequence = sequence;
}

static bool read_fields(void *mem, const struct pair *fields, size_t n, struct event *event)
{
    const char *id = pair_value(fields, n, "messageId"), *status = pair_value(fields, n, "status");
    const char *from = pair_value(fields, n, "msisdn"), *to = pair_value(fields, n, "to");
    const char *text = pair_value(fields, n, "text"), *time = pair_value(fields, n, "message-timestamp");

    if (!id || !*id || !from || !*from)
        return false;
    if (status && !text) {
        *event = receipt_event(mem, id, pair_value(fields, n, "client-ref"), from, status, tp_st_of(status));
        return true;
    }
    *event = (struct event){ .kind = text ? EVENT_TEXT : EVENT_NOTIFICATION,
                             .external_id = id,
                             .from = provider_number(mem, from, true),
                             .to = to ? provider_number(mem, to, true) : NULL,
                             .text = text };
    if (text)
        read_part(fields, n, event);
    if (time) /* in UTC, without a zone */
        provider_time(talloc_asprintf(mem, "%s+00:00", time), &event->at);
    return true;
}

/* The members of an object as fields. */
static bool json_fields(void *mem, const struct hook_request *request, struct pair **fields, size_t *n)
{
    struct json_object *json = json_parse(mem, request->body, request->length);

    *n = 0;
    if (!json_object_is_type(json, json_type_object))
        return false;
    *fields = talloc_array(mem, struct pair, (unsigned)json_object_object_length(json) + 1);
    json_object_object_foreach(json, name, value)
    {
        const char *text = json_field(mem, json, name);

        (void)value;
        if (text)
            (*fields)[(*n)++] = (struct pair){ name, text };
    }
    return true;
}

/* They are in a form, a JSON object, or the query. */
static bool find_fields(void *mem, const struct hook_request *request, const struct pair **fields, size_t *n)
{
    struct pair *read = NULL;

    *fields = request->query;
    *n = request->n_query;
    if (request->length == 0)
        return *n > 0;
    if (request_is_json(request) ? !json_fields(mem, request, &read, n)
                                 : !form_parse(mem, request->body, request->length, &read, n))
        return false;
    *fields = read;
    return *n > 0;
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    const struct pair *fields;
    enum hook_verdict verdict = HOOK_GOOD;
    struct event event;
    size_t n;

    received->why = "no fields";
    if (!find_fields(mem, request, &fields, &n))
        return HOOK_MALFORMED;
    if (provider->hook_secret || !provider->hook_key)
        verdict = check_signature(mem, provider, request, fields, n, received);
    if (verdict != HOOK_GOOD)
        return verdict;
    received->why = "neither a text nor a receipt";
    if (!read_fields(mem, fields, n, &event))
        return HOOK_MALFORMED;
    events_add(mem, &received->events, &received->n, &event);
    return HOOK_GOOD;
}

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

static bool build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why)
{
    bool is_signed = provider->hook_secret != NULL;
    struct pair form[] = {
        { "api_key", provider->account },
        { "api_secret", is_signed ? NULL : provider->secret },
        { "to", text->to + (*text->to == '+') },
        { "from", provider->from },
        { "text", text->text },
        { "type", is_ascii(text->text) ? "text" : "unicode" },
        { "client-ref", text->own_id },
        { "status-report-req", "1" },
        { "callback", text->hook_url },
        { "timestamp", is_signed ? talloc_asprintf(mem, "%lld", (long long)text->now) : NULL },
        { "sig", NULL },
    };
    size_t n = 0;

    (void)why;
    for (size_t i = 0; i < sizeof form / sizeof *form; i++)
        if (form[i].value)
            form[n++] = form[i];
    if (is_signed) {
        const char *sig = signature_of(mem, provider, provider->hook_secret, form, n);

        form[n++] = (struct pair){ "sig", sig };
    }
    request->url = request_url(mem, provider, "https://rest.nexmo.com", "/sms/json");
    request_form(mem, request, form, n);
    return true;
}

static void read_answer(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                        struct sent *sent)
{
    /* by the number in "status" */
    static const enum send_result meanings[] = {
        [0] = SEND_TAKEN,     [1] = SEND_LINE_DOWN, [2] = SEND_REFUSED,    [3] = SEND_REFUSED,
        [4] = SEND_LINE_DOWN, [5] = SEND_UNCLEAR,   [6] = SEND_REFUSED,    [7] = SEND_REFUSED,
        [8] = SEND_LINE_DOWN, [9] = SEND_LINE_DOWN, [10] = SEND_LINE_DOWN, [11] = SEND_LINE_DOWN,
        [12] = SEND_REFUSED,  [13] = SEND_UNCLEAR,  [14] = SEND_LINE_DOWN, [15] = SEND_LINE_DOWN,
    };
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    struct json_object *list = json_at(json, "messages");
    size_t n = json_list_length(list);

    (void)provider;
    if (answer_by_status(mem, answer, sent))
        return;
    sent_set(sent, SEND_UNCLEAR, "the answer has no messages");
    for (size_t i = 0; i < n; i++) {
        struct json_object *message = json_list_at(list, i);
        const char *status = json_field(mem, message, "status");
        const char *words = json_field(mem, message, "error-text");
        unsigned long number = status ? strtoul(status, NULL, 10) : 5;
        enum send_result result =
            number < sizeof meanings / sizeof *meanings ? meanings[number] : SEND_REFUSED;

        if (result == SEND_TAKEN) {
            sent_set(sent, SEND_TAKEN, NULL);
            sent_add_id(mem, sent, json_field(mem, message, "message-id"));
            continue;
        }
        /* a part that is sent cannot be recalled */
        sent_set(sent, i > 0 ? SEND_UNCLEAR : result,
                 talloc_asprintf(mem, "%s %s", status ? status : "?", words ? words : ""));
        return;
    }
}

extern const struct provider_kind vonage_provider;
const struct provider_kind vonage_provider = {
    .name = "vonage",
    .is_signed = true,
    .receive = receive,
    .needs = "account secret from",
    .build = build,
    .read = read_answer,
};
