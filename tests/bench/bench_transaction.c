/*
 * The centre's store: rows of a journal by 200 gateways, each row acknowledged once its transaction is
 * committed. On SQLite, on PostgreSQL, and on PostgreSQL with a synchronous standby on the same machine; the
 * servers wait for their disk. First as many rows as it takes, in transactions of 1,000; then rows that
 * arrive evenly: how long one waits until it is acknowledged.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "store/sql/transaction.h"
#include "tests/bench/measure.h"
#include "tests/support/postgres.h"
#include "tests/support/support.h"

enum { GATEWAYS = 200, BODY = 300, SECONDS = 8, MOST_WRITERS = 4, PATIENCE_MS = 60000 };

static const char facts[] =
    "CREATE TABLE facts (gateway TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,"
    " kind TEXT NOT NULL, body {octets}, hash {octets}, PRIMARY KEY (gateway, seq)){keyed};";
static const char *const step_1[] = { facts, NULL };
static const char *const *const steps[] = { step_1, NULL };
static const struct schema schema = { .steps = steps, .has_commits = true };

static struct store *open_store(const char *url)
{
    const char *error;
    struct store *store = sql_open(NULL, url, &schema, 10000, &error);

    if (store)
        return store;
    fprintf(stderr, "%s\n", error);
    exit(1);
}

struct rows {
    int64_t first, n; /* numbers of all gateways' rows */
};

static bool add_rows(struct store *store, void *arg)
{
    const struct rows *rows = arg;
    static const char body[BODY] = "{\"words\":\"", hash[32] = "#";
    char gateway[16];

    for (int64_t i = rows->first; i < rows->first + rows->n; i++) {
        snprintf(gateway, sizeof gateway, "14%04d", (int)(i % GATEWAYS));
        if (!sql_run(store,
                     "INSERT INTO facts (gateway, seq, at, kind, body, hash) VALUES ($1, $2, $3, $4, $5, $6)",
                     VALUES(as_text(gateway), as_number(i / GATEWAYS), as_number(1796000000 + i),
                            as_text("step"), as_octets(body, sizeof body), as_octets(hash, sizeof hash))))
            return false;
    }
    return true;
}

static void commit_rows(struct store *store, struct rows rows)
{
    if (transaction_run(store, PATIENCE_MS, add_rows, &rows) == FATE_COMMITTED)
        return;
    fprintf(stderr, "%s\n", store_error(store));
    exit(1);
}

struct bulk {
    const char *url;
    atomic_llong next;
    double until;
};

static void *write_bulk(void *arg)
{
    struct bulk *bulk = arg;
    struct store *store = open_store(bulk->url);

    while (measure_now() < bulk->until)
        commit_rows(store,
                    (struct rows){ atomic_fetch_add(&bulk->next, TRANSACTION_ROWS), TRANSACTION_ROWS });
    talloc_free(store);
    return NULL;
}

/* first: the number of the first row; returns that of the next. */
static int64_t measure_bulk(const char *name, const char *url, int n_writers, int64_t first)
{
    struct bulk bulk = { .url = url, .until = measure_now() + SECONDS };
    pthread_t threads[MOST_WRITERS];
    double begin = measure_now();

    bulk.next = first;
    for (int i = 0; i < n_writers; i++)
        pthread_create(&threads[i], NULL, write_bulk, &bulk);
    for (int i = 0; i < n_writers; i++)
        pthread_join(threads[i], NULL);
    printf("%s: %.0f rows/s in transactions of %d, %d at once\n", name,
           (double)(bulk.next - first) / (measure_now() - begin), TRANSACTION_ROWS, n_writers);
    fflush(stdout);
    return bulk.next;
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* One writer takes all that has arrived meanwhile, as the centre does. */
static int64_t measure_waits(const char *name, const char *url, int per_second, int64_t first)
{
    struct store *store = open_store(url);
    int n = per_second * SECONDS, done = 0;
    double *waits = calloc((size_t)n, sizeof *waits), begin = measure_now();

    while (done < n) {
        int arrived = (int)((measure_now() - begin) * per_second), taken;

        if (arrived > n)
            arrived = n;
        taken = arrived - done < TRANSACTION_ROWS ? arrived - done : TRANSACTION_ROWS;
        if (taken == 0) {
            measure_sleep(0.0005);
            continue;
        }
        commit_rows(store, (struct rows){ first + done, taken });
        for (int i = 0; i < taken; i++, done++)
            waits[done] = measure_now() - begin - (double)done / per_second;
    }
    qsort(waits, (size_t)n, sizeof *waits, by_size);
    printf("%s: %d rows/s: acknowledged after %.1f ms (median), %.1f ms (99 of 100), %.1f ms at most\n", name,
           per_second, waits[n / 2] * 1e3, waits[n * 99 / 100] * 1e3, waits[n - 1] * 1e3);
    fflush(stdout);
    free(waits);
    talloc_free(store);
    return first + n;
}

static void measure_all(const char *name, const char *url)
{
    int64_t next = 0;

    next = measure_bulk(name, url, 1, next);
    if (strncmp(url, "postgresql:", 11) == 0)
        next = measure_bulk(name, url, MOST_WRITERS, next);
    next = measure_waits(name, url, 500, next);
    measure_waits(name, url, 5000, next);
}

int main(void)
{
    void *mem = talloc_new(NULL);
    struct postgres *server;

    measure_all("SQLite", talloc_asprintf(mem, "sqlite:%s/centre.db", temporary_directory(mem)));
    if (postgres_is_there()) {
        server = postgres_start(mem, "fsync = on\nfull_page_writes = on\nshared_buffers = 256MB\n");
        measure_all("PostgreSQL", server->url);
        talloc_free(server);
        server = postgres_start(mem, "fsync = on\nfull_page_writes = on\nshared_buffers = 256MB\n");
        postgres_start_standby(mem, server);
        measure_all("PostgreSQL with a synchronous standby", server->url);
    }
    talloc_free(mem);
    return 0;
}
