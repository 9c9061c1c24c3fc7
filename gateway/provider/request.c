#include "gateway/provider/request.h"

#include <curl/curl.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"

void request_add_header(void *mem, struct web_request *request, const char *name, const char *value)
{
    char *clean = talloc_strdup(mem, value ? value : "");

    for (char *c = clean; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    request->headers = talloc_realloc(mem, request->headers, struct pair, (unsigned)request->n_headers + 1);
    request->headers[request->n_headers++] = (struct pair){ talloc_strdup(mem, name), clean };
}

const char *basic_credentials(void *mem, const struct provider_config *provider)
{
    const char *plain = talloc_asprintf(mem, "%s:%s", provider->account ? provider->account : "",
                                        provider->secret ? provider->secret : "");

    return base64_encode(mem, plain, strlen(plain));
}

void request_add_basic(void *mem, struct web_request *request, const struct provider_config *provider)
{
    request_add_header(mem, request, "Authorization",
                       talloc_asprintf(mem, "Basic %s", basic_credentials(mem, provider)));
}

const char *percent_encode(void *mem, const char *text)
{
    char *code = curl_easy_escape(NULL, text, 0);
    const char *copy = talloc_strdup(mem, code);

    curl_free(code);
    return copy;
}

/* application/x-www-form-urlencoded, from mem; pairs whose value is NULL are left out. */
static const char *write_form(void *mem, const struct pair *pairs, size_t n)
{
    char *form = talloc_strdup(mem, "");

    for (size_t i = 0; i < n; i++)
        if (pairs[i].value)
            form =
                talloc_asprintf_append(form, "%s%s=%s", *form ? "&" : "", percent_encode(mem, pairs[i].name),
                                       percent_encode(mem, pairs[i].value));
    return form;
}

static void set_body(void *mem, struct web_request *request, const char *body, const char *type)
{
    request->method = "POST";
    request->body = body;
    request->length = strlen(body);
    request_add_header(mem, request, "Content-Type", type);
}

void request_form(void *mem, struct web_request *request, const struct pair *pairs, size_t n)
{
    set_body(mem, request, write_form(mem, pairs, n), "application/x-www-form-urlencoded");
}

void request_json(void *mem, struct web_request *request, struct json_object *json)
{
    const char *body = talloc_strdup(
        mem, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));

    json_object_put(json);
    set_body(mem, request, body, "application/json; charset=utf-8");
}

const char *request_url(void *mem, const struct provider_config *provider, const char *own, const char *path)
{
    const char *base = provider->url ? provider->url : own;
    size_t length = base ? strlen(base) : 0;

    if (length == 0)
        return NULL;
    length -= base[length - 1] == '/' && *path == '/';
    return talloc_asprintf(mem, "%.*s%s", (int)length, base, path);
}

enum send_result meaning_of(const struct code_meaning *meanings, const char *code)
{
    while (strncmp(meanings->word, code, strlen(meanings->word)) != 0)
        meanings++;
    return meanings->result;
}

size_t json_list_length(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : list != NULL;
}

struct json_object *json_list_at(struct json_object *list, size_t i)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_get_idx(list, i) : list;
}

static const char *behind_scheme(const char *url)
{
    const char *at = strstr(url, "://");

    return at ? at + 3 : url;
}

const char *url_host(void *mem, const char *url)
{
    const char *host = behind_scheme(url);

    return talloc_strndup(mem, host, strcspn(host, "/?"));
}

const char *url_path(const char *url)
{
    const char *host = behind_scheme(url), *path = host + strcspn(host, "/?");

    return *path ? path : "/";
}

void sent_set(struct sent *sent, enum send_result result, const char *why)
{
    sent->result = result;
    sent->why = why ? why : "";
}

void sent_add_id(void *mem, struct sent *sent, const char *id)
{
    if (!id || !*id)
        return;
    sent->ids = talloc_realloc(mem, sent->ids, const char *, (unsigned)sent->n + 1);
    sent->ids[sent->n++] = id;
}

/* 3xx: we follow no redirects, so the address is wrong. 5xx except 503: the text may have been accepted. */
bool answer_by_status(void *mem, const struct web_answer *answer, struct sent *sent)
{
    static const struct {
        int from, to;
        enum send_result result;
    } meanings[] = {
        { 300, 399, SEND_LINE_DOWN }, { 401, 405, SEND_LINE_DOWN }, { 407, 407, SEND_LINE_DOWN },
        { 408, 408, SEND_LATER },     { 425, 425, SEND_LATER },     { 429, 429, SEND_LINE_DOWN },
        { 400, 499, SEND_REFUSED },   { 503, 503, SEND_LINE_DOWN },
    };

    if (answer->status >= 200 && answer->status < 300)
        return false;
    sent_set(sent, SEND_UNCLEAR, talloc_asprintf(mem, "HTTP status %d", answer->status));
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (answer->status >= meanings[i].from && answer->status <= meanings[i].to) {
            sent->result = meanings[i].result;
            break;
        }
    return true;
}

void events_add(void *mem, struct event **events, size_t *n, const struct event *event)
{
    *events = talloc_realloc(mem, *events, struct event, (unsigned)*n + 1);
    (*events)[(*n)++] = *event;
}

/* FNV-1a. Only two messages to one number within the window can be confused, by equal 31 bits. */
int provider_reference(const char *message_id)
{
    uint32_t hash = 0x811c9dc5;

    for (; *message_id; message_id++)
        hash = (hash ^ (unsigned char)*message_id) * 0x01000193;
    return (int)(hash & 0x7fffffff);
}

struct event receipt_event(void *mem, const char *id, const char *own_id, const char *number,
                           const char *status, int tp_st)
{
    return (struct event){ .kind = EVENT_RECEIPT,
                           .external_id = talloc_asprintf(mem, "receipt %s %s", id, status),
                           .from = provider_number(mem, number ? number : "", true),
                           .reference = provider_reference(id),
                           .status = tp_st,
                           .message_id = id,
                           .own_id = own_id };
}
