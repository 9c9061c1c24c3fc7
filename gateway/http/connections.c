#include "gateway/http/connections.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/log.h"

/*
 * LOOK_MS: how often deadlines are checked. ANSWER_RATE: octets a second that a client must take of an
 * answer. FILES_OWN: open files that the program needs without any connection; FILES_LINE for each line, and
 * FILES_WEBHOOK for each webhook, with its store and its transfers.
 */
enum {
    LOOK_MS = 250,
    ANSWER_RATE = 1024,
    FILES_OWN = 48,
    FILES_LINE = 6,
    FILES_WEBHOOK = 40,
    RETIRE_SECONDS = 10,
    LEAST = 8,
    LOG_SECONDS = 60
};

struct connection {
    const void *owner;
    int fd;
    int64_t since_us, until_us; /* clock_ticks_us(); until 0: no deadline */
    bool is_waited_for;         /* its request is not complete */
    bool is_idle;               /* answered, and no other request has begun */
    bool is_closing;            /* shut down by us */
    struct connection *next, **back;
};

struct connections {
    const struct config *config;
    int most, n_open; /* without those that are being closed */
    unsigned long expired;
    int64_t logged_at;
    struct connection *first;
    const void *retired; /* the owner that ends; NULL */
    bool is_stopping;
    pthread_mutex_t lock; /* guards all of this */
    pthread_cond_t wake, closed;
    pthread_t thread;
};

static int64_t files_wanted(const struct config *config)
{
    int64_t n =
        FILES_OWN + FILES_LINE * (int64_t)config->n_modems + FILES_WEBHOOK * (int64_t)config->n_webhooks;

    for (size_t i = 0; i < config->n_providers; i++)
        n += FILES_LINE + config->providers[i].connections;
    return n;
}

int connections_fit(const struct config *config)
{
    int64_t wanted = files_wanted(config), room;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return config->http_connections;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > INT32_MAX)
        return config->http_connections;
    room = (int64_t)limit.rlim_cur - CONNECTIONS_SPARE - wanted;
    if (room >= config->http_connections)
        return config->http_connections;
    room = room > LEAST ? room : LEAST;
    log_warning(
        "http: only %lld connections instead of %d, since no more than %llu files may be open (ulimit -n)",
        (long long)room, config->http_connections, (unsigned long long)limit.rlim_cur);
    return (int)room;
}

static void shut(struct connections *connections, struct connection *connection)
{
    connection->is_closing = true;
    connection->until_us = 0;
    connections->n_open--;
    shutdown(connection->fd, SHUT_RDWR);
}

static void end_overdue(struct connections *connections)
{
    int64_t now = clock_ticks_us();

    for (struct connection *one = connections->first; one; one = one->next)
        if (one->until_us && one->until_us <= now) {
            shut(connections, one);
            connections->expired++;
        }
}

static void *watch(void *arg)
{
    struct connections *connections = arg;

    pthread_mutex_lock(&connections->lock);
    while (!connections->is_stopping) {
        struct timespec until = clock_ticks_after(LOOK_MS);

        end_overdue(connections);
        if (connections->first)
            pthread_cond_clockwait(&connections->wake, &connections->lock, CLOCK_MONOTONIC, &until);
        else
            pthread_cond_wait(&connections->wake, &connections->lock);
    }
    pthread_mutex_unlock(&connections->lock);
    return NULL;
}

struct connections *connections_start(void *mem, const struct config *config, int most, const char **error)
{
    struct connections *connections = talloc_zero(mem, struct connections);

    connections->config = config;
    connections->most = most;
    pthread_mutex_init(&connections->lock, NULL);
    pthread_cond_init(&connections->wake, NULL);
    pthread_cond_init(&connections->closed, NULL);
    if (pthread_create(&connections->thread, NULL, watch, connections) == 0)
        return connections;
    *error = "http: cannot create a thread";
    talloc_free(connections);
    return NULL;
}

void connections_stop(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    connections->is_stopping = true;
    pthread_cond_broadcast(&connections->wake);
    pthread_mutex_unlock(&connections->lock);
    pthread_join(connections->thread, NULL);
    pthread_cond_destroy(&connections->wake);
    pthread_cond_destroy(&connections->closed);
    pthread_mutex_destroy(&connections->lock);
    talloc_free(connections);
}

/* The client that has kept its request waiting longest; NULL: all requests are being answered. */
static struct connection *find_slowest(const struct connections *connections)
{
    struct connection *slowest = NULL;

    for (struct connection *one = connections->first; one; one = one->next)
        if (one->is_waited_for && !one->is_closing && (!slowest || one->since_us < slowest->since_us))
            slowest = one;
    return slowest;
}

static void make_room(struct connections *connections, struct connection *new)
{
    struct connection *slowest = find_slowest(connections);
    int64_t now = clock_ticks();

    shut(connections, slowest ? slowest : new);
    if (connections->logged_at && now - connections->logged_at < LOG_SECONDS)
        return;
    connections->logged_at = now;
    log_warning("http: all %d connections are in use; those that keep a request waiting longest are closed",
                connections->most);
}

/* Its request must be complete by then. */
static void wait_for_request(struct connections *connections, struct connection *connection, int64_t seconds)
{
    connection->since_us = clock_ticks_us();
    connection->until_us =
        connection->since_us + 1000000 * (seconds + connections->config->http_request_timeout);
    connection->is_waited_for = true;
}

struct connection *connections_open(struct connections *connections, const void *owner, int fd,
                                    bool *is_crowded)
{
    struct connection *new = talloc_zero(NULL, struct connection);

    pthread_mutex_lock(&connections->lock);
    new->owner = owner;
    new->fd = fd;
    wait_for_request(connections, new, 0);
    *is_crowded = ++connections->n_open > connections->most;
    if (*is_crowded)
        make_room(connections, new);
    if (!connections->first)
        pthread_cond_signal(&connections->wake);
    new->next = connections->first;
    new->back = &connections->first;
    if (new->next)
        new->next->back = &new->next;
    connections->first = new;
    pthread_mutex_unlock(&connections->lock);
    return new;
}

void connections_close(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    connections->n_open -= !connection->is_closing;
    *connection->back = connection->next;
    if (connection->next)
        connection->next->back = connection->back;
    pthread_cond_broadcast(&connections->closed);
    pthread_mutex_unlock(&connections->lock);
    talloc_free(connection);
}

void connections_begin_request(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    connection->is_idle = false;
    if (!connection->is_closing)
        wait_for_request(connections, connection, 0);
    pthread_mutex_unlock(&connections->lock);
}

void connections_handle(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    connection->is_waited_for = false;
    connection->until_us = 0;
    pthread_mutex_unlock(&connections->lock);
}

void connections_begin_answer(struct connections *connections, struct connection *connection, size_t octets)
{
    int64_t seconds = connections->config->http_request_timeout + (int64_t)(octets / ANSWER_RATE);

    pthread_mutex_lock(&connections->lock);
    connection->is_waited_for = false;
    connection->until_us = connection->is_closing ? 0 : clock_ticks_us() + 1000000 * seconds;
    pthread_mutex_unlock(&connections->lock);
}

void connections_end_request(struct connections *connections, struct connection *connection)
{
    pthread_mutex_lock(&connections->lock);
    if (!connection->is_closing)
        wait_for_request(connections, connection, connections->config->http_timeout);
    connection->is_idle = true;
    if (connection->owner == connections->retired && !connection->is_closing)
        shut(connections, connection);
    pthread_mutex_unlock(&connections->lock);
}

/* Shuts down those of an owner that are idle, or, at the end, all that are not being handled; how many are
 * left. */
static size_t shut_retired(struct connections *connections, bool is_end)
{
    size_t n = 0;

    for (struct connection *one = connections->first; one; one = one->next) {
        if (one->owner != connections->retired)
            continue;
        n++;
        if (!one->is_closing && (one->is_idle || (is_end && one->until_us)))
            shut(connections, one);
    }
    return n;
}

void connections_retire(struct connections *connections, const void *owner)
{
    int64_t end = clock_ticks() + RETIRE_SECONDS;

    pthread_mutex_lock(&connections->lock);
    connections->retired = owner;
    while (shut_retired(connections, clock_ticks() >= end) > 0) {
        struct timespec until = clock_ticks_after(LOOK_MS);

        pthread_cond_clockwait(&connections->closed, &connections->lock, CLOCK_MONOTONIC, &until);
    }
    connections->retired = NULL;
    pthread_mutex_unlock(&connections->lock);
}

unsigned long connections_expired(struct connections *connections)
{
    unsigned long expired;

    pthread_mutex_lock(&connections->lock);
    expired = connections->expired;
    pthread_mutex_unlock(&connections->lock);
    return expired;
}
