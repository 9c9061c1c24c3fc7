/*
 * The rows of a county arrive at the centre, whatever happens on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/centre/centre_private.h"
#include "gateway/centre/wire.h"
#include "tests/support/batches.h"
#include "tests/support/on_both.h"
#include "tests/support/one_county.h"
#include "tests/support/same_store.h"
#include "tests/support/support.h"

static void a_county_arrives_row_for_row(void **state)
{
    struct one_county *world = *state;

    member_text(world->county, PHONE, "响水河镇东陈村的自来水停了三天了");
    province_start(world->province);
    member_link(world->county);
    one_county_settle(world);
    member_text(world->county, "+8613934567002", "村支书贪污低保款，我要举报");
    one_county_settle(world);
    assert_true(province_count(world->province, "SELECT count(*) FROM journal WHERE kind = 'sealed'") > 1);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM heads"), 1);
}

static void what_happens_while_the_link_is_down_arrives_later(void **state)
{
    struct one_county *world = *state;

    member_link(world->county);
    for (int i = 0; i < 5; i++)
        member_text(world->county, PHONE, "路灯坏了");
    for (int i = 0; i < 3; i++) {
        province_start(world->province);
        one_county_settle(world);
        province_stop(world->province);
        member_text(world->county, "+8613934567003", "井水浑了");
    }
    province_start(world->province);
    one_county_settle(world);
}

/* Milliseconds that the centre asks the county to rest after its rows after that one, most of them at once.
 */
static int64_t rest_after(struct one_county *world, int64_t after, int64_t most)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *batch;
    struct store *ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    size_t length;
    struct json_object *answer;
    int64_t rest_ms;

    batch = batch_cut(mem, ours, after, most, &length);
    answer = json_tokener_parse(batch_ask(mem, province_store(mem, world->province), batch, length).answer);
    assert_int_equal(wire_number(answer, "have"), after + most);
    rest_ms = wire_number(answer, "rest_ms");
    json_object_put(answer);
    talloc_free(mem);
    return rest_ms;
}

/* Of one with all that fits. */
static int64_t rows_of_a_batch(struct one_county *world)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *batch;
    struct store *ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    struct wire_batch *read;
    size_t length;
    int64_t n;

    batch = batch_cut(mem, ours, 0, INT64_MAX, &length);
    read = wire_read(mem, batch, length, &error);
    n = read ? (int64_t)read->n : 0;
    talloc_free(mem);
    return n;
}

static void a_county_that_catches_up_leaves_the_others_their_turn(void **state)
{
    struct one_county *world = *state;

    for (int i = 0; i < 30; i++)
        member_text(world->county, PHONE, "路灯坏了");
    assert_int_equal(rest_after(world, 0, 50), 0);
    assert_int_equal(rest_after(world, 50, 51), 5);
    assert_int_equal(rest_after(world, 101, 12), 0);
    assert_int_equal(rows_of_a_batch(world), WIRE_ROWS_MOST);
}

static void batches_that_come_again_and_in_any_order_count_once(void **state)
{
    struct one_county *world = *state;
    void *mem = talloc_new(NULL);
    struct store *centre = province_store(mem, world->province), *ours;
    const char *error = "", *batches[64];
    size_t lengths[64], n = 0;

    for (int i = 0; i < 4; i++)
        member_text(world->county, PHONE, "路灯坏了");
    ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    while (n < 64 && (batches[n] = batch_cut(mem, ours, (int64_t)n * 12, 12, &lengths[n])))
        n++;
    assert_in_range(n, 5, 63);
    srandom(7);
    for (int left = 2000; left > 0; left--) {
        size_t i = (size_t)random() % n;

        assert_int_equal(batch_post(mem, centre, batches[i], lengths[i]), 200);
    }
    one_county_settle(world);
    talloc_free(mem);
}

static void a_batch_cut_at_any_octet_does_nothing(void **state)
{
    struct one_county *world = *state;
    void *mem = talloc_new(NULL);
    struct store *centre = province_store(mem, world->province), *ours;
    const char *error = "", *batch;
    size_t length;

    member_text(world->county, PHONE, "路灯坏了");
    ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    batch = batch_cut(mem, ours, 0, 4, &length);
    for (size_t i = 0; i < length; i++)
        assert_int_equal(batch_post(mem, centre, batch, i), 400);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal"), 0);
    assert_int_equal(batch_post(mem, centre, batch, length), 200);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal"), 4);
    talloc_free(mem);
}

static void another_past_stops_the_feed_and_is_told(void **state)
{
    struct one_county *world = *state;
    void *mem = talloc_new(NULL);
    struct store *centre = province_store(mem, world->province), *ours;
    const char *error = "", *batch;
    size_t length;

    member_text(world->county, PHONE, "路灯坏了");
    ours = store_open_reader(mem, world->county->office->config.store_url, &error);
    batch = batch_cut(mem, ours, 0, 4, &length);
    assert_int_equal(batch_post(mem, centre, batch, length), 200);
    assert_true(sql_run(centre, "UPDATE feeds SET hash = $1", VALUES(as_text("another"))));
    batch = batch_cut(mem, ours, 4, 4, &length);
    assert_int_equal(batch_post(mem, centre, batch, length), 409);
    assert_int_equal(batch_post(mem, centre, batch, length), 409);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM feeds WHERE stopped <> ''"), 1);
    talloc_free(mem);
}

static void rows_go_at_the_county_once_a_backup_of_the_centre_has_them(void **state)
{
    struct one_county *world = *state;
    int64_t seq;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    one_county_settle(world);
    seq = office_count(world->county->office, "SELECT max(last_seq) FROM journal_runs");
    one_county_prune(world);
    assert_int_equal(office_count(world->county->office, "SELECT min(first_seq) FROM journal_runs"), seq + 1);
}

/* Kills the centre while a county writes. */
static void a_centre_that_is_killed_lacks_nothing(void **state)
{
    struct one_county *world = *state;
    int kills = getenv("XIANGYIN_FAULT") ? 1000 : 20;

    member_link(world->county);
    srandom(11);
    for (int i = 0; i < kills; i++) {
        province_spawn(world->province);
        for (int n = (int)(random() % 6); n >= 0; n--) {
            member_text(world->county, "+8613934567003", "井水浑了");
            usleep((useconds_t)(random() % 12000));
        }
        province_kill(world->province);
    }
    province_spawn(world->province);
    one_county_settle(world);
}

/* The database's server is killed, and frozen; the gateway goes on, and in the end everything is there. */
static void a_server_that_is_killed_or_frozen_loses_nothing(void **state)
{
    struct one_county *world = *state;
    int freeze_s = getenv("XIANGYIN_FAULT") ? 120 : 5;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "路灯坏了");
    one_county_settle(world);
    postgres_kill(on_both_server());
    for (int i = 0; i < 20; i++)
        member_text(world->county, "+8613934567003", "井水浑了");
    postgres_run(on_both_server());
    one_county_settle(world);
    postgres_freeze(on_both_server());
    for (int i = 0; i < 20; i++)
        member_text(world->county, "+8613934567004", "桥断了");
    sleep((unsigned)freeze_s);
    postgres_thaw(on_both_server());
    one_county_settle(world);
}

static bool hear(struct store *store, const char *gateway, int64_t at)
{
    return store_begin(store, 1000) && centre_hear(store, gateway, at) && store_commit(store);
}

static void look(struct store *store, struct centre *centre, int64_t now)
{
    void *mem = talloc_new(NULL);

    centre->store = store;
    assert_true(store_begin(store, 1000) && centre_watch(centre, mem, now) && store_commit(store));
    talloc_free(mem);
}

static void silence_is_told_once_and_an_outage_of_the_province_once(void **state)
{
    static const char alerts[] =
        "SELECT count(*) FROM orders WHERE gateway = '141001' AND body LIKE '%silent%'";
    static const char backs[] = "SELECT count(*) FROM orders WHERE body LIKE '%county-back%'";
    static const char outages[] = "SELECT count(*) FROM orders WHERE body LIKE '%province-%'";
    struct one_county *world = *state;
    struct province *province = world->province;
    struct store *store = province_store(world, province);
    struct centre centre = { .config = &province->config, .started_at = 0 };
    const int64_t day = 86400, hour = 3600;

    province_add(province, "141001", "", true);
    province_add(province, "141002", "", false);
    province_add(province, "141003", "", false);
    assert_true(hear(store, "141001", day + hour) && hear(store, "141002", day + hour) &&
                hear(store, "141003", day + hour) && hear(store, "141027", day));
    look(store, &centre, day + hour + 10);
    look(store, &centre, day + hour + 40);
    assert_int_equal(province_count(province, alerts), 2); /* its operator's, and the province's */
    assert_true(hear(store, "141027", day + hour + 50));
    look(store, &centre, day + hour + 70);
    look(store, &centre, day + hour + 100);
    assert_int_equal(province_count(province, backs), 2);
    look(store, &centre, day + 3 * hour);
    look(store, &centre, day + 3 * hour + 30);
    assert_int_equal(province_count(province, alerts), 2);
    assert_true(centre.is_outage);
    assert_true(hear(store, "141001", day + 4 * hour) && hear(store, "141002", day + 4 * hour) &&
                hear(store, "141003", day + 4 * hour) && hear(store, "141027", day + 4 * hour));
    look(store, &centre, day + 4 * hour + 30);
    assert_int_equal(province_count(province, outages), 1);
    assert_int_equal(province_count(province, backs), 2);
}

#define ON_BOTH(test) cmocka_unit_test_setup_teardown(test, one_county_open, one_county_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_county_arrives_row_for_row),
        ON_SQLITE(what_happens_while_the_link_is_down_arrives_later, one_county_open, one_county_close),
        ON_BOTH(batches_that_come_again_and_in_any_order_count_once),
        ON_BOTH(a_batch_cut_at_any_octet_does_nothing),
        ON_BOTH(another_past_stops_the_feed_and_is_told),
        ON_SQLITE(rows_go_at_the_county_once_a_backup_of_the_centre_has_them, one_county_open,
                  one_county_close),
        ON_SQLITE(a_centre_that_is_killed_lacks_nothing, one_county_open, one_county_close),
        ON_SQLITE(a_county_that_catches_up_leaves_the_others_their_turn, one_county_open, one_county_close),
        ON_BOTH(silence_is_told_once_and_an_outage_of_the_province_once),
        ON_POSTGRES(a_server_that_is_killed_or_frozen_loses_nothing, one_county_open, one_county_close),
    };

    return on_both_run("centre", tests, sizeof tests / sizeof tests[0]);
}
