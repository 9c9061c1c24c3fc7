/* /open311/v2/: GeoReport v2 (wiki.open311.org/GeoReport_v2) with mySociety's updates. */
#include <string.h>
#include <strings.h>
#include <talloc.h>
#include <time.h>

#include "gateway/http/open311/asked.h"
#include "gateway/http/open311/document.h"
#include "gateway/http/token.h"
#include "gateway/turn/facts.h"
#include "store/events.h"

static const struct resource {
    const char *method, *name;
    bool has_id; /* an id may follow in the path */
    void (*handle)(struct asked *asked);
    bool needs_key;
} resources[] = {
    { "GET", "discovery", false, open311_discovery, false },
    { "GET", "services", true, open311_services, false },
    { "GET", "requests", true, open311_requests, false },
    { "POST", "requests", false, open311_file, true },
    { "GET", "tokens", true, open311_token, true },
    { "GET", "servicerequestupdates", false, open311_updates, false },
    { "POST", "servicerequestupdates", false, open311_update, true },
};

void asked_answer(struct asked *asked, int status, const char *root, struct json_object *tree)
{
    struct exchange *exchange = asked->exchange;
    const char *text = asked->is_json ? document_json(exchange, tree) : document_xml(exchange, root, tree);

    exchange_answer(exchange, status,
                    asked->is_json ? "application/json; charset=utf-8" : "text/xml; charset=utf-8", text);
    json_object_put(tree);
}

void asked_refuse(struct asked *asked, int status, const char *words)
{
    struct json_object *errors = json_object_new_array(), *error = json_object_new_object();

    json_object_object_add(error, "code", json_object_new_int(status));
    json_object_object_add(error, "description", json_object_new_string(words));
    json_object_array_add(errors, error);
    asked_answer(asked, status, "errors", errors);
}

void asked_store_failed(struct asked *asked)
{
    exchange_add_header(asked->exchange, "Retry-After", "5");
    asked_refuse(asked, 503, "the store is not available");
}

void asked_add(struct json_object *object, const char *name, const char *text)
{
    if (text && *text)
        json_object_object_add(object, name, json_object_new_string(text));
}

void asked_add_time(struct json_object *object, const char *name, int64_t at)
{
    time_t seconds = (time_t)at;
    struct tm local;
    char text[40], zone[8];
    const char *whole;

    if (at == 0)
        return;
    localtime_r(&seconds, &local);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &local);
    strftime(zone, sizeof zone, "%z", &local);
    whole = talloc_asprintf(NULL, "%s%.3s:%.2s", text, zone, zone + 3);
    asked_add(object, name, whole);
    talloc_free((void *)whole);
}

const char *asked_words(struct asked *asked, const char *name, struct json_object *data)
{
    const struct http_server *server = asked->exchange->server;
    const struct words *words = desk_words(server->desk);
    const char *error;
    char *text = words_render(asked->mem, words, server->config->language, name, data, &error);

    json_object_put(data);
    return text ? text : "";
}

/* An address with a NUL, which is refused, tells its format behind the NUL, where the path has ended. */
static bool ends_with_json(const char *uri)
{
    size_t n = strcspn(uri, "?");

    return n > 5 && strncmp(uri + n - 5, ".json", 5) == 0;
}

/* Cuts ".json" or ".xml" off the end. */
static void read_format(struct asked *asked, char *path)
{
    char *dot = strrchr(path, '.');
    const char *accept = exchange_header(asked->exchange, "Accept");

    asked->is_json =
        ends_with_json(asked->exchange->uri) || (accept && strncasecmp(accept, "application/json", 16) == 0);
    if (!dot || (strcmp(dot, ".json") != 0 && strcmp(dot, ".xml") != 0))
        return;
    asked->is_json = strcmp(dot, ".json") == 0;
    *dot = '\0';
}

/* Some clients join an address that ends with / and a path that begins with /, so skip repeated ones. */
static void read_path(struct asked *asked)
{
    const char *rest = asked->exchange->rest;
    char *path = talloc_strdup(asked->exchange, rest + strspn(rest, "/")), *slash;

    read_format(asked, path);
    slash = strchr(path, '/');
    asked->resource = path;
    asked->id = slash ? slash + 1 : "";
    if (slash)
        *slash = '\0';
}

/* Multipart forms, with which files come, are refused. False: the request has been answered. */
static bool read_form(struct asked *asked)
{
    struct exchange *exchange = asked->exchange;
    const char *type = exchange_header(exchange, "Content-Type"), *mark = strchr(exchange->uri, '?');
    bool is_post = strcmp(exchange->method, "POST") == 0;

    if (is_post && type && strncasecmp(type, "application/x-www-form-urlencoded", 33) != 0)
        asked_refuse(asked, 415, "the Content-Type must be application/x-www-form-urlencoded");
    else if (!entries_read(exchange, mark ? mark + 1 : "", is_post ? exchange->body : NULL, exchange->length,
                           &asked->entries))
        asked_refuse(asked, 400, "the form is malformed, or not UTF-8");
    else
        return true;
    return false;
}

/* A key that is sent must be valid, even where none is needed. False: the request has been answered. */
static bool read_key(struct asked *asked, bool is_needed)
{
    struct exchange *exchange = asked->exchange;
    const char *key = entries_text(&asked->entries, "api_key");
    const char *header = exchange_header(exchange, "Authorization");
    const struct token *token;

    if (!key && header && strncasecmp(header, "Bearer ", 7) == 0)
        key = header + 7 + strspn(header + 7, " ");
    if (!key && !is_needed)
        return true;
    token = key ? token_find(exchange, key) : NULL;
    if (token && token_has_scope(token, "open311")) {
        asked->line = talloc_asprintf(exchange, EVENT_LINE_FORMS "%s", token->name);
        return true;
    }
    counters_reject(&exchange->server->counters, token ? REJECT_SCOPE : REJECT_TOKEN);
    exchange_log_refusal(exchange, "open311",
                         key ? "unknown, revoked or expired key, or without the scope open311" : "no key");
    asked_refuse(asked, 403, key ? "the api_key is not valid" : "an api_key is required");
    return false;
}

static void refuse_method(struct asked *asked, bool is_known)
{
    if (is_known)
        exchange_add_header(asked->exchange, "Allow",
                            strcmp(asked->resource, "requests") == 0 ||
                                    strcmp(asked->resource, "servicerequestupdates") == 0
                                ? "GET, HEAD, POST"
                                : "GET, HEAD");
    asked_refuse(asked, is_known ? 405 : 404, is_known ? "method not allowed" : "not found");
}

static const struct resource *find_resource(const struct asked *asked, bool *is_known)
{
    const char *method = strcmp(asked->exchange->method, "HEAD") == 0 ? "GET" : asked->exchange->method;

    *is_known = false;
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        const struct resource *resource = &resources[i];

        if (strcmp(resource->name, asked->resource) != 0 || (*asked->id && !resource->has_id))
            continue;
        *is_known = true;
        if (strcmp(resource->method, method) == 0)
            return resource;
    }
    return NULL;
}

void open311_refuse(struct exchange *exchange, int status, const char *words)
{
    struct asked asked = { .exchange = exchange, .mem = exchange };

    read_path(&asked);
    asked_refuse(&asked, status, words);
}

void open311_serve(struct exchange *exchange)
{
    struct asked asked = { .exchange = exchange, .mem = exchange };
    const struct resource *resource;
    bool is_known;

    read_path(&asked);
    resource = find_resource(&asked, &is_known);
    if (!resource)
        refuse_method(&asked, is_known);
    else if (read_form(&asked) && read_key(&asked, resource->needs_key))
        resource->handle(&asked);
}
