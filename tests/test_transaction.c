/* Statements of the centre's store, on SQLite and on a PostgreSQL server that is killed, frozen and cut off.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "store/sql/transaction.h"
#include "tests/support/ports.h"
#include "tests/support/postgres.h"
#include "tests/support/support.h"

#define DEADLINE_MS 300
#define PATIENCE_MS 60000

static const char facts[] = "CREATE TABLE facts (gateway TEXT NOT NULL, seq BIGINT NOT NULL,"
                            " body {octets}, words TEXT, PRIMARY KEY (gateway, seq)){keyed};";
static const char numbered[] = "CREATE TABLE numbered (id {id}, name TEXT NOT NULL UNIQUE);";
static const char *const step_1[] = { facts, NULL };
static const char *const step_2[] = { numbered, NULL };
static const char *const *const steps[] = { step_1, step_2, NULL };
static const struct schema schema = { .steps = steps, .has_commits = true };

struct servers {
    struct postgres *postgres; /* NULL: SQLite */
    const char *url;
};

static struct store *open_at(const struct servers *servers, int deadline_ms)
{
    const char *error = "";
    struct store *store = sql_open(NULL, servers->url, &schema, deadline_ms, &error);

    if (!store)
        fail_msg("%s", error);
    assert_true(sql_run(store, "DELETE FROM facts", NO_VALUES));
    assert_true(sql_run(store, "DELETE FROM numbered", NO_VALUES));
    return store;
}

static int64_t number(struct store *store, const char *sql)
{
    int64_t answer;

    if (!sql_number(store, sql, NO_VALUES, &answer))
        fail_msg("%s", store_error(store));
    return answer;
}

static bool add(struct store *store, int64_t seq)
{
    return sql_run(store, "INSERT INTO facts (gateway, seq) VALUES ($1, $2)",
                   VALUES(as_text("fushan"), as_number(seq)));
}

static bool see_values(const struct row *row, void *arg)
{
    size_t length;
    const void *octets = row_octets(row, 1, &length);

    assert_true(row_number(row, 0) == INT64_MIN + 1);
    assert_int_equal(length, 4);
    assert_memory_equal(octets, "a\0\\'", 4);
    assert_string_equal(row_text(row, 2), "没水'\";\\ $1");
    assert_null(row_text(row, 3));
    assert_null(row_octets(row, 4, &length));
    assert_int_equal(length, 0);
    assert_int_equal(row_number(row, 4), 0);
    *(int *)arg += 1;
    return true;
}

static void values_come_back_as_they_were_given(void **state)
{
    struct store *store = open_at(*state, 5000);
    int n = 0;

    assert_true(sql_run(
        store, "INSERT INTO facts (gateway, seq, body, words) VALUES ($1, $2, $3, $4)",
        VALUES(as_text("g"), as_number(INT64_MIN + 1), as_octets("a\0\\'", 4), as_text("没水'\";\\ $1"))));
    assert_true(sql_run(store, "INSERT INTO facts (gateway, seq, body, words) VALUES ($1, $2, $3, $4)",
                        VALUES(as_text("h"), as_number(1), as_octets(NULL, 0), as_maybe(NULL))));
    assert_true(sql_each(store,
                         "SELECT f.seq, f.body, f.words, h.words, NULL FROM facts f, facts h"
                         " WHERE f.gateway = $2 AND h.seq = $1",
                         VALUES(as_number(1), as_text("g")), see_values, &n));
    assert_int_equal(n, 1);
    assert_int_equal(number(store, "SELECT count(*) FROM facts WHERE length(body) = 0"), 1);
    talloc_free(store);
}

static bool count_inside(const struct row *row, void *arg)
{
    struct store *store = row->store;
    int64_t n;

    assert_true(sql_number(store, "SELECT count(*) FROM facts WHERE seq <= $1",
                           VALUES(as_number(row_number(row, 0))), &n));
    *(int64_t *)arg = *(int64_t *)arg * 10 + n;
    return n < 3;
}

static void a_statement_runs_inside_another_ones_rows(void **state)
{
    struct store *store = open_at(*state, 5000);
    int64_t seen = 0;

    for (int seq = 1; seq <= 5; seq++)
        assert_true(add(store, seq));
    assert_true(sql_each(store, "SELECT seq FROM facts ORDER BY seq", NO_VALUES, count_inside, &seen));
    assert_int_equal(seen, 123);
    talloc_free(store);
}

static void an_insert_gives_its_id(void **state)
{
    static const char insert[] = "INSERT INTO numbered (name) VALUES ($1) ON CONFLICT (name) DO NOTHING";
    struct store *store = open_at(*state, 5000);
    int64_t first, second, again;

    assert_true(sql_insert(store, insert, VALUES(as_text("a")), &first));
    assert_true(sql_insert(store, insert, VALUES(as_text("b")), &second));
    assert_true(sql_insert(store, insert, VALUES(as_text("a")), &again));
    assert_true(first > 0 && second == first + 1);
    assert_int_equal(again, 0);
    talloc_free(store);
}

/* Rows of a transaction: first to first + n - 1. */
struct rows {
    int64_t first, n;
    int n_tries;
};

static bool add_rows(struct store *store, void *arg)
{
    struct rows *rows = arg;
    bool is_done = true;

    rows->n_tries++;
    for (int64_t i = 0; i < rows->n && is_done; i++)
        is_done = add(store, rows->first + i);
    return is_done;
}

static void a_transaction_of_many_rows_is_kept(void **state)
{
    struct store *store = open_at(*state, 5000);
    struct rows rows = { 1, 2 * TRANSACTION_ROWS + 1, 0 };

    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, &rows), FATE_COMMITTED);
    assert_int_equal(rows.n_tries, 1);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 2 * TRANSACTION_ROWS + 1);
    assert_int_equal(number(store, "SELECT count(*) FROM commits"), 1);
    rows = (struct rows){ 5000, 1, 0 };
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, &rows), FATE_COMMITTED);
    assert_int_equal(number(store, "SELECT count(*) FROM commits"), 1);
    talloc_free(store);
}

/* The fault is the caller's: it is said, and not tried again. */
static void a_row_that_is_refused_takes_its_transaction_along(void **state)
{
    struct store *store = open_at(*state, 5000);
    struct rows rows = { 1, 3, 0 };

    assert_true(add(store, 3));
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, &rows), FATE_NOT_COMMITTED);
    assert_int_equal(rows.n_tries, 1);
    assert_false(store_is_out_of_order(store));
    assert_non_null(strcasestr(store_error(store), "unique constraint"));
    assert_null(strstr(store_error(store), "fushan"));
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 1);
    rows = (struct rows){ 4, 3, 0 };
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, &rows), FATE_COMMITTED);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 4);
    talloc_free(store);
}

static void a_failed_statement_is_said_by_the_commit(void **state)
{
    struct store *store = open_at(*state, 5000);

    assert_true(add(store, 1));
    assert_true(store_begin(store, STORE_BUSY_MS));
    assert_false(add(store, 2) && add(store, 1) && add(store, 3) && store_commit(store));
    assert_false(store->is_fate_unknown);
    store_rollback(store);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 1);
    talloc_free(store);
}

static void a_schema_is_brought_up_to_date(void **state)
{
    static const char *const *const older[] = { step_1, NULL };
    static const struct schema older_schema = { .steps = older, .has_commits = true };
    const struct servers *servers = *state;
    const char *error;

    talloc_free(open_at(servers, 5000));
    assert_null(sql_open(NULL, servers->url, &older_schema, 5000, &error));
    assert_non_null(strstr(error, "newer program"));
    talloc_free((void *)error);
}

/* Stops the process of this connection on the server. */
struct stopped {
    struct rows rows;
    _Atomic pid_t pid;
    bool is_begun; /* the server has our row of commits already */
};

static bool add_and_stop(struct store *store, void *arg)
{
    struct stopped *stopped = arg;
    bool is_done = add_rows(store, &stopped->rows);

    if (stopped->pid) /* tried again */
        return is_done;
    if (stopped->is_begun)
        stopped->pid = (pid_t)number(store, "SELECT pg_backend_pid()");
    else
        stopped->pid = (pid_t)store->plain_keys;
    assert_int_equal(kill(stopped->pid, SIGSTOP), 0);
    return is_done;
}

static void *go_on_later(void *arg)
{
    const _Atomic pid_t *pid = arg;

    while (!*pid)
        usleep(10000);
    usleep(2 * DEADLINE_MS * 1000);
    kill(*pid, SIGCONT);
    return NULL;
}

/* The server has read nothing yet: the look-up's fence makes it refuse the old transaction when it goes on.
 */
static void a_transaction_that_a_frozen_server_holds_is_fenced_off(void **state)
{
    struct store *store = open_at(*state, DEADLINE_MS);
    struct stopped stopped = { .rows = { 1, 3, 0 } };

    store->plain_keys = number(store, "SELECT pg_backend_pid()");
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_and_stop, &stopped), FATE_COMMITTED);
    assert_int_equal(stopped.rows.n_tries, 2);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 3);
    kill(stopped.pid, SIGCONT);
    while (kill(stopped.pid, 0) == 0)
        usleep(10000);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 3);
    talloc_free(store);
}

/* The server holds the row of commits: the look-up waits for what becomes of it. */
static void a_commit_that_took_place_late_is_not_done_again(void **state)
{
    struct store *store = open_at(*state, DEADLINE_MS);
    struct stopped stopped = { .rows = { 1, 3, 0 }, .is_begun = true };
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, go_on_later, &stopped.pid), 0);
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_and_stop, &stopped), FATE_COMMITTED);
    pthread_join(thread, NULL);
    assert_int_equal(stopped.rows.n_tries, 1);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 3);
    talloc_free(store);
}

static void a_fate_that_cannot_be_looked_up_is_unknown(void **state)
{
    struct store *store = open_at(*state, DEADLINE_MS);
    struct stopped stopped = { .rows = { 1, 3, 0 }, .is_begun = true };

    assert_int_equal(transaction_run(store, DEADLINE_MS, add_and_stop, &stopped), FATE_UNKNOWN);
    kill(stopped.pid, SIGCONT);
    while (kill(stopped.pid, 0) == 0)
        usleep(10000);
    assert_int_equal(number(store, "SELECT count(*) FROM facts"), 3);
    talloc_free(store);
}

static void a_frozen_server_is_left_and_found_again(void **state)
{
    const struct servers *servers = *state;
    struct store *store = open_at(servers, DEADLINE_MS);
    struct rows rows = { 1, 3, 0 };

    postgres_freeze(servers->postgres);
    assert_int_not_equal(transaction_run(store, 2 * DEADLINE_MS, add_rows, &rows), FATE_COMMITTED);
    assert_true(store_is_out_of_order(store));
    postgres_thaw(servers->postgres);
    rows.first = 10;
    assert_int_equal(transaction_run(store, PATIENCE_MS, add_rows, &rows), FATE_COMMITTED);
    assert_int_equal(number(store, "SELECT count(*) FROM facts WHERE seq >= 10"), 3);
    talloc_free(store);
}

/* Found by its name, with one address or several; a name that nobody has is an error like others. The C
 * library looks names up in threads of its own, in whose first malloc ThreadSanitizer crashes. */
static void a_server_is_found_by_its_name(void **state)
{
    void *mem = talloc_new(NULL);
    struct postgres *server;
    const char *error;
    struct store *store;
    int port = ports_reserve(1);

    (void)state;
#ifdef __SANITIZE_THREAD__
    printf("# left out: names of servers, under ThreadSanitizer\n");
    talloc_free(mem);
    return;
#endif
    server = postgres_start(mem, talloc_asprintf(mem, "listen_addresses = '127.0.0.1'\nport = %d\n", port));
    assert_non_null(server);
    store = sql_open(mem, talloc_asprintf(mem, "postgresql://xiangyin@localhost:%d/postgres", port), &schema,
                     5000, &error);
    if (!store)
        fail_msg("%s", error);
    assert_int_equal(number(store, "SELECT 1"), 1);
    talloc_free(store);
    assert_null(sql_open(mem, "postgresql://nobody.invalid/postgres", &schema, 5000, &error));
    assert_non_null(strstr(error, "nobody.invalid"));
    talloc_free(mem);
}

#define ON_BOTH(test)                                       \
    { "sqlite: " #test, test, NULL, NULL, &sqlite },        \
    {                                                       \
        "postgresql: " #test, test, NULL, NULL, &postgresql \
    }
#define ON_POSTGRESQL(test)                  \
    {                                        \
#test, test, NULL, NULL, &postgresql \
    }

int main(void)
{
    void *mem = talloc_new(NULL);
    struct servers sqlite = { NULL, talloc_asprintf(mem, "sqlite:%s/centre.db", temporary_directory(mem)) };
    struct servers postgresql = { 0 };
    const struct CMUnitTest tests[] = {
        ON_BOTH(values_come_back_as_they_were_given),
        ON_BOTH(a_statement_runs_inside_another_ones_rows),
        ON_BOTH(an_insert_gives_its_id),
        ON_BOTH(a_transaction_of_many_rows_is_kept),
        ON_BOTH(a_row_that_is_refused_takes_its_transaction_along),
        ON_BOTH(a_failed_statement_is_said_by_the_commit),
        ON_BOTH(a_schema_is_brought_up_to_date),
        ON_POSTGRESQL(a_transaction_that_a_frozen_server_holds_is_fenced_off),
        ON_POSTGRESQL(a_commit_that_took_place_late_is_not_done_again),
        ON_POSTGRESQL(a_fate_that_cannot_be_looked_up_is_unknown),
        ON_POSTGRESQL(a_frozen_server_is_left_and_found_again),
        ON_POSTGRESQL(a_server_is_found_by_its_name),
    };
    struct CMUnitTest chosen[sizeof tests / sizeof tests[0]];
    size_t n = 0;
    int failed;

    if (postgres_is_there()) {
        postgresql.postgres = postgres_start(mem, "");
        postgresql.url = postgresql.postgres->url;
    }
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        if (tests[i].initial_state == &sqlite || postgresql.postgres)
            chosen[n++] = tests[i];
    failed = _cmocka_run_group_tests("transaction", chosen, n, NULL, NULL);
    talloc_free(mem);
    return failed;
}
