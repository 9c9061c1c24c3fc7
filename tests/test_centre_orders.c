/*
 * Orders of the centre: each is carried out once, whatever becomes of the box or of the centre.
 */
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

#include "tests/support/on_both.h"
#include "tests/support/one_county.h"
#include "tests/support/program.h"
#include "tests/support/same_store.h"
#include "tests/support/support.h"

static void order(struct one_county *world, const char *kind, const char *body)
{
    struct store *store = province_store(world, world->province);
    struct order order = { .gateway = "141027", .kind = kind, .body = body, .made_at = time(NULL) };

    assert_true(store_begin(store, 1000) && centre_add_order(store, &order) && store_commit(store));
    talloc_free(store);
}

static void the_centre_gives_orders_and_each_is_carried_out_once(void **state)
{
    struct one_county *world = *state;

    province_start(world->province);
    member_link(world->county);
    order(world, "unit", "{\"code\":\"141027\",\"name\":\"浮山县\",\"level\":\"county\"}");
    order(world, "person",
          "{\"phone\":\"+8613800000055\",\"name\":\"值班\",\"roles\":\"cadre\",\"unit\":\"141027\"}");
    order(world, "event", "{\"from\":\"+8613800000055\",\"text\":\"待领\"}");
    member_wait_for(world->county,
                    "SELECT count(*) FROM events WHERE line = 'centre' AND outcome = 'command'");
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM people WHERE roles = 1"), 1);
    member_unlink(world->county);
    office_run(world->county->office, "DELETE FROM settings WHERE name = 'centre orders'");
    member_link(world->county);
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    member_wait_for(world->county, "SELECT count(*) FROM notices WHERE name = 'send'");
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM events WHERE line = 'centre'"),
                     1);
    one_county_settle(world);
}

static void a_text_from_the_centre_is_checked_before_it_counts(void **state)
{
    struct one_county *world = *state;
    static const char last[] = "SELECT count(*) FROM settings WHERE name = 'centre orders' AND"
                               " CAST(value AS INTEGER) >= 3";

    province_start(world->province);
    member_link(world->county);
    order(world, "template", "{\"language\":\"zh\",\"name\":\"no-open-case\",\"text\":\"{{#open}}没有\"}");
    order(world, "template", "{\"language\":\"zh\",\"name\":\"no-such-text-at-all\",\"text\":\"没有\"}");
    order(world, "template",
          "{\"language\":\"zh\",\"name\":\"no-open-case\",\"text\":\"省里说：没有在办的事。\"}");
    member_wait_for(world->county, last);
    assert_int_equal(office_count(world->county->office, "SELECT count(*) FROM keepings"), 1);
    member_wait_for(world->county,
                    "SELECT count(*) FROM keepings WHERE kind = 'text' AND key = 'zh/no-open-case'"
                    " AND actor = 'centre'");
    member_text(world->county, PHONE, "查");
    member_wait_for(world->county, "SELECT count(*) FROM notices WHERE text LIKE '%省里说：没有在办的事%'");
}

static const char orders_done[] = "SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'centre orders'";

static void wait_for_order(struct member *county, long id)
{
    for (int i = 0; i < 6000 && office_count(county->office, orders_done) < id; i++)
        usleep(10000);
    assert_true(office_count(county->office, orders_done) >= id);
}

/* Whoever gave an order sees why it was not carried out; what came after it was. */
static void what_a_county_refuses_is_seen_at_the_centre(void **state)
{
    struct one_county *world = *state;
    struct outcome outcome;

    province_start(world->province);
    member_link(world->county);
    order(world, "unit", "{\"code\":\"1\",\"name\":\"水利局\",\"level\":\"department\",\"parent\":\"9\"}");
    order(world, "unit", "{\"code\":\"1\",\"name\":\"水利局\",\"level\":\"planet\"}");
    order(world, "template", "{\"language\":\"zh\",\"name\":\"no-open-case\",\"text\":\"{{#open}}没有\"}");
    order(world, "model", "{\"sha256\":\"00\",\"octets\":\"00\"}");
    order(world, "dance", "{}");
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    member_wait_for(world->county, "SELECT count(*) FROM notices WHERE name = 'send'");
    one_county_settle(world);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM orders WHERE refused <> ''"), 5);
    assert_int_equal(province_count(world->province,
                                    "SELECT count(*) FROM orders WHERE kind = 'unit' AND id = 1"
                                    " AND refused = 'there is no such unit'"),
                     1);
    setenv("LC_ALL", "C.UTF-8", 1);
    outcome = RUN(world, world->county->office->folder, NULL, "centre", "orders", "141027", "-c",
                  world->province->file);
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "the model has another hash"));
    assert_non_null(strstr(outcome.out, "this program does not know such an order"));
    assert_non_null(strstr(outcome.out, "text zh/no-open-case: "));
    assert_non_null(strstr(outcome.out, "carried out"));
}

/* A centre that was restored from an older backup begins to number its orders below what the county did. */
static void orders_of_a_centre_that_was_restored_are_carried_out(void **state)
{
    struct one_county *world = *state;
    static const char texts[] = "SELECT count(*) FROM notices WHERE name = 'send'";
    const char *file = world->province->path, *old = talloc_asprintf(world, "%s.old", file);
    char command[512];

    province_start(world->province);
    member_link(world->county);
    one_county_settle(world);
    province_stop(world->province);
    snprintf(command, sizeof command, "cp %s %s", file, old);
    assert_int_equal(system(command), 0);
    province_start(world->province);
    for (int i = 0; i < 5; i++)
        order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    member_wait_for(world->county,
                    "SELECT count(*) FROM settings WHERE name = 'centre orders' AND value = '5'");
    member_unlink(world->county);
    province_stop(world->province);
    snprintf(command, sizeof command, "rm -f %s-wal %s-shm && cp %s %s", file, file, old, file);
    assert_int_equal(system(command), 0);
    province_start(world->province);
    order(world, "send", "{\"to\":\"+8613800000056\",\"text\":\"请看\"}"); /* numbered 1 */
    member_link(world->county);
    member_wait_for(world->county, "SELECT count(*) FROM notices WHERE recipient = '+8613800000056'");
    order(world, "send", "{\"to\":\"+8613800000057\",\"text\":\"请看\"}");
    member_wait_for(world->county, "SELECT count(*) FROM notices WHERE recipient = '+8613800000057'");
    assert_int_equal(office_count(world->county->office, texts), 7);
}

/* The box that takes the place of the county's, not linked yet. */
static struct member *replace(struct one_county *world)
{
    return member_replace(world, world->county, world->province, "141027", "next.db");
}

static void give(struct one_county *world, const char *sql)
{
    struct store *store = province_store(world, world->province);

    assert_true(store_begin(store, 10000) && sql_run(store, sql, NO_VALUES) && store_commit(store));
    talloc_free(store);
}

static const char *setting(struct member *county, const char *name)
{
    const char *error = "", *value = NULL;
    struct store *store = store_open_reader(county, county->office->config.store_url, &error);

    assert_non_null(store);
    assert_true(store_get(store, county, name, &value));
    assert_non_null(value);
    talloc_free(store);
    return value;
}

/* The orders of the box before it are not carried out once more, and what that may have sent is not sent. */
static void a_new_box_sends_no_text_of_an_order_again(void **state)
{
    struct one_county *world = *state;
    const char *key;
    struct member *next;

    province_start(world->province);
    member_link(world->county);
    order(world, "unit", "{\"code\":\"141027\",\"name\":\"浮山县\",\"level\":\"county\"}");
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"请看\"}");
    member_wait_for(world->county, "SELECT count(*) FROM notices WHERE name = 'send'");
    one_county_settle(world);
    member_unlink(world->county);
    /* given to the old box, of which no row tells whether it was carried out */
    order(world, "send", "{\"to\":\"+8613800000055\",\"text\":\"快看\"}");
    order(world, "unit", "{\"code\":\"141027\",\"name\":\"浮山\",\"level\":\"county\"}");
    give(world, "UPDATE feeds SET orders_given = 4");
    give(world,
         "UPDATE orders SET kind = 'model' WHERE id = 1"); /* as if that had been taken: no journal has it */
    order(world, "send", "{\"to\":\"+8613800000056\",\"text\":\"到了吗\"}"); /* was never given */
    next = replace(world);
    member_link(next);
    wait_for_order(next, 5);
    member_settle(next, world->province, "141027");
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM notices WHERE name = 'send'"
                                                " AND recipient = '+8613800000055'"),
                     1);
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM notices WHERE text = '快看'"), 0);
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM notices WHERE name = 'send'"
                                                " AND recipient = '+8613800000056'"),
                     1);
    assert_int_equal(office_count(next->office, "SELECT count(*) FROM units WHERE name = '浮山'"), 1);
    assert_int_equal(
        province_count(world->province, "SELECT sum(id) FROM orders WHERE refused LIKE 'the box %'"), 3);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM orders WHERE kind = 'model' AND id > 5"), 1);
    /* other counties know it by the same key */
    key = setting(world->county, TRANSFER_PRIVATE_KEY);
    assert_int_equal(strlen(key), SEAL_KEY_SIZE - 1);
    assert_string_equal(setting(next, TRANSFER_PRIVATE_KEY), key);
    assert_string_equal(setting(next, TRANSFER_PUBLIC_KEY), setting(world->county, TRANSFER_PUBLIC_KEY));
    member_end(next);
}

#define ON_BOTH(test) cmocka_unit_test_setup_teardown(test, one_county_open, one_county_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(the_centre_gives_orders_and_each_is_carried_out_once),
        ON_BOTH(what_a_county_refuses_is_seen_at_the_centre),
        ON_BOTH(a_new_box_sends_no_text_of_an_order_again),
        ON_SQLITE(a_text_from_the_centre_is_checked_before_it_counts, one_county_open, one_county_close),
        ON_SQLITE(orders_of_a_centre_that_was_restored_are_carried_out, one_county_open, one_county_close),
    };

    return on_both_run("centre_orders", tests, sizeof tests / sizeof tests[0]);
}
