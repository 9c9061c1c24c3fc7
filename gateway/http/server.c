#include "gateway/http/server.h"

#include <errno.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/http/connections.h"
#include "gateway/http/daemon.h"
#include "gateway/http/peers.h"
#include "gateway/http/poller.h"
#include "gateway/http/tls.h"
#include "gateway/http/webhooks.h"
#include "gateway/http/workers.h"
#include "gateway/log.h"

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

/* Starts the daemon with the certificate as it is now; false: *error says why, from mem. */
static bool listen_for_requests(void *mem, struct http_server *server, int listen_fd, const char **error)
{
    const struct config *config = server->config;
    struct tls *tls = config->http_certificate ? tls_read(mem, config, error) : NULL;
    struct MHD_Daemon *daemon;
    struct poller *poller;

    if (config->http_certificate && !tls)
        return false;
    daemon = daemon_start(server, listen_fd, tls, server->most_connections);
    poller = daemon ? poller_start(server, daemon) : NULL;
    if (!poller)
        *error = talloc_asprintf(mem, "http: cannot listen on %s: %s", config->http_listen, strerror(errno));
    tls_forget(tls);
    if (!poller) {
        if (daemon)
            MHD_stop_daemon(daemon);
        return false;
    }
    pthread_mutex_lock(&server->lock);
    server->daemon = daemon;
    server->retiring = server->poller;
    server->poller = poller;
    pthread_mutex_unlock(&server->lock);
    return true;
}

struct http_server *http_server_start(void *mem, const struct config *config, struct desk *desk,
                                      const char **error)
{
    struct http_server *server;

    if (!check_providers(mem, config, error))
        return NULL;
    server = talloc_zero(mem, struct http_server);
    server->config = config;
    server->desk = desk;
    server->peers = peers_new(server, config);
    server->counters.routes = http_routes;
    server->most_connections = connections_fit(config);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->settled, NULL);
    server->connections = connections_start(server, config, server->most_connections, error);
    server->workers = server->connections ? workers_start(server, server, error) : NULL;
    server->outgoing = server->workers ? webhooks_start(server, server, error) : NULL;
    if (server->outgoing && listen_for_requests(mem, server, -1, error))
        return server;
    if (server->outgoing)
        webhooks_stop(server->outgoing);
    if (server->workers)
        workers_stop(server->workers);
    if (server->connections)
        connections_stop(server->connections);
    talloc_free(server);
    return NULL;
}

static void retire_poller(struct http_server *server)
{
    struct poller *poller;

    pthread_mutex_lock(&server->lock);
    poller = server->retiring;
    server->retiring = NULL;
    pthread_mutex_unlock(&server->lock);
    poller_stop(poller);
}

bool http_server_reload(struct http_server *server)
{
    struct MHD_Daemon *old = server->daemon;
    int listening = dup(MHD_get_daemon_info(old, MHD_DAEMON_INFO_LISTEN_FD)->listen_fd);
    void *mem = talloc_new(NULL);
    const char *error = strerror(errno);
    bool is_good = listening >= 0 && listen_for_requests(mem, server, listening, &error);

    if (is_good) {
        close(MHD_quiesce_daemon(old));
        connections_retire(server->connections, old);
        retire_poller(server);
        MHD_stop_daemon(old);
        log_info("http: read the certificate again");
    } else {
        log_error("%s; the old certificate stays in use", error);
        close(listening);
    }
    talloc_free(mem);
    return is_good;
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

void http_server_add_routes(struct http_server *server, const struct endpoint *routes, void *arg)
{
    server->more_arg = arg;
    server->more = routes;
}

void http_server_wake(struct http_server *server)
{
    pthread_mutex_lock(&server->lock);
    poller_wake(server->poller);
    poller_wake(server->retiring);
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
    poller_stop(server->poller);
    MHD_stop_daemon(server->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    connections_stop(server->connections);
    pthread_cond_destroy(&server->settled);
    pthread_mutex_destroy(&server->lock);
    talloc_free(server);
}
