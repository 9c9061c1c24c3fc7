#include "gateway/http/server.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/http/address.h"
#include "gateway/http/dispatch.h"
#include "gateway/http/exchange.h"
#include "gateway/http/guard.h"
#include "gateway/http/peers.h"
#include "gateway/http/webhooks.h"
#include "gateway/http/workers.h"
#include "gateway/log.h"

/* SPILL_MOST: octets beyond the cap that are still read and dropped, so that the client reads our 413. */
enum { SPILL_MOST = 1 << 20, FILE_MOST = 1 << 20 };

/* Called once the request line has been read. */
static void *begin(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct exchange *exchange = talloc_zero(NULL, struct exchange);

    exchange->server = arg;
    exchange->connection = connection;
    exchange->uri = talloc_strdup(exchange, uri);
    exchange->rest = "";
    exchange->now = clock_now();
    exchange->started_us = clock_ticks_us();
    return exchange;
}

static void count_answer(struct exchange *exchange)
{
    struct counters *counters = &exchange->server->counters;
    int row = 0, class = exchange->status / 100;

    /* routes with the same label are counted together, in the first one's row */
    while (http_routes[row].path &&
           (!exchange->route || strcmp(exchange->route->label, http_routes[row].label) != 0))
        row++;
    if (class < STATUS_CLASSES && row < ROUTES_MOST)
        atomic_fetch_add_explicit(&counters->answers[row][class], 1, memory_order_relaxed);
    if (exchange->route && exchange->route->handle == provider_hook_receive)
        counters_time(counters, (long)(clock_ticks_us() - exchange->started_us));
}

/* The answer is part of the exchange, which outlives the response. */
static enum MHD_Result send_answer(struct exchange *exchange)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        exchange->answer_length, (void *)exchange->answer, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    if (exchange->content_type)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, exchange->content_type);
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (exchange->is_closing)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    for (size_t i = 0; i < exchange->n_extra; i++)
        MHD_add_response_header(response, exchange->extra[i].name, exchange->extra[i].value);
    count_answer(exchange);
    result = MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse_at_once(struct exchange *exchange, enum reject why, int status,
                                      const char *words)
{
    counters_reject(&exchange->server->counters, why);
    exchange->is_closing = true;
    exchange_refuse(exchange, status, words);
    return send_answer(exchange);
}

static enum MHD_Result start(struct exchange *exchange)
{
    uint64_t length;
    const char *wrong = guard_framing(exchange->connection, &length);

    exchange->was_started = true;
    if (wrong)
        return refuse_at_once(exchange, REJECT_FRAMING, 400, wrong);
    if (length > (uint64_t)exchange->server->config->http_body_cap)
        return refuse_at_once(exchange, REJECT_TOO_LONG, 413, "request body too long");
    exchange_find_client(exchange);
    return MHD_YES;
}

/* The body is always followed by a NUL. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *size)
{
    size_t cap = (size_t)exchange->server->config->http_body_cap;

    if (exchange->length + *size > cap)
        exchange->is_too_long = true;
    if (exchange->length + *size + 1 > exchange->room && !exchange->is_too_long) {
        size_t room = 2 * exchange->room > exchange->length + *size + 1 ? 2 * exchange->room
                                                                        : exchange->length + *size + 1;

        exchange->body = talloc_realloc_size(exchange, exchange->body, room);
        exchange->room = room;
    }
    if (!exchange->is_too_long) {
        memcpy(exchange->body + exchange->length, data, *size);
        exchange->body[exchange->length + *size] = '\0';
    }
    exchange->length += *size;
    *size = 0;
    return exchange->length > cap + SPILL_MOST ? MHD_NO : MHD_YES;
}

/* Called once the headers have been read, for each piece of the body, at its end, and again after a hold. */
static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **state)
{
    struct exchange *exchange = *state;

    (void)arg, (void)connection;
    if (!exchange || !exchange->uri)
        return MHD_NO;
    exchange->method = method;
    exchange->version = version;
    exchange->path = path;
    if (!exchange->was_started)
        return start(exchange);
    if (*size > 0)
        return take_body(exchange, data, size);
    if (exchange->is_too_long)
        return refuse_at_once(exchange, REJECT_TOO_LONG, 413, "request body too long");
    if (exchange->status == 0 && !exchange->is_held)
        dispatch(exchange);
    if (exchange->is_held) {
        exchange->is_held = false;
        return MHD_YES;
    }
    return send_answer(exchange);
}

static void end(void *arg, struct MHD_Connection *connection, void **state,
                enum MHD_RequestTerminationCode why)
{
    (void)arg, (void)connection, (void)why;
    talloc_free(*state);
    *state = NULL;
}

static enum MHD_Result may_connect(void *arg, const struct sockaddr *address, socklen_t length)
{
    struct http_server *server = arg;

    (void)length;
    if (peers_may_enter(server->peers, address))
        return MHD_YES;
    counters_reject(&server->counters, REJECT_CONNECTION);
    return MHD_NO;
}

static void count_connection(void *arg, struct MHD_Connection *connection, void **peer,
                             enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = arg;
    const union MHD_ConnectionInfo *info;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        peers_leave(server->peers, *peer);
        return;
    }
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    *peer = peers_enter(server->peers, info->client_addr);
}

/* libmicrohttpd reports every client that disconnects or sends nonsense: not worth logging. */
static void keep_quiet(void *arg, const char *format, va_list arguments)
{
    (void)arg, (void)format, (void)arguments;
}

static char *read_file(void *mem, const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = talloc_zero_size(mem, FILE_MOST);
    size_t length = file ? fread(text, 1, FILE_MOST - 1, file) : 0;

    if (file)
        fclose(file);
    return length > 0 ? text : NULL;
}

/* The soft limit of descriptors, often 1,024, is lower than the connections that may be configured. */
static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static struct MHD_Daemon *start_daemon(struct http_server *server, const char *certificate, const char *key)
{
    const struct config *config = server->config;
    struct sockaddr_storage address;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     (certificate ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key },
        { MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
        { MHD_OPTION_END, 0, NULL },
    };

    if (!address_parse(config->http_listen, &address))
        return NULL;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, 0, may_connect, server, handle, server, MHD_OPTION_NOTIFY_CONNECTION, count_connection, server,
        MHD_OPTION_EXTERNAL_LOGGER, keep_quiet, NULL, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)config->http_connections, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)config->http_timeout, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)config->http_header_cap,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, begin, server,
        MHD_OPTION_NOTIFY_COMPLETED, end, server, MHD_OPTION_ARRAY,
        certificate ? tls : tls + sizeof tls / sizeof *tls - 1, MHD_OPTION_END);
}

static bool check_providers(void *mem, const struct config *config, const char **error)
{
    for (size_t i = 0; i < config->n_providers; i++) {
        const struct provider_config *provider = &config->providers[i];

        if (!provider_kind_find(provider->kind)) {
            *error = talloc_asprintf(mem, "provider \"%s\": unknown kind %s", provider->name, provider->kind);
            return false;
        }
        if (provider->receives && !provider->hook_key && !provider_is_signed(provider)) {
            *error = talloc_asprintf(mem, "provider \"%s\" needs a hook_key: %s does not sign its requests",
                                     provider->name, provider->kind);
            return false;
        }
    }
    return true;
}

static bool listen_for_requests(void *mem, struct http_server *server, const char **error)
{
    const struct config *config = server->config;
    char *certificate = NULL, *key = NULL;

    if (config->http_certificate) {
        certificate = read_file(server, config->http_certificate);
        key = config->http_key ? read_file(server, config->http_key) : NULL;
        if (!certificate || !key) {
            *error = talloc_asprintf(mem, "http: cannot read %s",
                                     certificate ? "the key" : config->http_certificate);
            return false;
        }
    }
    raise_descriptors();
    errno = 0;
    server->daemon = start_daemon(server, certificate, key);
    if (key)
        explicit_bzero(key, strlen(key));
    if (!server->daemon)
        *error = talloc_asprintf(mem, "http: cannot listen on %s: %s", config->http_listen,
                                 errno ? strerror(errno) : "the certificate and key do not match");
    return server->daemon != NULL;
}

struct http_server *http_server_start(void *mem, const struct config *config, struct desk *desk,
                                      const char **error)
{
    struct http_server *server = talloc_zero(mem, struct http_server);

    if (!check_providers(mem, config, error)) {
        talloc_free(server);
        return NULL;
    }
    server->config = config;
    server->desk = desk;
    server->peers = peers_new(server, config);
    server->counters.routes = http_routes;
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->settled, NULL);
    server->workers = workers_start(server, server, error);
    server->outgoing = server->workers ? webhooks_start(server, server, error) : NULL;
    if (server->outgoing && listen_for_requests(mem, server, error))
        return server;
    if (server->outgoing)
        webhooks_stop(server->outgoing);
    if (server->workers)
        workers_stop(server->workers);
    talloc_free(server);
    return NULL;
}

int http_server_port(const struct http_server *server)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);

    return info ? info->port : 0;
}

void http_server_add_metrics(struct http_server *server, void (*write)(FILE *out, void *arg), void *arg)
{
    pthread_mutex_lock(&server->lock);
    server->write_metrics = write;
    server->metrics_arg = arg;
    pthread_mutex_unlock(&server->lock);
}

/* Waits for the held exchanges: the desk and the workers answer every one that they were given. */
static void settle(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    server->is_stopping = true;
    while (server->held > 0)
        pthread_cond_wait(&server->settled, &server->lock);
    pthread_mutex_unlock(&server->lock);
}

void http_server_stop(struct http_server *server)
{
    MHD_socket listening = MHD_quiesce_daemon(server->daemon);

    webhooks_stop(server->outgoing);
    settle(server);
    workers_stop(server->workers);
    MHD_stop_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    pthread_cond_destroy(&server->settled);
    pthread_mutex_destroy(&server->lock);
    talloc_free(server);
}
