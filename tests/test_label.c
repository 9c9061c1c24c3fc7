/*
 * What staff say a case is by their commands is kept as a label, and taken back with the step.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/learned/lessons.h"
#include "store/notices.h"
#include "tests/support/world.h"

#define VILLAGER "13934567001"
#define CADRE "13800000001"
#define DISCIPLINE "13800000004"
#define SUPERVISOR "13800000006"

static int make_world(void **state)
{
    struct world *world = world_new(NULL);

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_unit(world, "141027100213,东陈村委会,village,141027100");
    world_unit(world, "fushan-discipline,县纪委监委,department,141027,discipline");
    world_person(world, CADRE ",李有田,干事,cadre,141027100");
    world_person(world, DISCIPLINE ",孙清正,纪检干事,cadre,fushan-discipline");
    world_person(world, SUPERVISOR ",吴督察,督查室主任,supervisor,141027");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static bool write_down(const struct labelled_case *labelled, void *arg)
{
    char **all = arg;

    *all = talloc_asprintf_append(*all, "%s%s=%s by %s", **all ? ", " : "", labelled->label.kind,
                                  labelled->label.value, labelled->label.actor + strlen("+86"));
    return true;
}

static const char *labels(struct world *world)
{
    char *all = talloc_strdup(world, "");

    assert_true(store_each_labelled(world->store, NULL, 0, INT64_MAX, false, write_down, &all));
    return all;
}

/* The answer to a command; a code that it asks for is sent back. */
static void command(struct world *world, const char *phone, const char *words)
{
    const char *last = NULL, *heard, *code;

    world_time(world, "+1s");
    world_text(world, world, phone, words);
    while ((heard = world_hear(world, world, phone)))
        last = heard;
    if (last && (code = strstr(last, "确认请回")))
        world_text(world, world, phone, talloc_strndup(world, strpbrk(code, "0123456789"), 6));
    while (world_hear(world, world, phone))
        ;
}

static void a_corrected_place_and_no_complaint_are_labels_until_they_are_undone(void **state)
{
    struct world *world = *state;
    struct unit *unit;

    assert_true(store_unit_by_code(world->store, world, "141027100213", &unit));
    world_text(world, world, VILLAGER, "聚粮村响鼓岭的路断了");
    command(world, CADRE, "改地 26000010 东陈村");
    assert_string_equal(labels(world), talloc_asprintf(world, "place=%lld by " CADRE, (long long)unit->id));
    command(world, CADRE, "错");
    assert_string_equal(labels(world), "");
    command(world, CADRE, "改类 26000010 民生 道路");
    command(world, CADRE, "非诉求 26000010");
    assert_string_equal(labels(world), "class= by " CADRE ", complaint=no by " CADRE);
    command(world, CADRE, "错");
    assert_string_equal(labels(world), "class= by " CADRE);
}

static void who_clears_or_answers_a_restricted_case_says_whether_it_accuses(void **state)
{
    struct world *world = *state;

    world_text(world, world, VILLAGER, "聚粮村主任李有田收了两千块钱才给办低保");
    world_time(world, "+1h");
    world_text(world, world, "13934567002", "聚粮村主任李有田天天给五保户送水");
    command(world, SUPERVISOR, "无涉 26000029 是表扬");
    assert_string_equal(labels(world), "accuses=no by " SUPERVISOR);
    command(world, DISCIPLINE, "领 26000010");
    command(world, DISCIPLINE, "办结 26000010 已退还并处分");
    assert_string_equal(labels(world), "accuses=no by " SUPERVISOR ", accuses=yes by " DISCIPLINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_corrected_place_and_no_complaint_are_labels_until_they_are_undone,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(who_clears_or_answers_a_restricted_case_says_whether_it_accuses,
                                        make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
