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
#include "gateway/http/tls.h"
#include "gateway/log.h"

enum { CONNECTIONS = 8192, IDLE_SECONDS = 90, SPILL = 64 * 1024 };

static enum MHD_Result send_answer(struct ask *ask)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(ask->answer), (void *)ask->answer, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result;

    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
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

static const char *token_hash(void *mem, struct MHD_Connection *connection)
{
    const char *header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
    unsigned char digest[32];

    if (!header || strncasecmp(header, "Bearer ", 7) != 0)
        return NULL;
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
} requests[] = { { "POST", "/centre/v1/rows", TAKE_ROWS },
                 { "GET", "/centre/v1/wait", TAKE_WAIT },
                 { "GET", "/centre/v1/rows", TAKE_READ },
                 { "POST", "/centre/v1/takeover", TAKE_OVER } };

/* Reads the request into ask->take. NULL, or what is wrong with it. */
static const char *read_request(struct ask *ask, const char *method, const char *path)
{
    size_t i = 0, n = sizeof requests / sizeof *requests;
    const char *why = NULL;

    while (i < n && (strcmp(method, requests[i].method) != 0 || strcmp(path, requests[i].path) != 0))
        i++;
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
    if (!ask->take.token_hash)
        return "a bearer token is required";
    if (ask->take.kind == TAKE_ROWS)
        ask->take.batch = wire_read(ask, ask->body ? ask->body : "", ask->length, &why);
    return why;
}

static enum MHD_Result take_octets(struct ask *ask, const char *data, size_t *size)
{
    if (ask->length + *size > WIRE_BATCH_MOST)
        ask->is_too_long = true;
    if (!ask->is_too_long && ask->length + *size + 1 > ask->room) {
        ask->room = 2 * (ask->length + *size + 1);
        ask->body = talloc_realloc(ask, ask->body, char, ask->room);
    }
    if (!ask->is_too_long) {
        memcpy(ask->body + ask->length, data, *size);
        ask->body[ask->length + *size] = '\0';
    }
    ask->length += *size;
    *size = 0;
    return ask->length > WIRE_BATCH_MOST + SPILL ? MHD_NO : MHD_YES;
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
    const char *why;

    (void)version;
    if (!ask) {
        ask = *state = talloc_zero(NULL, struct ask);
        ask->connection = connection;
        return MHD_YES;
    }
    if (*size > 0)
        return take_octets(ask, data, size);
    if (ask->is_handled)
        return send_answer(ask);
    if (ask->is_too_long)
        return refuse(ask, 413, "a batch has at most 256 KiB");
    why = read_request(ask, method, path);
    if (why)
        return refuse(ask, strcmp(why, "not found") == 0 ? 404 : ask->take.token_hash ? 400 : 401, why);
    return hand_over(centre, ask);
}

static void end(void *arg, struct MHD_Connection *connection, void **state,
                enum MHD_RequestTerminationCode why)
{
    (void)arg, (void)connection, (void)why;
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
    if (!centre_last_order(centre->store, &centre->last_order)) {
        *error = talloc_strdup(mem, store_error(centre->store));
        return NULL;
    }
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
