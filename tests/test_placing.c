/* Cases whose place is unknown: what is proposed, and what one click confirms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/page_world.h"

static void the_place_of_the_reporters_last_case_is_confirmed_by_one_button(void **state)
{
    struct page_world *world = *state;
    struct browser *browser;
    const char *number, *at;

    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    page_world_run(world,
                   "UPDATE cases SET received_at = received_at - 86400, touched_at = touched_at - 86400");
    number = page_world_text(world, PAGE_VILLAGER, "新 路灯坏了半个月没人修");
    number = *number ? number : page_world_value(world, "SELECT number FROM cases ORDER BY id DESC LIMIT 1");
    page_world_run(world, "UPDATE cases SET place = NULL WHERE id = (SELECT max(id) FROM cases)");
    browser = browser_signed_in(world, PAGE_CLERK);
    at = talloc_asprintf(world, "%s 响水河镇东陈村", number);
    browser_get(browser, "list/place");
    assert_true(browser_shows(browser, at));
    assert_int_equal(
        browser_do(browser, "placed", talloc_asprintf(world, "at=%s", browser_encoded(browser, at))), 303);
    assert_string_equal(page_world_value(world, "SELECT text FROM events ORDER BY id DESC LIMIT 1"),
                        talloc_asprintf(world, "改地 %s", at));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM cases WHERE place IS NULL"), 0);
    browser_get(browser, "list/place");
    assert_false(browser_shows(browser, number));
}

/* Somebody's restricted case says nothing of where they live. */
static void a_case_that_one_may_not_know_of_proposes_nothing(void **state)
{
    struct page_world *world = *state;
    struct browser *browser;

    page_world_text(world, PAGE_VILLAGER, "东陈村的村主任收了人家的钱，把低保给了他小舅子");
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM cases WHERE is_guarded = 1"), 1);
    page_world_run(world,
                   "UPDATE cases SET received_at = received_at - 86400, touched_at = touched_at - 86400");
    page_world_text(world, PAGE_VILLAGER, "新 路灯坏了半个月没人修");
    page_world_run(world, "UPDATE cases SET place = NULL WHERE is_guarded = 0");
    browser = browser_signed_in(world, PAGE_CLERK);
    browser_get(browser, "list/place");
    assert_true(browser_shows(browser, "路灯坏了") && !browser_shows(browser, "东陈村"));
    assert_int_equal(browser_do(browser, "placed", "at=26000010%20x"), 404);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, page_world_setup, page_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_place_of_the_reporters_last_case_is_confirmed_by_one_button),
        TEST(a_case_that_one_may_not_know_of_proposes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
