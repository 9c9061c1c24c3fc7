/*
 * Tests of a centre that run with its store on SQLite and, where PostgreSQL is installed, once more on that.
 */
#ifndef TESTS_SUPPORT_ON_BOTH_H
#define TESTS_SUPPORT_ON_BOTH_H

#include <cmocka.h>
#include <stddef.h>

#include "tests/support/postgres.h"

/* The initial state of a test for SQLite alone, and of one for PostgreSQL alone. */
extern char on_sqlite_alone[], on_postgres_alone[];

#define ON_SQLITE(test, open, close)              \
    {                                             \
#test, test, open, close, on_sqlite_alone \
    }
#define ON_POSTGRES(test, open, close)              \
    {                                               \
#test, test, open, close, on_postgres_alone \
    }

/* As cmocka's main: ONLY_TEST chooses. Each test's setup finds in *state what on_both_url takes. */
int on_both_run(const char *group, const struct CMUnitTest *tests, size_t n);

/* The URL of an empty store for the centre of the test that is set up; NULL: a file of the test's own. */
const char *on_both_url(void *state);

/* The server of on_both_url. */
struct postgres *on_both_server(void);

#endif
