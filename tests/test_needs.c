#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/report/needs.h"
#include "tests/support/ledger.h"

static int make_world(void **state)
{
    *state = ledger_new(talloc_new(NULL));
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static void open_case_at(struct world *world, const char *place, const char *topic, const char *number,
                         const char *reporter, bool is_guarded, const char *text)
{
    struct case_ case_ = { .number = number,
                           .reporter = reporter,
                           .line = "village",
                           .topic = topic,
                           .place = ledger_unit(world, place),
                           .is_guarded = is_guarded,
                           .text = text,
                           .received_at = world->now,
                           .touched_at = world->now };

    assert_true(store_open_case(world->store, &case_));
}

static void open_case(struct world *world, const char *number, const char *reporter, bool is_guarded,
                      const char *text)
{
    open_case_at(world, "141027103201", "water", number, reporter, is_guarded, text);
}

static struct needs find(struct world *world)
{
    struct needs_query wish = { .until = INT64_MAX, .limit = 20 };
    struct needs found;

    assert_true(needs_find(world, world->store, &wish, &found));
    return found;
}

static void a_need_is_common_when_two_people_have_it(void **state)
{
    struct world *world = *state;
    struct needs found = find(world);

    /* of the ledger: three cases of water in 聚粮村 (one is merged) by two people; roads only by one each */
    assert_int_equal(found.n_needs, 1);
    assert_string_equal(found.needs[0].place, "天坛镇聚粮村");
    assert_string_equal(found.needs[0].topic, "water");
    assert_int_equal(found.needs[0].cases, 3);
    assert_int_equal(found.needs[0].people, 2);
    assert_int_equal(found.needs[0].open, 1);
}

static void households_and_inhabitants_are_those_the_texts_name(void **state)
{
    struct world *world = *state;

    open_case(world, "26000200", "+8613934567003", false, "高村机井坏了，全村310户1300多人吃水困难");
    open_case(world, "26000201", "+8613934567004", false, "机井坏了，200余户没水，停了3天");
    assert_int_equal(find(world).needs[0].people, 2);
    assert_int_equal(find(world).needs[0].households + find(world).needs[1].households, 310);
    assert_int_equal(find(world).needs[0].inhabitants + find(world).needs[1].inhabitants, 1300);
}

static void the_nearest_earlier_open_case_of_place_and_topic_is_named(void **state)
{
    struct world *world = *state;
    struct needs found;

    open_case(world, "26000200", "+8613934567003", false, "高村机井的水泵烧坏了，没有水吃");
    open_case(world, "26000201", "+8613934567004", false, "水费为什么涨价，请解释");
    open_case(world, "26000202", "+8613934567005", false, "机井水泵烧坏，没水吃好几天了");
    found = find(world);
    assert_int_equal(found.n_pairs, 1);
    assert_string_equal(found.pairs[0].number, "26000202");
    assert_string_equal(found.pairs[0].earlier, "26000200");
}

/* Alike cases of one village, with cases of other places and topics between them in time. */
static void alike_cases_are_found_whatever_came_between(void **state)
{
    static const char pump[] = "机井的水泵烧坏了，没有水吃", lamp[] = "村口的路灯坏了，晚上看不见路";
    struct world *world = *state;
    struct needs found;

    open_case_at(world, "141027103201", "water", "26000200", "+8613934567003", false, pump);
    open_case_at(world, "141027100212", "water", "26000201", "+8613934567004", false, pump);
    open_case_at(world, "141027103201", "roads", "26000202", "+8613934567005", false, lamp);
    open_case_at(world, "141027100212", "roads", "26000203", "+8613934567006", false, lamp);
    open_case_at(world, "141027103201", "water", "26000204", "+8613934567007", false, pump);
    open_case_at(world, "141027100212", "roads", "26000205", "+8613934567008", false, lamp);
    open_case_at(world, "141027103201", "roads", "26000206", "+8613934567009", false, lamp);
    open_case_at(world, "141027100212", "water", "26000207", "+8613934567010", false, pump);
    found = find(world);
    assert_int_equal(found.n_pairs, 4);
    for (size_t i = 0; i < found.n_pairs; i++) {
        static const char *const pairs[][2] = { { "26000204", "26000200" },
                                                { "26000205", "26000203" },
                                                { "26000206", "26000202" },
                                                { "26000207", "26000201" } };

        assert_string_equal(found.pairs[i].number, pairs[i][0]);
        assert_string_equal(found.pairs[i].earlier, pairs[i][1]);
    }
}

static void a_guarded_case_is_like_nothing(void **state)
{
    struct world *world = *state;

    open_case(world, "26000200", "+8613934567003", true, "高村机井的水泵烧坏了，没有水吃");
    open_case(world, "26000202", "+8613934567005", false, "高村机井的水泵烧坏了，没有水吃");
    assert_int_equal(find(world).n_pairs, 0);
    assert_int_equal(find(world).n_needs, 1);
}

int main(void)
{
#define IN_A_LEDGER(test) cmocka_unit_test_setup_teardown(test, make_world, end_world)
    const struct CMUnitTest tests[] = {
        IN_A_LEDGER(a_need_is_common_when_two_people_have_it),
        IN_A_LEDGER(households_and_inhabitants_are_those_the_texts_name),
        IN_A_LEDGER(the_nearest_earlier_open_case_of_place_and_topic_is_named),
        IN_A_LEDGER(alike_cases_are_found_whatever_came_between),
        IN_A_LEDGER(a_guarded_case_is_like_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
