#include "store/sql/pool.h"

#include <assert.h>
#include <pthread.h>
#include <talloc.h>
#include <time.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t is_given;
    const char *url;
    const struct schema *schema;
    int deadline_ms;
    int n, n_places, n_open, n_idle; /* places: of those open and those being opened */
    struct store *open[POOL_CONNECTIONS];
    struct store *idle[POOL_CONNECTIONS];
};

static int close_pool(struct pool *pool)
{
    assert(pool->n_idle == pool->n_open);
    for (int i = 0; i < pool->n_open; i++)
        talloc_free(pool->open[i]);
    pthread_cond_destroy(&pool->is_given);
    pthread_mutex_destroy(&pool->lock);
    return 0;
}

struct pool *pool_open(void *mem, const char *url, const struct schema *schema, int deadline_ms,
                       int n_connections, const char **error)
{
    struct pool *pool;
    struct store *first;

    assert(n_connections >= 1 && n_connections <= POOL_CONNECTIONS);
    /* Connections have no parent: a talloc context belongs to one thread. */
    first = sql_open(NULL, url, schema, deadline_ms, error);
    if (!first) {
        *error = talloc_steal(mem, *error);
        return NULL;
    }
    pool = talloc_zero(mem, struct pool);
    pool->url = talloc_strdup(pool, url);
    pool->schema = schema;
    pool->deadline_ms = deadline_ms;
    pool->n = n_connections;
    pool->n_places = 1;
    pool->open[pool->n_open++] = pool->idle[pool->n_idle++] = first;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->is_given, NULL);
    talloc_set_destructor(pool, close_pool);
    return pool;
}

/* Its place is kept while it connects, without the lock. */
static struct store *open_further(struct pool *pool)
{
    const char *error = NULL;
    struct store *store = sql_open(NULL, pool->url, pool->schema, pool->deadline_ms, &error);

    pthread_mutex_lock(&pool->lock);
    if (store)
        pool->open[pool->n_open++] = store;
    else
        pool->n_places--;
    pthread_cond_signal(&pool->is_given);
    pthread_mutex_unlock(&pool->lock);
    if (!store)
        talloc_free((void *)error);
    return store;
}

static struct timespec time_after(int wait_ms)
{
    struct timespec end;

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += wait_ms / 1000;
    end.tv_nsec += wait_ms % 1000 * 1000000L;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec++;
        end.tv_nsec -= 1000000000;
    }
    return end;
}

struct store *pool_take(struct pool *pool, int wait_ms)
{
    struct timespec end = time_after(wait_ms);
    struct store *store = NULL;
    bool has_room;

    pthread_mutex_lock(&pool->lock);
    while (!pool->n_idle && pool->n_places >= pool->n &&
           pthread_cond_clockwait(&pool->is_given, &pool->lock, CLOCK_MONOTONIC, &end) == 0)
        ;
    if (pool->n_idle)
        store = pool->idle[--pool->n_idle];
    has_room = !store && pool->n_places < pool->n;
    if (has_room)
        pool->n_places++;
    pthread_mutex_unlock(&pool->lock);
    return has_room ? open_further(pool) : store;
}

void pool_give(struct pool *pool, struct store *store)
{
    store_rollback(store);
    pthread_mutex_lock(&pool->lock);
    pool->idle[pool->n_idle++] = store;
    pthread_cond_signal(&pool->is_given);
    pthread_mutex_unlock(&pool->lock);
}
