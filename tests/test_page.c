/* The operator's page over HTTP: who may see what, and that every button is an event of a line like any
 * other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"

#include "gateway/page/visit.h"
#include "store/journal/seal.h"
#include "tests/support/page_world.h"
#include "tests/support/program.h"

#define C 1
#define L 2
#define S 4
#define O 8
#define K 16

/* Page by page, who has it; everybody else gets what is not there. */
static void each_page_is_for_its_roles(void **state)
{
    static const struct {
        const char *page;
        unsigned roles;
    } pages[] = {
        { "home", C | L | S | O | K },
        { "me", C | L | S | O | K },
        { "changes", C | L | S | O | K },
        { "new", C | L | K },
        { "search", C | L | S | O | K },
        { "search?q=1", C | L | S | O | K },
        { "export?q=1", C | L | S | O | K },
        { "round", C | L },
        { "lines", L | S | O | K },
        { "pictures", L | S },
        { "keep", O },
        { "keep/days.csv", O },
        { "keep/duty.csv", O },
        { "keep/people.csv", O },
        { "keep/units.csv", O },
        { "keep/aliases.csv", O },
        { "keep/leaves.csv", O },
        { "keep/words.csv", O },
        { "keep/limits.csv", O },
        { "keep/texts.csv", O },
        { "keep/else", 0 },
        { "letter/accept/26999999", 0 },
        { "letter/receipt/26999999", 0 },
        { "leader", L | S },
        { "search", C | L | S | O | K },
        { "round", C | L },
        { "audit", S },
        { "list/overdue", C | L | S | K },
        { "list/due", C | L | S | K },
        { "list/mine", C },
        { "list/waiting", C | L | S },
        { "list/urgent", C | L | S },
        { "list/unsure", C | L | S | K },
        { "list/place", C | L | S | K },
        { "list/returned", C | L | S | K },
        { "list/alike", C | L | S | K },
        { "list/to-hear", C | L | S | O | K },
        { "list/unsent", C | L | S | O | K },
        { "list/code", C | L | S | K },
        { "list/drafts", C | L | S | O | K },
        { "list/hasty", L | S },
        { "list/bad", L | S },
        { "list/restricted", S },
        { "list/none", 0 },
        { "case/26999999", 0 },
        { "none", 0 },
        { "case/", 0 },
    };
    static const struct {
        const char *phone;
        unsigned role;
    } people[] = {
        { PAGE_CADRE, C }, { PAGE_LEADER, L }, { PAGE_SUPERVISOR, S }, { PAGE_OPERATOR, O }, { PAGE_CLERK, K }
    };
    struct page_world *world = *state;

    for (size_t p = 0; p < sizeof people / sizeof *people; p++) {
        struct browser *browser = browser_signed_in(world, people[p].phone);

        for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
            int wanted = pages[i].roles & people[p].role ? 200 : 404;

            if (browser_get(browser, pages[i].page) != wanted)
                fail_msg("%s of %s: %d", pages[i].page, people[p].phone, browser->reply.status);
        }
        talloc_free(browser);
    }
}

/* The year's figures are those counted at the start, or a minute ago; what is overdue is not. */
static void what_is_overdue_is_counted_at_each_look(void **state)
{
    static const char received[] = "<small>收到</small><b>1</b>", none[] = "<small>超期</small><b>0</b>",
                      one[] = "<small>超期</small><b class=\"late\">1</b>";
    struct page_world *world = *state;
    struct browser *leader = browser_signed_in(world, PAGE_LEADER);

    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    page_world_restart(world);
    assert_int_equal(browser_get(leader, "leader"), 200);
    assert_true(browser_shows(leader, received) && browser_shows(leader, none));
    assert_true(browser_shows(leader, "统计到"));
    page_world_text(world, "+8613934567002", "北王村的路塌了，车过不去");
    page_world_run(world, "UPDATE cases SET accept_by = 1 WHERE id = 1");
    assert_int_equal(browser_get(leader, "leader"), 200);
    assert_true(browser_shows(leader, received) && browser_shows(leader, one));
}

static void who_is_not_signed_in_sees_the_form_alone(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_new(world, NULL);

    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    assert_int_equal(browser_get(browser, "home"), 200);
    assert_true(browser_shows(browser, "name=\"phone\""));
    assert_int_equal(browser_get(browser, "case/26000010"), 200);
    assert_true(browser_shows(browser, "name=\"phone\"") && !browser_shows(browser, "自来水"));
    assert_int_equal(browser_post(browser, "case/26000010/do", "command=accept"), 401);
}

/* Only the number that was typed differs. */
static void an_unknown_phone_is_answered_alike(void **state)
{
    struct page_world *world = *state;
    struct browser *known = browser_new(world, NULL), *unknown = browser_new(world, NULL);

    assert_int_equal(browser_post(known, "sign-in", "phone=13900000010"), 200);
    assert_int_equal(browser_post(unknown, "sign-in", "phone=13900000099"), 200);
    assert_int_equal(strlen(known->reply.body), strlen(unknown->reply.body));
    assert_string_equal(strstr(known->reply.body, "</form>"), strstr(unknown->reply.body, "</form>"));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM notices WHERE name = 'page-code'"), 1);
}

static const char *sign_in_fields(struct browser *browser, const char *code)
{
    return talloc_asprintf(browser, "phone=13900000010&code=%s", code);
}

static void a_code_signs_in_once_and_its_own_browser(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_new(world, NULL), *other = browser_new(world, NULL);
    const char *code;

    browser_post(browser, "sign-in", "phone=13900000010");
    code = page_world_code(world, PAGE_CADRE);
    assert_int_equal(browser_post(other, "sign-in/code", sign_in_fields(other, code)), 403);
    assert_int_equal(browser_post(browser, "sign-in/code", sign_in_fields(browser, code)), 303);
    assert_non_null(strstr(browser->cookie, "xy=xy_"));
    assert_int_equal(browser_get(browser, "home"), 200);
    assert_true(browser_shows(browser, "甲例一"));
    browser = browser_new(world, NULL);
    assert_int_equal(browser_post(browser, "sign-in/code", sign_in_fields(browser, code)), 403);
}

static void a_code_dies_after_three_tries(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_new(world, NULL);
    const char *code;

    browser_post(browser, "sign-in", "phone=13900000010");
    code = page_world_code(world, PAGE_CADRE);
    for (int i = 0; i < 3; i++)
        assert_int_equal(
            browser_post(browser, "sign-in/code",
                         sign_in_fields(browser, strcmp(code, "000000") == 0 ? "111111" : "000000")),
            403);
    assert_int_equal(browser_post(browser, "sign-in/code", sign_in_fields(browser, code)), 403);
}

/* Somebody elsewhere who tries and tries locks themselves out, not the phone; and leaves some of its codes.
 */
static void nobody_locks_the_phone_of_another(void **state)
{
    struct page_world *world = *state;
    struct browser *owner = browser_new(world, "192.0.2.1"), *stranger = browser_new(world, "198.51.100.7");

    browser_post(owner, "sign-in", "phone=13900000010");
    assert_int_equal(
        browser_post(owner, "sign-in/code", sign_in_fields(owner, page_world_code(world, PAGE_CADRE))), 303);
    for (int i = 0; i < 10; i++)
        browser_post(stranger, "sign-in", "phone=13900000010");
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM notices WHERE name = 'page-code'"), 3);
    for (int i = 0; i < 6; i++)
        browser_post(stranger, "sign-in/code", sign_in_fields(stranger, "000000"));
    assert_int_equal(stranger->reply.status, 429);
    owner = browser_new(world, "192.0.2.1");
    browser_post(owner, "sign-in", "phone=13900000010");
    assert_int_equal(
        browser_post(owner, "sign-in/code", sign_in_fields(owner, page_world_code(world, PAGE_CADRE))), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM sender_lines WHERE locked_until > 0"), 0);
}

static void a_phone_gets_five_codes_a_day(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    for (int i = 0; i < 8; i++)
        browser_post(browser, "sign-in", "phone=13900000010");
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM notices WHERE name = 'page-code'"), 5);
}

static void a_session_ends(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *cookie = browser->cookie;

    assert_int_equal(
        page_world_count(world, talloc_asprintf(world, "SELECT count(*) FROM page_sessions WHERE hash = '%s'",
                                                cookie + 3)),
        0);
    page_world_restart(world);
    browser_get(browser, "home");
    assert_true(browser_shows(browser, "甲例一"));
    page_world_run(world, "UPDATE page_sessions SET seen_at = seen_at - 1800");
    browser_get(browser, "home");
    assert_true(!browser_shows(browser, "甲例一") && browser_shows(browser, "登录已过期"));
    page_world_run(world,
                   "UPDATE page_sessions SET seen_at = seen_at + 1800, created_at = created_at - 28800");
    browser_get(browser, "home");
    assert_false(browser_shows(browser, "甲例一"));
    page_world_run(world, "UPDATE page_sessions SET created_at = created_at + 28800");
    browser_get(browser, "home");
    assert_int_equal(browser_do(browser, "sign-out", ""), 303);
    browser->cookie = cookie;
    browser_get(browser, "home");
    assert_false(browser_shows(browser, "甲例一"));
}

/* A token that somebody put into the browser before is worth nothing after signing in. */
static void a_token_from_before_signs_nobody_in(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_new(world, NULL);
    const char *code, *wait;

    browser_post(browser, "sign-in", "phone=13900000010");
    code = page_world_code(world, PAGE_CADRE);
    wait = browser->cookie;
    browser->cookie = talloc_asprintf(world, "xy=xy_planted; %s", wait);
    assert_int_equal(browser_post(browser, "sign-in/code", sign_in_fields(browser, code)), 303);
    assert_null(strstr(browser->cookie, "planted"));
    browser->cookie = "xy=xy_planted";
    browser_get(browser, "home");
    assert_false(browser_shows(browser, "甲例一"));
}

static void cookies_and_headers_are_as_they_must_be(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_new(world, NULL);
    const char *cookie;

    browser_post(browser, "sign-in", "phone=13900000010");
    browser_post(browser, "sign-in/code", sign_in_fields(browser, page_world_code(world, PAGE_CADRE)));
    cookie = reply_header(world, &browser->reply, "Set-Cookie");
    assert_true(strstr(cookie, "; HttpOnly") && strstr(cookie, "; SameSite=Strict") &&
                strstr(cookie, "; Path=/"));
    assert_string_equal(
        reply_header(world, &browser->reply, "Content-Security-Policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src "
        "'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
}

static void forms_of_other_sites_do_nothing(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *page = talloc_asprintf(world, "case/%s", number),
               *path = talloc_asprintf(world, "case/%s/do", number);
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, page);
    browser->origin = "http://elsewhere.example";
    assert_int_equal(browser_do(browser, path, "command=accept&sure=1"), 403);
    browser->origin = "null";
    browser_get(browser, page);
    assert_int_equal(browser_do(browser, path, "command=accept&sure=1"), 403);
    browser->origin = "http://test";
    browser_get(browser, page);
    assert_int_equal(
        browser_post(browser, path,
                     talloc_asprintf(world, "command=accept&sure=1&csrf=0&seen=%s&nonce=%s",
                                     browser_hidden(browser, "seen"), browser_hidden(browser, "nonce"))),
        403);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM events WHERE line = 'page'"), 0);
    browser_get(browser, page);
    assert_int_equal(browser_do(browser, path, "command=accept&sure=1"), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'accepted'"), 1);
}

/* Another township's case, one that accuses an official, and one that is not there. */
static void what_one_may_not_see_is_not_there(void **state)
{
    struct page_world *world = *state;
    const char *secret =
        page_world_text(world, "+8613934567002", "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *absent;

    assert_int_equal(browser_get(browser, "case/26999999"), 404);
    absent = browser->reply.body;
    assert_int_equal(browser_get(browser, talloc_asprintf(world, "case/%s", secret)), 404);
    assert_string_equal(browser->reply.body, absent);
    assert_int_equal(browser_get(browser, talloc_asprintf(world, "live?case=%s", secret)), 404);
    assert_int_equal(browser_post(browser, "bulk",
                                  talloc_asprintf(world, "csrf=%s&command=accept&n=%s",
                                                  browser_hidden(browser, "csrf"), secret)),
                     400);
    assert_null(strstr(browser->reply.body, secret));
    for (const char *list = "list/waiting\0list/urgent\0list/unsure\0home\0"; *list;
         list += strlen(list) + 1) {
        browser_get(browser, list);
        assert_null(strstr(browser->reply.body, secret));
    }
    browser = browser_signed_in(world, PAGE_SUPERVISOR);
    assert_int_equal(browser_get(browser, talloc_asprintf(world, "case/%s", secret)), 200);
}

/* Not even a part of the number of who asked not to be named: neither where texts to them are listed, nor
 * before a step. */
static void an_anonymous_reporter_has_no_number(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "匿名 东陈村的自来水停了三天了");
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    assert_true(browser_shows(browser, "匿名") && !browser_shows(browser, "139****7001"));
    assert_int_equal(browser_do(browser, talloc_asprintf(world, "case/%s/do", number), "command=accept"),
                     200);
    assert_true(browser_shows(browser, "匿名") && !browser_shows(browser, "139****7001"));
    page_world_run(world, "UPDATE notices SET state = 'FAILED' WHERE name = 'received'");
    browser_get(browser, "list/unsent");
    assert_true(browser_shows(browser, "name=\"id\"") && browser_shows(browser, "匿名") &&
                !browser_shows(browser, "139****7001"));
}

/* A step waits for its code, and meanwhile the case becomes one that accuses whoever asked for it. */
static void what_waits_for_a_code_goes_with_its_case(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    browser_do(browser, talloc_asprintf(world, "case/%s/do", number), "command=accept&sure=1");
    page_world_text(world, PAGE_CADRE, talloc_asprintf(world, "办结 %s 已恢复供水", number));
    page_world_run(world, "UPDATE confirmations SET line = '', case_id = 1");
    browser_get(browser, "list/code");
    assert_true(browser_shows(browser, number));
    page_world_run(world, "UPDATE cases SET is_guarded = 1, handler = NULL");
    browser_get(browser, "list/code");
    assert_false(browser_shows(browser, number));
}

static void a_view_is_one_row(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    const char *one = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *two = page_world_text(world, "+8613934567002", "东陈村的路灯坏了半个月没人修");
    browser_get(browser, "list/waiting");
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM page_views"), 1);
    assert_string_equal(page_world_value(world, "SELECT asked || ' ' || cases FROM page_views"),
                        talloc_asprintf(world, "/page/list/waiting %s %s", one, two));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'viewed'"), 0);
}

static void a_number_is_unmasked_by_a_step(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    assert_true(browser_shows(browser, "139****7001") && !browser_shows(browser, "13934567001"));
    assert_int_equal(browser_do(browser, talloc_asprintf(world, "case/%s/do", number),
                                talloc_asprintf(world, "command=reveal&sure=1&words=%s",
                                                browser_encoded(browser, "要回电话"))),
                     303);
    browser_get(browser, reply_header(world, &browser->reply, "Location") + strlen("/page/"));
    assert_true(browser_shows(browser, "13934567001"));
    assert_string_equal(page_world_value(world, "SELECT words FROM steps WHERE kind = 'viewed'"), "要回电话");
}

/* Which buttons a case has for a clerk of the county, and when. */
static void a_clerk_sorts_what_nobody_has_taken(void **state)
{
    static const char *const sorting[] = { "reclass", "place", "forward", "no_complaint" },
                             *const others[] = { "accept", "progress", "close",   "refuse", "return",
                                                 "merge",  "adopt",    "urgency", "split",  "hear" };
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *secret =
        page_world_text(world, "+8613934567002", "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");
    const char *page = talloc_asprintf(world, "case/%s", number),
               *path = talloc_asprintf(world, "case/%s/do", number);
    struct browser *clerk = browser_signed_in(world, PAGE_CLERK), *cadre;

    page_world_run(world, "UPDATE cases SET confidence = 20");
    assert_int_equal(browser_get(clerk, page), 200);
    for (size_t i = 0; i < sizeof sorting / sizeof *sorting; i++)
        assert_true(browser_shows(clerk, talloc_asprintf(world, "value=\"%s\"", sorting[i])));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(browser_shows(clerk, talloc_asprintf(world, "value=\"%s\"", others[i])));
    assert_true(browser_shows(clerk, "value=\"reveal\""));
    browser_get(clerk, "list/unsure");
    assert_true(browser_shows(clerk, number) && !browser_shows(clerk, secret));
    assert_int_equal(browser_do(clerk, "agree", talloc_asprintf(world, "agree=%s", number)), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM labels"), 1);
    browser_get(clerk, page);
    browser_do(clerk, path, "command=accept&sure=1");
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'accepted'"), 0);
    cadre = browser_signed_in(world, PAGE_CADRE);
    browser_get(cadre, page);
    browser_get(clerk, page);
    browser_do(cadre, path, "command=accept&sure=1");
    assert_int_equal(browser_do(clerk, path, "command=no_complaint&sure=1"), 404);
    assert_int_equal(browser_get(clerk, page), 404);
    page_world_run(world, "UPDATE cases SET place = NULL");
    assert_int_equal(browser_get(clerk, talloc_asprintf(world, "case/%s", secret)), 404);
    assert_int_equal(browser_get(clerk, page), 200);
    assert_int_equal(
        browser_do(clerk, path,
                   talloc_asprintf(world, "command=place&sure=1&value=%s", browser_encoded(clerk, "东陈村"))),
        303);
    /* it has left their sight, but what came of it is said */
    assert_int_equal(browser_get(clerk, reply_header(world, &clerk->reply, "Location") + strlen("/page/")),
                     200);
    assert_true(browser_shows(clerk, number));
}

/* The names of the province's other counties stand beside the field for the unit, and one of them may be
 * said. */
static void a_case_is_forwarded_to_another_county_as_to_a_unit(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了"), *key;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    char public_key[SEAL_KEY_SIZE], private_key[SEAL_KEY_SIZE];

    seal_new_key(public_key, private_key);
    key = talloc_asprintf(world, "INSERT INTO counties (code, name, key) VALUES ('141002', '尧都区', '%s')",
                          public_key);
    page_world_run(world, key);
    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    assert_false(browser_shows(browser, "尧都区"));
    ((struct config *)world->http->config)->centre_url = "https://centre.example";
    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    assert_true(browser_shows(browser, "list=\"counties\"") &&
                browser_shows(browser, "<option value=\"尧都区\">"));
    assert_int_equal(browser_do(browser, talloc_asprintf(world, "case/%s/do", number),
                                talloc_asprintf(world, "command=forward&sure=1&unit=%s&words=%s",
                                                browser_encoded(browser, "尧都区"),
                                                browser_encoded(browser, "水管在他们那边"))),
                     303);
    assert_string_equal(page_world_value(world, "SELECT state FROM transfers WHERE county = '141002'"),
                        "asked");
    assert_string_equal(page_world_value(world, "SELECT state FROM cases"), "new");
}

/* A new case much like an earlier one that one may know of stands in a queue, with the way to merge it. */
static void a_new_case_that_is_very_similar_is_offered_to_be_merged(void **state)
{
    struct page_world *world = *state;
    const char *one = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了，没有水吃");
    const char *two = page_world_text(world, "+8613934567002", "东陈村自来水停了三天，没有水吃");
    const char *other = page_world_text(world, "+8613934567003", "东陈村的路灯坏了半个月没人修");
    const char *link = talloc_asprintf(world, "case/%s?merge=%s", two, one);
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, "list/alike");
    assert_true(browser_shows(browser, link) && !browser_shows(browser, other) &&
                !browser_shows(browser, talloc_asprintf(world, "case/%s?merge", one)));
    browser_get(browser, link);
    assert_true(browser_shows(browser, talloc_asprintf(world, "value=\"%s\"", one)));
    assert_int_equal(browser_do(browser, talloc_asprintf(world, "case/%s/do", two),
                                talloc_asprintf(world, "command=merge&value=%s&sure=1", one)),
                     303);
    assert_string_equal(page_world_value(world, "SELECT state FROM cases WHERE merged_into IS NOT NULL"),
                        "merged");
    browser_get(browser, "list/alike");
    assert_false(browser_shows(browser, link));
    /* a clerk is shown the pair, but merges nothing */
    two = page_world_text(world, "+8613934567004", "东陈村自来水停了三天，没有水吃了");
    browser = browser_signed_in(world, PAGE_CLERK);
    browser_get(browser, "list/alike");
    assert_true(browser_shows(browser, two) && browser_shows(browser, one) &&
                !browser_shows(browser, "?merge="));
}

/* What the answer to a button says stays on the page: no text goes to the cadre; the reporter hears. */
static void a_button_is_an_event_of_the_line_page(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *path = talloc_asprintf(world, "case/%s/do", number);
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    assert_int_equal(browser_do(browser, path, "command=accept"), 200);
    assert_true(browser_shows(browser, "已有人办：甲例一") && browser_shows(browser, "139****7001"));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM events WHERE line = 'page'"), 0);
    assert_int_equal(browser_do(browser, path, "command=accept&sure=1"), 303);
    assert_string_equal(page_world_value(world, "SELECT text FROM events WHERE line = 'page'"),
                        talloc_asprintf(world, "领 %s", number));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM notices WHERE name = 'accepted-done' AND "
                                             "state = 'DELIVERED' AND line = 'page'"),
                     1);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM notices WHERE name = 'accepted' AND state "
                                             "= 'READY' AND recipient = '" PAGE_VILLAGER "'"),
                     1);
    browser_get(browser, reply_header(world, &browser->reply, "Location") + strlen("/page/"));
    assert_true(browser_shows(browser, "由您办理"));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM people WHERE line = 'page'"), 0);
}

/* The same form sent twice is filed once. */
static void a_form_counts_once(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *path = talloc_asprintf(world, "case/%s/do", number), *fields;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    fields = talloc_asprintf(world, "csrf=%s&seen=%s&nonce=%s&command=reveal&words=x&sure=1",
                             browser_hidden(browser, "csrf"), browser_hidden(browser, "seen"),
                             browser_hidden(browser, "nonce"));
    assert_int_equal(browser_post(browser, path, fields), 303);
    assert_int_equal(browser_post(browser, path, fields), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'viewed'"), 1);
}

static void a_starred_step_asks_for_a_code(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *page = talloc_asprintf(world, "case/%s", number),
               *path = talloc_asprintf(world, "case/%s/do", number);
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *close =
        talloc_asprintf(world, "command=close&sure=1&words=%s", browser_encoded(browser, "已恢复供水"));

    browser_get(browser, page);
    browser_do(browser, path, "command=accept&sure=1");
    page_world_run(world, "UPDATE page_sessions SET code_at = code_at - 600");
    browser_get(browser, page);
    assert_int_equal(browser_do(browser, path, close), 200);
    assert_true(browser_shows(browser, "name=\"code\"") && browser_shows(browser, "已办结：已恢复供水"));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'closed'"), 0);
    assert_int_equal(browser_do(browser, path, talloc_asprintf(world, "%s&code=12345", close)), 403);
    assert_int_equal(
        browser_do(browser, path,
                   talloc_asprintf(world, "%s&code=%s", close, page_world_code(world, PAGE_CADRE))),
        303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'closed'"), 1);
    browser_get(browser, page);
    assert_int_equal(browser_do(browser, path, "command=undo"), 303);
    assert_string_equal(page_world_value(world, "SELECT state FROM cases"), "in hand");
}

/* Two people on one case: whoever saw less is told, and loses no word. */
static void a_later_step_stops_what_was_written_before_it(void **state)
{
    struct page_world *world = *state;
    int rounds = getenv("PAGE_ROUNDS") ? atoi(getenv("PAGE_ROUNDS")) : 12;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *page = talloc_asprintf(world, "case/%s", number),
               *path = talloc_asprintf(world, "case/%s/do", number);
    struct browser *first = browser_signed_in(world, PAGE_CADRE), *second;

    browser_get(first, page);
    browser_do(first, path, "command=accept&sure=1");
    second = browser_signed_in(world, PAGE_CADRE);
    for (int i = 0; i < rounds; i++) {
        struct browser *one = i % 2 ? first : second, *other = i % 2 ? second : first;

        browser_get(one, page);
        browser_get(other, page);
        assert_int_equal(
            browser_do(one, path, talloc_asprintf(world, "command=progress&sure=1&words=one%%20%d", i)), 303);
        assert_int_equal(
            browser_do(other, path, talloc_asprintf(world, "command=progress&sure=1&words=other%%20%d", i)),
            409);
        assert_true(browser_shows(other, talloc_asprintf(world, "one %d", i)) &&
                    browser_shows(other, talloc_asprintf(world, "other %d", i)));
        assert_string_equal(page_world_value(world, "SELECT words FROM page_drafts"),
                            talloc_asprintf(world, "other %d", i));
        page_world_run(world, "DELETE FROM page_drafts");
    }
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'progress'"), rounds);
}

/* Where nothing is written, the words that were chosen count. */
static void ready_words_will_do(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *page = talloc_asprintf(world, "case/%s", number);
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, page);
    browser_do(browser, talloc_asprintf(world, "case/%s/do", number), "command=accept&sure=1");
    browser_get(browser, page);
    assert_true(browser_shows(browser, "已到现场看过"));
    assert_int_equal(browser_do(browser, talloc_asprintf(world, "case/%s/do", number),
                                talloc_asprintf(world, "command=progress&sure=1&words=&ready=%s",
                                                browser_encoded(browser, "已到现场看过，正在安排。"))),
                     303);
    assert_string_equal(page_world_value(world, "SELECT words FROM steps WHERE kind = 'progress'"),
                        "已到现场看过，正在安排。");
}

/* What was written when the session had run out is there after signing in again. */
static void words_outlive_the_session(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    browser_do(browser, talloc_asprintf(world, "case/%s/do", number), "command=accept&sure=1");
    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    page_world_run(world, "UPDATE page_sessions SET seen_at = seen_at - 1800");
    assert_int_equal(browser_do(browser, "draft",
                                talloc_asprintf(world, "case=%s&command=progress&words=%s", number,
                                                browser_encoded(browser, "写了半天的话"))),
                     401);
    browser = browser_signed_in(world, PAGE_CADRE);
    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    assert_true(browser_shows(browser, "写了半天的话"));
    page_world_restart(world);
    browser_get(browser, "list/drafts");
    assert_true(browser_shows(browser, "写了半天的话"));
}

static void several_cases_are_done_together(void **state)
{
    struct page_world *world = *state;
    const char *one = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    const char *two = page_world_text(world, "+8613934567002", "东陈村的路灯坏了半个月没人修");
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *csrf, *fields;

    browser_get(browser, "list/waiting");
    csrf = browser_hidden(browser, "csrf");
    fields = talloc_asprintf(world, "csrf=%s&command=accept&n=%s&n=%s", csrf, one, two);
    assert_int_equal(browser_post(browser, "bulk", fields), 200);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'accepted'"), 0);
    assert_true(browser_shows(browser, "139****7001") && browser_shows(browser, "139****7002"));
    fields = talloc_asprintf(world, "%s&sure=1&nonce=%s", fields, browser_hidden(browser, "nonce"));
    assert_int_equal(browser_post(browser, "bulk", fields), 200);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'accepted'"), 2);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM events WHERE line = 'page'"), 1);
    assert_int_equal(browser_do(browser, "undo", ""), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM cases WHERE state = 'new'"), 2);
}

/* What would run, or end a part of the page, if it were not escaped. */
static const char *const corpus[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{csrf}}{{{csrf}}}{{> head.html}}",
    "javascript:alert(1)",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "\xe2\x80\xae<b>",
    "<base href=//evil>",
    "<form action=//evil><input name=csrf>",
};

/* Whatever a text, a name or a unit holds is shown as it is, never read as a part of the page. */
static void what_people_write_stays_text(void **state)
{
    struct page_world *world = *state;
    struct browser *browser;

    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++)
        page_world_text(world, talloc_asprintf(world, "+86139345680%02zu", i),
                        talloc_asprintf(world, "东陈村的自来水停了三天%s", corpus[i]));
    page_world_run(world, "UPDATE units SET name = name || '<b onclick=alert(2)>' WHERE level = 'village'");
    page_world_run(world, "UPDATE people SET title = '\"><script>alert(3)</script>' WHERE roles <> 0");
    browser = browser_signed_in(world, PAGE_CADRE);
    for (const char *page =
             "home\0list/waiting\0list/unsure\0case/26000010\0case/26000028\0list/urgent\0me\0";
         *page; page += strlen(page) + 1) {
        const char *body;

        browser_get(browser, page);
        body = strstr(browser->reply.body, "<main");
        for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++)
            if (strchr(corpus[i], '<') && strstr(body, corpus[i]) && strcmp(corpus[i], "<!--") != 0)
                fail_msg("%s: %s", page, corpus[i]);
        assert_null(strstr(body, "<script"));
        assert_null(strstr(body, "<b onclick"));
        assert_null(strstr(body, "<!--"));
    }
    browser_get(browser, "list/waiting");
    assert_true(browser_shows(browser, "&lt;script&gt;alert(1)"));
}

/* The pages in which names and a recording's facts stand, of who may see them. */
static void look_through(struct browser *browser, const char *pages, const char *hostile)
{
    for (const char *page = pages; *page; page += strlen(page) + 1) {
        int status = browser_get(browser, page);

        if (status != 200)
            fail_msg("%s: %d", page, status);
        if (strchr(hostile, '<') && strcmp(hostile, "<!--") != 0 && strstr(browser->reply.body, hostile))
            fail_msg("%s shows %s as it is", page, hostile);
        if (strcmp(hostile, "{{csrf}}{{{csrf}}}{{> head.html}}") == 0 &&
            strstr(strstr(browser->reply.body, "<main"), "<!DOCTYPE"))
            fail_msg("%s renders a name", page);
    }
}

/* Names of people, units and places, a recording's metadata and what a machine heard, words of the lexicon.
 */
static void what_others_are_called_stays_text(void **state)
{
    struct page_world *world = *state;

    struct browser *cadre = browser_signed_in(world, PAGE_CADRE),
                   *clerk = browser_signed_in(world, PAGE_CLERK),
                   *supervisor = browser_signed_in(world, PAGE_SUPERVISOR),
                   *operator= browser_signed_in(world, PAGE_OPERATOR);

    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    page_world_run(
        world, "INSERT INTO recordings (state, line, external_id, caller, called, at, begun_at, is_growing,"
               " is_sealed, keys, file, copy, format, sha256, octets, ms, sound_ms, case_id, heard_by,"
               " written_by) SELECT 'kept', '', '', '', '', received_at, received_at, 0, 0, '', 'x.wav',"
               " '', 'wav pcm 16', '', 1, 3000, 3000, id, '', '' FROM cases");
    page_world_run(world, "INSERT INTO place_names (name, unit) SELECT '别名', id FROM units");
    page_world_run(world, "INSERT INTO kept_values (kind, key, value) VALUES ('word', '词', 'road 4')");
    for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
        const char *quoted = corpus[i];
        char *sql = talloc_strdup(world, "");

        for (; *quoted; quoted++)
            sql = talloc_asprintf_append(sql, *quoted == '\'' ? "''" : "%c", *quoted);
        page_world_run(
            world, talloc_asprintf(world, "UPDATE people SET name = '甲%s', title = '%s' WHERE roles <> 0",
                                   sql, sql));
        page_world_run(world, talloc_asprintf(world, "UPDATE units SET name = '村%s' || id", sql));
        page_world_run(world, talloc_asprintf(world, "UPDATE place_names SET name = '%s' || unit", sql));
        page_world_run(world, talloc_asprintf(world, "UPDATE kept_values SET key = '%s'", sql));
        page_world_run(world, talloc_asprintf(world,
                                              "UPDATE recordings SET external_id = '%s', caller = '%s',"
                                              " called = '%s', line = '%s', transcript = 'done',"
                                              " transcript_text = '%s'",
                                              sql, sql, sql, sql, sql));
        look_through(cadre, "home\0list/waiting\0case/26000010\0search?q=%E6%B0%B4\0me\0", corpus[i]);
        look_through(clerk, "list/to-hear\0list/place\0", corpus[i]);
        look_through(supervisor, "leader\0audit\0lines\0", corpus[i]);
        look_through(operator, "keep\0", corpus[i]);
    }
}

/* The operator reads what the centre asked for in vain, in the operator's language; others have no say in it.
 */
static void orders_that_were_refused_are_shown_to_the_operator(void **state)
{
    struct page_world *world = *state;
    struct browser *operator= browser_signed_in(world, PAGE_OPERATOR);
    struct browser *leader = browser_signed_in(world, PAGE_LEADER);

    browser_get(operator, "lines");
    assert_false(browser_shows(operator, "省里要求"));
    page_world_run(world, "INSERT INTO refused_orders (id, kind, why, made_at) VALUES"
                          " (4, 'unit', 'there is no such unit', unixepoch() - 60),"
                          " (5, '<b>dance', 'this program does not know such an order', unixepoch()),"
                          " (3, 'model', 'the model has another hash', unixepoch() - 31 * 86400)");
    browser_get(operator, "lines");
    assert_true(browser_shows(operator, "省里要求、这里没有办的"));
    assert_true(browser_shows(operator, "<td>单位</td><td>没有这个单位</td>"));
    assert_true(browser_shows(operator, "&lt;b&gt;dance") && !browser_shows(operator, "<b>dance"));
    assert_false(browser_shows(operator, "校验值"));
    browser_do(operator, "language", "language=en");
    browser_get(operator, "lines");
    assert_true(browser_shows(operator, "<td>a unit</td><td>there is no such unit</td>"));
    browser_get(leader, "lines");
    assert_false(browser_shows(leader, "省里要求"));
}

/* A text that failed is sent again, or given up, by who knows its case; nobody else may. */
static void a_text_that_failed_is_decided_on(void **state)
{
    struct page_world *world = *state;
    struct browser *browser, *other = browser_signed_in(world, PAGE_MEI);
    const char *id;

    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    id = page_world_value(world, "SELECT id FROM notices WHERE name = 'received'");
    page_world_run(world, "UPDATE notices SET state = 'FAILED' WHERE name = 'received'");
    browser_get(other, "list/unsent");
    assert_false(browser_shows(other, "name=\"id\""));
    browser_post(
        other, "text",
        talloc_asprintf(world, "csrf=%s&nonce=%064d&id=%s&what=again", browser_hidden(other, "csrf"), 1, id));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM notices WHERE state = 'FAILED'"), 1);
    browser = browser_signed_in(world, PAGE_CADRE);
    browser_get(browser, "list/unsent");
    assert_true(browser_shows(browser, "收到，编号"));
    assert_int_equal(browser_do(browser, "text", talloc_asprintf(world, "id=%s&what=again", id)), 303);
    assert_int_equal(
        page_world_count(world, "SELECT count(*) FROM notices WHERE name = 'received' AND state = 'READY'"),
        1);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM steps WHERE kind = 'notice sent again'"),
                     1);
    page_world_run(world, "UPDATE notices SET state = 'UNKNOWN' WHERE name = 'received'");
    browser_get(browser, "list/unsent");
    assert_int_equal(browser_do(browser, "text", talloc_asprintf(world, "id=%s&what=arrived", id)), 303);
    assert_int_equal(
        page_world_count(world,
                         "SELECT count(*) FROM notices WHERE name = 'received' AND state = 'DELIVERED'"),
        1);
    /* a clerk decides on it as well, while nobody has the case; and does not see what is withheld */
    page_world_run(world, "UPDATE notices SET state = 'FAILED' WHERE name = 'received'");
    page_world_text(world, "+8613934567002", "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");
    page_world_run(world, "UPDATE notices SET state = 'FAILED' WHERE recipient = '" PAGE_SUPERVISOR "'");
    browser = browser_signed_in(world, PAGE_CLERK);
    browser_get(browser, "list/unsent");
    assert_true(browser_shows(browser, "收到，编号") && !browser_shows(browser, "小舅子"));
    assert_int_equal(browser_do(browser, "text", talloc_asprintf(world, "id=%s&what=again", id)), 303);
    assert_int_equal(
        page_world_count(world, "SELECT count(*) FROM notices WHERE case_id IS NOT NULL AND state = 'FAILED'"
                                " AND recipient <> '" PAGE_SUPERVISOR "'"),
        0);
    browser = browser_signed_in(world, PAGE_OPERATOR);
    page_world_run(world, "UPDATE notices SET state = 'FAILED' WHERE name = 'received'");
    browser_get(browser, "list/unsent");
    assert_true(browser_shows(browser, "name=\"id\"") && !browser_shows(browser, "收到，编号"));
    assert_int_equal(browser_do(browser, "text", talloc_asprintf(world, "id=%s&what=given_up", id)), 303);
    assert_int_equal(
        page_world_count(world,
                         "SELECT count(*) FROM notices WHERE name = 'received' AND state = 'CANCELLED'"),
        1);
}

/* A class of which the gateway is not sure is confirmed by one press: it learns from that. */
static void a_class_is_confirmed(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    struct browser *browser;

    page_world_run(world, "UPDATE cases SET confidence = 20");
    browser = browser_signed_in(world, PAGE_CADRE);
    browser_get(browser, "list/unsure");
    assert_int_equal(browser_do(browser, "agree", talloc_asprintf(world, "agree=%s", number)), 303);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM labels"), 1);
    assert_string_equal(page_world_value(world, "SELECT topic FROM cases"), "water");
}

/* Whoever listens hears of a step at once; a browser that comes again names the last one it had. */
static const char *next_event(struct page_world *world, int fd)
{
    char *text = talloc_zero_size(world, 8192);
    size_t n = 0;

    while (n < 8191 && !strstr(text, "data: ")) {
        ssize_t got = recv(fd, text + n, 8191 - n, 0);

        if (got <= 0)
            break;
        n += (size_t)got;
    }
    return text;
}

static int open_stream(struct browser *browser, const char *path)
{
    struct timeval patience = { .tv_sec = 5 };
    int fd = http_connect(browser->world->http);

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    http_send(fd, talloc_asprintf(browser, "GET /page/%s HTTP/1.1\r\nHost: test\r\nCookie: %s\r\n\r\n", path,
                                  browser->cookie));
    return fd;
}

/* How far the last page shows what happens. */
static const char *seen_until(struct browser *browser)
{
    const char *mark = strstr(browser->reply.body, "data-last=\"");

    assert_non_null(mark);
    mark += strlen("data-last=\"");
    return talloc_strndup(browser, mark, strcspn(mark, "\""));
}

static void a_step_is_told_to_streams(void **state)
{
    struct page_world *world = *state;
    const char *number = page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了"), *event, *seen;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    int fd;

    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    seen = seen_until(browser);
    fd = open_stream(browser, talloc_asprintf(world, "live?case=%s&since=%s", number, seen));
    page_world_text(world, "+8613934567002", "北王村的路灯坏了半个月没人修");
    event = next_event(world, fd);
    assert_non_null(strstr(event, "data: 0"));
    close(fd);
    browser_do(browser, talloc_asprintf(world, "case/%s/do", number), "command=accept&sure=1");
    page_world_restart(world);
    fd = open_stream(browser, talloc_asprintf(world, "live?case=%s&since=%s", number, seen));
    event = next_event(world, fd);
    assert_non_null(strstr(event, "data: 1"));
    close(fd);
    browser_get(browser, talloc_asprintf(world, "case/%s", number));
    assert_non_null(strstr(event, talloc_asprintf(world, "id: %s\n", seen_until(browser))));
}

/* No sign of a restricted case's steps comes to others, not even that there was one. */
static void a_hidden_step_is_told_to_nobody_else(void **state)
{
    struct page_world *world = *state;
    struct browser *cadre = browser_signed_in(world, PAGE_CADRE),
                   *supervisor = browser_signed_in(world, PAGE_SUPERVISOR);
    const char *before, *supervisors, *after;
    int fd;

    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    browser_get(cadre, "changes");
    before = talloc_strdup(world, cadre->reply.body);
    browser_get(supervisor, "changes");
    supervisors = talloc_strdup(world, supervisor->reply.body);
    browser_get(cadre, "home");
    fd = open_stream(cadre, talloc_asprintf(world, "live?since=%s", seen_until(cadre)));
    page_world_text(world, "+8613934567002", "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM cases WHERE is_guarded = 1"), 1);
    browser_get(cadre, "changes");
    assert_string_equal(cadre->reply.body, before);
    browser_get(supervisor, "changes");
    assert_string_not_equal(supervisor->reply.body, supervisors);
    page_world_text(world, "+8613934567003", "北王村的路灯坏了半个月没人修");
    after = next_event(world, fd);
    assert_non_null(strstr(after, "data: 0"));
    assert_null(strstr(strstr(after, "data: ") + 1, "data: "));
    close(fd);
}

static void streams_are_not_without_end(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    int64_t seen_at = page_world_count(world, "SELECT seen_at FROM page_sessions");
    int fds[64];

    for (int i = 0; i < 64; i++)
        fds[i] = open_stream(browser, "live?since=-1"); /* hears at once what is there */
    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    for (int i = 0; i < 64; i++)
        assert_non_null(strstr(next_event(world, fds[i]), "data: "));
    assert_int_equal(browser_get(browser, "live"), 503);
    assert_int_equal(browser_get(browser, "changes"), 200);
    for (int i = 0; i < 64; i++)
        close(fds[i]);
    assert_int_equal(page_world_count(world, "SELECT seen_at FROM page_sessions"), seen_at);
}

static const char *totp_now(struct browser *browser, const char *secret, int steps)
{
    char code[7], *octets;
    size_t length;

    assert_int_equal(oath_base32_decode(secret, strlen(secret), &octets, &length), OATH_OK);
    assert_int_equal(oath_totp_generate(octets, length, time(NULL) + 30 * steps, 30, 0, 6, code), OATH_OK);
    free(octets);
    return talloc_strdup(browser, code);
}

/* When no text arrives, an authenticator signs in; each of its codes counts once. */
static void an_authenticator_signs_in(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE), *other = browser_new(world, NULL);
    const char *secret, *code;

    browser_get(browser, "me");
    assert_int_equal(browser_do(browser, "me/totp", ""), 303);
    browser_get(browser, "me");
    assert_true(browser_shows(browser, "data:image/svg+xml"));
    secret = strstr(browser->reply.body, "<code>") + strlen("<code>");
    secret = talloc_strndup(world, secret, strcspn(secret, "<"));
    assert_int_equal(browser_do(browser, "me/totp-code", "totp=000000"), 403);
    assert_int_equal(
        browser_do(browser, "me/totp-code", talloc_asprintf(world, "totp=%s", totp_now(browser, secret, 0))),
        303);
    assert_int_equal(browser_post(other, "sign-in/code", sign_in_fields(other, totp_now(other, secret, 0))),
                     403);
    code = totp_now(other, secret, 1);
    assert_int_equal(browser_post(other, "sign-in/code", sign_in_fields(other, code)), 303);
    assert_int_equal(browser_post(browser_new(world, NULL), "sign-in/code", sign_in_fields(other, code)),
                     403);
}

static bool put_person(struct turn *turn, void *arg)
{
    return store_put_person(turn->store, arg);
}

static void a_password_signs_in_and_proves_no_starred_step(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE), *other = browser_new(world, NULL);

    browser_get(browser, "me");
    assert_int_equal(browser_do(browser, "me/password", "password=short"), 400);
    assert_int_equal(browser_do(browser, "me/password", "password=correct%20horse"), 303);
    assert_true(strncmp(page_world_value(world, "SELECT password FROM page_factors"), "$y$", 3) == 0);
    assert_int_equal(browser_post(other, "sign-in/code", "phone=13900000010&password=wrong%20horse"), 403);
    assert_int_equal(browser_post(other, "sign-in/code", "phone=13900000010&password=correct%20horse"), 303);
    browser_get(other, "me");
    assert_int_equal(browser_do(other, "me/totp", ""), 403);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM page_sessions WHERE code_at = 0"), 1);
}

/* The number is handed to somebody else: what the former owner knows opens nothing any more. */
static void who_had_the_number_before_is_signed_out(void **state)
{
    static const struct person others[] = {
        { .phone = PAGE_CADRE, .name = "", .title = "", .language = "" },
        { .phone = PAGE_CADRE, .name = "吴新来", .title = "主任", .roles = ROLE_LEADER, .language = "" },
    };
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE), *other = browser_new(world, NULL);
    static const char password[] = "phone=13900000010&password=correct%20horse";

    browser_get(browser, "me");
    assert_int_equal(browser_do(browser, "me/password", "password=correct%20horse"), 303);
    for (size_t i = 0; i < 2; i++)
        assert_true(desk_do(world->http->desk, put_person, (void *)&others[i]));
    browser_get(browser, "home");
    assert_true(browser_shows(browser, "name=\"phone\""));
    assert_int_equal(browser_post(other, "sign-in/code", password), 403);
}

static bool starts(const char *settings)
{
    void *mem = talloc_new(NULL);
    struct config_problem *problems;
    size_t n;
    bool is_good = config_read_text(mem, "test.conf", settings, strlen(settings), &problems, &n) != NULL;

    talloc_free(mem);
    return is_good;
}

static void beyond_this_machine_the_page_needs_tls_or_a_proxy(void **state)
{
    (void)state;
    assert_true(starts("http { listen = \"127.0.0.1:8080\" }\npage { }\n"));
    assert_false(starts("http { listen = \"0.0.0.0:8080\" }\npage { }\n"));
    assert_true(starts("http { listen = \"0.0.0.0:8080\" }\npage { enabled = \"no\" }\n"));
    assert_true(starts("http { listen = \"0.0.0.0:8080\" proxies = { \"10.0.0.1\" } }\npage { }\n"));
    assert_false(starts("page { }\n"));
    assert_false(starts(
        "http { listen = \"127.0.0.1:8080\" }\npage { }\nmodem \"page\" { device = \"/dev/null\" }\n"));
}

static int compare(const void *a, const void *b)
{
    return (*(const int64_t *)a > *(const int64_t *)b) - (*(const int64_t *)a < *(const int64_t *)b);
}

/* PAGE_TIMES=5000 measures; here it is only seen that both are answered alike. */
static void what_is_not_there_takes_as_long(void **state)
{
    struct page_world *world = *state;
    int n = getenv("PAGE_TIMES") ? atoi(getenv("PAGE_TIMES")) : 4;
    const char *secret =
        page_world_text(world, "+8613934567002", "响水河镇的镇长甲例一收了人家的钱，把低保给了他小舅子");
    const char *const paths[] = { talloc_asprintf(world, "case/%s", secret), "case/26999995" };
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    int64_t *took[2] = { talloc_array(world, int64_t, n), talloc_array(world, int64_t, n) };

    for (int i = 0; i < 2 * n; i++) {
        int64_t began = clock_ticks_us();

        assert_int_equal(browser_get(browser, paths[i % 2]), 404);
        took[i % 2][i / 2] = clock_ticks_us() - began;
    }
    qsort(took[0], (size_t)n, sizeof **took, compare);
    qsort(took[1], (size_t)n, sizeof **took, compare);
    if (n > 100)
        print_message("forbidden %ld us, absent %ld us\n", (long)took[0][n / 2], (long)took[1][n / 2]);
}

/* A file of the folder replaces the page's own at the next reload, if it is a template; the style is built
 * in. */
static void templates_are_read_anew(void **state)
{
    struct page_world *world = *state;
    struct config *config = talloc_memdup(world, world->http->config, sizeof *config);
    char folder[] = "/tmp/xiangyin-page-XXXXXX", *own;
    struct browser *browser = browser_signed_in(world, PAGE_CADRE);
    const char *home, *style, *error = "";

    assert_non_null(mkdtemp(folder));
    own = talloc_asprintf(world, "%s/page", folder);
    assert_int_equal(mkdir(own, 0700), 0);
    assert_int_equal(mkdir(talloc_asprintf(world, "%s/zh", folder), 0700), 0);
    config->templates = folder;
    world->page->config = config;
    home = write_file(world, own, "home.html", "{{> head.html}}<p>换了样子</p>{{> foot.html}}");
    assert_true(page_renew(world->page, world, &error));
    assert_null(page_built_in(world->page, world));
    browser_get(browser, "home");
    assert_true(browser_shows(browser, "换了样子"));
    write_file(world, own, "home.html", "{{#never}}");
    style = write_file(world, own, "page.css", "p { color: red }");
    assert_false(page_renew(world->page, world, &error));
    assert_non_null(strstr(error, "home.html"));
    assert_non_null(strstr(page_built_in(world->page, world), "page.css"));
    browser_get(browser, "home");
    assert_true(browser_shows(browser, "换了样子"));
    remove(home);
    remove(style);
    rmdir(own);
    rmdir(talloc_asprintf(world, "%s/zh", folder));
    rmdir(folder);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, page_world_setup, page_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_page_is_for_its_roles),
        TEST(what_is_overdue_is_counted_at_each_look),
        TEST(who_is_not_signed_in_sees_the_form_alone),
        TEST(an_unknown_phone_is_answered_alike),
        TEST(a_code_signs_in_once_and_its_own_browser),
        TEST(a_code_dies_after_three_tries),
        TEST(nobody_locks_the_phone_of_another),
        TEST(a_phone_gets_five_codes_a_day),
        TEST(a_session_ends),
        TEST(a_token_from_before_signs_nobody_in),
        TEST(cookies_and_headers_are_as_they_must_be),
        TEST(forms_of_other_sites_do_nothing),
        TEST(what_one_may_not_see_is_not_there),
        TEST(an_anonymous_reporter_has_no_number),
        TEST(what_waits_for_a_code_goes_with_its_case),
        TEST(who_had_the_number_before_is_signed_out),
        TEST(a_view_is_one_row),
        TEST(a_number_is_unmasked_by_a_step),
        TEST(a_case_is_forwarded_to_another_county_as_to_a_unit),
        TEST(a_new_case_that_is_very_similar_is_offered_to_be_merged),
        TEST(a_clerk_sorts_what_nobody_has_taken),
        TEST(a_button_is_an_event_of_the_line_page),
        TEST(a_form_counts_once),
        TEST(a_starred_step_asks_for_a_code),
        TEST(a_later_step_stops_what_was_written_before_it),
        TEST(ready_words_will_do),
        TEST(words_outlive_the_session),
        TEST(several_cases_are_done_together),
        TEST(what_people_write_stays_text),
        TEST(what_others_are_called_stays_text),
        TEST(orders_that_were_refused_are_shown_to_the_operator),
        TEST(a_text_that_failed_is_decided_on),
        TEST(a_class_is_confirmed),
        TEST(a_step_is_told_to_streams),
        TEST(a_hidden_step_is_told_to_nobody_else),
        TEST(templates_are_read_anew),
        TEST(streams_are_not_without_end),
        TEST(an_authenticator_signs_in),
        TEST(a_password_signs_in_and_proves_no_starred_step),
        TEST(what_is_not_there_takes_as_long),
        cmocka_unit_test(beyond_this_machine_the_page_needs_tls_or_a_proxy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
