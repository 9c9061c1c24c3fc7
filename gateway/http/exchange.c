#include "gateway/http/exchange.h"

#include <json-c/json.h>
#include <string.h>
#include <talloc.h>

#include "gateway/http/address.h"
#include "gateway/http/forwarded.h"
#include "gateway/log.h"
#include "gateway/http/poller.h"
#include "gateway/provider/fields.h"

void exchange_answer(struct exchange *exchange, int status, const char *content_type, const char *text)
{
    exchange->status = status;
    exchange->content_type = content_type;
    exchange->answer = text ? text : "";
    exchange->answer_length = strlen(exchange->answer);
}

void exchange_refuse(struct exchange *exchange, int status, const char *words)
{
    struct json_object *error;

    if (exchange->route && exchange->route->refuse) {
        exchange->route->refuse(exchange, status, words);
        return;
    }
    error = json_object_new_object();
    json_object_object_add(error, "error", json_object_new_string(words));
    exchange_answer(
        exchange, status, "application/json",
        talloc_strdup(exchange, json_object_to_json_string_ext(error, JSON_C_TO_STRING_NOSLASHESCAPE)));
    json_object_put(error);
}

void exchange_stream(struct exchange *exchange, const char *content_type, stream_reader *read, void *arg,
                     void (*forget)(void *arg))
{
    exchange->status = 200;
    exchange->content_type = content_type;
    exchange->read = read;
    exchange->read_arg = arg;
    exchange->forget = forget;
}

void exchange_add_header(struct exchange *exchange, const char *name, const char *value)
{
    if (exchange->n_extra < EXTRA_HEADERS && value)
        exchange->extra[exchange->n_extra++] = (struct pair){ name, value };
}

void exchange_hold(struct exchange *exchange)
{
    struct http_server *server = exchange->server;

    pthread_mutex_lock(&server->lock);
    server->held++;
    exchange->is_held = true;
    pthread_mutex_unlock(&server->lock);
    MHD_suspend_connection(exchange->connection);
}

void exchange_resume(struct exchange *exchange)
{
    struct http_server *server = exchange->server;

    MHD_resume_connection(exchange->connection);
    pthread_mutex_lock(&server->lock);
    poller_wake(server->poller);
    poller_wake(server->retiring);
    if (--server->held == 0)
        pthread_cond_broadcast(&server->settled);
    pthread_mutex_unlock(&server->lock);
}

const char *exchange_header(const struct exchange *exchange, const char *name)
{
    return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

struct collection {
    struct pair *pairs;
    size_t n;
};

static enum MHD_Result collect(void *arg, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct collection *collection = arg;

    (void)kind;
    collection->pairs[collection->n++] = (struct pair){ name, value ? value : "" };
    return MHD_YES;
}

struct pair *exchange_headers(struct exchange *exchange, size_t *n)
{
    int count = MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, NULL, NULL);
    struct collection collection = { talloc_array(exchange, struct pair, (size_t)count), 0 };

    MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, collect, &collection);
    *n = collection.n;
    return collection.pairs;
}

bool exchange_query(struct exchange *exchange, struct pair **query, size_t *n)
{
    const char *mark = strchr(exchange->uri, '?');

    return form_parse(exchange, mark ? mark + 1 : "", mark ? strlen(mark + 1) : 0, query, n);
}

void exchange_find_client(struct exchange *exchange)
{
    static const char *const marks[] = { "X-Forwarded-For", "Forwarded", "Via" };
    const struct config *config = exchange->server->config;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct pair *headers;
    size_t n;

    headers = exchange_headers(exchange, &n);
    forwarded_client(config, info->client_addr, headers, n, &exchange->client);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        exchange->is_relayed |= exchange_header(exchange, marks[i]) != NULL;
    exchange->is_relayed &=
        !address_is_in_any(info->client_addr, config->http_proxies, config->n_http_proxies);
    talloc_free(headers);
}

void exchange_log_refusal(struct exchange *exchange, const char *who, const char *why)
{
    int64_t before = exchange->server->logged_at;
    char address[64];

    if (before == exchange->now ||
        !atomic_compare_exchange_strong(&exchange->server->logged_at, &before, exchange->now))
        return;
    log_warning("%s: %s %s from %s refused: %s", who, exchange->method, exchange->route->path,
                address_text((const struct sockaddr *)&exchange->client, address, sizeof address), why);
}

bool exchange_is_from(const struct exchange *exchange, const char *const *networks, size_t n)
{
    return n == 0 || address_is_in_any((const struct sockaddr *)&exchange->client, networks, n);
}
