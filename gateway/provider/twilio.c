/*
 * Twilio: Programmable Messaging, API of 2010-04-01. from is a number, a name, or a messaging service
 * (MG...).
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

static int by_name_and_value(const void *a, const void *b)
{
    const struct pair *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order ? order : strcmp(left->value, right->value);
}

/* HMAC-SHA1 over the address and the sorted fields of the form; a field that is repeated counts once. */
static const char *signature_of(void *mem, const char *secret, const char *url, struct pair *form, size_t n)
{
    char *data = talloc_strdup(mem, url);
    unsigned char digest[DIGEST_MOST];
    size_t length;

    qsort(form, n, sizeof *form, by_name_and_value);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || by_name_and_value(&form[i - 1], &form[i]) != 0)
            data = talloc_asprintf_append_buffer(data, "%s%s", form[i].name, form[i].value);
    length = hmac_octets("sha1", secret, strlen(secret), data, strlen(data), digest);
    return base64_encode(mem, digest, length);
}

/* The address with its port, which is the scheme's own if none is written, or without; from mem. */
static const char *url_with_port(void *mem, const char *url, bool has_port)
{
    bool is_https = strncmp(url, "https:", 6) == 0;
    const char *host = strstr(url, "://") ? strstr(url, "://") + 3 : url, *path = host + strcspn(host, "/?");
    const char *bracket = memchr(host, ']', (size_t)(path - host));
    const char *from = bracket ? bracket : host, *colon = memchr(from, ':', (size_t)(path - from));
    const char *end = colon ? colon : path;

    if (!has_port)
        return talloc_asprintf(mem, "%.*s%s", (int)(end - url), url, path);
    return colon ? url
                 : talloc_asprintf(mem, "%.*s:%s%s", (int)(end - url), url, is_https ? "443" : "80", path);
}

/* Twilio has signed the address with its port and without at different times; its own packages accept both.
 */
static bool is_signed(void *mem, const char *secret, const char *given, const char *url, struct pair *form,
                      size_t n)
{
    bool is_good = is_same_secret(given, signature_of(mem, secret, url, form, n));

    for (int has_port = 0; has_port < 2 && !is_good; has_port++)
        is_good =
            is_same_secret(given, signature_of(mem, secret, url_with_port(mem, url, has_port), form, n));
    return is_good;
}

static int tp_st_of(const char *status)
{
    static const struct {
        const char *word;
        int tp_st;
    } words[] = { { "delivered", RECEIPT_DELIVERED },
                  { "read", RECEIPT_DELIVERED },
                  { "failed", RECEIPT_FAILED },
                  { "undelivered", RECEIPT_FAILED },
                  { "canceled", RECEIPT_FAILED } };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].word, status) == 0)
            return words[i].tp_st;
    return RECEIPT_TRYING;
}

/* A text comes with the status "received", a receipt with any other. */
static bool read_fields(void *mem, const struct hook_request *request, const struct pair *form, size_t n,
                        struct event *event)
{
    const char *id = pair_value(form, n, "MessageSid"), *status = pair_value(form, n, "MessageStatus");
    const char *from = pair_value(form, n, "From"), *body = pair_value(form, n, "Body");
    const char *to = pair_value(form, n, "To");

    if (!id || !*id)
        return false;
    if (status && strcmp(status, "received") != 0) {
        *event = receipt_event(mem, id, pair_value(request->query, request->n_query, "own"), to, status,
                               tp_st_of(status));
        return true;
    }
    if (!from || !*from || !body)
        return false;
    *event = (struct event){ .kind = EVENT_TEXT, .external_id = id, .from = from, .to = to, .text = body };
    return true;
}

static enum hook_verdict receive(void *mem, const struct provider_config *provider,
                                 const struct hook_request *request, struct received *received)
{
    const char *given = header_value(request, "X-Twilio-Signature");
    struct pair *form;
    struct event event;
    size_t n;

    received->why = "not a form";
    if (!form_parse(mem, request->body, request->length, &form, &n))
        return HOOK_MALFORMED;
    received->why = "no signature, or a wrong one";
    if (!provider->secret || !given || !is_signed(mem, provider->secret, given, request->url, form, n))
        return HOOK_FORGED;
    received->why = "neither a text nor a receipt";
    if (!read_fields(mem, request, form, n, &event))
        return HOOK_MALFORMED;
    events_add(mem, &received->events, &received->n, &event);
    received->content_type = "text/xml; charset=utf-8";
    received->answer = "<Response/>";
    return HOOK_GOOD;
}

static const char *messages_url(void *mem, const struct provider_config *provider)
{
    return request_url(mem, provider, "https://api.twilio.com",
                       talloc_asprintf(mem, "/2010-04-01/Accounts/%s/Messages.json",
                                       percent_encode(mem, provider->account ? provider->account : "")));
}

static bool build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                  struct web_request *request, const char **why)
{
    bool is_service = strncmp(provider->from, "MG", 2) == 0 && strlen(provider->from) == 34;
    const struct pair form[] = {
        { "To", text->to },
        { is_service ? "MessagingServiceSid" : "From", provider->from },
        { "Body", text->text },
        { "StatusCallback",
          text->hook_url ? talloc_asprintf(mem, "%s?own=%s", text->hook_url, text->own_id) : NULL },
    };

    (void)why;
    request->url = messages_url(mem, provider);
    request_form(mem, request, form, sizeof form / sizeof *form);
    request_add_basic(mem, request, provider);
    return true;
}

/* Codes about the account or its rate limits, not about this text. */
static bool is_of_line(int code)
{
    static const int codes[] = { 20003, 20005, 20429, 14107, 21606, 21212, 30001, 30002, 30032 };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static void read_answer(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                        struct sent *sent)
{
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    const char *id = json_field(mem, json, "sid");
    const char *code = json_field(mem, json, "code"), *words;

    (void)provider;
    if (!code)
        code = json_field(mem, json, "error_code");
    words = json_field(mem, json, code && json_at(json, "message") ? "message" : "error_message");
    if (answer_by_status(mem, answer, sent)) {
        if (code && is_of_line(atoi(code)))
            sent->result = SEND_LINE_DOWN;
        if (code)
            sent->why = talloc_asprintf(mem, "%s %s", code, words ? words : "");
        return;
    }
    if (code)
        sent_set(sent, is_of_line(atoi(code)) ? SEND_LINE_DOWN : SEND_REFUSED,
                 talloc_asprintf(mem, "%s %s", code, words ? words : ""));
    else if (!id)
        sent_set(sent, SEND_UNCLEAR, "the answer has no sid");
    else
        sent_set(sent, SEND_TAKEN, NULL), sent_add_id(mem, sent, id);
}

enum { DAY_LENGTH = 10 };

static const char *day_of(void *mem, int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    return talloc_asprintf(mem, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

/*
 * cursor: the day of the newest text seen, followed by the address of the next page while there is one.
 * Reading a page twice does no harm: each text has its sid.
 */
static bool build_poll(void *mem, const struct provider_config *provider, const char *cursor,
                       const struct outgoing_text *now_and_nonce, struct web_request *request)
{
    const char *base = messages_url(mem, provider), *day = cursor;
    bool is_number = provider->from && strncmp(provider->from, "MG", 2) != 0;

    request->method = "GET";
    if (strlen(cursor) > DAY_LENGTH) {
        request->url = request_url(mem, provider, "https://api.twilio.com", cursor + DAY_LENGTH);
    } else {
        if (!*day)
            day = day_of(mem, now_and_nonce->now - 86400);
        request->url =
            talloc_asprintf(mem, "%s?PageSize=200&DateSent%%3E=%s%s%s", base, day, is_number ? "&To=" : "",
                            is_number ? percent_encode(mem, provider->from) : "");
    }
    request_add_basic(mem, request, provider);
    return true;
}

/* "Tue, 18 Aug 2015 20:01:40 +0000"; 0 for any other form. */
static int64_t rfc2822_time(const char *text)
{
    struct tm tm = { 0 };
    const char *rest = text ? strptime(text, "%a, %d %b %Y %H:%M:%S", &tm) : NULL;

    return rest && strcmp(rest, " +0000") == 0 ? timegm(&tm) : 0;
}

static bool read_message(void *mem, struct json_object *message, struct pulled *pulled, int64_t *newest)
{
    const char *direction = json_field(mem, message, "direction"), *id = json_field(mem, message, "sid");
    const char *from = json_field(mem, message, "from"), *body = json_field(mem, message, "body");
    struct event event = { .kind = EVENT_TEXT,
                           .external_id = id,
                           .from = from,
                           .to = json_field(mem, message, "to"),
                           .text = body,
                           .at = rfc2822_time(json_field(mem, message, "date_sent")) };

    if (!direction || !id)
        return false;
    if (event.at > *newest)
        *newest = event.at;
    if (strcmp(direction, "inbound") != 0)
        return true;
    if (!from || !body)
        return false;
    events_add(mem, &pulled->events, &pulled->n, &event);
    return true;
}

static bool read_poll(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                      struct pulled *pulled)
{
    struct json_object *json = json_parse(mem, answer->body, answer->length);
    struct json_object *list = json_at(json, "messages");
    const char *next = json_field(mem, json, "next_page_uri"), *day;
    int64_t newest = 0;

    (void)provider;
    pulled->why = "no list of messages";
    if (!json_object_is_type(list, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (!read_message(mem, json_object_array_get_idx(list, i), pulled, &newest))
            pulled->n_unread++;
    day = newest > 0 ? day_of(mem, newest) : "";
    if (strncmp(pulled->cursor, day, DAY_LENGTH) > 0)
        day = talloc_strndup(mem, pulled->cursor, DAY_LENGTH);
    pulled->has_more = *day && next && *next == '/';
    pulled->cursor = talloc_asprintf(mem, "%s%s", day, pulled->has_more ? next : "");
    return true;
}

static const struct provider_poll polls[] = { { "texts", build_poll, read_poll }, { 0 } };

extern const struct provider_kind twilio_provider;
const struct provider_kind twilio_provider = {
    .name = "twilio",
    .is_signed = true,
    .receive = receive,
    .needs = "account secret from",
    .build = build,
    .read = read_answer,
    .polls = polls,
};
