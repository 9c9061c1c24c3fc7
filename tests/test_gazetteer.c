#include "gateway/understand/place/gazetteer.h"

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
    TAIPING,
    TAIPING_OF_BEIWANG,
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
    { .id = TAIPING, .name = "太平村村村委会", .level = UNIT_VILLAGE, .parent = TIANTAN },
    { .id = TAIPING_OF_BEIWANG, .name = "太平村委会", .level = UNIT_VILLAGE, .parent = BEIWANG },
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
    gazetteer = gazetteer_new(normaliser, normaliser, pinyin);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        gazetteer_add(gazetteer, &units[i]);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        gazetteer_add_alias(gazetteer, &aliases[i]);
    gazetteer_close(gazetteer);
    return 0;
}

static int free_tables(void **state)
{
    (void)state;
    talloc_free(normaliser);
    return 0;
}

/* The text, of somebody whose matters have been at home, speaks of the unit; 0: of none. */
static void says(const struct gazetteer *list, const char *text, int64_t home, int64_t unit,
                 enum place_how how)
{
    void *mem = talloc_new(NULL);
    struct normal normal;
    struct place_found found;

    normalise(normaliser, mem, text, &normal);
    gazetteer_find(list, mem, &normal, home, &found);
    if (found.unit != unit || found.how != how)
        fail_msg("%s: unit %d how %d", text, (int)found.unit, (int)found.how);
    assert_true((found.confidence > 0) == (how != PLACE_NONE));
    assert_true((found.n_candidates > 1) == (how == PLACE_AMBIGUOUS));
    talloc_free(mem);
}

static void speaks_of(const char *text, int64_t unit, enum place_how how)
{
    says(gazetteer, text, 0, unit, how);
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
    speaks_of("北王镇太平村没水", TAIPING_OF_BEIWANG, PLACE_NAMED);
    speaks_of("天坛镇太平村没水", TAIPING, PLACE_NAMED);
    speaks_of("太平村没水", COUNTY, PLACE_AMBIGUOUS);
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
    gazetteer_find(gazetteer, mem, &normal, 0, &found);
    assert_true(found.confidence < 50);
    talloc_free(mem);
}

static void the_writers_earlier_matters_decide_between_villages_of_one_name(void **state)
{
    (void)state;
    says(gazetteer, "高村没水", GAO_HUAINIAN, GAO_HUAINIAN, PLACE_NAMED);
    says(gazetteer, "高村没水", BEIWANG, GAO_BEIWANG, PLACE_NAMED);
    says(gazetteer, "高村没水", BEIWANG_VILLAGE, GAO_BEIWANG, PLACE_NAMED);
    says(gazetteer, "高村没水", DONGGUO, COUNTY, PLACE_AMBIGUOUS);
    says(gazetteer, "高村没水", 999, COUNTY, PLACE_AMBIGUOUS);
    says(gazetteer, "北王镇高村没水", GAO_HUAINIAN, GAO_BEIWANG, PLACE_NAMED);
    says(gazetteer, "东郭村没水", GAO_HUAINIAN, DONGGUO, PLACE_NAMED);
}

static void a_village_named_beside_it_decides_too(void **state)
{
    (void)state;
    speaks_of("我是高村的，到北王村的路断了", GAO_BEIWANG, PLACE_NAMED);
    speaks_of("高村和高村的人都来了", COUNTY, PLACE_AMBIGUOUS);
}

static void one_wrong_character_is_read_over(void **state)
{
    (void)state;
    speaks_of("十里恒村没水", SHILIYUAN, PLACE_MISSPELLED);
    speaks_of("天坛镇东廓坡村没水", DONGGUOPO, PLACE_MISSPELLED);
    speaks_of("天坛镇辛洛村没水", XINLUO, PLACE_MISSPELLED);
    speaks_of("辛洛村没水", 0, PLACE_NONE);                /* half of two characters is too little to go by */
    speaks_of("天坛镇西郭坡村没水", TIANTAN, PLACE_NAMED); /* whoever writes 西 does not mean 东 */
    speaks_of("十里恒没水", 0, PLACE_NONE);
    speaks_of("北王镇十里恒村没水", BEIWANG, PLACE_NAMED); /* it lies in another township */
}

/* 20 counties of 20 townships of 60 villages; each township has a 高村, its others have names of their own.
 */
enum { COUNTIES = 20, TOWNSHIPS = 20, VILLAGES = 60 };

static int64_t id_of(int county, int township, int village)
{
    return (county + 1) * 1000000 + (township + 1) * 1000 + village + 1;
}

static struct gazetteer *a_country(void *mem)
{
    struct gazetteer *country = gazetteer_new(mem, normaliser, pinyin_new(mem, "gao\t高告\nbing\t丙餠\n"));
    static const char *const digits[] = { "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸",
                                          "子", "丑", "寅", "卯", "辰", "巳", "午", "未", "申", "酉" };

    for (int c = 0; c < COUNTIES; c++)
        for (int t = 0; t < TOWNSHIPS; t++)
            for (int v = 0; v < VILLAGES; v++)
                gazetteer_add(
                    country,
                    &(struct unit){ .id = id_of(c, t, v),
                                    .parent = id_of(c, t, -1),
                                    .name = v ? talloc_asprintf(mem, "%s%s%s%s村委会", digits[c], digits[t],
                                                                digits[v / 20], digits[v % 20])
                                              : "高村村委会",
                                    .level = UNIT_VILLAGE });
    /* Those above come last, and a 城关镇 is in every county. */
    for (int c = 0; c < COUNTIES; c++) {
        gazetteer_add(country, &(struct unit){ .id = id_of(c, -1, -1),
                                               .name = talloc_asprintf(mem, "%s山县", digits[c]),
                                               .level = UNIT_COUNTY });
        for (int t = 0; t < TOWNSHIPS; t++)
            gazetteer_add(
                country,
                &(struct unit){ .id = id_of(c, t, -1),
                                .parent = id_of(c, -1, -1),
                                .name = t ? talloc_asprintf(mem, "%s%s河镇", digits[c], digits[t]) : "城关镇",
                                .level = UNIT_TOWNSHIP });
    }
    gazetteer_add_alias(country, &(struct place_name){ "老坡上", id_of(3, 3, 7) });
    gazetteer_close(country);
    return country;
}

static void a_country_is_read_like_a_county(void **state)
{
    void *mem = talloc_new(NULL);
    const struct gazetteer *country = a_country(mem);

    (void)state;
    says(country, "高村没水", 0, 0, PLACE_AMBIGUOUS);
    says(country, "丙山县高村没水", 0, id_of(2, -1, -1), PLACE_AMBIGUOUS);
    says(country, "丙丁河镇高村没水", 0, id_of(2, 3, 0), PLACE_NAMED);
    says(country, "酉山县城关镇高村没水", 0, id_of(19, 0, 0), PLACE_NAMED);
    says(country, "城关镇高村没水", 0, 0, PLACE_AMBIGUOUS);
    says(country, "城关镇高村没水", id_of(19, 5, 7), id_of(19, 0, 0), PLACE_NAMED);
    says(country, "高村没水", id_of(19, 5, 7), id_of(19, 5, 0), PLACE_NAMED);
    says(country, "丙丁甲卯村到高村的路断了", 0, id_of(2, 3, 13), PLACE_NAMED);
    says(country, "丙丁甲卯村没水", 0, id_of(2, 3, 13), PLACE_NAMED);
    says(country, "丙丁河镇丙丁甲牛村没水", 0, id_of(2, 3, -1), PLACE_NAMED); /* it may be any of 19 */
    says(country, "丙丁河镇甲甲甲卯村没水", 0, id_of(2, 3, -1), PLACE_NAMED); /* it lies elsewhere */
    says(country, "丙山县丙丁河镇老圪高村没水", 0, id_of(2, 3, -1),
         PLACE_NAMED);                           /* 高村 is its end, not its name */
    says(country, "告村没水", 0, 0, PLACE_NONE); /* two characters sound like some village of so many */
    says(country, "丙丁河镇告村没水", 0, id_of(2, 3, 0), PLACE_HOMOPHONE);
    says(country, "这里的丙丁甲卯没水", 0, 0, PLACE_NONE); /* too many names to take a bare one for a place */
    says(country, "丙丁河镇丙丁甲卯没水", 0, id_of(2, 3, 13), PLACE_NAMED);
    says(country, "丙丁河镇甲甲甲卯没水", 0, id_of(2, 3, -1), PLACE_NAMED);
    says(country, "丙丁河镇告村没水", 0, id_of(2, 3, 0), PLACE_HOMOPHONE);
    says(country, "丙丁河镇餠丁甲卯没水", 0, id_of(2, 3, -1), PLACE_NAMED);
    says(country, "我是丙丁甲卯的，没水", 0, id_of(2, 3, 13), PLACE_NAMED);
    says(country, "我是老坡上的", 0, id_of(3, 3, 7), PLACE_ALIAS);
    talloc_free(mem);
}

static void parents_in_a_circle_are_no_parents(void **state)
{
    struct gazetteer *odd = gazetteer_new(NULL, normaliser, pinyin_new(normaliser, ""));

    (void)state;
    gazetteer_add(odd, &(struct unit){ .id = 1, .name = "高村", .level = UNIT_VILLAGE, .parent = 2 });
    gazetteer_add(odd, &(struct unit){ .id = 2, .name = "北王镇", .level = UNIT_TOWNSHIP, .parent = 1 });
    gazetteer_add(odd, &(struct unit){ .id = 3, .name = "东郭村", .level = UNIT_VILLAGE, .parent = 3 });
    gazetteer_add(odd, &(struct unit){ .id = 4, .name = "天坛镇", .level = UNIT_TOWNSHIP, .parent = 99 });
    gazetteer_close(odd);
    says(odd, "高村没水", 0, 1, PLACE_NAMED);
    says(odd, "东郭村没水", 3, 3, PLACE_NAMED);
    says(odd, "天坛镇没水", 0, 4, PLACE_NAMED);
    talloc_free(odd);
}

static void a_county_without_units_finds_nothing(void **state)
{
    void *mem = talloc_new(NULL);
    struct pinyin *pinyin = pinyin_new(mem, "");
    struct gazetteer *empty = gazetteer_new(mem, normaliser, pinyin);
    struct normal normal;
    struct place_found found;

    (void)state;
    gazetteer_close(empty);
    normalise(normaliser, mem, "高村没水", &normal);
    gazetteer_find(empty, mem, &normal, 0, &found);
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
        cmocka_unit_test(the_writers_earlier_matters_decide_between_villages_of_one_name),
        cmocka_unit_test(a_village_named_beside_it_decides_too),
        cmocka_unit_test(one_wrong_character_is_read_over),
        cmocka_unit_test(a_country_is_read_like_a_county),
        cmocka_unit_test(parents_in_a_circle_are_no_parents),
        cmocka_unit_test(a_county_without_units_finds_nothing),
    };

    return cmocka_run_group_tests(tests, make_tables, free_tables);
}
