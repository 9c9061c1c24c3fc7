/* What the operator keeps, over HTTP: shown before it counts, and taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/page_world.h"

static int keep(struct browser *browser, const char *fields)
{
    assert_int_equal(browser_get(browser, "keep"), 200);
    return browser_do(browser, "keep", fields);
}

static void a_change_is_shown_then_made_then_taken_back(void **state)
{
    static const char days[] = "SELECT count(*) FROM kept_days";
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);

    assert_int_equal(keep(browser, "kind=free&from=2027-02-06&to=2027-02-13"), 200);
    assert_true(browser_shows(browser, "登记 假日 2027-02-06至2027-02-13") &&
                browser_shows(browser, "8天放假"));
    assert_int_equal(page_world_count(world, days), 0);
    assert_int_equal(keep(browser, "kind=free&from=2027-02-06&to=2027-02-13&sure=1"), 303);
    assert_int_equal(page_world_count(world, days), 8);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM keepings WHERE event_id IS NOT NULL"), 8);
    assert_int_equal(browser_get(browser, "keep"), 200);
    assert_true(browser_shows(browser, "2027-02-13"));
    assert_int_equal(browser_get(browser, "keep/days.csv"), 200);
    assert_true(browser_shows(browser, "2027-02-06,free\r\n"));
    assert_int_equal(keep(browser, "undo=1"), 303);
    assert_int_equal(page_world_count(world, days), 0);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM keepings WHERE undone_at IS NOT NULL"), 8);
}

static void one_field_is_one_word_of_the_command(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);

    assert_int_equal(keep(browser, "kind=name&name=%20&unit=x"), 400);
    assert_int_equal(keep(browser, "kind=else&from=2027-02-06"), 400);
    assert_int_equal(keep(browser, "kind=leave&phone=13900000010"), 400);
    assert_int_equal(keep(browser, "kind=name&name=%E8%80%81%20%0A%E7%AA%91&unit=no-such-unit&sure=1"), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM keepings"), 0);
}

static void who_somebody_is_takes_a_code(void **state)
{
    static const char person[] = "kind=person&phone=13800000031&name=Zhang&cadre=1&unit=141027";
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);

    page_world_run(world, "UPDATE page_sessions SET code_at = 0");
    assert_int_equal(keep(browser, talloc_asprintf(browser, "%s&sure=1", person)), 200);
    assert_true(browser_shows(browser, "name=\"code\""));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM people WHERE phone = '+8613800000031'"),
                     0);
    assert_int_equal(browser_do(browser, "keep",
                                talloc_asprintf(browser, "%s&sure=1&code=%s", person,
                                                page_world_code(world, PAGE_OPERATOR))),
                     303);
    assert_int_equal(page_world_count(world, "SELECT roles FROM people WHERE phone = '+8613800000031'"),
                     ROLE_CADRE);
    assert_int_equal(keep(browser, "undo=1"), 303);
    assert_int_equal(page_world_count(world, "SELECT roles FROM people WHERE phone = '+8613800000031'"), 0);
}

static void nobody_else_keeps_anything(void **state)
{
    static const char *const others[] = { PAGE_CADRE, PAGE_LEADER, PAGE_SUPERVISOR, PAGE_CLERK };
    struct page_world *world = *state;

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct browser *browser = browser_signed_in(world, others[i]);

        browser_get(browser, "home");
        assert_int_equal(browser_do(browser, "keep", "kind=free&from=2027-02-06&sure=1"), 404);
    }
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM kept_days"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, page_world_setup, page_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_change_is_shown_then_made_then_taken_back),
        TEST(one_field_is_one_word_of_the_command),
        TEST(who_somebody_is_takes_a_code),
        TEST(nobody_else_keeps_anything),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
