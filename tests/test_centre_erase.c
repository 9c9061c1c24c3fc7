/*
 * What is erased, restricted or sealed at a county is no longer read at the centre either.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "store/upkeep/erase.h"
#include "tests/support/on_both.h"
#include "tests/support/one_county.h"
#include "tests/support/same_store.h"
#include "tests/support/support.h"

static void a_county_erases_at_the_centre_too(void **state)
{
    struct one_county *world = *state;
    void *mem = talloc_new(NULL);
    const char *error = "", *wish = NULL;
    struct erased erased;
    struct store *store;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "查");
    one_county_settle(world);
    assert_true(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'") > 0);
    store = store_open(mem, world->county->office->config.store_url, &error);
    assert_true(store_erase(store, PHONE, 1, &erased));
    assert_true(erased.was_known && erased.open == 0);
    talloc_free(mem);
    one_county_settle(world);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'"), 0);
    member_unlink(world->county);
    province_stop(world->province);
    store = province_store(world, world->province);
    assert_true(centre_shred(store));
    assert_true(store_get(store, world, "to shred", &wish));
    assert_null(wish); /* it is done once */
    talloc_free(store);
    if (world->province->config.store_url[0] == 's')
        assert_false(file_holds(world->province->path, DIGITS));
}

static void part(struct one_county *world, int sequence, const char *words)
{
    struct event event = office_text(world, talloc_asprintf(world, "part %d", sequence), PHONE, words);

    event.kind = EVENT_PART;
    event.reference = 7;
    event.total = 2;
    event.sequence = sequence;
    event.raw = "0791 26000010 4687";
    assert_true(desk_submit(world->county->office->desk, &event, 1));
}

static void assert_gone(struct one_county *world, const char *words)
{
    struct store *store;

    member_unlink(world->county);
    province_stop(world->province);
    store = province_store(world, world->province);
    assert_true(centre_shred(store));
    talloc_free(store);
    if (world->province->config.store_url[0] == 's')
        assert_false(file_holds(world->province->path, words));
    office_close(world->county->office);
    assert_false(file_holds(world->county->office->path, words));
}

/* The part was kept, and sent to the centre, before the other one told that it holds a code. */
static void a_code_in_a_part_of_a_text_is_in_no_earlier_row(void **state)
{
    static const char coded[] =
        "SELECT count(*) FROM journal WHERE kind = 'events' AND body LIKE '%26000010 4687%'";
    struct one_county *world = *state;

    province_start(world->province);
    member_link(world->county);
    part(world, 1, "查 26000010 4687");
    one_county_settle(world);
    assert_true(province_count(world->province, coded) > 0);
    part(world, 2, " 谢谢");
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM events WHERE text = '******'"),
                     3);
    one_county_settle(world);
    assert_int_equal(province_count(world->province, coded), 0);
    assert_gone(world, "26000010 4687");
}

static struct store *county_store(struct one_county *world)
{
    const char *error = "";
    struct store *store = store_open(world, world->county->office->config.store_url, &error);

    assert_non_null(store);
    return store;
}

static void run(struct one_county *world, const char *sql)
{
    struct store *store = county_store(world);

    assert_true(store_begin(store, 10000) && sql_run(store, sql, NO_VALUES) && store_commit(store));
    talloc_free(store);
}

/* Somebody was on duty, and is no more; the centre alone has the row that says so. */
static void what_was_pruned_here_is_erased_at_the_centre_too(void **state)
{
    static const char traces[] =
        "SELECT count(*) FROM journal WHERE kind = 'units' AND body LIKE '%" DIGITS "%'";
    struct one_county *world = *state;
    struct store *store;
    struct erased erased;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "查");
    run(world,
        "INSERT INTO units (code, name, level, on_duty) VALUES ('1', '天坛镇', 'township', '" PHONE "')");
    run(world, "UPDATE units SET on_duty = NULL");
    one_county_settle(world);
    assert_int_equal(province_count(world->province, traces), 1);
    one_county_prune(world);
    store = county_store(world);
    assert_true(store_erase(store, PHONE, 1, &erased) && erased.was_known && erased.open == 0);
    talloc_free(store);
    one_county_settle(world);
    assert_int_equal(province_count(world->province, traces), 0);
    assert_true(province_count(world->province, "SELECT count(*) FROM journal WHERE kind = 'units' AND body"
                                                " IS NOT NULL AND adopted_at = 0") > 0);
    assert_gone(world, DIGITS);
}

/* A case becomes restricted; of a question about it, answered long ago, nothing may be read any more. */
static void restrict_case(struct one_county *world, bool is_pruned)
{
    static const char questions[] =
        "SELECT count(*) FROM journal WHERE kind = 'questions' AND body LIKE '%" DIGITS "%'";
    static const char others[] =
        "SELECT count(*) FROM journal WHERE kind = 'questions' AND body LIKE '%4567002%'";
    struct store *store;
    struct case_ *case_;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "自来水停了三天了");
    member_text(world->county, "+8613934567002", "路灯坏了");
    run(world, "DELETE FROM questions");
    run(world, "INSERT INTO questions (phone, kind, case_id, data, asked_at, expires_at)"
               " VALUES ('" PHONE "', 'place', 1, '', 1, 2), ('+8613934567002', 'place', 2, '', 1, 2)");
    run(world, "DELETE FROM questions");
    one_county_settle(world);
    assert_true(province_count(world->province, questions) > 0);
    if (is_pruned)
        one_county_prune(world);
    store = county_store(world);
    assert_true(store_case(store, store, 1, &case_));
    case_->is_guarded = true;
    assert_true(store_begin(store, 10000) && store_update_case(store, case_) && store_commit(store));
    talloc_free(store);
    one_county_settle(world);
    assert_int_equal(province_count(world->province, questions), 0);
    assert_true(province_count(world->province, others) > 0);
}

static void what_a_restricted_case_had_is_no_longer_read_at_the_centre(void **state)
{
    restrict_case(*state, false);
}

static void nor_what_was_pruned_here_of_a_restricted_case(void **state)
{
    restrict_case(*state, true);
}

static void what_is_sealed_still_counts_in_figures(void **state)
{
    struct one_county *world = *state;
    struct centre_figures *figures;
    const char *error = "";
    struct store *store;
    size_t n;

    office_close(world->county->office);
    world->county->office->config.centre_bodies = "sealed";
    assert_true(link_prepare(world, &world->county->office->config, &error));
    office_restart(world->county->office);
    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "响水河镇东陈村的自来水停了三天了");
    member_text(world->county, "+8613934567002", "村支书贪污低保款，我要举报");
    one_county_settle(world);
    store = province_store(world, world->province);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'"), 0);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM journal WHERE body LIKE '%自来水%'"), 0);
    assert_true(centre_figures(store, world, 0, INT64_MAX, time(NULL), &figures, &n));
    assert_int_equal(n, 1);
    assert_int_equal(figures[0].cases, 1);
    assert_int_equal(figures[0].open, 1);
    province_take_over(world->province, "141027", world->county,
                       talloc_asprintf(world, "%s/next.db", world->county->office->folder));
    same_store_but_notices(world->county->office->path,
                           talloc_asprintf(world, "%s/next.db", world->county->office->folder));
}

/* From plain to sealed: what was sent before is blanked, and a box can still be built. */
static void what_was_sent_before_it_was_sealed_can_be_blanked(void **state)
{
    static const char plain[] = "SELECT count(*) FROM journal WHERE body LIKE '%" DIGITS "%'";
    struct one_county *world = *state;
    const char *next = talloc_asprintf(world, "%s/next.db", world->county->office->folder), *error = "";
    int64_t n = 0;
    struct store *store;

    province_start(world->province);
    member_link(world->county);
    member_text(world->county, PHONE, "响水河镇东陈村的自来水停了三天了");
    one_county_settle(world);
    member_unlink(world->county);
    office_close(world->county->office);
    world->county->office->config.centre_bodies = "sealed";
    assert_true(link_prepare(world, &world->county->office->config, &error));
    office_restart(world->county->office);
    member_link(world->county);
    one_county_settle(world);
    assert_true(province_count(world->province, plain) > 0);
    store = province_store(world, world->province);
    assert_true(store_begin(store, 10000) && centre_blank_old_rows(store, "141027", &n) &&
                store_commit(store));
    talloc_free(store);
    assert_true(n > 0);
    assert_int_equal(province_count(world->province, plain), 0);
    province_take_over(world->province, "141027", world->county, next);
    same_store_but_notices(world->county->office->path, next);
}

#define ON_BOTH(test) cmocka_unit_test_setup_teardown(test, one_county_open, one_county_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_county_erases_at_the_centre_too),
        ON_BOTH(what_was_pruned_here_is_erased_at_the_centre_too),
        ON_BOTH(what_a_restricted_case_had_is_no_longer_read_at_the_centre),
        ON_BOTH(nor_what_was_pruned_here_of_a_restricted_case),
        ON_BOTH(a_code_in_a_part_of_a_text_is_in_no_earlier_row),
        ON_BOTH(what_is_sealed_still_counts_in_figures),
        ON_BOTH(what_was_sent_before_it_was_sealed_can_be_blanked),
    };

    return on_both_run("centre_erase", tests, sizeof tests / sizeof tests[0]);
}
