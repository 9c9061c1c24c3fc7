/*
 * A transaction of a county is at the centre as a whole or not at all: half of it is in no new box's store,
 * and asks for nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/upkeep/image.h"
#include "tests/support/batches.h"
#include "tests/support/on_both.h"
#include "tests/support/program.h"
#include "tests/support/province.h"
#include "tests/support/same_store.h"
#include "tests/support/support.h"

#define OURS "141027"
#define THEIRS "142701"

struct world {
    struct province *province;
    struct member *county;
    struct store *centre, *rows; /* rows: a reader of the county's journal */
    int64_t sent;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *error = "";

    world->province = province_new(world, on_both_url(*state));
    world->county = member_new(world, world->province, province_add(world->province, OURS, "", false));
    world->centre = province_store(world, world->province);
    world->rows = store_open_reader(world, world->county->office->config.store_url, &error);
    assert_non_null(world->rows);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    member_end(world->county);
    province_stop(world->province);
    talloc_free(world);
    return 0;
}

static int64_t end_of(struct world *world)
{
    struct journal_point end;

    assert_true(store_journal_end(world->rows, &end));
    return end.seq;
}

/* The rows up to that one, in as many batches as it takes. */
static void send_until(struct world *world, int64_t until)
{
    while (world->sent < until) {
        void *mem = talloc_new(NULL);
        size_t length;
        int64_t sent = world->sent;
        const char *batch = batch_cut(mem, world->rows, world->sent, until - world->sent, &length);

        assert_int_equal(batch_post(mem, world->centre, batch, length), 200);
        talloc_free(mem);
        world->sent = province_count(world->province, "SELECT seq FROM feeds WHERE gateway = '" OURS "'");
        assert_true(world->sent > sent);
    }
}

/* Another county forwarded a case here, and its answer goes in one transaction with many rows before and
 * behind it. */
static void answer_and_more(struct world *world)
{
    const char *error = "";
    struct store *store = store_open(world, world->county->office->config.store_url, &error);

    assert_non_null(store);
    assert_true(store_begin(store, 10000));
    for (int i = 0; i < 300; i++) {
        if (i == 150)
            assert_true(sql_run(
                store,
                "INSERT INTO transfers (direction, state, number, county, name, their_number, copy, why,"
                " asked_at, answered_at) VALUES ('in', 'linked', '26000010', '" THEIRS "', '盐湖区',"
                " '26000013', '', '', 1, 1)",
                NO_VALUES));
        assert_true(sql_run(store, "INSERT INTO settings (name, value) VALUES ($1, 'x')",
                            VALUES(as_text(talloc_asprintf(world, "setting %d", i)))));
    }
    assert_true(store_commit(store));
    talloc_free(store);
}

static long links(struct world *world)
{
    return province_count(world->province, "SELECT count(*) FROM orders WHERE kind = 'linked'");
}

static void half_a_transaction_asks_for_nothing(void **state)
{
    struct world *world = *state;
    int64_t before;

    province_add(world->province, THEIRS, "", false);
    send_until(world, end_of(world));
    before = end_of(world);
    answer_and_more(world);
    assert_int_equal(end_of(world), before + 301);
    for (int64_t most = 1; most < 301; most += 60) {
        send_until(world, before + most);
        assert_int_equal(links(world), 0);
    }
    send_until(world, end_of(world));
    assert_int_equal(links(world), 1);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM feeds WHERE whole_seq = seq"
                                                     " AND gateway = '" OURS "'"),
                     1);
}

/* Where the store stood when a transaction was half at the centre, a new box goes on before it. */
static void a_new_box_has_no_half_of_a_transaction(void **state)
{
    struct world *world = *state;
    const char *old = world->county->office->path, *whole = talloc_asprintf(world, "%s.whole", old);
    struct member *next;
    struct outcome outcome;
    int64_t before, half, rows;

    send_until(world, end_of(world));
    before = end_of(world);
    office_run(world->county->office, talloc_asprintf(world, "VACUUM INTO '%s'", whole));
    member_text(world->county, "+8613934567001", "响水河镇东陈村的自来水停了三天了");
    rows = end_of(world) - before;
    half = rows / 2;
    send_until(world, before + half);
    next = member_replace(world, world->county, world->province, OURS, "next.db");
    same_store_but_notices(whole, next->office->path);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal WHERE adopted_at > 0"),
                     half);
    member_end(world->county);
    outcome = RUN(world, world->county->office->folder, NULL, "centre", "adopt", OURS, old, "-c",
                  world->province->file);
    assert_int_equal(outcome.status, 0);
    assert_int_equal(atoi(outcome.out), rows - half);
    province_start(world->province);
    member_link(next);
    member_text(next, "+8613934567002", "路灯坏了");
    member_settle(next, world->province, OURS);
    member_end(next);
}

#define ON_BOTH(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(half_a_transaction_asks_for_nothing),
        ON_BOTH(a_new_box_has_no_half_of_a_transaction),
    };

    return on_both_run("centre_whole", tests, sizeof tests / sizeof tests[0]);
}
