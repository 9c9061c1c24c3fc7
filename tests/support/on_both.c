#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/on_both.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

char on_sqlite_alone[] = "SQLite", on_postgres_alone[] = "PostgreSQL";

static struct postgres *server;

struct postgres *on_both_server(void)
{
    return server;
}

const char *on_both_url(void *state)
{
    PGconn *connection;
    PGresult *result;

    if (!state)
        return NULL;
    connection = PQconnectdb(strchr(server->url, ':') + 1);
    result = PQexec(connection,
                    "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(connection);
    return server->url;
}

int on_both_run(const char *group, const struct CMUnitTest *tests, size_t n)
{
    void *mem = talloc_new(NULL);
    struct CMUnitTest *chosen = talloc_array(mem, struct CMUnitTest, 2 * n);
    size_t n_chosen = 0;
    int failed;

    if (postgres_is_there())
        server = postgres_start(mem, "");
    for (size_t i = 0; i < n; i++) {
        const struct CMUnitTest *test = &tests[i];

        if (test->initial_state != on_postgres_alone) {
            chosen[n_chosen] = *test;
            chosen[n_chosen++].initial_state = NULL;
        }
        if (test->initial_state != on_sqlite_alone && server) {
            chosen[n_chosen] = *test;
            chosen[n_chosen].name = talloc_asprintf(mem, "%s on PostgreSQL", test->name);
            chosen[n_chosen++].initial_state = server;
        }
    }
    cmocka_set_test_filter(getenv("ONLY_TEST"));
    failed = _cmocka_run_group_tests(group, chosen, n_chosen, NULL, NULL);
    talloc_free(mem);
    server = NULL;
    return failed;
}
