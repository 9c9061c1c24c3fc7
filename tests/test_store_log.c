/* The write-ahead log is written in one piece: what it holds when a commit has returned, and what it costs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <talloc.h>

#include "store/sql.h"
#include "store/store.h"
#include "tests/support/support.h"

enum { VALUE = 3000 };

struct world {
    const char *folder, *url;
    struct store *store;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *error;

    world->folder = temporary_directory(world);
    world->url = talloc_asprintf(world, "sqlite:%s/a.db", world->folder);
    world->store = store_open(world, world->url, &error);
    *state = world;
    return world->store ? 0 : -1;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

/* Settings from on, a page each. */
static void put(struct world *world, int from, int n, char letter)
{
    char value[VALUE + 1];

    memset(value, letter, VALUE);
    value[VALUE] = '\0';
    for (int i = from; i < from + n; i++)
        assert_true(store_set(world->store, talloc_asprintf(world, "kept %06d", i), value));
}

/* A copy of the files as they are now, as after a kill: how many settings of this letter it has. */
static int64_t count_in_copy(struct world *world, char letter)
{
    const char *error, *is_whole;
    struct store *copy;
    int64_t n;

    assert_int_equal(
        system(talloc_asprintf(world, "rm -rf %s/b && mkdir %s/b && cp %s/a.db %s/a.db-wal %s/b",
                               world->folder, world->folder, world->folder, world->folder, world->folder)),
        0);
    copy = store_open(world, talloc_asprintf(world, "sqlite:%s/b/a.db", world->folder), &error);
    assert_non_null(copy);
    assert_true(sql_text(copy, world, "PRAGMA integrity_check", NO_VALUES, &is_whole));
    assert_string_equal(is_whole, "ok");
    assert_true(sql_number(
        copy, "SELECT count(*) FROM settings WHERE name LIKE 'kept %' AND substr(value, 1, 1) = $1",
        VALUES(as_text((char[]){ letter, '\0' })), &n));
    talloc_free(copy);
    return n;
}

/* Of one page, of more than is gathered, and of more than SQLite keeps in memory. */
static void what_a_commit_returned_for_is_in_the_file(void **state)
{
    struct world *world = *state;
    static const int sizes[] = { 1, 10, 200, 1500 };
    int n = 0;

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        assert_true(store_begin(world->store, STORE_BUSY_MS));
        put(world, n, sizes[i], 'a');
        assert_true(store_commit(world->store));
        n += sizes[i];
        assert_int_equal(count_in_copy(world, 'a'), n);
    }
}

static void expect_setting(struct world *world, int i, char letter)
{
    const char *value = NULL;

    assert_true(store_get(world->store, world, talloc_asprintf(world, "kept %06d", i), &value));
    assert_non_null(value);
    assert_int_equal(value[0], letter);
}

/* Longer and longer walks: one that is longer than the memory wants the pages that were just put out. */
static void a_page_put_out_of_memory_is_read_at_once(void **state)
{
    struct world *world = *state;
    enum { ALL = 1500 };

    assert_true(store_begin(world->store, STORE_BUSY_MS));
    put(world, 0, ALL, 'a');
    for (int far = 300; far <= 700; far += 20)
        for (int i = ALL - 1; i >= ALL - far; i--)
            expect_setting(world, i, 'a');
    assert_true(store_commit(world->store));
    assert_int_equal(count_in_copy(world, 'a'), ALL);
}

/* SQLite writes again over frames that it had to write before the commit, and sums all behind them anew. */
static void pages_changed_again_after_they_were_written_are_right(void **state)
{
    struct world *world = *state;

    assert_true(store_begin(world->store, STORE_BUSY_MS));
    put(world, 0, 1500, 'a');
    put(world, 100, 900, 'b');
    put(world, 1499, 1, 'c');
    assert_int_equal(count_in_copy(world, 'a'), 0);
    assert_true(store_commit(world->store));
    assert_int_equal(count_in_copy(world, 'a'), 599);
    assert_int_equal(count_in_copy(world, 'b'), 900);
    assert_int_equal(count_in_copy(world, 'c'), 1);
}

static void what_is_rolled_back_leaves_nothing_for_the_next(void **state)
{
    struct world *world = *state;

    for (int i = 0; i < 3; i++) {
        assert_true(store_begin(world->store, STORE_BUSY_MS));
        put(world, 0, 1200, 'x');
        store_rollback(world->store);
        assert_true(store_begin(world->store, STORE_BUSY_MS));
        assert_true(store_begin_trial(world->store));
        put(world, 5000, 900, 'x');
        assert_true(store_end_trial(world->store));
        put(world, i * 40, 40, 'a');
        assert_true(store_commit(world->store));
        assert_int_equal(count_in_copy(world, 'a'), (i + 1) * 40);
        assert_int_equal(count_in_copy(world, 'x'), 0);
    }
}

static void another_connection_reads_each_commit_and_may_empty_the_log(void **state)
{
    struct world *world = *state;
    const char *error;
    struct store *other = store_open(world, world->url, &error);
    int64_t n;

    assert_non_null(other);
    for (int i = 0; i < 20; i++) {
        assert_true(store_begin(world->store, STORE_BUSY_MS));
        put(world, i * 50, 50, 'a');
        assert_true(store_commit(world->store));
        assert_true(
            sql_number(other, "SELECT count(*) FROM settings WHERE name LIKE 'kept %'", NO_VALUES, &n));
        assert_int_equal(n, (i + 1) * 50);
        if (i % 5 == 4)
            assert_true(sql_run(other, "PRAGMA wal_checkpoint(TRUNCATE)", NO_VALUES));
        assert_int_equal(count_in_copy(world, 'a'), n);
    }
}

/* The write fails at the commit, or before it when pages had to be written early. */
static void a_full_disk_refuses_the_commit_and_keeps_what_was(void **state)
{
    struct world *world = *state;
    struct stat wal;

    put(world, 0, 10, 'a');
    for (int n = 20; n <= 2000; n *= 10) {
        bool is_done = true;

        assert_int_equal(stat(talloc_asprintf(world, "%s/a.db-wal", world->folder), &wal), 0);
        assert_true(store_begin(world->store, STORE_BUSY_MS));
        limit_file_size((rlim_t)wal.st_size + 30000);
        for (int i = 0; i < n && is_done; i++)
            is_done = store_set(world->store, talloc_asprintf(world, "kept %06d", 9000 + i),
                                talloc_asprintf(world, "x%0*d", VALUE, i));
        is_done = is_done && store_commit(world->store);
        assert_false(is_done);
        assert_true(store_is_out_of_order(world->store));
        store_rollback(world->store);
        limit_file_size(RLIM_INFINITY);
        assert_int_equal(count_in_copy(world, 'x'), 0);
        put(world, n, 10, 'a');
        assert_int_equal(count_in_copy(world, 'a'), n == 20 ? 20 : n == 200 ? 30 : 40);
    }
}

static long long writes_so_far(void)
{
    FILE *file = fopen("/proc/self/io", "r");
    char line[128];
    long long n = -1;

    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        sscanf(line, "syscw: %lld", &n);
    fclose(file);
    return n;
}

static void a_commit_of_many_pages_takes_few_writes(void **state)
{
    struct world *world = *state;
    long long before;

    assert_true(store_begin(world->store, STORE_BUSY_MS));
    put(world, 0, 200, 'a');
    before = writes_so_far();
    assert_true(store_commit(world->store));
    assert_in_range(writes_so_far() - before, 1, 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_commit_returned_for_is_in_the_file),
        TEST(a_page_put_out_of_memory_is_read_at_once),
        TEST(pages_changed_again_after_they_were_written_are_right),
        TEST(what_is_rolled_back_leaves_nothing_for_the_next),
        TEST(another_connection_reads_each_commit_and_may_empty_the_log),
        TEST(a_full_disk_refuses_the_commit_and_keeps_what_was),
        TEST(a_commit_of_many_pages_takes_few_writes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
