/* What the operator keeps on the page: words, texts and limits, and lists as CSV, out and in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/page_world.h"

/* The name's fields in two steps, as the forms do; what the preview says stays with the browser. */
static void keep(struct browser *browser, const char *fields)
{
    browser_get(browser, "keep");
    assert_int_equal(browser_do(browser, "keep", fields), 200);
}

static void confirm(struct browser *browser, const char *fields)
{
    assert_int_equal(browser_do(browser, "keep", talloc_asprintf(browser, "%s&sure=1", fields)), 303);
}

static const char *text_fields(struct browser *browser, const char *name, const char *text)
{
    return talloc_asprintf(browser, "kind=text&name=%s&text=%s", browser_encoded(browser, name),
                           browser_encoded(browser, text));
}

static const char *last_notice(struct page_world *world, const char *to)
{
    return page_world_value(
        world, talloc_asprintf(
                   world, "SELECT text FROM notices WHERE recipient = '%s' ORDER BY id DESC LIMIT 1", to));
}

static void a_text_counts_at_once_and_is_taken_back(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *fields = text_fields(browser, "zh/received", "收到了，编号{{number}}，{{> about}}。");

    keep(browser, fields);
    assert_true(browser_shows(browser, "编号26004173，") && browser_shows(browser, "1 条"));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM kept_values"), 0);
    confirm(browser, fields);
    assert_string_equal(page_world_value(world, "SELECT kind FROM keepings"), "text");
    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    assert_non_null(strstr(last_notice(world, PAGE_VILLAGER), "收到了，编号26"));
    page_world_restart(world);
    desk_renew(world->http->desk, talloc_new(NULL), world->http->config, world->http->words);
    page_world_text(world, "+8613934567002", "东陈村的路灯坏了半个月");
    assert_non_null(strstr(last_notice(world, "+8613934567002"), "收到了，编号26"));
    browser_get(browser, "keep?text=zh/received");
    assert_true(browser_shows(browser, "收到了，编号{{number}}"));
    assert_int_equal(browser_do(browser, "keep", "undo=1"), 303);
    page_world_text(world, "+8613934567003", "北王村的桥断了");
    assert_null(strstr(last_notice(world, "+8613934567003"), "收到了，编号26"));
}

static void a_text_with_a_variable_that_nobody_sets_is_refused(void **state)
{
    static const char *const wrong[] = { "收到{{nobody}}", "收到{{#number}}", "收到{{> nobody}}",
                                         "收到{{#place}}{{nobody}}{{/place}}" };
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *fields = text_fields(browser, "zh/received", wrong[i]);

        keep(browser, fields);
        assert_true(browser_shows(browser, "没有改"));
        confirm(browser, fields);
    }
    keep(browser, text_fields(browser, "zh/nobody", "收到"));
    assert_true(browser_shows(browser, "没有改"));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM kept_values"), 0);
}

/* The tag, n times. */
static char *many(void *mem, const char *tag, int n)
{
    char *all = talloc_strdup(mem, "");

    while (n-- > 0)
        all = talloc_strdup_append(all, tag);
    return all;
}

static void a_text_that_would_never_end_is_refused(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *const wrong[][2] = { { "zh/stage", "{{> stage}}" },
                                     { "zh/rating", "{{> stage}}" },
                                     { "zh/status", many(world, "{{> stage}}", 300) } };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *fields = text_fields(browser, wrong[i][0], wrong[i][1]);

        keep(browser, fields);
        assert_true(browser_shows(browser, "没有改"));
        confirm(browser, fields);
    }
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM kept_values"), 0);
}

/* Each of them may stand alone: an upgrade, or two that are kept in one moment, can bring them together. */
static void texts_that_never_end_together_are_left_out(void **state)
{
    struct page_world *world = *state;
    const struct words_text texts[] = { { "zh/closed-done", "{{> explained-done}}" },
                                        { "zh/explained-done", "{{> closed-done}}" } };
    struct json_object *data = json_tokener_parse("{\"number\":\"26004173\"}");
    const char *wrong, *error = NULL, *text;
    struct words *over = words_over(world, world->http->words, texts, 2, &wrong);

    assert_non_null(wrong);
    assert_non_null(strstr(wrong, "zh/closed-done"));
    assert_null(strstr(wrong, "zh/explained-done"));
    text = words_render(world, over, "zh", "explained-done", data, &error);
    assert_non_null(text);
    assert_string_equal(text, words_render(world, world->http->words, "zh", "closed-done", data, &error));
    json_object_put(data);
}

static void a_limit_counts_at_once(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);

    keep(browser, "kind=limit&name=accept_days&value=3");
    confirm(browser, "kind=limit&name=accept_days&value=3");
    page_world_text(world, PAGE_VILLAGER, "东陈村的自来水停了三天了");
    assert_true(page_world_count(world, "SELECT accept_by - received_at FROM cases") < 5 * 86400);
    keep(browser, "kind=limit&name=accept_days&value=0");
    assert_true(browser_shows(browser, "1-365"));
    keep(browser, "kind=limit&name=store&value=0");
    assert_true(browser_shows(browser, "没有改"));
    browser_get(browser, "keep");
    assert_true(browser_shows(browser, "几天内受理 <small>accept_days</small> 3"));
}

static void a_word_tells_its_topic_at_once(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *fields =
        talloc_asprintf(browser, "kind=word&name=%s&tells=road&weight=9", browser_encoded(browser, "跳跳板"));

    page_world_text(world, PAGE_VILLAGER, "东陈村的跳跳板松了");
    keep(browser, fields);
    confirm(browser, fields);
    page_world_text(world, "+8613934567002", "东陈村的跳跳板松了好几天");
    assert_string_not_equal(page_world_value(world, "SELECT topic FROM cases ORDER BY id"), "road");
    assert_string_equal(page_world_value(world, "SELECT topic FROM cases ORDER BY id DESC"), "road");
    browser_get(browser, "keep/words.csv");
    assert_true(browser_shows(browser, "word,topic,weight\r\n跳跳板,road,9\r\n"));
}

static void undo_change(struct browser *browser)
{
    browser_get(browser, "keep");
    assert_int_equal(browser_do(browser, "keep", "undo=1"), 303);
}

static const char *newest(struct page_world *world, const char *column)
{
    return page_world_value(world,
                            talloc_asprintf(world, "SELECT %s FROM cases ORDER BY id DESC LIMIT 1", column));
}

static void a_word_of_danger_makes_a_text_urgent_until_it_is_taken_back(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *fields = talloc_asprintf(browser, "kind=danger&name=%s&tells=trapped&weight=10",
                                         browser_encoded(browser, "栽旱窨"));

    page_world_text(world, PAGE_VILLAGER, "东陈村有个人栽旱窨了");
    assert_string_equal(newest(world, "urgency"), "normal");
    keep(browser, fields);
    assert_true(browser_shows(browser, "险词 栽旱窨 trapped 10"));
    page_world_text(world, "+8613934567002", "东陈村有个人栽旱窨了");
    assert_string_equal(newest(world, "urgency"), "normal"); /* it was only shown */
    confirm(browser, fields);
    page_world_text(world, "+8613934567003", "东陈村有个人栽旱窨了");
    assert_string_equal(newest(world, "urgency"), "urgent");
    browser_get(browser, "keep");
    assert_true(browser_shows(browser, "栽旱窨 被困 10"));
    undo_change(browser);
    page_world_text(world, "+8613934567004", "东陈村有个人栽旱窨了");
    assert_string_equal(newest(world, "urgency"), "normal");
}

static void a_word_may_tell_that_nothing_is_in_danger(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *fields = talloc_asprintf(browser, "kind=danger&name=%s&tells=hide&weight=0",
                                         browser_encoded(browser, "着火点烧烤"));

    page_world_text(world, PAGE_VILLAGER, "东陈村着火点烧烤店占了路");
    assert_string_equal(newest(world, "urgency"), "urgent");
    keep(browser, fields);
    confirm(browser, fields);
    page_world_text(world, "+8613934567002", "东陈村着火点烧烤店又占了路");
    assert_string_equal(newest(world, "urgency"), "normal");
}

static void a_word_tells_the_class(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *fields = talloc_asprintf(browser, "kind=class&name=%s&tells=need&weight=9",
                                         browser_encoded(browser, "没劳力"));

    page_world_text(world, PAGE_VILLAGER, "东陈村我家没劳力，地里的草没人锄");
    keep(browser, fields);
    confirm(browser, fields);
    page_world_text(world, "+8613934567002", "东陈村我家没劳力，地里的草没人锄了");
    assert_string_not_equal(page_world_value(world, "SELECT category FROM cases ORDER BY id"), "民困");
    assert_string_equal(newest(world, "category"), "民困");
    keep(browser, talloc_asprintf(browser, "kind=class&name=%s&tells=fire&weight=3",
                                  browser_encoded(browser, "没劳力")));
    assert_true(browser_shows(browser, "没有改"));
}

static void a_weight_is_one_digit(void **state)
{
    static const char *const wrong[] = { "10", "4294967297", "2147483648", "-1", "x" };
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        keep(browser, talloc_asprintf(browser, "kind=word&name=%s&tells=road&weight=%s",
                                      browser_encoded(browser, "跳跳板"), wrong[i]));
        assert_true(browser_shows(browser, "没有改"));
    }
}

/* Files the rows and returns the answers' page. */
static void bring(struct browser *browser, const char *list, const char *rows)
{
    const char *fields = talloc_asprintf(browser, "list=%s&rows=%s", list, browser_encoded(browser, rows));

    browser_get(browser, "keep");
    assert_int_equal(browser_do(browser, "keep-rows", fields), 200);
    assert_int_equal(browser_do(browser, "keep-rows", talloc_asprintf(browser, "%s&sure=1", fields)), 200);
}

static void a_list_that_went_out_comes_in_again(void **state)
{
    static const struct {
        const char *list, *rows;
    } lists[] = {
        { "days", "date,kind\r\n2027-02-08,free\r\n2027-02-13,worked\r\n" },
        { "aliases", "alias,code\r\n老东头,141027103202\r\n" },
        { "words", "word,topic,weight\r\n大喇叭,civil,4\r\n" },
        { "classes", "word,class,weight\r\n没劳力,need,3\r\n" },
        { "dangers", "word,danger,weight\r\n掉窨井,trapped,10\r\n" },
        { "texts", "name,text\r\nzh/thanks-for-rating,\"谢谢，\n收到\"\r\n" },
        { "texts", "name,text\r\nzh/thanks-for-rating,'-谢谢\r\n" },
        { "leaves", "phone,since,until,stand_in\r\n+8613900000010,2026-12-01,2099-12-03,+8613900000004\r\n" },
    };
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);

    page_world_run(world,
                   "INSERT INTO units (code, name, level, duty) SELECT '141027103202', '测试村', level, ''"
                   " FROM units WHERE level = 'village' LIMIT 1");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        bring(browser, lists[i].list, lists[i].rows);
        assert_int_equal(browser_get(browser, talloc_asprintf(browser, "keep/%s.csv", lists[i].list)), 200);
        if (!browser_shows(browser, lists[i].rows))
            fail_msg("%s: %s", lists[i].list, browser->reply.body);
    }
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM events WHERE line = 'page'"), 9);
    assert_string_equal(page_world_value(world, "SELECT value FROM kept_values WHERE kind = 'text'"),
                        "-谢谢");
    assert_int_equal(browser_get(browser, "keep/people.csv"), 200);
    assert_true(browser_shows(browser, "phone,name,title,roles,unit\r\n") &&
                browser_shows(browser, "+8613900000010,"));
    assert_int_equal(browser_get(browser, "keep/units.csv"), 200);
    assert_true(browser_shows(browser, "141027103202,测试村,village,,"));
}

static void a_row_that_cannot_be_read_keeps_all_others_out(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *rows = browser_encoded(browser, "2027-02-08,free\n2027-02-09,free,more,and,even,more\n");

    browser_get(browser, "keep");
    assert_int_equal(
        browser_do(browser, "keep-rows", talloc_asprintf(browser, "list=days&sure=1&rows=%s", rows)), 400);
    assert_true(browser_shows(browser, "看不懂： 2"));
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM kept_days"), 0);
}

/* Who somebody is takes a code, also by the hundred. */
static void rows_of_people_take_a_code(void **state)
{
    struct page_world *world = *state;
    struct browser *browser = browser_signed_in(world, PAGE_OPERATOR);
    const char *unit = page_world_value(world, "SELECT code FROM units ORDER BY id LIMIT 1");
    const char *fields = talloc_asprintf(
        browser, "list=people&sure=1&rows=%s",
        browser_encoded(browser, talloc_asprintf(browser, "13900000077,新人,干事,cadre,%s\n", unit)));

    page_world_run(world, "UPDATE page_sessions SET code_at = 0");
    browser_get(browser, "keep");
    assert_int_equal(browser_do(browser, "keep-rows", fields), 200);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM people WHERE phone = '+8613900000077'"),
                     0);
    assert_int_equal(
        browser_do(browser, "keep-rows",
                   talloc_asprintf(browser, "%s&code=%s", fields, page_world_code(world, PAGE_OPERATOR))),
        200);
    assert_int_equal(page_world_count(world, "SELECT count(*) FROM people WHERE phone = '+8613900000077'"),
                     1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, page_world_setup, page_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_text_counts_at_once_and_is_taken_back),
        TEST(a_text_with_a_variable_that_nobody_sets_is_refused),
        TEST(a_text_that_would_never_end_is_refused),
        TEST(texts_that_never_end_together_are_left_out),
        TEST(a_limit_counts_at_once),
        TEST(a_word_tells_its_topic_at_once),
        TEST(a_word_of_danger_makes_a_text_urgent_until_it_is_taken_back),
        TEST(a_word_may_tell_that_nothing_is_in_danger),
        TEST(a_word_tells_the_class),
        TEST(a_weight_is_one_digit),
        TEST(a_list_that_went_out_comes_in_again),
        TEST(a_row_that_cannot_be_read_keeps_all_others_out),
        TEST(rows_of_people_take_a_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
