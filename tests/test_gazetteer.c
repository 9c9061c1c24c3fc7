#include "gateway/understand/gazetteer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

enum {
    COUNTY = 1,
    BEIWANG = 10,
    HUAINIAN,
    TIANTAN,
    GAO_BEIWANG = 20,
    GAO_HUAINIAN,
    SHILIYUAN,
    HEDI,
    DONGGUOPO,
    DONGGUO,
    XINLUO,
    BEIWANG_VILLAGE,
    ZHUGE,
    WATER = 40
};

static const struct unit units[] = {
    { .id = COUNTY, .name = "浮山县", .level = UNIT_COUNTY },
    { .id = BEIWANG, .name = "北王镇", .level = UNIT_TOWNSHIP, .parent = COUNTY },
    { .id = HUAINIAN, .name = "槐埝乡", .level = UNIT_TOWNSHIP, .parent = COUNTY },
    { .id = TIANTAN, .name = "天坛镇", .level = UNIT_TOWNSHIP, .parent = COUNTY },
    { .id = GAO_BEIWANG, .name = "高村村委会", .level = UNIT_VILLAGE, .parent = BEIWANG },
    { .id = GAO_HUAINIAN, .name = "高村村委会", .level = UNIT_VILLAGE, .parent = HUAINIAN },
    { .id = SHILIYUAN, .name = "十里垣村委会", .level = UNIT_VILLAGE, .parent = TIANTAN },
    { .id = HEDI, .name = "河底村委会", .level = UNIT_VILLAGE, .parent = TIANTAN },
    { .id = DONGGUOPO, .name = "东郭坡村委会", .level = UNIT_VILLAGE, .parent = TIANTAN },
    { .id = DONGGUO, .name = "东郭村委会", .level = UNIT_VILLAGE, .parent = TIANTAN },
    { .id = XINLUO, .name = "辛落村村民委员会", .level = UNIT_VILLAGE, .parent = TIANTAN },
    { .id = BEIWANG_VILLAGE, .name = "北王村委会", .level = UNIT_VILLAGE, .parent = BEIWANG },
    { .id = ZHUGE, .name = "诸葛村委会", .level = UNIT_VILLAGE, .parent = TIANTAN },
    { .id = WATER, .name = "浮山县水务局", .level = UNIT_DEPARTMENT, .parent = COUNTY },
};

static const struct place_name aliases[] = { { "老坡上", DONGGUOPO },
                                             { "水利局", WATER },
                                             { "城关镇", TIANTAN } };

static struct normaliser *normaliser;
static struct gazetteer *gazetteer;

static int make_tables(void **state)
{
    const char *error;
    struct pinyin *pinyin;

    (void)state;
    normaliser = normaliser_new(NULL, &error);
    pinyin =
        pinyin_new(normaliser, "# readings\nhuai\t槐怀淮\nnian\t埝念年\nyuan\t垣原源塬\nshi\t十石\nli\t里李\n"
                               "gao\t高告\ncun\t村存\nzhu\t诸朱\nge\t葛各\n");
    gazetteer = gazetteer_new(normaliser, normaliser, pinyin, units, sizeof units / sizeof *units, aliases,
                              sizeof aliases / sizeof *aliases);
    return gazetteer ? 0 : -1;
}

static int free_tables(void **state)
{
    (void)state;
    talloc_free(normaliser);
    return 0;
}

/* The text speaks of the unit; 0: of none. */
static void speaks_of(const char *text, int64_t unit, enum place_how how)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct place_found found;

    normalise(normaliser, mem, text, &normal);
    gazetteer_find(gazetteer, mem, &normal, &found);
    if (found.unit != unit || found.how != how)
        fail_msg("%s: unit %d how %d", text, (int)found.unit, (int)found.how);
    assert_true((found.confidence > 0) == (how != PLACE_NONE));
    talloc_free(mem);
}

static void names_are_known_with_and_without_their_endings(void **state)
{
    (void)state;
    speaks_of("十里垣村民委员会不管水", SHILIYUAN, PLACE_NAMED);
    speaks_of("十里垣村没水", SHILIYUAN, PLACE_NAMED);
    speaks_of("十里垣没水", SHILIYUAN, PLACE_NAMED);
    speaks_of("十里垣大队没水", SHILIYUAN, PLACE_NAMED);
    speaks_of("辛落没水", XINLUO, PLACE_NAMED);
    speaks_of("辛落村没水", XINLUO, PLACE_NAMED);
    speaks_of("北王乡的路", BEIWANG, PLACE_NAMED);
    speaks_of("浮山县的路", COUNTY, PLACE_NAMED);
}

static void the_longest_name_wins(void **state)
{
    (void)state;
    speaks_of("东郭坡的路", DONGGUOPO, PLACE_NAMED);
    speaks_of("东郭村的路", DONGGUO, PLACE_NAMED);
}

static void of_two_villages_of_one_name_the_township_decides(void **state)
{
    (void)state;
    speaks_of("北王镇高村没水", GAO_BEIWANG, PLACE_NAMED);
    speaks_of("槐埝乡高村没水", GAO_HUAINIAN, PLACE_NAMED);
    speaks_of("高村没水，我们是槐埝的", GAO_HUAINIAN, PLACE_NAMED);
    speaks_of("高村没水", COUNTY, PLACE_AMBIGUOUS);
    speaks_of("天坛镇高村没水", COUNTY, PLACE_AMBIGUOUS);
}

static void a_township_and_its_village_of_one_name_are_the_township(void **state)
{
    (void)state;
    speaks_of("北王没水", BEIWANG, PLACE_NAMED);
    speaks_of("北王村没水", BEIWANG_VILLAGE, PLACE_NAMED);
    speaks_of("北王镇北王村没水", BEIWANG_VILLAGE, PLACE_NAMED);
}

static void what_sounds_alike_is_found_where_a_name_can_stand(void **state)
{
    (void)state;
    speaks_of("怀念乡的中学", HUAINIAN, PLACE_HOMOPHONE);
    speaks_of("我们石里源村没水", SHILIYUAN, PLACE_HOMOPHONE);
    speaks_of("我很怀念过去的水", 0, PLACE_NONE);
    speaks_of("通告存在村里", 0, PLACE_NONE);
    speaks_of("怀念乡高村没水", GAO_HUAINIAN, PLACE_NAMED);
}

static void ordinary_words_are_no_villages(void **state)
{
    (void)state;
    speaks_of("有人在河底挖沙", 0, PLACE_NONE);
    speaks_of("河底村挖沙", HEDI, PLACE_NAMED);
    speaks_of("天坛镇河底挖沙", HEDI, PLACE_NAMED);
    speaks_of("我是河底的", HEDI, PLACE_NAMED);
    speaks_of("诸葛亮", ZHUGE, PLACE_NAMED); /* at a text's beginning a bare name is taken for one */
    speaks_of("戏里的诸葛亮", 0, PLACE_NONE);
    speaks_of("没有名字的村", 0, PLACE_NONE);
}

static void aliases_are_names_too(void **state)
{
    (void)state;
    speaks_of("老坡上没水", DONGGUOPO, PLACE_ALIAS);
    speaks_of("城关镇没水", TIANTAN, PLACE_ALIAS);
    speaks_of("水务局不管", 0, PLACE_NONE); /* a department is no place */
}

static void the_writers_own_village_comes_first(void **state)
{
    (void)state;
    speaks_of("到东郭村的路坏了，我是十里垣的", SHILIYUAN, PLACE_NAMED);
    speaks_of("天坛镇政府在哪，东郭村没水", DONGGUO, PLACE_NAMED);
}

static void a_village_behind_another_township_is_hardly_ours(void **state)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct place_found found;

    (void)state;
    normalise(normaliser, mem, "洪洞县曲亭镇东郭村没水", &normal);
    gazetteer_find(gazetteer, mem, &normal, &found);
    assert_true(found.confidence < 50);
    talloc_free(mem);
}

static void a_county_without_units_finds_nothing(void **state)
{
    void *mem = talloc_new(NULL);
    struct pinyin *pinyin = pinyin_new(mem, "");
    struct gazetteer *empty = gazetteer_new(mem, normaliser, pinyin, NULL, 0, NULL, 0);
    struct normal normal;
    struct place_found found;

    (void)state;
    assert_non_null(empty);
    normalise(normaliser, mem, "高村没水", &normal);
    gazetteer_find(empty, mem, &normal, &found);
    assert_int_equal(found.how, PLACE_NONE);
    gazetteer_unit(empty, mem, "高村", &found);
    assert_int_equal(found.how, PLACE_NONE);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_known_with_and_without_their_endings),
        cmocka_unit_test(the_longest_name_wins),
        cmocka_unit_test(of_two_villages_of_one_name_the_township_decides),
        cmocka_unit_test(a_township_and_its_village_of_one_name_are_the_township),
        cmocka_unit_test(what_sounds_alike_is_found_where_a_name_can_stand),
        cmocka_unit_test(ordinary_words_are_no_villages),
        cmocka_unit_test(aliases_are_names_too),
        cmocka_unit_test(the_writers_own_village_comes_first),
        cmocka_unit_test(a_village_behind_another_township_is_hardly_ours),
        cmocka_unit_test(a_county_without_units_finds_nothing),
    };

    return cmocka_run_group_tests(tests, make_tables, free_tables);
}
