#include "gateway/http/workers.h"

#include <string.h>
#include <talloc.h>

#include "gateway/http/token.h"
#include "gateway/log.h"

enum { WORKERS = 4 };

struct worker {
    struct workers *workers;
    pthread_t thread;
    struct store *store; /* NULL while it cannot be opened */
};

struct workers {
    struct http_server *server;
    pthread_mutex_t lock; /* guards the queue */
    pthread_cond_t arrival;
    struct exchange *first, **last;
    bool is_stopping;
    int n;
    struct worker worker[WORKERS];
};

static struct exchange *take_next(struct workers *workers)
{
    struct exchange *exchange;

    pthread_mutex_lock(&workers->lock);
    while (!workers->first && !workers->is_stopping)
        pthread_cond_wait(&workers->arrival, &workers->lock);
    exchange = workers->first;
    if (exchange)
        workers->first = exchange->next;
    if (!workers->first)
        workers->last = &workers->first;
    pthread_mutex_unlock(&workers->lock);
    return exchange;
}

/* The worker's own reader, opened on first use. */
static struct store *reader(struct worker *worker, void *mem)
{
    const char *error;

    if (worker->store)
        return worker->store;
    worker->store =
        talloc_steal(NULL, store_open_reader(mem, worker->workers->server->config->store_url, &error));
    if (!worker->store)
        log_error("http: %s", error);
    return worker->store;
}

static void do_one(struct worker *worker, struct exchange *exchange)
{
    exchange->store = reader(worker, exchange);
    if (!exchange->store)
        exchange_refuse(exchange, 503, "the store is not available");
    else if (!exchange->route->scope || token_allows(exchange, exchange->route->scope))
        exchange->route->handle(exchange);
    /* reopen it next time: the database may have been replaced */
    if (exchange->status == 503) {
        talloc_free(worker->store);
        worker->store = NULL;
    }
    exchange_resume(exchange);
}

static void *run(void *arg)
{
    struct worker *worker = arg;
    struct exchange *exchange;

    while ((exchange = take_next(worker->workers)))
        do_one(worker, exchange);
    talloc_free(worker->store);
    return NULL;
}

struct workers *workers_start(void *mem, struct http_server *server, const char **error)
{
    struct workers *workers = talloc_zero(mem, struct workers);

    workers->server = server;
    workers->last = &workers->first;
    pthread_mutex_init(&workers->lock, NULL);
    pthread_cond_init(&workers->arrival, NULL);
    while (workers->n < WORKERS) {
        struct worker *worker = &workers->worker[workers->n];

        worker->workers = workers;
        if (pthread_create(&worker->thread, NULL, run, worker) != 0)
            break;
        workers->n++;
    }
    if (workers->n > 0)
        return workers;
    *error = "http: cannot create a thread";
    talloc_free(workers);
    return NULL;
}

void workers_take(struct workers *workers, struct exchange *exchange)
{
    exchange_hold(exchange);
    pthread_mutex_lock(&workers->lock);
    exchange->next = NULL;
    *workers->last = exchange;
    workers->last = &exchange->next;
    pthread_cond_signal(&workers->arrival);
    pthread_mutex_unlock(&workers->lock);
}

void workers_stop(struct workers *workers)
{
    pthread_mutex_lock(&workers->lock);
    workers->is_stopping = true;
    pthread_cond_broadcast(&workers->arrival);
    pthread_mutex_unlock(&workers->lock);
    for (int i = 0; i < workers->n; i++)
        pthread_join(workers->worker[i].thread, NULL);
    pthread_cond_destroy(&workers->arrival);
    pthread_mutex_destroy(&workers->lock);
    talloc_free(workers);
}
