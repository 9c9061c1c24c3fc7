/* Looking for cases on the page: everybody finds, counts, exports and prints only what they may know of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/page_world.h"

#define LI "+8613934567002"

static int look_for(struct browser *browser, const char *page, const char *words)
{
    return browser_get(browser, talloc_asprintf(browser, "%s?q=%s", page, browser_encoded(browser, words)));
}

static void cases_are_found_counted_and_opened(void **state)
{
    struct page_world *world = *state;
    const char *water = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了"),
               *lamp = page_world_text(world, LI, "东陈村的路灯坏了半个月没人修");
    struct browser *browser = browser_signed_in(world, PAGE_LEADER);

    assert_int_equal(look_for(browser, "search", "自来水"), 200);
    assert_true(browser_shows(browser, water) && !browser_shows(browser, lamp));
    assert_true(browser_shows(browser, "找到 1"));
    assert_int_equal(look_for(browser, "search", "东陈村"), 200);
    assert_true(browser_shows(browser, water) && browser_shows(browser, lamp));
    assert_int_equal(look_for(browser, "search", lamp), 200);
    assert_true(browser_shows(browser, "找到 1"));
    assert_int_equal(look_for(browser, "search", "没有这样的话"), 200);
    assert_true(browser_shows(browser, "找到 0"));
    assert_int_equal(browser_get(browser, "search?topic=water&state=open"), 200);
    assert_true(browser_shows(browser, water) && !browser_shows(browser, lamp));
    assert_int_equal(browser_get(browser, "search?since=yesterday"), 400);
    assert_int_equal(browser_get(browser, "search"), 200);
    assert_false(browser_shows(browser, water));
}

/* A case that accuses an official is not even counted for others. */
static void restricted_cases_are_neither_found_nor_counted(void **state)
{
    static const char *const others[] = { PAGE_CADRE, PAGE_MEI, PAGE_CLERK, PAGE_OPERATOR };
    struct page_world *world = *state;
    const char *number = page_world_text(world, LI, "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");

    assert_int_equal(page_world_count(world, "SELECT count(*) FROM cases WHERE is_guarded = 1"), 1);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct browser *browser = browser_signed_in(world, others[i]);

        assert_int_equal(look_for(browser, "search", "小舅子"), 200);
        assert_true(browser_shows(browser, "找到 0") && !browser_shows(browser, number));
        assert_int_equal(look_for(browser, "search", number), 200);
        assert_true(browser_shows(browser, "找到 0"));
        assert_int_equal(look_for(browser, "export", "小舅子"), 200);
        assert_false(browser_shows(browser, number));
        assert_int_equal(browser_get(browser, talloc_asprintf(browser, "letter/accept/%s", number)), 404);
    }
    struct browser *browser = browser_signed_in(world, PAGE_SUPERVISOR);
    assert_int_equal(look_for(browser, "search", "小舅子"), 200);
    assert_true(browser_shows(browser, number));
}

static void another_townships_cases_are_not_found(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    struct browser *mine = browser_signed_in(world, PAGE_CADRE), *other = browser_signed_in(world, PAGE_MEI);

    look_for(mine, "search", "自来水");
    look_for(other, "search", "自来水");
    assert_true(browser_shows(mine, number));
    assert_true(browser_shows(other, "找到 0") && !browser_shows(other, number));
}

static void what_was_looked_for_and_shown_stands_in_the_audit(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    struct browser *browser = browser_signed_in(world, PAGE_LEADER);

    look_for(browser, "export", "自来水");
    assert_string_equal(page_world_value(world, "SELECT cases FROM page_views ORDER BY id DESC LIMIT 1"),
                        number);
    assert_non_null(strstr(page_world_value(world, "SELECT asked FROM page_views ORDER BY id DESC LIMIT 1"),
                           "/page/export?q="));
}

static void an_export_has_no_reporter_and_no_formula(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_LEADER);

    page_world_text(world, PAGE_VILLAGER, "=1+1 东陈村的自来水停了三天了");
    assert_int_equal(look_for(browser, "export", "自来水"), 200);
    assert_non_null(strstr(reply_header(browser, &browser->reply, "Content-Type"), "text/csv"));
    assert_non_null(strstr(reply_header(browser, &browser->reply, "Content-Disposition"), "cases.csv"));
    assert_false(browser_shows(browser, "3934567001"));
    assert_false(browser_shows(browser, ",=1+1"));
    assert_true(browser_shows(browser, "自来水停了"));
}

static void letters_and_the_round_are_printed_under_the_pages_policy(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *letter = talloc_asprintf(browser, "letter/accept/%s", number);

    assert_int_equal(browser_get(browser, letter), 409);
    assert_int_equal(browser_get(browser, "round"), 200);
    assert_false(browser_shows(browser, number));
    browser_get(browser, talloc_asprintf(browser, "case/%s", number));
    browser_do(browser, talloc_asprintf(browser, "case/%s/do", number), "command=accept&sure=1");
    assert_int_equal(browser_get(browser, letter), 200);
    assert_true(browser_shows(browser, "受理告知书") && browser_shows(browser, "自来水停了三天"));
    assert_true(browser_shows(browser, "/page/static/letter-style.css") && !browser_shows(browser, "<style"));
    assert_int_equal(browser_get(browser, talloc_asprintf(browser, "letter/answer/%s", number)), 409);
    assert_int_equal(browser_get(browser, talloc_asprintf(browser, "letter/else/%s", number)), 404);
    assert_int_equal(browser_get(browser, "round"), 200);
    assert_true(browser_shows(browser, number) && browser_shows(browser, "/page/static/paper-style.css") &&
                !browser_shows(browser, "<style"));
    assert_int_equal(browser_get(browser, "static/paper-style.css"), 200);
    assert_true(browser_shows(browser, "@page"));
    assert_int_equal(browser_get(browser, "static/else.css"), 404);
}

/* Also what is far behind in a long export. */
static void the_audit_says_who_saw_a_case(void **state)
{
    struct page_world *world = *state;
    const char *first = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了"), *body;
    struct browser *browser = browser_signed_in(world, PAGE_LEADER),
                   *supervisor = browser_signed_in(world, PAGE_SUPERVISOR);

    page_world_run(
        world,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
        " INSERT INTO cases (number, state, reporter, is_anonymous, line, category, confidence, topic,"
        " urgency, text, received_at, touched_at, place, unit, is_guarded, rating, reopened)"
        " SELECT 27000000 + i, state, reporter, is_anonymous, line, category, confidence, topic, urgency,"
        " text, received_at + i, touched_at + i, place, unit, is_guarded, rating, reopened FROM cases, n");
    assert_int_equal(browser_get(browser, "export?topic=water"), 200);
    assert_true(browser_shows(browser, first) && browser_shows(browser, "27000700"));
    assert_int_equal(browser_get(supervisor, talloc_asprintf(world, "audit?case=%s", first)), 200);
    body = strstr(supervisor->reply.body, "<tbody>");
    assert_true(strstr(body, "export?topic=water") && strstr(body, "… 701"));
    assert_int_equal(browser_get(supervisor, "audit?case=27000700"), 200);
    assert_non_null(strstr(strstr(supervisor->reply.body, "<tbody>"), "export?topic=water"));
    assert_int_equal(browser_get(supervisor, "audit?case=27000999"), 200);
    assert_null(strstr(strstr(supervisor->reply.body, "<tbody>"), "<td>"));
}

/* A leader whose office a restricted case accuses does not learn that there is one. */
static void a_leader_counts_only_restricted_cases_they_may_know_of(void **state)
{
    struct page_world *world = *state;
    struct browser *leader = browser_signed_in(world, PAGE_LEADER),
                   *supervisor = browser_signed_in(world, PAGE_SUPERVISOR);

    page_world_text(world, LI, "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM cases WHERE is_guarded = 1"), 1);
    browser_get(leader, "leader");
    assert_false(browser_shows(leader, "受保护件"));
    browser_get(supervisor, "leader");
    assert_true(browser_shows(supervisor, "受保护件（只有件数）</small><b>1</b>"));
}

/* Whose office is the county's discipline commission oversees the whole county, not what that office handles.
 */
static void a_supervisor_in_a_department_sees_the_countys_figures(void **state)
{
    struct page_world *world = *state;
    struct browser *browser;

    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    page_world_run(world, "INSERT INTO units (code, name, level, duty, parent)"
                          " SELECT '141027-JW', '纪委', 'department', 'discipline', id FROM units LIMIT 1");
    page_world_run(
        world, "UPDATE people SET unit = (SELECT max(id) FROM units) WHERE phone = '" PAGE_SUPERVISOR "'");
    browser = browser_signed_in(world, PAGE_SUPERVISOR);
    assert_int_equal(browser_get(browser, "pictures"), 200);
    assert_true(browser_shows(browser, "逐月收到和办结") && !browser_shows(browser, "纪委"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, page_world_setup, page_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(cases_are_found_counted_and_opened),
        TEST(restricted_cases_are_neither_found_nor_counted),
        TEST(another_townships_cases_are_not_found),
        TEST(what_was_looked_for_and_shown_stands_in_the_audit),
        TEST(an_export_has_no_reporter_and_no_formula),
        TEST(the_audit_says_who_saw_a_case),
        TEST(a_leader_counts_only_restricted_cases_they_may_know_of),
        TEST(a_supervisor_in_a_department_sees_the_countys_figures),
        TEST(letters_and_the_round_are_printed_under_the_pages_policy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
