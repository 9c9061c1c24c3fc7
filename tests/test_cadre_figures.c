#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/placed.h"
#include "tests/support/world.h"

#define LEADER "13800000005"
#define TOWN_LEADER "13800000002"
#define CADRE "13800000001"

enum { NEAR = 24, FAR = 21 }; /* cases of the two townships */

static int64_t unit_id(struct world *world, const char *code)
{
    struct unit *unit;

    assert_true(store_unit_by_code(world->store, world, code, &unit));
    assert_non_null(unit);
    return unit->id;
}

static void put_case(struct world *world, int i, const char *unit, enum case_state state, bool is_guarded,
                     bool is_late)
{
    int64_t id = unit_id(world, unit);
    struct case_ case_ = { .number = talloc_asprintf(world, "269%05d", i),
                           .state = state,
                           .reporter = "+8613934567001",
                           .line = "village",
                           .topic = "water",
                           .text = "停水",
                           .first_handler = "",
                           .handler = state == CASE_NEW ? "" : "+86" CADRE,
                           .leader = "",
                           .urgency_class = "",
                           .place = id,
                           .unit = id,
                           .is_guarded = is_guarded,
                           .received_at = world->now - 20 * 86400,
                           .accept_by = world->now + (is_late ? -86400 : 86400) };

    if (state == CASE_CLOSED)
        case_.closed_at = world->now - 86400;
    place_case(world->store, &case_);
}

/* 24 cases of one township, of which 20 are closed and 3 overdue, 21 of another, of which 1 is overdue, and a
 * restricted one. */
static struct world *make_world(void *mem)
{
    struct world *world = world_new(mem);

    world_time(world, "2026-12-20 09:00");
    world_unit(world, "141027,浮山县,county,,");
    world_unit(world, "141027100,天坛镇,township,141027,");
    world_unit(world, "141027103,北王镇,township,141027,");
    world_person(world, "" LEADER ",周明远,县长,leader,141027,");
    world_person(world, "" TOWN_LEADER ",赵长河,镇长,leader,141027100,");
    world_person(world, "" CADRE ",李有田,干事,cadre,141027100,");
    for (int i = 0; i < NEAR; i++)
        put_case(world, i, "141027100", i < 20 ? CASE_CLOSED : CASE_NEW, false, i > 20);
    for (int i = 0; i < FAR; i++)
        put_case(world, 100 + i, "141027103", CASE_NEW, false, i == 0);
    put_case(world, 999, "141027100", CASE_NEW, true, true);
    return world;
}

static int begin(void **state)
{
    *state = make_world(talloc_new(NULL));
    return 0;
}

static int end(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static void assert_answer(struct world *world, const char *phone, const char *question, const char *answer)
{
    const char *heard;

    world_time(world, "+10s");
    world_text(world, world, phone, question);
    heard = world_hear(world, world, phone);
    if (!heard || strcmp(heard, answer) != 0)
        fail_msg("%s\n  is answered: %s\n  instead of:  %s", question, heard ? heard : "-", answer);
}

#define ALSO "反映干部的不算在内。是您自己反映的事，请回“新”。"
#define OWN "是您自己反映的事，请回“新”。"

static void a_leader_hears_the_figures_of_what_they_lead_and_none_that_is_restricted(void **state)
{
    assert_answer(
        *state, LEADER, "上个月办了多少件",
        "浮山县，11月1日至11月30日：收到45件，办结和答复0件。还有25件没办完，没人接25件，超期4件。" ALSO);
    assert_answer(*state, LEADER, "这个月办了多少", "浮山县，12月1日至今天：收到0件，办结和答复20件。" ALSO);
    assert_answer(*state, LEADER, "12月20日收了几件", "浮山县，12月20日：没有收到诉求。" ALSO);
    assert_answer(
        *state, LEADER, "四季度办了多少",
        "浮山县，10月1日至今天：收到45件，办结和答复20件。还有25件没办完，没人接25件，超期4件。" ALSO);
    assert_answer(*state, LEADER, "近三天收了几件", "浮山县，12月18日至今天：收到0件，办结和答复20件。" ALSO);
    assert_answer(*state, TOWN_LEADER, "还有多少没办",
                  "天坛镇，1月1日至今天：收到24件，办结和答复20件。还有4件没办完，没人接4件，超期3件。" ALSO);
}

static void a_township_is_asked_about_by_those_above_it_alone(void **state)
{
    struct world *world = *state;

    world_text(world, world, LEADER, "北王镇今年收了多少");
    assert_non_null(strstr(world_hear(world, world, LEADER), "北王镇，1月1日至今天：收到21件"));
    world_time(world, "+10s");
    world_text(world, world, TOWN_LEADER, "北王镇今年收了多少");
    assert_non_null(strstr(world_hear(world, world, TOWN_LEADER), "这个不归您管"));
}

static void units_are_ranked_that_have_cases_enough(void **state)
{
    assert_answer(*state, LEADER, "哪个镇超期最多",
                  "1月1日至今天超期最多的：天坛镇3件（收到24件） 北王镇1件（收到21件） " OWN);
    assert_answer(
        *state, LEADER, "哪个镇解决率最低",
        "1月1日至今天解决率最少的：北王镇0%（21件里0件） 天坛镇83%（24件里20件） 不足20件的不排。" OWN);
    assert_answer(*state, LEADER, "谁没办完的最多",
                  "1月1日至今天没办完最多的：北王镇21件（收到21件） 天坛镇4件（收到24件） " OWN);
    assert_answer(*state, LEADER, "哪个镇满意率最高", "1月1日至今天：够20件的单位不到两个，不排名次。" OWN);
}

static void a_cadre_hears_of_their_own_work(void **state)
{
    assert_answer(*state, CADRE, "我这个月办了多少件",
                  "您手里在办0件；12月1日至今天办结和答复20件。等人领的，回“待领”。" OWN);
    assert_answer(*state, LEADER, "李有田这个月办了几件",
                  "李有田手里在办0件；12月1日至今天办结和答复20件。" OWN);
}

static void any_other_question_of_a_leader_is_answered_with_what_can_be_asked(void **state)
{
    struct world *world = *state;

    world_text(world, world, LEADER, "下午几点开会");
    assert_non_null(strstr(world_hear(world, world, LEADER), "没看懂您问的。可以问：上个月办了多少"));
    world_time(world, "+10s");
    world_text(world, world, LEADER, "新");
    assert_non_null(strstr(world_hear(world, world, LEADER), "收到，编号"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_leader_hears_the_figures_of_what_they_lead_and_none_that_is_restricted, begin, end),
        cmocka_unit_test_setup_teardown(a_township_is_asked_about_by_those_above_it_alone, begin, end),
        cmocka_unit_test_setup_teardown(units_are_ranked_that_have_cases_enough, begin, end),
        cmocka_unit_test_setup_teardown(a_cadre_hears_of_their_own_work, begin, end),
        cmocka_unit_test_setup_teardown(any_other_question_of_a_leader_is_answered_with_what_can_be_asked,
                                        begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
