/* Similar open cases are found, as long as they are open, and never one that accuses an official. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/similar.h"
#include "gateway/understand/likeness.h"
#include "store/search/likeness.h"
#include "store/sql.h"
#include "store/steps.h"
#include "store/upkeep/erase.h"
#include "tests/support/support.h"
#include "tests/support/world.h"

#define WIFE "13934567001"
#define ZHANG "13934567003"
#define LI "13934567004"
#define CADRE "13800000001"

static int make_world(void **state)
{
    struct world *world = world_new(talloc_new(NULL));

    world_unit(world, "141027,浮山县,county");
    world_unit(world, "141027100,天坛镇,township,141027");
    world_unit(world, "141027100212,聚粮村委会,village,141027100");
    world_unit(world, "141027100213,东郭坡村委会,village,141027100");
    world_person(world, CADRE ",李有田,镇干部,cadre,141027100");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

static struct case_ *report(struct world *world, const char *phone, const char *text)
{
    world_text(world, world, phone, text);
    return world_case(world, world);
}

/* The numbers of the cases similar to this one, best first. */
static const char *similar_to(struct world *world, const char *number)
{
    struct similar_case *found;
    struct case_ *case_;
    char *all = talloc_strdup(world, "");
    size_t n;

    assert_true(store_case_by_number(world->store, world, number, &case_));
    assert_true(similar_find(world->store, world, case_, 5, &found, &n));
    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s%s", i ? " " : "", found[i].number);
    return all;
}

static int64_t rows_of(struct world *world, const struct case_ *case_)
{
    int64_t n;

    assert_true(sql_number(world->store, "SELECT count(*) FROM case_grams WHERE case_id = $1",
                           VALUES(as_number(case_->id)), &n));
    return n;
}

/* Confirms what the cadre was asked, with the code in the answer. */
static void confirm(struct world *world, const char *command)
{
    const char *heard, *code = NULL;

    while (world_hear(world, world, CADRE))
        ;
    world_text(world, world, CADRE, command);
    heard = world_hear(world, world, CADRE);
    assert_non_null(heard);
    code = strstr(heard, "请回");
    assert_non_null(code);
    world_text(world, world, CADRE, talloc_strndup(world, code + strlen("请回"), 6));
}

static void texts_are_alike_as_far_as_they_share_telling_pairs(void **state)
{
    void *mem = *state;
    const struct likeness *pump = likeness_new(mem, "村口水泵烧坏了，自来水停了三天");
    uint32_t grams[LIKENESS_GRAMS], again[LIKENESS_GRAMS];
    size_t n = likeness_grams("水泵", grams);

    assert_int_equal(likeness_to(pump, "村口水泵烧坏了，自来水停了三天"), 100);
    assert_in_range(likeness_to(pump, "水泵烧坏了，没有自来水"), 30, 99);
    assert_int_equal(likeness_to(pump, "孩子上学的路灯不亮"), 0);
    assert_int_equal(likeness_to(pump, ""), 0);
    assert_int_equal(likeness_to(likeness_new(mem, "没有一个"), "没有一个"), 0);
    assert_int_equal(n, 1);
    assert_int_equal(likeness_grams("我们水泵13934567001!!", again), 2);
    assert_true(again[0] == grams[0] || again[1] == grams[0]);
    assert_int_equal(likeness_grams("13934567001 我们", again), 0);
    assert_int_equal(likeness_grams("村口水泵烧坏了，自来水停了三天", again), LIKENESS_GRAMS);
}

static void similar_cases_are_found_by_place_topic_and_text(void **state)
{
    struct world *world = *state;

    report(world, WIFE, "聚粮村自来水停了三天了"); /* 26000010 */
    report(world, ZHANG, "聚粮村没水吃");          /* 26000029: same place and topic */
    world_time(world, "+20m");
    report(world, LI, "东郭坡村小学门前大坑一直没人填，孩子天天摔跤"); /* 26000032 */
    world_time(world, "+20m");
    report(world, WIFE, "小学门前大坑没人填，孩子摔跤"); /* 26000040? no place */
    assert_string_equal(similar_to(world, "26000010"), "26000029");
    assert_string_equal(similar_to(world, "26000029"), "26000010");
    assert_string_equal(similar_to(world, world_case(world, world)->number), "26000032");
    assert_string_equal(similar_to(world, "26000032"), world_case(world, world)->number);
}

static bool add_number(const struct similar_case *found, void *arg)
{
    char **all = arg;

    *all = talloc_asprintf_append(*all, "%s%s", **all ? " " : "", found->number);
    return true;
}

static const char *very_similar_before(struct world *world, const struct case_ *case_)
{
    char *all = talloc_strdup(world, "");

    assert_true(similar_each_before(world->store, world, case_, add_number, &all));
    return all;
}

static void only_earlier_cases_that_are_very_similar_are_handed_on(void **state)
{
    struct world *world = *state;
    struct case_ *first = report(world, WIFE, "聚粮村村口水泵烧坏了，自来水停了三天"), *second, *third,
                 *other;

    world_time(world, "+1h");
    second = report(world, ZHANG, "聚粮村村口水泵烧坏了，自来水停了三天");
    world_time(world, "+1h");
    other = report(world, "13934567009", "东郭坡村小学的围墙快要倒了");
    third = report(world, LI, "聚粮村村口水泵烧坏了，自来水停了三天");
    assert_string_equal(very_similar_before(world, first), "");
    assert_string_equal(very_similar_before(world, second), first->number);
    assert_string_equal(very_similar_before(world, other), "");
    assert_non_null(strstr(very_similar_before(world, third), first->number));
    assert_non_null(strstr(very_similar_before(world, third), second->number));
}

static void an_ended_case_leaves_the_index_and_comes_back_with_it(void **state)
{
    struct world *world = *state;
    struct case_ *first = report(world, WIFE, "聚粮村自来水停了三天了"), *second;

    second = report(world, ZHANG, "聚粮村没水吃");
    assert_true(similar_fill(world->store));
    assert_true(rows_of(world, first) > 0);
    world_text(world, world, CADRE, "领 26000010");
    world_text(world, world, CADRE, "进度 26000010 已派人抢修");
    confirm(world, "办结 26000010 换了水泵");
    assert_int_equal(rows_of(world, first), 0);
    assert_string_equal(similar_to(world, second->number), "");
    world_text(world, world, CADRE, "错");
    assert_true(rows_of(world, first) > 0);
    assert_string_equal(similar_to(world, second->number), "26000010");
}

static void an_accusation_is_never_found(void **state)
{
    struct world *world = *state;
    struct case_ *first = report(world, WIFE, "聚粮村自来水停了三天了"), *second;

    second = report(world, ZHANG, "聚粮村停水是村支书收了钱不给修");
    assert_true(second->is_guarded);
    assert_true(similar_fill(world->store));
    assert_int_equal(rows_of(world, second), 0);
    assert_string_equal(similar_to(world, first->number), "");
    assert_string_equal(similar_to(world, second->number), "");
    world_text(world, world, WIFE, "补 村支书收了钱不给修");
    assert_int_equal(rows_of(world, first), 0);
}

static int64_t indexed_until(struct world *world)
{
    int64_t until;

    assert_true(
        sql_number(world->store, "SELECT until FROM words_indexed WHERE name = 'grams'", NO_VALUES, &until));
    return until;
}

static void cases_that_are_not_indexed_are_found_all_the_same(void **state)
{
    struct world *world = *state;
    struct case_ *first = report(world, WIFE, "东郭坡村小学门前大坑一直没人填，孩子天天摔跤");

    world_time(world, "+20m");
    report(world, ZHANG, "小学门前大坑没人填，孩子摔跤");
    assert_true(sql_run(world->store, "DELETE FROM case_grams", NO_VALUES));
    assert_true(sql_run(world->store, "DELETE FROM words_indexed WHERE name = 'grams'", NO_VALUES));
    assert_string_equal(similar_to(world, "26000029"), "26000010");
    assert_true(similar_fill(world->store));
    assert_true(rows_of(world, first) > 0);
    assert_int_equal(indexed_until(world), 2);
    assert_string_equal(similar_to(world, "26000029"), "26000010");
    assert_true(similar_fill(world->store));
    assert_int_equal(indexed_until(world), 2);
}

static void new_cases_are_indexed_together(void **state)
{
    struct world *world = *state;
    struct case_ *first = report(world, WIFE, "东郭坡村小学门前大坑一直没人填，孩子天天摔跤");
    struct case_ other = *first, *last;

    other.text = "南坡桥头垃圾没人收";
    other.topic = "other";
    other.place = 0;
    while (other.id < 64) {
        assert_int_equal(rows_of(world, first), 0);
        other.number = talloc_asprintf(world, "25%06d", (int)other.id);
        assert_true(store_open_case(world->store, &other) && similar_add(world->store, &other));
    }
    assert_true(rows_of(world, first) > 0);
    assert_true(rows_of(world, &other) > 0);
    assert_int_equal(indexed_until(world), 64);
    last = report(world, LI, "小学门前大坑没人填，孩子摔跤");
    assert_int_equal(rows_of(world, last), 0);
    assert_string_equal(similar_to(world, last->number), "26000010");
    assert_string_equal(similar_to(world, "26000010"), last->number);
}

/* How often these octets stand in a file. */
static size_t count_in_file(const char *path, const unsigned char octets[4])
{
    FILE *file = fopen(path, "r");
    unsigned char window[4] = { 0 };
    size_t n = 0;

    for (int c; file && (c = getc(file)) != EOF;) {
        memmove(window, window + 1, 3);
        window[3] = (unsigned char)c;
        n += memcmp(window, octets, 4) == 0;
    }
    if (file)
        fclose(file);
    return n;
}

static size_t count_grams(const char *path, const uint32_t *grams, size_t n)
{
    const char *wal = talloc_asprintf(path, "%s-wal", path);
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        const unsigned char octets[4] = { (unsigned char)(grams[i] >> 24), (unsigned char)(grams[i] >> 16),
                                          (unsigned char)(grams[i] >> 8), (unsigned char)grams[i] };

        count += count_in_file(path, octets) + count_in_file(wal, octets);
    }
    return count;
}

static void nothing_of_an_erased_persons_texts_stays_in_the_file(void **state)
{
    void *mem = talloc_new(*state);
    const char *path = talloc_asprintf(mem, "%s/x.db", temporary_directory(mem)), *error;
    struct store *store = store_open(mem, talloc_asprintf(mem, "sqlite:%s", path), &error);
    struct case_ case_ = { .number = "26000010",
                           .reporter = "+86" WIFE,
                           .topic = "water",
                           .text = "聚粮村水泵烧坏了，自来水停了三天",
                           .received_at = 1700000000,
                           .touched_at = 1700000000 };
    uint32_t grams[LIKENESS_GRAMS];
    size_t n = likeness_grams(case_.text, grams);
    struct erased erased;
    struct step step = { .actor = "+86" WIFE, .kind = "withdrawn", .line = "", .words = "" };

    assert_non_null(store);
    assert_true(store_allow_step(store, CASE_NEW, "withdrawn", CASE_WITHDRAWN));
    assert_true(store_allow_step(store, CASE_WITHDRAWN, "erased", CASE_WITHDRAWN));
    assert_true(store_open_case(store, &case_) && similar_keep(store, &case_));
    assert_true(count_grams(path, grams, n) > 0);
    case_.state = CASE_WITHDRAWN;
    step.case_id = case_.id;
    assert_true(store_take_step(store, &step, &case_));
    assert_true(store_erase(store, "+86" WIFE, 1700000100, &erased));
    assert_int_equal(erased.cases, 1);
    assert_int_equal(count_grams(path, grams, n), 0);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_are_alike_as_far_as_they_share_telling_pairs, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(similar_cases_are_found_by_place_topic_and_text, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(only_earlier_cases_that_are_very_similar_are_handed_on, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(an_ended_case_leaves_the_index_and_comes_back_with_it, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(an_accusation_is_never_found, make_world, end_world),
        cmocka_unit_test_setup_teardown(cases_that_are_not_indexed_are_found_all_the_same, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(new_cases_are_indexed_together, make_world, end_world),
        cmocka_unit_test_setup_teardown(nothing_of_an_erased_persons_texts_stays_in_the_file, make_world,
                                        end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
