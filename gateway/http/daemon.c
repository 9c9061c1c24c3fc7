#include "gateway/http/daemon.h"

#include <errno.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/http/address.h"
#include "gateway/http/connections.h"
#include "gateway/http/dispatch.h"
#include "gateway/http/guard.h"
#include "gateway/http/peers.h"

/* SPILL_MOST: octets beyond the cap that are still read and dropped, so that the client reads our 413. */
enum { SPILL_MOST = 1 << 20, FORM_ROOM = 1 << 16 /* of a form, beside its file */, STREAM_BLOCK = 4096 };

/* What we keep of a connection. */
struct client {
    struct peer *peer;
    struct connection *watched;
};

static struct client *client_of(struct MHD_Connection *connection)
{
    return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Called once the request line has been read. */
static void *begin(void *arg, const char *uri, struct MHD_Connection *connection)
{
    struct exchange *exchange = talloc_zero(NULL, struct exchange);

    exchange->server = arg;
    exchange->connection = connection;
    exchange->watched = client_of(connection)->watched;
    connections_begin_request(exchange->server->connections, exchange->watched);
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
    struct MHD_Response *response =
        exchange->read ? MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, exchange->read,
                                                           exchange->read_arg, exchange->forget)
                       : MHD_create_response_from_buffer(exchange->answer_length, (void *)exchange->answer,
                                                         MHD_RESPMEM_PERSISTENT);
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
    connections_begin_answer(exchange->server->connections, exchange->watched, exchange->answer_length);
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

/*
 * Whether there is room for a large body. They stay in memory until they are handled, so that only a few are
 * taken at once, and none without an Authorization.
 */
static bool make_room(struct exchange *exchange)
{
    struct http_server *server = exchange->server;

    exchange->cap = (size_t)server->config->http_body_cap;
    if (!dispatch_is_large(exchange) || !exchange_header(exchange, "Authorization"))
        return true;
    if (atomic_fetch_add(&server->large, 1) >= LARGE_MOST) {
        atomic_fetch_sub(&server->large, 1);
        return false;
    }
    exchange->is_large = true;
    exchange->cap = (size_t)server->config->recording_cap + FORM_ROOM;
    return true;
}

static enum MHD_Result start(struct exchange *exchange)
{
    uint64_t length;
    int status;
    const char *wrong = guard_request(exchange->connection, exchange->version, &length, &status);

    exchange->was_started = true;
    if (wrong)
        return refuse_at_once(exchange, REJECT_FRAMING, status, wrong);
    exchange_find_client(exchange);
    if (!make_room(exchange)) {
        exchange_add_header(exchange, "Retry-After", "5");
        return refuse_at_once(exchange, REJECT_CONNECTION, 503, "too many recordings at once");
    }
    if (length > exchange->cap)
        return refuse_at_once(exchange, REJECT_TOO_LONG, 413, "request body too long");
    return MHD_YES;
}

/* The body is always followed by a NUL. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *size)
{
    if (exchange->length + *size > exchange->cap)
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
    return exchange->length > exchange->cap + SPILL_MOST ? MHD_NO : MHD_YES;
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
    if (exchange->status == 0 && !exchange->is_held) {
        connections_handle(exchange->server->connections, exchange->watched);
        dispatch(exchange);
    }
    if (exchange->is_held) {
        exchange->is_held = false;
        return MHD_YES;
    }
    return send_answer(exchange);
}

static void end(void *arg, struct MHD_Connection *connection, void **state,
                enum MHD_RequestTerminationCode why)
{
    struct http_server *server = arg;
    struct client *client = client_of(connection);

    (void)why;
    if (client)
        connections_end_request(server->connections, client->watched);
    if (*state && ((struct exchange *)*state)->is_large)
        atomic_fetch_sub(&server->large, 1);
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

static void open_client(struct http_server *server, struct MHD_Connection *connection, struct client **client)
{
    const union MHD_ConnectionInfo *info;
    bool is_crowded;
    int fd;

    *client = talloc_zero(NULL, struct client);
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    (*client)->peer = peers_enter(server->peers, info->client_addr);
    fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    (*client)->watched = connections_open(
        server->connections, MHD_get_connection_info(connection, MHD_CONNECTION_INFO_DAEMON)->daemon, fd,
        &is_crowded);
    if (is_crowded)
        counters_reject(&server->counters, REJECT_CONNECTION);
}

/* libmicrohttpd closes the socket after telling of its end. */
static void count_connection(void *arg, struct MHD_Connection *connection, void **context,
                             enum MHD_ConnectionNotificationCode what)
{
    struct http_server *server = arg;
    struct client **client = (struct client **)context;

    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        open_client(server, connection, client);
        return;
    }
    peers_leave(server->peers, (*client)->peer);
    connections_close(server->connections, (*client)->watched);
    TALLOC_FREE(*client);
}

void daemon_keep_quiet(void *arg, const char *format, va_list arguments)
{
    (void)arg, (void)format, (void)arguments;
}

struct MHD_Daemon *daemon_start(struct http_server *server, int listen_fd, const struct tls *tls,
                                int connections)
{
    const struct config *config = server->config;
    struct sockaddr_storage address;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0);
    struct MHD_OptionItem with_tls[TLS_OPTIONS];
    struct MHD_OptionItem where[] = {
        listen_fd < 0 ? (struct MHD_OptionItem){ MHD_OPTION_SOCK_ADDR, 0, &address }
                      : (struct MHD_OptionItem){ MHD_OPTION_LISTEN_SOCKET, listen_fd, NULL },
        { MHD_OPTION_END, 0, NULL },
    };

    tls_options(tls, with_tls);
    errno = 0;
    if (!address_parse(config->http_listen, &address))
        return NULL;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    /* without MHD_OPTION_LISTENING_ADDRESS_REUSE, which would let other programs take the same port */
    return MHD_start_daemon(flags, 0, may_connect, server, handle, server, MHD_OPTION_NOTIFY_CONNECTION,
                            count_connection, server, MHD_OPTION_EXTERNAL_LOGGER, daemon_keep_quiet, NULL,
                            MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u, MHD_OPTION_CONNECTION_LIMIT,
                            (unsigned)(connections + CONNECTIONS_SPARE), MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)config->http_timeout, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            (size_t)config->http_header_cap, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_URI_LOG_CALLBACK, begin, server, MHD_OPTION_NOTIFY_COMPLETED, end,
                            server, MHD_OPTION_ARRAY, where, MHD_OPTION_ARRAY, with_tls, MHD_OPTION_END);
}
