/* A centre among counties that mean ill, and a county whose centre does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/centre/take.h"
#include "gateway/centre/wire.h"
#include "tests/support/on_both.h"
#include "tests/support/program.h"
#include "tests/support/province.h"
#include "tests/support/support.h"

#define CODE "141027"
#define OTHER "141001"

struct world {
    struct province *province;
    const char *token, *hash;
    struct store *centre;
    struct journal_point end; /* of the chain that the test sends by itself */
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->province = province_new(world, on_both_url(*state));
    world->token = province_add(world->province, CODE, "", false);
    world->centre = province_store(world, world->province);
    assert_true(sql_text(world->centre, world, "SELECT token_hash FROM feeds", NO_VALUES, &world->hash));
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    province_stop(world->province);
    province_kill(world->province);
    talloc_free(world);
    return 0;
}

static bool handle(struct world *world, void *mem, struct take *take_)
{
    bool is_done = store_begin(world->centre, 1000) && take(world->centre, mem, take_);

    if (is_done)
        return store_commit(world->centre);
    store_rollback(world->centre);
    return false;
}

/* The county's next row; its hashes are right. */
static int send_row(struct world *world, const char *kind, const char *entity, const char *body)
{
    void *mem = talloc_new(world);
    char body_hash[JOURNAL_HASH_SIZE], hash[JOURNAL_HASH_SIZE];
    struct wire_text text = { 0 };
    struct journal_row row = { .seq = world->end.seq + 1,
                               .at = 1,
                               .kind = kind,
                               .entity = entity,
                               .body = body,
                               .salt = "00",
                               .body_hash = body_hash,
                               .hash = hash };
    struct take request = { .kind = TAKE_ROWS, .token_hash = world->hash, .now = 1 };
    const char *why = NULL, *octets;
    size_t length;

    journal_body_hash(row.salt, body, body_hash);
    journal_chain_hash(world->end.hash, &row, hash);
    assert_true(wire_add(mem, &text, &row));
    octets = wire_end(
        mem, &text, (struct wire_head){ .epoch = 1, .session = "", .recovery_key = "", .operator_phone = "" },
        &length);
    request.batch = wire_read(mem, octets, length, &why);
    assert_non_null(request.batch);
    assert_true(handle(world, mem, &request));
    if (request.status == 200) {
        world->end.seq = row.seq;
        snprintf(world->end.hash, sizeof world->end.hash, "%s", hash);
    }
    talloc_free(mem);
    return request.status;
}

/* Bodies that are no objects, or whose members are not what they should be, are kept and do nothing. */
static void a_body_of_any_shape_does_the_centre_no_harm(void **state)
{
    struct world *world = *state;
    static const char *const kinds[] = { "cases",    "erased",   "transfers", "refused_orders", "schema",
                                         "baseline", "settings", "sealed",    "no such table" };
    static const char *const bodies[] = {
        "null",
        "",
        "[]",
        "7",
        "\"\"",
        "{",
        "{}",
        "{\"head\":null}",
        "{\"head\":{\"id\":1,\"number\":null,\"state\":[],\"category\":{},\"topic\":7}}",
        "{\"id\":1,\"number\":null,\"state\":null,\"category\":null,\"topic\":null,\"rating\":\"x\"}",
        "{\"id\":9223372036854775807,\"received_at\":1e300}",
        "{\"state\":null,\"county\":null,\"direction\":null}",
        "{\"state\":\"asked\",\"county\":null,\"direction\":\"out\",\"copy\":null,\"number\":null}",
        "{\"state\":\"asked\",\"county\":\"" OTHER "\",\"direction\":\"out\",\"copy\":\"c\",\"name\":null}",
        "{\"state\":\"linked\",\"county\":\"" OTHER "\",\"direction\":\"in\",\"their_number\":null}",
        "{\"until\":null,\"names\":null}",
        "{\"until\":9,\"names\":{}}",
        "{\"until\":9,\"names\":\"cases/1\"}",
        "{\"until\":9,\"names\":[null,7,{},[],\"\",\"cases\",\"cases/\",\"cases/one\",\"/\",\"cases/1/2\"]}",
        "{\"id\":null,\"kind\":null,\"made_at\":null,\"why\":null}",
    };

    province_add(world->province, OTHER, "", false);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t b = 0; b < sizeof bodies / sizeof *bodies; b++)
            assert_int_equal(send_row(world, kinds[k], "1", bodies[b]), 200);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal"),
                     sizeof kinds / sizeof *kinds * sizeof bodies / sizeof *bodies);
}

static bool wait_after(struct world *world, int64_t after)
{
    void *mem = talloc_new(world);
    struct take request = { .kind = TAKE_WAIT,
                            .token_hash = world->hash,
                            .now = 1,
                            .epoch = 1,
                            .session = "",
                            .transfer_key = "",
                            .counties = "",
                            .after = after,
                            .orders_at_start = 10 };
    bool is_done = handle(world, mem, &request);

    talloc_free(mem);
    return is_done;
}

/* Each claim makes the centre skip numbers; all claims together, no more than one may. */
static void orders_that_were_never_given_use_up_few_numbers(void **state)
{
    struct world *world = *state;

    assert_true(wait_after(world, 2000));
    assert_int_equal(province_count(world->province, "SELECT max(id) FROM orders"), 2001);
    assert_false(wait_after(world, 100011));
    assert_false(wait_after(world, INT64_MAX));
    assert_int_equal(province_count(world->province, "SELECT max(id) FROM orders"), 2001);
}

static void order(struct world *world, const char *kind, const char *body)
{
    struct order order = { .gateway = CODE, .kind = kind, .body = body, .made_at = time(NULL) };

    assert_true(store_begin(world->centre, 1000) && centre_add_order(world->centre, &order) &&
                store_commit(world->centre));
}

static void wait_for(const struct member *county, const char *sql)
{
    for (int i = 0; i < 6000 && office_count(county->office, sql) < 1; i++)
        usleep(10000);
    assert_true(office_count(county->office, sql) >= 1);
}

/* Whoever sees restricted cases is named in the county: else the centre would name a phone of its own, and
 * read by text what is sealed for it. */
static void a_centre_names_nobody_who_sees_restricted_cases(void **state)
{
    struct world *world = *state;
    static const char *const refused[][2] = {
        { "person", "{\"phone\":\"+8613800000066\",\"roles\":\"supervisor\"}" },
        { "person", "{\"phone\":\"+8613800000066\",\"roles\":\"cadre operator\"}" },
        { "person", "{\"phone\":\"+8613800000066\",\"roles\":\"cadre\",\"unit\":\"JW\"}" },
        { "person", "{\"phone\":\"+8613800000001\",\"name\":\"另一个\",\"roles\":\"supervisor\"}" },
        { "person", "{\"phone\":\"+8613800000001\",\"roles\":\"\"}" },
        { "person", "{\"phone\":\"+8613800000002\",\"roles\":\"cadre\"}" },
        { "unit", "{\"code\":\"JW\",\"name\":\"纪委\",\"level\":\"office\"}" },
        { "unit", "{\"code\":\"JW2\",\"name\":\"纪委\",\"level\":\"office\",\"duty\":\"discipline\"}" },
        { "unit", "{\"code\":\"SLJ\",\"name\":\"水利局\",\"level\":\"office\",\"duty\":\"discipline\"}" },
        { "unit", "{\"code\":\"SLJ\",\"name\":\"水利局\",\"level\":\"township\"}" },
    };
    struct member *county = member_new(world, world->province, world->token);

    office_run(county->office,
               "INSERT INTO units (code, name, level, duty) VALUES"
               " ('JW', '纪委', 'office', 'discipline'), ('SLJ', '水利局', 'department', '')");
    office_run(county->office, "INSERT INTO people (phone, name, roles, unit) VALUES"
                               " ('+8613800000001', '督办', 4, 0),"
                               " ('+8613800000002', '纪检', 1, (SELECT id FROM units WHERE code = 'JW'))");
    province_start(world->province);
    member_link(county);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        order(world, refused[i][0], refused[i][1]);
    order(world, "unit", "{\"code\":\"SLJ\",\"name\":\"水务局\",\"level\":\"department\"}");
    order(world, "person",
          "{\"phone\":\"+8613800000067\",\"name\":\"甲\",\"roles\":\"cadre leader\",\"unit\":\"SLJ\"}");
    wait_for(county, "SELECT count(*) FROM people WHERE phone = '+8613800000067' AND roles = 3");
    assert_int_equal(office_count(county->office, "SELECT count(*) FROM refused_orders WHERE why ="
                                                  " 'the county decides who sees restricted cases'"),
                     sizeof refused / sizeof *refused);
    assert_int_equal(office_count(county->office, "SELECT count(*) FROM units WHERE name = '水务局'"), 1);
    assert_int_equal(office_count(county->office, "SELECT count(*) FROM people WHERE name = '督办'"), 1);
    member_end(county);
}

/* What a centre sends is no order, or has members of another kind: it is refused, and the next one counts. */
static void an_order_of_any_shape_does_the_county_no_harm(void **state)
{
    struct world *world = *state;
    static const char *const kinds[] = { "event",
                                         "look",
                                         "send",
                                         "alert",
                                         "unit",
                                         "person",
                                         "model",
                                         "transfer",
                                         "linked",
                                         "template",
                                         "transfer refused",
                                         "" };
    static const char *const bodies[] = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "{\"to\":null,\"text\":7,\"from\":[],\"phone\":{},\"roles\":null}",
        "{\"to\":\"+86138000000aa\",\"from\":\"+86\",\"text\":\"x\",\"phone\":\"+8613800000068\",\"roles\":"
        "\"cadre\","
        "\"language\":\"fr\",\"code\":\"1\",\"name\":\"\xff\",\"level\":\"office\",\"parent\":\"1\"}",
        "{\"to\":\"+8613800000069\",\"name\":\"no-such-alert\",\"text\":\" \",\"code\":\"2\"}",
        "{\"to\":\"x\",\"name\":\"../../etc/passwd\",\"text\":\"\",\"from\":\"+\",\"county\":\"141001\","
        "\"number\":\"26000010\",\"copy\":\"AAAA\",\"why\":\"key\",\"their_number\":\"<b>\"}",
    };
    struct member *county = member_new(world, world->province, world->token);

    province_start(world->province);
    member_link(county);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (size_t b = 0; b < sizeof bodies / sizeof *bodies; b++)
            order(world, kinds[k], bodies[b]);
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    wait_for(county, "SELECT count(*) FROM notices WHERE recipient = '+8613800000055'");
    assert_int_equal(office_count(county->office, "SELECT count(*) FROM cases"), 0);
    member_text(county, "+8613934567001", "路灯坏了");
    member_settle(county, world->province, CODE);
    member_end(county);
}

/* libsodium seals nothing to such a key, and says so: what would go out then is whatever lay in memory. */
static void a_key_of_zeros_is_no_key(void **state)
{
    struct world *world = *state;
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    struct member *county = member_new(world, world->province, world->token);

    assert_null(seal(world, zeros, "words"));
    assert_false(seal_is_key(zeros) || seal_is_key("") || seal_is_key("zz"));
    assert_true(seal_is_key(county->public_key));
    province_add(world->province, OTHER, "", false);
    province_add(world->province, "141002", "", false);
    assert_true(centre_set_transfer_key(world->centre, OTHER, zeros) &&
                centre_set_transfer_key(world->centre, "141002", county->public_key));
    province_start(world->province);
    member_link(county);
    wait_for(county, "SELECT count(*) FROM counties WHERE code = '141002' AND key <> ''");
    assert_int_equal(office_count(county->office, "SELECT count(*) FROM counties WHERE code = '" OTHER "'"
                                                  " AND key = ''"),
                     1);
    member_end(county);
}

#define ON_BOTH(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_body_of_any_shape_does_the_centre_no_harm),
        ON_BOTH(orders_that_were_never_given_use_up_few_numbers),
        ON_SQLITE(a_centre_names_nobody_who_sees_restricted_cases, open_world, close_world),
        ON_SQLITE(an_order_of_any_shape_does_the_county_no_harm, open_world, close_world),
        ON_SQLITE(a_key_of_zeros_is_no_key, open_world, close_world),
    };

    return on_both_run("centre_hostile", tests, sizeof tests / sizeof tests[0]);
}
