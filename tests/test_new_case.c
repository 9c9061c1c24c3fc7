/* Cases filed on the page for people who walk in, telephone or write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "store/cases.h"
#include "tests/support/page_world.h"

/* Files for a phone ("" none) in two steps, as the forms do; the number of the case. */
static const char *file_for(struct browser *browser, const char *phone, const char *words)
{
    const char *fields = talloc_asprintf(browser, "phone=%s&words=%s", browser_encoded(browser, phone),
                                         browser_encoded(browser, words));

    browser_get(browser, "new");
    assert_int_equal(browser_do(browser, "new", fields), 200);
    assert_int_equal(browser_do(browser, "new", talloc_asprintf(browser, "%s&sure=1", fields)), 303);
    return page_world_value(browser->world, "SELECT number FROM cases ORDER BY id DESC LIMIT 1");
}

static void who_has_no_phone_gets_a_receipt_with_a_code(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE), *leader;
    const char *number = file_for(browser, "", "东陈村王大娘家的房顶漏雨"), *code, *receipt, *done;

    done = reply_header(world, &browser->reply, "Location") + strlen("/page/");
    code = page_world_value(world, "SELECT code FROM case_codes");
    receipt = talloc_asprintf(world, "letter/receipt/%s", number);
    assert_int_equal(strlen(code), 4);
    assert_string_equal(page_world_value(world, "SELECT reporter FROM cases"), "withheld");
    assert_int_equal(
        page_world_count(world, "SELECT count(*) FROM notices WHERE line <> 'page' AND name LIKE 'filed%'"),
        0);
    assert_int_equal(browser_get(browser, done), 200);
    assert_true(browser_shows(browser, "查询码在回执上") && browser_shows(browser, receipt));
    assert_int_equal(browser_get(browser, receipt), 200);
    assert_true(browser_shows(browser, "王大娘家的房顶漏雨") && browser_shows(browser, number));
    assert_true(browser_shows(browser, talloc_asprintf(world, "<strong>%s</strong>", code)));
    leader = browser_signed_in(world, PAGE_LEADER);
    assert_int_equal(browser_get(leader, receipt), 200); /* the code is the filer's to hand on */
    assert_false(browser_shows(leader, "查询码"));
    assert_int_equal(browser_get(browser_signed_in(world, PAGE_OPERATOR), receipt), 404);
}

static void who_has_a_phone_is_told_and_gets_a_receipt_without_a_code(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *number = file_for(browser, "13934567001", "东陈村的路灯坏了半个月");

    assert_int_equal(page_world_count(world, "SELECT count(*) FROM case_codes"), 0);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM notices WHERE name = 'filed-for'"), 1);
    assert_int_equal(browser_get(browser, talloc_asprintf(world, "letter/receipt/%s", number)), 200);
    assert_true(browser_shows(browser, "139****7001") && !browser_shows(browser, "查询码"));
}

/* As whatever adds words to a case does. */
static void add_words(struct page_world *world, const char *number, const char *words)
{
    const char *error = "";
    struct store *store = store_open(world, world->http->config->store_url, &error);
    struct case_ *case_ = NULL;

    assert_non_null(store);
    assert_true(store_begin(store, 5000) && store_case_by_number(store, world, number, &case_) && case_);
    case_->text = talloc_asprintf(world, "%s%s", case_->text, words);
    assert_true(store_update_case(store, case_) && store_commit(store));
    talloc_free(store);
}

/* The filer knows the words, but nothing that comes after. */
static void a_receipt_is_printed_also_of_a_case_that_accuses(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CLERK);
    const char *number = file_for(browser, "", "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");
    const char *receipt = talloc_asprintf(world, "letter/receipt/%s", number);

    assert_int_equal(page_world_count(world, "SELECT count(*) FROM cases WHERE is_guarded = 1"), 1);
    assert_int_equal(browser_get(browser, talloc_asprintf(world, "case/%s", number)), 404);
    add_words(world, number, "还有别的事");
    assert_int_equal(browser_get(browser, receipt), 200);
    assert_true(browser_shows(browser, "小舅子") && browser_shows(browser, "查询码"));
    assert_false(browser_shows(browser, "还有别的事"));
    assert_int_equal(browser_get(browser_signed_in(world, PAGE_CADRE), receipt), 404);
    page_world_run(world, "UPDATE cases SET received_at = received_at - 86400");
    assert_int_equal(browser_get(browser, receipt), 404);
}

static void the_place_is_shown_as_one_types(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, "new");
    assert_int_equal(
        browser_do(browser, "place",
                   talloc_asprintf(world, "words=%s", browser_encoded(browser, "东陈村的路灯坏了"))),
        200);
    assert_true(browser_shows(browser, "东陈村"));
    browser_get(browser, "new");
    assert_int_equal(browser_do(browser, "place",
                                talloc_asprintf(world, "words=%s", browser_encoded(browser, "路灯坏了"))),
                     200);
    assert_true(browser_shows(browser, "\"place\":\"\""));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, page_world_setup, page_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(who_has_no_phone_gets_a_receipt_with_a_code),
        TEST(who_has_a_phone_is_told_and_gets_a_receipt_without_a_code),
        TEST(a_receipt_is_printed_also_of_a_case_that_accuses),
        TEST(the_place_is_shown_as_one_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
