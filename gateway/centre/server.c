#include "gateway/centre/server.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/centre_private.h"
#include "gateway/clock.h"
#include "gateway/hex.h"
#include "gateway/http/address.h"
#include "gateway/http/daemon.h"
#include "gateway/http/guard.h"
#include "gateway/http/tls.h"
#include "gateway/log.h"
#include "gateway/turn/dates.h"

enum { CONNECTIONS = 8192, IDLE_SECONDS = 90 };

static const char *content_type(const struct ask *ask)
{
    if (ask->status == 200 && ask->take.kind == TAKE_PAGE)
        return "text/html; charset=utf-8";
    return ask->status == 200 && ask->take.kind == TAKE_METRICS ? "text/plain; version=0.0.4; charset=utf-8"
                                                                : "application/json";
}

static enum MHD_Result send_answer(struct ask *ask)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(ask->answer), (void *)ask->answer, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type(ask));
    if (ask->status == 401 && ask->take.kind >= TAKE_REPORT)
        MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
                                "Basic realm=\"xiangyin\", charset=\"UTF-8\"");
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    result = MHD_queue_response(ask->connection, (unsigned)ask->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct ask *ask, int status, const char *why)
{
    ask->status = status;
    ask->answer = talloc_asprintf(ask, "{\"error\":\"%s\"}", why);
    return send_answer(ask);
}

void centre_answer(struct centre *centre, struct ask *ask)
{
    ask->is_handled = true;
    MHD_resume_connection(ask->connection);
    poller_wake(centre->poller);
    pthread_mutex_lock(&centre->lock);
    centre->held--;
    pthread_cond_signal(&centre->settled);
    pthread_mutex_unlock(&centre->lock);
}

/* RFC 7617: a browser sends the token as the password of any user. NULL: there is none. */
static const char *password_hash(void *mem, struct MHD_Connection *connection)
{
    char *password = NULL, *user = MHD_basic_auth_get_username_password(connection, &password);
    const char *hash = NULL;
    unsigned char digest[32];

    if (user && password) {
        gnutls_hash_fast(GNUTLS_DIG_SHA256, password, strlen(password), digest);
        hash = hex_encode(mem, digest, sizeof digest);
    }
    MHD_free(user);
    MHD_free(password);
    return hash;
}

static const char *token_hash(void *mem, struct MHD_Connection *connection)
{
    const char *header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
    unsigned char digest[32];

    if (!header || strncasecmp(header, "Bearer ", 7) != 0)
        return password_hash(mem, connection);
    gnutls_hash_fast(GNUTLS_DIG_SHA256, header + 7, strlen(header + 7), digest);
    return hex_encode(mem, digest, sizeof digest);
}

static const char *argument(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);

    return value ? value : "";
}

static const struct {
    const char *method, *path;
    enum take_kind kind;
} requests[] = { { "POST", "/centre/v1/rows", TAKE_ROWS },    { "GET", "/centre/v1/wait", TAKE_WAIT },
                 { "GET", "/centre/v1/rows", TAKE_READ },     { "POST", "/centre/v1/takeover", TAKE_OVER },
                 { "GET", "/centre/v1/report", TAKE_REPORT }, { "GET", "/", TAKE_PAGE },
                 { "GET", "/metrics", TAKE_METRICS } };

/* The first moment of that day, or of the day after it; preset if the argument is missing. */
static bool read_day(struct MHD_Connection *connection, const char *name, int days, int64_t preset,
                     int64_t *moment)
{
    const char *text = argument(connection, name);
    struct date date;

    *moment = preset;
    if (!*text)
        return true;
    if (!date_parse(text, &date))
        return false;
    *moment = date_moment(date_plus(date, days), 0);
    return true;
}

/* Reads the headers into ask->take. NULL, or what is wrong with them. */
static const char *read_request(struct ask *ask, const char *method, const char *path, int *status)
{
    size_t i = 0, n = sizeof requests / sizeof *requests;

    while (i < n && (strcmp(method, requests[i].method) != 0 || strcmp(path, requests[i].path) != 0))
        i++;
    *status = 404;
    if (i == n)
        return "not found";
    ask->take = (struct take){ .kind = requests[i].kind,
                               .token_hash = token_hash(ask, ask->connection),
                               .now = clock_now(),
                               .after = strtoll(argument(ask->connection, "after"), NULL, 10),
                               .epoch = strtoll(argument(ask->connection, "epoch"), NULL, 10),
                               .session = talloc_strdup(ask, argument(ask->connection, "session")),
                               .transfer_key = talloc_strdup(ask, argument(ask->connection, "key")),
                               .counties = talloc_strdup(ask, argument(ask->connection, "counties")),
                               .is_first = *argument(ask->connection, "first") == '1' };
    *status = 401;
    if (!ask->take.token_hash)
        return "a token is required";
    *status = 400;
    return read_day(ask->connection, "from", 0, 0, &ask->take.since) &&
                   read_day(ask->connection, "to", 1, INT64_MAX, &ask->take.until)
               ? NULL
               : "from and to are days like 2026-12-01";
}

/* Allocates room for the body. The request must have a known county's token and a Content-Length. */
static const char *make_room(struct centre *centre, struct ask *ask, int *status)
{
    const char *header = MHD_lookup_connection_value(ask->connection, MHD_HEADER_KIND, "Content-Length");
    char *end = NULL;
    unsigned long long length = header ? strtoull(header, &end, 10) : 0;

    *status = 401;
    if (!admission_knows(centre->admission, ask->take.token_hash))
        return "unknown token";
    *status = 411;
    if (!header || *end)
        return "a batch says its length";
    *status = 413;
    if (length > WIRE_BATCH_MOST)
        return "a batch has at most 256 KiB";
    *status = 503;
    if (!admission_hold(centre->admission, length + 1))
        return "too many batches at once";
    ask->room = length + 1;
    ask->body = talloc_size(ask, ask->room);
    ask->body[0] = '\0';
    return NULL;
}

/* Refuses a request before its body is read; libmicrohttpd then closes the connection. */
static enum MHD_Result begin(struct centre *centre, struct ask *ask, const char *method, const char *path,
                             const char *version)
{
    uint64_t length; /* make_room wants one that is said */
    int status = 0;
    const char *why = guard_request(ask->connection, version, &length, &status);

    if (!why)
        why = read_request(ask, method, path, &status);
    if (!why && ask->take.kind == TAKE_ROWS)
        why = make_room(centre, ask, &status);
    return why ? refuse(ask, status, why) : MHD_YES;
}

static enum MHD_Result take_octets(struct ask *ask, const char *data, size_t *size)
{
    if (ask->body && ask->length + *size < ask->room) {
        memcpy(ask->body + ask->length, data, *size);
        ask->length += *size;
        ask->body[ask->length] = '\0';
    }
    *size = 0;
    return MHD_YES;
}

static enum MHD_Result hand_over(struct centre *centre, struct ask *ask)
{
    bool is_open;

    pthread_mutex_lock(&centre->lock);
    is_open = !centre->is_stopping;
    if (is_open) {
        MHD_suspend_connection(ask->connection);
        centre->held++;
        *centre->last = ask;
        centre->last = &ask->next;
        pthread_cond_signal(&centre->arrival);
    }
    pthread_mutex_unlock(&centre->lock);
    return is_open ? MHD_YES : refuse(ask, 503, "the centre is stopping");
}

static enum MHD_Result handle(void *arg, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **state)
{
    struct centre *centre = arg;
    struct ask *ask = *state;
    const char *why = NULL;

    if (!ask) {
        ask = *state = talloc_zero(NULL, struct ask);
        ask->connection = connection;
        return begin(centre, ask, method, path, version);
    }
    if (*size > 0)
        return take_octets(ask, data, size);
    if (ask->is_handled)
        return send_answer(ask);
    if (ask->body)
        ask->take.batch = wire_read(ask, ask->body, ask->length, &why);
    TALLOC_FREE(ask->body); /* the batch is a copy */
    if (why)
        return refuse(ask, 400, why);
    return hand_over(centre, ask);
}

static void end(void *arg, struct MHD_Connection *connection, void **state,
                enum MHD_RequestTerminationCode why)
{
    const struct ask *ask = *state;

    (void)connection, (void)why;
    if (ask)
        admission_let_go(((struct centre *)arg)->admission, ask->room);
    talloc_free(*state);
    *state = NULL;
}

static struct MHD_Daemon *start_daemon(struct centre *centre, const struct tls *tls)
{
    struct sockaddr_storage address;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (tls ? MHD_USE_TLS : 0);
    struct MHD_OptionItem with_tls[TLS_OPTIONS];

    tls_options(tls, with_tls);
    errno = 0;
    if (!address_parse(centre->config->http_listen, &address))
        return NULL;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(flags, 0, NULL, NULL, handle, centre, MHD_OPTION_EXTERNAL_LOGGER,
                            daemon_keep_quiet, NULL, MHD_OPTION_LISTEN_BACKLOG_SIZE, 1024u,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                            (unsigned)IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_NOTIFY_COMPLETED, end, centre, MHD_OPTION_SOCK_ADDR, &address,
                            MHD_OPTION_ARRAY, with_tls, MHD_OPTION_END);
}

static bool serve(void *mem, struct centre *centre, const char **error)
{
    const struct config *config = centre->config;
    struct tls *tls = config->http_certificate ? tls_read(mem, config, error) : NULL;

    if (config->http_certificate && !tls)
        return false;
    centre->daemon = start_daemon(centre, tls);
    tls_forget(tls);
    centre->poller = centre->daemon ? poller_start(centre, centre->daemon) : NULL;
    if (centre->poller)
        return true;
    *error = talloc_asprintf(mem, "http: cannot listen on %s: %s", config->http_listen, strerror(errno));
    if (centre->daemon)
        MHD_stop_daemon(centre->daemon);
    return false;
}

struct centre *centre_start(void *mem, const struct config *config, const char **error)
{
    struct centre *centre = talloc_zero(mem, struct centre);

    centre->config = config;
    centre->last = &centre->first;
    centre->started_at = clock_now();
    pthread_mutex_init(&centre->lock, NULL);
    pthread_cond_init(&centre->arrival, NULL);
    pthread_cond_init(&centre->settled, NULL);
    *error = "http { listen } is missing: where counties reach the centre";
    if (!config->http_listen)
        return NULL;
    centre->store = sql_open(centre, config->store_url, &centre_schema, CENTRE_DEADLINE_MS, error);
    if (!centre->store)
        return NULL;
    centre->admission = admission_new(centre);
    if (!centre_last_order(centre->store, &centre->last_order) || !centre_renew_tokens(centre, centre)) {
        *error = talloc_strdup(mem, store_error(centre->store));
        return NULL;
    }
    centre->orders_at_start = centre->last_order;
    centre->words = words_open(centre, config->templates, error);
    if (!centre->words)
        return NULL;
    if (!serve(mem, centre, error))
        return NULL;
    if (pthread_create(&centre->thread, NULL, centre_work, centre) == 0)
        return centre;
    poller_stop(centre->poller);
    MHD_stop_daemon(centre->daemon);
    *error = "cannot start a thread";
    return NULL;
}

int centre_port(const struct centre *centre)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(centre->daemon, MHD_DAEMON_INFO_BIND_PORT);

    return info ? info->port : 0;
}

void centre_stop(struct centre *centre)
{
    MHD_socket listening = MHD_quiesce_daemon(centre->daemon);

    pthread_mutex_lock(&centre->lock);
    centre->is_stopping = true;
    pthread_cond_signal(&centre->arrival);
    while (centre->held > 0)
        pthread_cond_wait(&centre->settled, &centre->lock);
    pthread_mutex_unlock(&centre->lock);
    pthread_join(centre->thread, NULL);
    poller_stop(centre->poller);
    MHD_stop_daemon(centre->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    talloc_free(centre->store);
    talloc_free(centre);
}
