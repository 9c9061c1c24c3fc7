/*
 * A PostgreSQL server that is killed, cut off at each octet, switched over to its standby, told not to wait
 * for it, or without room. What was acknowledged is there once, what was refused is not there.
 * XIANGYIN_FAULT=1: every octet and many more times.
 */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "store/sql/transaction.h"
#include "tests/support/postgres.h"
#include "tests/support/support.h"

#define DEADLINE_MS 500
#define PATIENCE_MS 60000

/* Without a key, so that a row that is written twice is there twice. */
static const char facts[] = "CREATE TABLE facts (seq BIGINT NOT NULL, body TEXT NOT NULL);";
static const char *const step_1[] = { facts, NULL };
static const char *const *const steps[] = { step_1, NULL };
static const struct schema schema = { .steps = steps, .has_commits = true };

static bool is_long(void)
{
    return getenv("XIANGYIN_FAULT");
}

static struct store *open_store(const char *url, int deadline_ms)
{
    const char *error = "";
    struct store *store = sql_open(NULL, url, &schema, deadline_ms, &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

static int64_t number(struct store *store, const char *sql)
{
    int64_t answer = -1;

    if (!sql_number(store, sql, NO_VALUES, &answer))
        fail_msg("%s", store_error(store));
    return answer;
}

struct rows {
    int64_t first;
    int n, n_tries;
    const char *body;
};

static bool add_rows(struct store *store, void *arg)
{
    struct rows *rows = arg;
    bool is_done = true;

    rows->n_tries++;
    for (int i = 0; i < rows->n && is_done; i++)
        is_done = sql_run(store, "INSERT INTO facts (seq, body) VALUES ($1, $2)",
                          VALUES(as_number(rows->first + i), as_text(rows->body)));
    return is_done;
}

/* A relay before the server that cuts the connection after so many octets, of both directions together. */
struct relay {
    const char *target, *url;
    int listener;
    pthread_t thread;
    atomic_long left; /* below 0: it cuts nothing */
    atomic_long passed;
    atomic_bool is_over;
};

static int open_socket(const char *path, bool is_listening)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", path);
    if (is_listening) {
        assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
        assert_int_equal(listen(fd, 8), 0);
    } else if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* False: the connection is over, or has to be cut. */
static bool pass_on(struct relay *relay, int from, int to)
{
    char octets[8192];
    ssize_t n = read(from, octets, sizeof octets);
    long left = relay->left;
    bool is_cut = left >= 0 && n >= left;

    if (n <= 0)
        return false;
    if (is_cut)
        n = left;
    if (send(to, octets, (size_t)n, MSG_NOSIGNAL) != n)
        return false;
    relay->passed += n;
    if (left >= 0)
        relay->left = is_cut ? -1 : left - n;
    return !is_cut;
}

static void serve(struct relay *relay, int client, int server)
{
    struct pollfd fds[] = { { .fd = client, .events = POLLIN }, { .fd = server, .events = POLLIN } };
    bool goes_on = server >= 0;

    while (goes_on && !relay->is_over) {
        if (poll(fds, 2, 20) <= 0)
            continue;
        if (fds[0].revents)
            goes_on = pass_on(relay, client, server);
        if (goes_on && fds[1].revents)
            goes_on = pass_on(relay, server, client);
    }
    close(client);
    close(server);
}

static void *run_relay(void *arg)
{
    struct relay *relay = arg;
    struct pollfd fd = { .fd = relay->listener, .events = POLLIN };

    while (!relay->is_over)
        if (poll(&fd, 1, 20) > 0)
            serve(relay, accept(relay->listener, NULL, NULL), open_socket(relay->target, false));
    close(relay->listener);
    return NULL;
}

static struct relay *start_relay(void *mem, const struct postgres *server)
{
    struct relay *relay = talloc_zero(mem, struct relay);
    const char *folder = temporary_directory(relay);

    relay->target = server->folder;
    relay->left = -1;
    relay->listener = open_socket(folder, true);
    relay->url = talloc_asprintf(relay, "postgresql:host=%s user=xiangyin dbname=postgres", folder);
    assert_int_equal(pthread_create(&relay->thread, NULL, run_relay, relay), 0);
    return relay;
}

/* The relay counts what it has passed on only after it was received. */
static long settled(struct relay *relay)
{
    long before;

    do {
        before = relay->passed;
        usleep(200000);
    } while (relay->passed != before);
    return before;
}

/* The octets that one transaction takes. */
static long measure(struct relay *relay, struct store *store, struct rows *rows)
{
    long before = settled(relay);

    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, rows), FATE_COMMITTED);
    return settled(relay) - before;
}

static void a_connection_cut_at_any_octet_loses_and_doubles_nothing(void **state)
{
    struct postgres *server = *state;
    struct relay *relay = start_relay(NULL, server);
    struct store *store = open_store(relay->url, 20 * DEADLINE_MS);
    struct rows rows = { 1, 3, 0, "没水" };
    int64_t before = number(store, "SELECT count(*) FROM facts");
    int n = 1, looked_up = 0;
    long octets = (measure(relay, store, &rows), measure(relay, store, &rows));

    n++;
    for (long cut = 0; cut < octets; cut += is_long() ? 1 : octets / 25 + 1) {
        rows = (struct rows){ 3 * (int64_t)n++, 3, 0, "没水" };
        assert_true(number(store, "SELECT 1") == 1); /* connected again */
        relay->left = cut;
        if (transaction_run(store, PATIENCE_MS, add_rows, &rows) != FATE_COMMITTED)
            fail_msg("cut after %ld octets: %s", cut, store_error(store));
        looked_up += rows.n_tries == 1;
        assert_int_equal(number(store, "SELECT count(*) FROM facts") - before, 3 * n);
    }
    print_message(
        "# cut off after each of %d of %ld octets: rows there once each; %d commits were found done\n", n - 2,
        octets, looked_up);
    relay->is_over = true;
    pthread_join(relay->thread, NULL);
    talloc_free(store);
    talloc_free(relay);
}

enum { ROWS = 5 /* of a transaction */, MOST = 1000000 };

/* Writes rows as fast as it can, and keeps in mind what became of each. */
struct writer {
    const char *url;
    pthread_t thread;
    atomic_bool is_over;
    atomic_int n;              /* transactions */
    char fates[MOST];          /* 'y', 'n' or '?' of each */
    unsigned char there[MOST]; /* rows that were found */
};

static void *write_on(void *arg)
{
    struct writer *writer = arg;
    struct store *store = open_store(writer->url, DEADLINE_MS);

    while (!writer->is_over && writer->n < MOST) {
        struct rows rows = { (int64_t)writer->n * ROWS, ROWS, 0, "没水" };
        enum fate fate = transaction_run(store, 4 * DEADLINE_MS, add_rows, &rows);

        writer->fates[writer->n] = "ny?"[fate];
        writer->n++; /* only then is it read */
    }
    talloc_free(store);
    return NULL;
}

static struct writer *start_writer(void *mem, const char *url)
{
    struct writer *writer = talloc_zero(mem, struct writer);
    struct store *store = open_store(url, 20 * DEADLINE_MS);

    assert_true(sql_run(store, "DELETE FROM facts", NO_VALUES));
    talloc_free(store);
    writer->url = url;
    assert_int_equal(pthread_create(&writer->thread, NULL, write_on, writer), 0);
    return writer;
}

/* Until so many more transactions are acknowledged: the server is back. */
static void wait_for_writer(struct writer *writer, int n_more)
{
    int seen = writer->n, found = 0;

    for (int tries = 0; found < n_more; tries++) {
        assert_true(tries < PATIENCE_MS / 5);
        usleep(5000);
        for (; seen < writer->n; seen++)
            found += writer->fates[seen] == 'y';
    }
}

static bool note_there(const struct row *row, void *arg)
{
    struct writer *writer = arg;

    assert_in_range(row_number(row, 0), 0, writer->n - 1);
    writer->there[row_number(row, 0)] = (unsigned char)row_number(row, 1);
    return true;
}

/* Ends it and compares what it was told with what is there. */
static void agree(struct writer *writer, const struct postgres *server, const char *what)
{
    struct store *store = open_store(server->url, 120 * DEADLINE_MS);
    int n[128] = { 0 };

    writer->is_over = true;
    pthread_join(writer->thread, NULL);
    if (!sql_each(store, "SELECT seq / 5, count(*) FROM facts GROUP BY seq / 5", NO_VALUES, note_there,
                  writer))
        fail_msg("%s", store_error(store));
    for (int i = 0; i < writer->n; i++) {
        int there = writer->there[i];

        n[(int)writer->fates[i]]++;
        if (there != (writer->fates[i] == 'y' ? ROWS : 0) && !(writer->fates[i] == '?' && there == ROWS))
            fail_msg("%s: transaction %d, '%c': %d rows", what, i, writer->fates[i], there);
    }
    print_message("# %s: %d transactions acknowledged and there once, %d refused, %d unknown\n", what, n['y'],
                  n['n'], n['?']);
    talloc_free(store);
}

static void a_killed_server_loses_and_doubles_nothing(void **state)
{
    struct postgres *server = *state;
    struct writer *writer = start_writer(NULL, server->url);
    int n = is_long() ? 1000 : 20;

    for (int i = 0; i < n; i++) {
        wait_for_writer(writer, 3);
        usleep((useconds_t)(rand() % 20000));
        postgres_kill(server);
        postgres_run(server);
    }
    wait_for_writer(writer, 3);
    agree(writer, server, talloc_asprintf(writer, "killed %d times", n));
    talloc_free(writer);
}

static void a_frozen_server_loses_and_doubles_nothing(void **state)
{
    struct postgres *server = *state;
    struct writer *writer = start_writer(NULL, server->url);

    wait_for_writer(writer, 3);
    postgres_freeze(server);
    usleep(is_long() ? 120000000 : 3 * DEADLINE_MS * 1000);
    postgres_thaw(server);
    wait_for_writer(writer, 3);
    agree(writer, server, "frozen");
    talloc_free(writer);
}

/* What the old server still holds reaches nobody: it waits for a standby that has left it. */
static void what_was_acknowledged_survives_a_switch_over(void **state)
{
    (void)state;
    for (int i = 0; i < (is_long() ? 20 : 1); i++) {
        void *mem = talloc_new(NULL);
        struct postgres *primary = postgres_start(mem, "");
        struct postgres *standby = postgres_start_standby(mem, primary);
        struct writer *writer =
            start_writer(mem, talloc_asprintf(mem, "postgresql:host=%s,%s user=xiangyin dbname=postgres",
                                              primary->folder, standby->folder));

        wait_for_writer(writer, 5);
        if (i % 2)
            postgres_kill(primary);
        else
            postgres_freeze(primary);
        postgres_promote(standby);
        if (i % 2 == 0)
            postgres_thaw(primary);
        wait_for_writer(writer, 5);
        agree(writer, standby,
              i % 2 ? "switched over from a dead server" : "switched over from a frozen one");
        talloc_free(mem);
    }
}

static void *cancel_waits(void *arg)
{
    struct postgres *primary = arg;

    while (!postgres_number(primary, "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                                     " WHERE wait_event = 'SyncRep'"))
        usleep(10000);
    return NULL;
}

/* The server then commits, with a warning that the standby may not have it. */
static void a_commit_that_was_told_not_to_wait_for_its_standby_is_not_acknowledged(void **state)
{
    void *mem = talloc_new(NULL);
    struct postgres *primary = postgres_start(mem, "");
    struct postgres *standby = postgres_start_standby(mem, primary);
    struct store *store = open_store(primary->url, DEADLINE_MS);
    struct rows rows = { 1, 1, 0, "没水" };
    pthread_t thread;

    (void)state;
    postgres_freeze(standby);
    store->deadline_ms = PATIENCE_MS;
    assert_int_equal(pthread_create(&thread, NULL, cancel_waits, primary), 0);
    assert_true(store_begin(store, STORE_BUSY_MS) && add_rows(store, &rows));
    assert_false(store_commit(store));
    assert_true(store->is_fate_unknown);
    pthread_join(thread, NULL);
    store->deadline_ms = DEADLINE_MS;
    assert_int_equal(transaction_run(store, DEADLINE_MS, add_rows, &rows), FATE_UNKNOWN);
    postgres_thaw(standby);
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, &rows), FATE_COMMITTED);
    talloc_free(store);
    talloc_free(mem);
}

static void a_server_without_room_refuses_and_goes_on_once_there_is_some(void **state)
{
    void *mem = talloc_new(NULL);
    struct postgres *server = postgres_start_small(mem);
    struct rows rows = { 1, 100, 0, talloc_asprintf(mem, "%01000d", 0) };
    struct store *store;
    int64_t kept = 0;

    (void)state;
    if (!server) {
        talloc_free(mem);
        return;
    }
    store = open_store(server->url, 20 * DEADLINE_MS);
    if (!sql_run(store, talloc_asprintf(mem, "CREATE TABLESPACE small LOCATION '%s'", server->small),
                 NO_VALUES))
        fail_msg("%s", store_error(store));
    assert_true(sql_run(store,
                        "CREATE TABLE filler TABLESPACE small AS SELECT repeat('x', 500)"
                        " FROM generate_series(1, 4000)",
                        NO_VALUES));
    assert_true(sql_run(store, "ALTER TABLE facts SET TABLESPACE small", NO_VALUES));
    while (transaction_run(store, 0, add_rows, &rows) == FATE_COMMITTED)
        kept += rows.n;
    assert_true(store_is_out_of_order(store));
    assert_non_null(strstr(store_error(store), "No space left"));
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), kept);
    assert_true(sql_run(store, "DROP TABLE filler", NO_VALUES));
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, &rows), FATE_COMMITTED);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), kept + rows.n);
    print_message("# no room after %d rows: the others refused, and taken once there was some\n", (int)kept);
    talloc_free(store);
    talloc_free(mem);
}

int main(void)
{
    struct postgres *server;
    int failed;

    if (!postgres_is_there())
        return 0;
    server = postgres_start(NULL, "");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_connection_cut_at_any_octet_loses_and_doubles_nothing, server),
        cmocka_unit_test_prestate(a_killed_server_loses_and_doubles_nothing, server),
        cmocka_unit_test_prestate(a_frozen_server_loses_and_doubles_nothing, server),
        cmocka_unit_test(what_was_acknowledged_survives_a_switch_over),
        cmocka_unit_test(a_commit_that_was_told_not_to_wait_for_its_standby_is_not_acknowledged),
        cmocka_unit_test(a_server_without_room_refuses_and_goes_on_once_there_is_some),
    };
    failed = (getenv("T") ? cmocka_set_test_filter(getenv("T")) : (void)0,
              cmocka_run_group_tests(tests, NULL, NULL));
    talloc_free(server);
    return failed;
}
