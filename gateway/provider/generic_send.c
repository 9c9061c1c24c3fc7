/*
 * Requests to a provider that is described in the configuration. url, headers, body and mac_over are
 * templates. Each value is escaped for its place: percent-encoded in an address and a form, escaped for a
 * JSON string, as it is elsewhere. The values:
 *
 *     to to_digits to_national    +8613800138000, 8613800138000, 13800138000
 *     text from account app secret
 *     id                          our own id of the text, which a receipt may return (receipt_own)
 *     hook                        the address of our webhook; empty without http { public_url }
 *     time mac basic              unix seconds; MD5 over mac_over; base64 of account:secret
 *     cursor                      in poll_url: the last answer's
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/generic.h"
#include "gateway/provider/request.h"
#include "templates/mustache.h"

typedef const char *escape_function(void *mem, const char *text);

struct value {
    const char *name, *text;
};

static const char *as_it_is(void *mem, const char *text)
{
    (void)mem;
    return text;
}

/* The inside of a string, without its quotes. */
static const char *for_json(void *mem, const char *text)
{
    struct json_object *string = json_object_new_string(text);
    const char *quoted = json_object_to_json_string_ext(string, JSON_C_TO_STRING_NOSLASHESCAPE);
    const char *inside = talloc_strndup(mem, quoted + 1, strlen(quoted) - 2);

    json_object_put(string);
    return inside;
}

/* From mem; NULL when the template is malformed. */
static const char *fill(void *mem, const char *source, const struct value *values, size_t n,
                        escape_function *escape_value, const char **why)
{
    struct template *template = template_compile(mem, source, strlen(source), TEMPLATE_RAW, why);
    struct json_object *data = json_object_new_object();
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    bool is_good;
    const char *filled = NULL;

    for (size_t i = 0; template && i < n; i++)
        json_object_object_add(data, values[i].name,
                               json_object_new_string(escape_value(mem, values[i].text)));
    is_good = template && template_render(template, data, NULL, out, why);
    fclose(out);
    if (is_good)
        filled = talloc_strndup(mem, text, length);
    free(text);
    json_object_put(data);
    return filled;
}

static const char *national(const char *to)
{
    return strncmp(to, "+86", 3) == 0 ? to + 3 : to + (*to == '+');
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static bool add_headers(void *mem, const struct provider_config *provider, const struct value *values,
                        size_t n, struct web_request *request, const char **why)
{
    for (size_t i = 0; i < provider->n_headers; i++) {
        const char *colon = strchr(provider->headers[i], ':'), *value;

        *why = "an entry of headers has no colon";
        if (!colon)
            return false;
        value = fill(mem, colon + 1 + strspn(colon + 1, " "), values, n, as_it_is, why);
        if (!value)
            return false;
        request_add_header(mem, request,
                           talloc_strndup(mem, provider->headers[i], (size_t)(colon - provider->headers[i])),
                           value);
    }
    return true;
}

static bool add_body(void *mem, const struct provider_config *provider, const struct value *values, size_t n,
                     struct web_request *request, const char **why)
{
    static const struct {
        const char *name, *type;
        escape_function *escape_value;
    } types[] = { { "json", "application/json; charset=utf-8", for_json },
                  { "form", "application/x-www-form-urlencoded", percent_encode },
                  { "text", "text/plain; charset=utf-8", as_it_is } };
    size_t i = 0;

    while (i < 2 && strcmp(types[i].name, provider->body_type) != 0)
        i++;
    request->body = fill(mem, provider->body, values, n, types[i].escape_value, why);
    if (!request->body)
        return false;
    if (provider->is_base64)
        request->body = base64_encode(mem, request->body, strlen(request->body));
    request->length = strlen(request->body);
    for (size_t k = 0; k < request->n_headers; k++)
        if (strcasecmp(request->headers[k].name, "Content-Type") == 0)
            return true;
    request_add_header(mem, request, "Content-Type", types[i].type);
    return true;
}

static bool build(void *mem, const struct provider_config *provider, const char *url,
                  const struct outgoing_text *text, const char *cursor, struct web_request *request,
                  const char **why)
{
    struct value values[] = {
        { "mac", "" }, /* first: it is made of the others, below */
        { "to", or_empty(text->to) },
        { "to_digits", or_empty(text->to) + (text->to && *text->to == '+') },
        { "to_national", national(or_empty(text->to)) },
        { "text", or_empty(text->text) },
        { "from", or_empty(provider->from) },
        { "account", or_empty(provider->account) },
        { "app", or_empty(provider->app) },
        { "secret", or_empty(provider->secret) },
        { "id", or_empty(text->own_id) },
        { "hook", or_empty(text->hook_url) },
        { "time", talloc_asprintf(mem, "%lld", (long long)text->now) },
        { "basic", basic_credentials(mem, provider) },
        { "cursor", or_empty(cursor) },
    };
    size_t n = sizeof values / sizeof *values;

    if (provider->mac_over) {
        const char *over = fill(mem, provider->mac_over, values, n, as_it_is, why);

        if (!over)
            return false;
        values[0].text = digest_hex(mem, "md5", over, strlen(over));
    }
    request->method = cursor ? "GET" : provider->method;
    request->url = fill(mem, url, values, n, percent_encode, why);
    if (!request->url || !add_headers(mem, provider, values, n, request, why))
        return false;
    return cursor || !provider->body || add_body(mem, provider, values, n, request, why);
}

bool generic_build(void *mem, const struct provider_config *provider, const struct outgoing_text *text,
                   struct web_request *request, const char **why)
{
    return build(mem, provider, provider->url, text, NULL, request, why);
}

static bool is_sent_word(const struct provider_config *provider, const char *word, bool is_beginning)
{
    for (size_t i = 0; i < provider->n_sent_words; i++)
        if (is_beginning ? strncmp(word, provider->sent_words[i], strlen(provider->sent_words[i])) == 0
                         : strcmp(word, provider->sent_words[i]) == 0)
            return true;
    return false;
}

static void read_plain(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                       struct sent *sent)
{
    if (provider->n_sent_words == 0 || is_sent_word(provider, answer->body, true))
        sent_set(sent, SEND_TAKEN, NULL);
    else
        sent_set(sent, SEND_REFUSED, talloc_strndup(mem, answer->body, 100));
}

void generic_read(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                  struct sent *sent)
{
    bool wants_json = provider->sent_field || provider->sent_id || provider->sent_why;
    struct json_object *json = wants_json ? json_parse(mem, answer->body, answer->length) : NULL;
    const char *word, *why = json ? json_field(mem, json, provider->sent_why) : NULL;

    if (answer_by_status(mem, answer, sent)) {
        if (!wants_json && *answer->body) /* a sentence, as Kannel's */
            why = talloc_strndup(mem, answer->body, 100);
        sent->why = why ? talloc_asprintf(mem, "%s: %s", sent->why, why) : sent->why;
        return;
    }
    if (!wants_json) {
        read_plain(mem, provider, answer, sent);
        return;
    }
    if (!json) {
        sent_set(sent, SEND_UNCLEAR, "the answer is no JSON");
        return;
    }
    word = json_field(mem, json, provider->sent_field);
    if (provider->sent_field && !word)
        sent_set(sent, SEND_UNCLEAR, "the answer does not say whether it was taken");
    else if (provider->sent_field && !is_sent_word(provider, word, false))
        sent_set(sent, SEND_REFUSED, why ? why : word);
    else
        sent_set(sent, SEND_TAKEN, NULL);
    if (sent->result == SEND_TAKEN)
        sent_add_id(mem, sent, json_field(mem, json, provider->sent_id));
}

static bool build_poll(void *mem, const struct provider_config *provider, const char *cursor,
                       const struct outgoing_text *now_and_nonce, struct web_request *request)
{
    const char *why;

    return provider->poll_url &&
           build(mem, provider, provider->poll_url, now_and_nonce, cursor, request, &why);
}

/* The last text's, or the whole answer's. */
static const char *read_cursor(void *mem, const struct provider_config *provider,
                               struct json_object *document)
{
    struct json_object *list = provider->in_list ? json_at(document, provider->in_list) : document;
    const char *cursor = json_field(mem, document, provider->poll_cursor);
    size_t n = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;

    if (!cursor && n > 0)
        cursor = json_field(mem, json_object_array_get_idx(list, n - 1), provider->poll_cursor);
    return cursor;
}

static bool read_poll(void *mem, const struct provider_config *provider, const struct web_answer *answer,
                      struct pulled *pulled)
{
    struct json_object *document = json_parse(mem, answer->body, answer->length);
    struct received received = { 0 };
    const char *cursor;

    pulled->why = "no texts and no receipts as configured";
    if (!document || !generic_read_json(mem, provider, document, &received))
        return false;
    pulled->n_unread = received.n_unread;
    pulled->events = received.events;
    pulled->n = received.n;
    cursor = read_cursor(mem, provider, document);
    pulled->cursor = cursor ? cursor : pulled->cursor;
    return true;
}

const struct provider_poll generic_polls[] = { { "texts", build_poll, read_poll }, { 0 } };
