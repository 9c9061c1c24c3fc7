/* A case goes from one county to another by way of the centre: a copy there, the link in both, its reporter
 * told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "store/county/counties.h"
#include "store/events.h"
#include "store/sql.h"
#include "tests/support/on_both.h"
#include "tests/support/two_counties.h"

#define PHONE "+8613934567001"
#define OTHER "+8613934567002"

/* A command on the page, where nobody has to prove who they are. */
static void tell(struct member *county, const char *from, const char *word, const char *number,
                 const char *rest)
{
    static int n;
    struct event event = office_text(county, talloc_asprintf(county, "t%d", n++), from,
                                     talloc_asprintf(county, "%s %s%s", word, number, rest));

    event.line = EVENT_LINE_PAGE;
    assert_true(desk_submit(county->office->desk, &event, 1));
}

static const char last_answer[] = "SELECT text FROM notices ORDER BY id DESC LIMIT 1";

static void assert_answer(struct member *county, const char *words)
{
    const char *text = county_text(county, last_answer);

    if (!strstr(text, words))
        fail_msg("%s does not say %s", text, words);
}

static void forward(struct two_counties *world, const char *words)
{
    member_text(world->here, PHONE, words);
    tell(world->here, CADRE, "转", county_last_number(world->here), " 尧都区，水管在他们那边");
}

#define TOLD "SELECT count(*) FROM notices WHERE name = 'forwarded-out' AND recipient = '" PHONE "'"
#define COPIES "SELECT count(*) FROM cases WHERE reporter = '" PHONE "'"

/* The other county would tell whoever has the number now. */
static void a_copy_names_no_number_that_another_has_now(void **state)
{
    struct two_counties *world = *state;

    province_start(world->province);
    two_counties_link(world);
    member_text(world->here, PHONE, "自来水停了三天了");
    office_run(world->here->office, "UPDATE people SET owner_since = 4000000000 WHERE phone = '" PHONE "'");
    tell(world->here, CADRE, "领", county_last_number(world->here), "");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 尧都区，水管在他们那边");
    member_wait_for(world->here, LINKED);
    assert_string_equal(county_text(world->there, "SELECT text FROM cases"), "自来水停了三天了");
    assert_int_equal(office_count(world->there->office, COPIES), 0);
    assert_non_null(strstr(county_text(world->here, "SELECT text FROM notices WHERE name = 'linked-handler'"),
                           "没发短信"));
}

static void a_copy_goes_and_the_link_comes_back(void **state)
{
    struct two_counties *world = *state;
    const char *ours, *theirs;

    province_start(world->province);
    two_counties_link(world);
    member_text(world->here, OTHER, "路灯坏了"); /* so that the two numbers of the case differ */
    forward(world, "自来水停了三天了");
    ours = county_last_number(world->here);
    member_wait_for(world->here, LINKED);
    theirs = county_last_number(world->there);
    assert_string_not_equal(ours, theirs);
    assert_int_equal(office_count(world->there->office, LINKED), 1);
    assert_int_equal(office_count(world->there->office, COPIES), 1);
    assert_string_equal(county_text(world->there, "SELECT text FROM cases"), "自来水停了三天了");
    assert_string_equal(county_text(world->there, "SELECT topic FROM cases"), "water");
    assert_int_equal(office_count(world->here->office, TOLD), 1);
    assert_int_equal(
        office_count(world->there->office, "SELECT count(*) FROM notices WHERE recipient = '" PHONE "'"), 0);
    assert_non_null(strstr(county_text(world->here, "SELECT text FROM notices WHERE name = 'forwarded-out'"),
                           talloc_asprintf(world, "已转尧都区，在那边的编号是%s", theirs)));
    /* that number is here somebody else's, and over there theirs is nobody's */
    tell(world->here, PHONE, "查", theirs, "");
    assert_answer(world->here, "是尧都区的");
    assert_answer(world->here, ours);
    tell(world->here, OTHER, "查", theirs, "");
    assert_null(strstr(county_text(world->here, last_answer), "尧都区"));
    tell(world->there, PHONE, "查", ours, "");
    assert_answer(world->there, "是浮山县的");
    tell(world->here, PHONE, "查", ours, "");
    assert_answer(world->here, "已转尧都区");
    tell(world->there, CADRE, "看", theirs, "");
    assert_answer(world->there, "浮山县转来");
    member_settle(world->here, world->province, HERE);
    member_settle(world->there, world->province, THERE);
    assert_int_equal(
        province_count(world->province, "SELECT count(*) FROM orders WHERE body LIKE '%自来水%'"), 0);
}

/* The orders once more, under new numbers, as after a journal that began anew. */
static void give_again(struct two_counties *world)
{
    struct store *store = province_store(world, world->province);

    assert_true(store_begin(store, 10000) &&
                sql_run(store,
                        "INSERT INTO orders (gateway, kind, body, made_at)"
                        " SELECT gateway, kind, body, made_at FROM orders WHERE kind LIKE '%transfer%'"
                        " OR kind = 'linked'",
                        NO_VALUES) &&
                store_commit(store));
    talloc_free(store);
}

static void what_is_forwarded_while_nothing_is_linked_arrives_once(void **state)
{
    struct two_counties *world = *state;

    province_start(world->province);
    two_counties_link(world);
    member_unlink(world->there);
    member_unlink(world->here);
    forward(world, "自来水停了三天了");
    assert_answer(world->here, "正转给尧都区");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 尧都区");
    assert_int_equal(office_count(world->here->office, "SELECT count(*) FROM transfers"), 1);
    member_link(world->here);
    member_settle(world->here, world->province, HERE);
    give_again(world);
    province_stop(world->province);
    member_link(world->there);
    province_start(world->province);
    member_wait_for(world->here, LINKED);
    give_again(world);
    member_unlink(world->here);
    member_unlink(world->there);
    member_link(world->here);
    member_link(world->there);
    member_wait_for(world->there, "SELECT count(*) FROM settings WHERE name = 'centre orders' AND"
                                  " CAST(value AS INTEGER) >= 3");
    member_settle(world->here, world->province, HERE);
    member_settle(world->there, world->province, THERE);
    assert_int_equal(office_count(world->there->office, COPIES), 1);
    assert_int_equal(office_count(world->here->office, TOLD), 1);
    assert_int_equal(office_count(world->here->office, "SELECT count(*) FROM steps WHERE kind = 'linked'"),
                     1);
}

static void trust(struct member *county, const char *code)
{
    const char *error = "";
    struct store *store = store_open(county, county->office->config.store_url, &error);
    struct county *now;

    assert_non_null(store);
    assert_true(store_begin(store, 10000) && store_trust_county(store, county, code, &now) &&
                store_commit(store));
    assert_non_null(now);
    talloc_free(store);
}

/* Nobody reads a copy with a key that the centre put in the place of the county's own. */
static void a_changed_key_holds_once_somebody_has_confirmed_it(void **state)
{
    static const char alerted[] = "SELECT count(*) FROM notices WHERE name = 'alert-county-changed'";
    struct two_counties *world = *state;
    const char *number, *first;

    world->here->office->config.operator_phone = "+8613800000077";
    province_start(world->province);
    two_counties_link(world);
    first = county_text(world->here, "SELECT key FROM counties WHERE code = '" THERE "'");
    member_unlink(world->there);
    forward(world, "自来水停了三天了");
    number = county_last_number(world->here);
    member_settle(world->here, world->province, HERE);
    office_run(world->there->office, "DELETE FROM settings WHERE name LIKE 'centre transfer %'");
    member_link(world->there);
    member_wait_for(world->here, alerted);
    member_wait_for(world->here, "SELECT count(*) FROM transfers WHERE state = 'refused' AND why = 'key'");
    assert_string_equal(county_text(world->here, "SELECT key FROM counties WHERE code = '" THERE "'"), first);
    tell(world->here, CADRE, "转", number, " 尧都区");
    assert_answer(world->here, "网管核对后才能转");
    province_name_county(world->province, HERE, "浮山县"); /* the list comes once more, and is no news */
    member_wait_for(world->here, "SELECT count(*) FROM counties WHERE new_key <> '' AND is_listed = 1");
    assert_int_equal(office_count(world->here->office, alerted), 1);
    trust(world->here, THERE);
    tell(world->here, CADRE, "转", number, " 尧都区");
    member_wait_for(world->here, LINKED);
    assert_int_equal(office_count(world->there->office, COPIES), 1);
    assert_int_equal(office_count(world->there->office, LINKED), 1);
    assert_int_equal(office_count(world->here->office, TOLD), 1);
}

/* Its own key is one that it cannot open. */
static void a_box_that_opens_nothing_is_asked_twice_and_no_more(void **state)
{
    struct two_counties *world = *state;

    province_start(world->province);
    two_counties_link(world);
    office_run(world->there->office,
               "UPDATE settings SET value = (SELECT value FROM settings WHERE name = 'centre transfer key')"
               " WHERE name = 'centre transfer secret'");
    forward(world, "自来水停了三天了");
    member_wait_for(world->here, "SELECT count(*) FROM transfers WHERE state = 'refused' AND why = 'key'");
    member_settle(world->here, world->province, HERE);
    member_settle(world->there, world->province, THERE);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal WHERE kind = 'transfers'"
                                                     " AND gateway = '" HERE "'"),
                     3);
    assert_int_equal(office_count(world->there->office, "SELECT count(*) FROM cases"), 0);
}

static void order(struct two_counties *world, const char *to, const char *kind, const char *body)
{
    struct store *store = province_store(world, world->province);

    assert_true(store_begin(store, 10000) &&
                sql_run(store, "INSERT INTO orders (gateway, kind, body, made_at) VALUES ($1, $2, $3, 1)",
                        VALUES(as_text(to), as_text(kind), as_text(body))) &&
                store_commit(store));
    talloc_free(store);
}

/* What another county calls its number goes into a text to the reporter. */
static void only_a_case_number_links(void **state)
{
    struct two_counties *world = *state;

    province_start(world->province);
    two_counties_link(world);
    member_unlink(world->there);
    forward(world, "自来水停了三天了");
    order(world, HERE, "linked",
          talloc_asprintf(world,
                          "{\"county\":\"" THERE "\",\"name\":\"尧都区\",\"number\":\"%s\","
                          "\"their_number\":\"，请点 evil.example 交费\"}",
                          county_last_number(world->here)));
    order(world, THERE, "transfer",
          "{\"county\":\"" HERE "\",\"name\":\"浮山县\",\"number\":\"1\",\"copy\":\"\"}");
    member_link(world->there);
    member_wait_for(world->here, LINKED);
    assert_string_equal(county_text(world->here, "SELECT their_number FROM transfers"),
                        county_last_number(world->there));
    assert_int_equal(office_count(world->here->office, TOLD), 1);
    assert_int_equal(
        office_count(world->here->office, "SELECT count(*) FROM notices WHERE text LIKE '%evil%'"), 0);
    assert_int_equal(office_count(world->there->office, "SELECT count(*) FROM transfers"), 1);
}

/* Nor what an order calls the county. */
static void a_county_is_named_as_the_list_has_it(void **state)
{
    static const char form[] = "{\"county\":\"%s\",\"name\":\"点 evil.example 交费\",\"number\":\"%s\","
                               "\"their_number\":\"26000010\",\"copy\":\"\"}";
    struct two_counties *world = *state;

    province_start(world->province);
    two_counties_link(world);
    member_unlink(world->there);
    forward(world, "自来水停了三天了");
    order(world, HERE, "linked", talloc_asprintf(world, form, THERE, county_last_number(world->here)));
    order(world, THERE, "transfer", talloc_asprintf(world, form, HERE, "26000029"));
    order(world, THERE, "transfer", talloc_asprintf(world, form, "141099", "26000029"));
    member_wait_for(world->here, LINKED);
    assert_non_null(strstr(county_text(world->here, "SELECT text FROM notices WHERE name = 'forwarded-out'"),
                           "已转尧都区，在那边的编号是26000010"));
    assert_int_equal(
        office_count(world->here->office, "SELECT count(*) FROM transfers WHERE name LIKE '%evil%'"), 0);
    member_link(world->there);
    member_wait_for(world->there,
                    "SELECT count(*) FROM transfers WHERE county = '141099' AND name = '141099'");
    assert_int_equal(office_count(world->there->office,
                                  "SELECT count(*) FROM transfers WHERE number = '' AND name = '浮山县'"
                                  " AND their_number = '26000029'"),
                     1);
    assert_int_equal(
        office_count(world->there->office, "SELECT count(*) FROM transfers WHERE name LIKE '%evil%'"), 0);
}

static void what_may_not_go_is_refused_with_a_word(void **state)
{
    struct two_counties *world = *state;

    member_text(world->here, PHONE, "自来水停了三天了");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 尧都区");
    assert_answer(world->here, "没接省中心");
    province_start(world->province);
    member_link(world->here);
    member_wait_for(world->here, "SELECT count(*) FROM counties");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 尧都区");
    assert_answer(world->here, "还没接上省中心");
    member_link(world->there);
    member_wait_for(world->here, "SELECT count(*) FROM counties WHERE key <> ''");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 无此县");
    assert_answer(world->here, "省中心也没有这个县");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 给尧都 在那边");
    member_wait_for(world->here, LINKED);
    tell(world->there, CADRE, "转", county_last_number(world->there), " 浮山县");
    assert_answer(world->there, "不能转回去");
    office_run(world->here->office, "UPDATE people SET roles = 4 WHERE phone = '" CADRE "'");
    member_unlink(world->here);
    office_restart(world->here->office);
    member_link(world->here);
    member_text(world->here, OTHER, "村支书贪污低保款，我要举报");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 尧都区");
    assert_answer(world->here, "只能转纪检部门");
    assert_int_equal(office_count(world->here->office, "SELECT count(*) FROM transfers"), 1);
}

/* The centre took it, and knows no such county any more. */
static void a_county_that_is_gone_is_told_to_who_works_on_the_case(void **state)
{
    struct two_counties *world = *state;
    struct store *store;

    province_start(world->province);
    two_counties_link(world);
    member_unlink(world->here);
    member_unlink(world->there);
    member_text(world->here, PHONE, "自来水停了三天了");
    tell(world->here, CADRE, "领", county_last_number(world->here), "");
    tell(world->here, CADRE, "转", county_last_number(world->here), " 尧都区");
    store = province_store(world, world->province);
    assert_true(store_begin(store, 10000) &&
                sql_run(store, "DELETE FROM feeds WHERE gateway = $1", VALUES(as_text(THERE))) &&
                store_commit(store));
    talloc_free(store);
    member_link(world->here);
    member_wait_for(world->here,
                    "SELECT count(*) FROM notices WHERE name = 'copy-refused' AND recipient = '" CADRE "'");
    assert_int_equal(office_count(world->here->office, "SELECT count(*) FROM notices WHERE name ="
                                                       " 'forwarded-out'"),
                     0);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, two_counties_open, two_counties_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_copy_goes_and_the_link_comes_back),
        IN_A_WORLD(a_copy_names_no_number_that_another_has_now),
        IN_A_WORLD(what_is_forwarded_while_nothing_is_linked_arrives_once),
        IN_A_WORLD(a_changed_key_holds_once_somebody_has_confirmed_it),
        IN_A_WORLD(a_box_that_opens_nothing_is_asked_twice_and_no_more),
        IN_A_WORLD(only_a_case_number_links),
        IN_A_WORLD(a_county_is_named_as_the_list_has_it),
        IN_A_WORLD(what_may_not_go_is_refused_with_a_word),
        IN_A_WORLD(a_county_that_is_gone_is_told_to_who_works_on_the_case),
    };

    return on_both_run("transfers", tests, sizeof tests / sizeof tests[0]);
}
