#include "gateway/provider/request.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "gateway/provider/fields.h"

bool request_add_header(void *mem, struct web_request *request, const char *name, const char *value)
{
    struct pair *headers =
        talloc_realloc(mem, request->headers, struct pair, (unsigned)request->n_headers + 1);
    char *clean = talloc_strdup(mem, value ? value : "");

    if (!headers || !clean)
        return false;
    for (char *c = clean; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
    request->headers = headers;
    headers[request->n_headers++] = (struct pair){ talloc_strdup(mem, name), clean };
    return true;
}

bool request_add_basic(void *mem, struct web_request *request, const char *user, const char *password)
{
    const char *plain = talloc_asprintf(mem, "%s:%s", user ? user : "", password ? password : "");
    const char *code = plain ? base64_encode(mem, plain, strlen(plain)) : NULL;

    return code && request_add_header(mem, request, "Authorization", talloc_asprintf(mem, "Basic %s", code));
}

const char *percent_encode(void *mem, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    char *code = talloc_size(mem, 3 * strlen(text) + 1), *at = code;

    if (!code)
        return NULL;
    for (; *text; text++)
        if (strchr(plain, *text))
            *at++ = *text;
        else
            at += sprintf(at, "%%%02X", (unsigned char)*text);
    *at = '\0';
    return code;
}

const char *form_write(void *mem, const struct pair *pairs, size_t n)
{
    char *form = talloc_strdup(mem, "");

    for (size_t i = 0; form && i < n; i++)
        if (pairs[i].value)
            form =
                talloc_asprintf_append(form, "%s%s=%s", *form ? "&" : "", percent_encode(mem, pairs[i].name),
                                       percent_encode(mem, pairs[i].value));
    return form;
}

static bool set_body(struct web_request *request, const char *body)
{
    request->method = "POST";
    request->body = body;
    request->length = body ? strlen(body) : 0;
    return body != NULL;
}

bool request_form(void *mem, struct web_request *request, const struct pair *pairs, size_t n)
{
    return set_body(request, form_write(mem, pairs, n)) &&
           request_add_header(mem, request, "Content-Type", "application/x-www-form-urlencoded");
}

bool request_json(void *mem, struct web_request *request, struct json_object *json)
{
    const char *body = talloc_strdup(
        mem, json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));

    json_object_put(json);
    return set_body(request, body) &&
           request_add_header(mem, request, "Content-Type", "application/json; charset=utf-8");
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
    const char **ids;

    if (!id || !*id)
        return;
    ids = talloc_realloc(mem, sent->ids, const char *, (unsigned)sent->n + 1);
    if (!ids)
        return;
    sent->ids = ids;
    ids[sent->n++] = id;
}

/* 3xx: we follow nothing, so the address is wrong. 5xx but 503: nobody knows how far it came. */
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

bool events_add(void *mem, struct event **events, size_t *n, const struct event *event)
{
    struct event *more = talloc_realloc(mem, *events, struct event, (unsigned)*n + 1);

    if (!more)
        return false;
    *events = more;
    more[(*n)++] = *event;
    return true;
}

/* FNV-1a; two messages to one number within the window have to meet in 31 bits to be confused. */
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

const char *hex_encode(void *mem, const unsigned char *octets, size_t n)
{
    char *text = talloc_size(mem, 2 * n + 1);

    if (text)
        text[0] = '\0';
    for (size_t i = 0; text && i < n; i++)
        sprintf(text + 2 * i, "%02x", octets[i]);
    return text;
}

const char *digest_hex(void *mem, const char *algorithm, const void *data, size_t length)
{
    unsigned char digest[64];
    gnutls_digest_algorithm_t known = strcmp(algorithm, "md5") == 0      ? GNUTLS_DIG_MD5
                                      : strcmp(algorithm, "sha256") == 0 ? GNUTLS_DIG_SHA256
                                                                         : GNUTLS_DIG_UNKNOWN;

    if (known == GNUTLS_DIG_UNKNOWN || gnutls_hash_fast(known, data, length, digest) < 0)
        return NULL;
    return hex_encode(mem, digest, gnutls_hash_get_len(known));
}

size_t hmac_octets(const char *algorithm, const void *secret, size_t n_secret, const void *data,
                   size_t length, unsigned char digest[64])
{
    static const struct {
        const char *name;
        gnutls_mac_algorithm_t algorithm;
    } known[] = { { "sha256", GNUTLS_MAC_SHA256 },
                  { "sha1", GNUTLS_MAC_SHA1 },
                  { "sha512", GNUTLS_MAC_SHA512 },
                  { "md5", GNUTLS_MAC_MD5 } };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, algorithm) == 0)
            return gnutls_hmac_fast(known[i].algorithm, secret, n_secret, data, length, digest) < 0
                       ? 0
                       : gnutls_hmac_get_len(known[i].algorithm);
    return 0;
}

const char *base64_encode(void *mem, const void *data, size_t length)
{
    gnutls_datum_t plain = { (unsigned char *)data, (unsigned)length }, code = { NULL, 0 };
    char *text;

    if (length == 0)
        return talloc_strdup(mem, "");
    if (gnutls_base64_encode2(&plain, &code) < 0)
        return NULL;
    text = talloc_strndup(mem, (char *)code.data, code.size);
    gnutls_free(code.data);
    return text;
}
