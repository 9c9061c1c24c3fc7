/* Words that were kept long enough go, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/calendar/calendar.h"
#include "gateway/calendar/retention.h"
#include "gateway/report/report.h"
#include "gateway/turn/dates.h"
#include "store/search/entries.h"
#include "store/search/search.h"
#include "store/sql.h"
#include "store/steps.h"
#include "tests/support/world.h"

#define WIFE "13934567001"
#define ZHANG "13934567003"
#define CADRE "13800000001"

static int make_world(void **state)
{
    struct world *world = world_new(talloc_new(NULL));

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_person(world, CADRE ",李有田,村主任,cadre,141027100212");
    world->config->retain_texts.months = 60;
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static void hear_all(struct world *world)
{
    static const char *const phones[] = { WIFE, ZHANG, CADRE };

    for (size_t i = 0; i < 3; i++)
        while (world_hear(world, world, phones[i]))
            ;
}

/* 26000010: closed and rated; 26000029: in hand. Then a text that belongs to no case. */
static void live(struct world *world)
{
    const char *heard, *code;

    world_text(world, world, WIFE, "聚粮村自来水停了三天了");
    world_text(world, world, CADRE, "领 26000010");
    world_text(world, world, CADRE, "进度 26000010 已派人抢修");
    hear_all(world);
    world_text(world, world, CADRE, "办结 26000010 换了水泵");
    heard = world_hear(world, world, CADRE);
    code = strstr(heard, "请回") + strlen("请回");
    world_text(world, world, CADRE, talloc_strndup(world, code, 6));
    world_text(world, world, WIFE, "2 水还是有点小");
    world_text(world, world, ZHANG, "聚粮村小学的围墙快倒了");
    world_text(world, world, CADRE, "领 26000029");
    world_text(world, world, ZHANG, "帮助");
    hear_all(world);
}

static int64_t count(struct world *world, const char *sql)
{
    int64_t n;

    assert_true(sql_number(world->store, talloc_strdup(world, sql), NO_VALUES, &n));
    return n;
}

/* How many rows hold these words, in any table that keeps any. */
static int64_t rows_with(struct world *world, const char *words)
{
    static const char *const places[] = { "cases WHERE text",     "steps WHERE words",
                                          "events WHERE text",    "events WHERE raw",
                                          "notices WHERE text",   "notices WHERE data",
                                          "questions WHERE data", "confirmations WHERE words" };
    int64_t n = 0;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        n += count(world, talloc_asprintf(world, "SELECT count(*) FROM %s LIKE '%%%s%%'", places[i], words));
    return n;
}

static const char *figures(struct world *world)
{
    struct report_query query = { .since = 0, .until = world->now, .now = 0, .by = BY_HANDLING_UNIT };
    struct report report;
    struct json_object *json;
    const char *text;

    assert_true(report_make(world, world->store, &query, &report));
    json = report_json(&report, query.by, false);
    text = talloc_strdup(world, json_object_to_json_string(json));
    json_object_put(json);
    return text;
}

static bool run_calendar(struct turn *turn, void *arg)
{
    return calendar_due(turn, arg);
}

static void run(struct world *world, const char *time)
{
    struct due due = { .is_confirmed = true };

    world_time(world, time);
    due.at = world->now;
    world_do(world, run_calendar, &due, false);
}

static void old_words_go_and_every_figure_stays(void **state)
{
    struct world *world = *state;
    const char *before;
    struct step *step;

    live(world);
    run(world, "2026-12-05 10:00"); /* 亮 was its last step */
    run(world, "2031-12-05 10:00");
    assert_true(rows_with(world, "停了三天") > 2); /* not yet five years */
    world_time(world, "2031-12-06 10:00");
    before = figures(world);
    run(world, "2031-12-06 10:00");
    assert_int_equal(rows_with(world, "停了三天"), 0);
    assert_int_equal(rows_with(world, "已派人抢修"), 0);
    assert_int_equal(rows_with(world, "换了水泵"), 0);
    assert_int_equal(rows_with(world, "有点小"), 0);
    assert_int_equal(count(world, "SELECT count(*) FROM events WHERE case_id IS NULL AND text IS NOT NULL"),
                     0);
    assert_string_equal(figures(world), before);
    assert_true(store_last_step(world->store, world, 1, "texts removed", &step));
    assert_non_null(step);
    assert_int_equal(count(world, "SELECT rating FROM cases WHERE id = 1"), 2);
    /* an open case keeps everything */
    assert_true(rows_with(world, "围墙快倒了") > 2);
    assert_int_equal(count(world, "SELECT count(*) FROM steps WHERE kind = 'texts removed'"), 1);
    run(world, "2031-12-07 10:00");
    assert_int_equal(count(world, "SELECT count(*) FROM steps WHERE kind = 'texts removed'"), 1);
}

/* Whether the pair of characters stands in the files of the indexes. */
static int64_t index_holds(struct world *world, const char *pair)
{
    return count(world, talloc_asprintf(world,
                                        "SELECT (SELECT count(*) FROM case_words_data WHERE instr(block,"
                                        " CAST('%s' AS BLOB))) + (SELECT count(*) FROM step_words_data"
                                        " WHERE instr(block, CAST('%s' AS BLOB)))",
                                        pair, pair));
}

static void the_index_of_words_forgets_them_a_week_later(void **state)
{
    struct world *world = *state;
    int64_t since;

    live(world);
    assert_true(world->store->sql->script(world->store, entries_refill));
    run(world, "2026-12-05 10:00");
    run(world, "2031-12-05 10:00");
    run(world, "2031-12-06 10:00");
    assert_true(store_unclean_since(world->store, &since));
    assert_true(since > 0);
    assert_true(index_holds(world, "抢") > 0);
    run(world, "2031-12-12 10:00");
    assert_true(index_holds(world, "抢") > 0);
    run(world, "2031-12-13 10:00");
    assert_true(store_unclean_since(world->store, &since));
    assert_int_equal(since, 0);
    assert_int_equal(index_holds(world, "抢"), 0);
}

static void without_the_option_nothing_ever_goes(void **state)
{
    struct world *world = *state;

    world->config->retain_texts.months = 0;
    live(world);
    run(world, "2056-11-21 10:00");
    assert_true(rows_with(world, "停了三天") > 2);
    assert_int_equal(retention_before(world->config, world->now), 0);
}

static void what_would_go_is_what_goes(void **state)
{
    struct world *world = *state;
    struct retained would, does;
    int64_t before;

    live(world);
    world_time(world, "2031-11-21 10:00");
    before = retention_before(world->config, world->now);
    assert_true(store_count_retainable(world->store, before, &would));
    assert_int_equal(would.cases, 1);
    assert_true(store_retain(world->store, before, world->now, 100, &does));
    assert_int_equal(does.cases, would.cases);
    assert_int_equal(does.events, would.events);
    assert_int_equal(does.notices, would.notices);
    assert_true(does.events > 0 && does.notices > 0);
    assert_false(does.has_more);
    assert_true(store_count_retainable(world->store, before, &would));
    assert_int_equal(would.cases + would.events + would.notices, 0);
}

static void a_case_merged_into_an_open_one_keeps_its_words(void **state)
{
    struct world *world = *state;
    struct retained retained;

    live(world);
    world_text(world, world, WIFE, "聚粮村围墙裂了大缝");
    world_text(world, world, CADRE, "并 26000032 26000029");
    world_time(world, "2031-11-21 10:00");
    assert_true(store_retain(world->store, world->now, world->now, 100, &retained));
    assert_int_equal(retained.cases, 1);
    assert_true(rows_with(world, "裂了大缝") > 0);
}

static void a_period_counts_months_and_days_of_the_calendar(void **state)
{
    struct world *world = *state;
    int64_t now = date_moment((struct date){ 2032, 3, 1 }, 600);

    world->config->retain_texts.months = 12;
    assert_int_equal(retention_before(world->config, now), date_moment((struct date){ 2031, 3, 1 }, 0));
    world->config->retain_texts.months = 0;
    world->config->retain_texts.days = 366;
    assert_int_equal(retention_before(world->config, now), date_moment((struct date){ 2031, 3, 1 }, 0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_world, end_world)
    const struct CMUnitTest tests[] = {
        TEST(old_words_go_and_every_figure_stays),
        TEST(the_index_of_words_forgets_them_a_week_later),
        TEST(without_the_option_nothing_ever_goes),
        TEST(what_would_go_is_what_goes),
        TEST(a_case_merged_into_an_open_one_keeps_its_words),
        TEST(a_period_counts_months_and_days_of_the_calendar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
