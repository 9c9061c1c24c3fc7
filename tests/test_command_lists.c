#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/print/table.h"
#include "store/learned/advice.h"
#include "store/cases.h"
#include "store/events.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/steps.h"
#include "gateway/understand/understand.h"
#include "tests/support/placed.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

/* A folder with a configuration, and a store with two villages of one name. */
struct world {
    const char *folder;
    struct store *store;
    int64_t beiwang, gaocun, other_gaocun;
};

#define DAY INT64_C(86400)
#define JUNE INT64_C(1780272000) /* 2026-06-01 08:00 in Shanghai */

static int64_t add_unit(struct world *world, const char *code, const char *name, enum unit_level level,
                        int64_t parent)
{
    struct unit unit = { .code = code, .name = name, .level = level, .parent = parent, .duty = "" };

    assert_true(store_put_unit(world->store, &unit));
    return unit.id;
}

static int make_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *error;
    int64_t county, township;

    world->folder = temporary_directory(world);
    write_file(world, world->folder, "xiangyin.conf",
               "timezone = \"Asia/Shanghai\"\nstore { url = \"sqlite:x.db\" }\n");
    world->store = store_open(world, talloc_asprintf(world, "sqlite:%s/x.db", world->folder), &error);
    assert_non_null(world->store);
    place_kinds(world->store, "progress,closed,accepted,received");
    county = add_unit(world, "141027", "浮山县", UNIT_COUNTY, 0);
    world->beiwang = add_unit(world, "141027103", "北王镇", UNIT_TOWNSHIP, county);
    township = add_unit(world, "141027202", "槐埝乡", UNIT_TOWNSHIP, county);
    world->gaocun = add_unit(world, "141027103201", "高村村委会", UNIT_VILLAGE, world->beiwang);
    world->other_gaocun = add_unit(world, "141027202216", "高村村委会", UNIT_VILLAGE, township);
    assert_true(store_put_place_name(world->store, "老高庄", world->gaocun));
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static int64_t add_case(struct world *world, struct case_ case_)
{
    case_.first_handler = case_.leader = case_.handler ? case_.handler : "";
    case_.handler = case_.first_handler;
    case_.line = "village";
    case_.reporter = case_.reporter ? case_.reporter : "+8613800138000";
    case_.topic = case_.topic ? case_.topic : "water";
    case_.text = case_.text ? case_.text : "没水";
    place_case(world->store, &case_);
    return case_.id;
}

static struct outcome run_in(struct world *world, const char *const *arguments)
{
    return program_run(world, world->folder, NULL, arguments);
}
#define IN(world, ...) run_in(world, (const char *const[]){ __VA_ARGS__, NULL })

/* The numbers in a list of objects, one a line: "1 2 3". */
static const char *members(void *mem, const char *lines, const char *key)
{
    char *all = talloc_strdup(mem, ""), *rest = talloc_strdup(mem, lines), *line;

    while ((line = strsep(&rest, "\n")) && *line) {
        json_object *object = json_tokener_parse(line);

        assert_non_null(object);
        all = talloc_asprintf_append(all, "%s%s", *all ? " " : "",
                                     json_object_get_string(json_object_object_get(object, key)));
        json_object_put(object);
    }
    return all;
}

static void similar_open_cases_are_listed_and_restricted_ones_are_not(void **state)
{
    struct world *world = *state;
    struct outcome outcome;

    add_case(world, (struct case_){ .number = "26000010", .received_at = JUNE, .place = world->gaocun });
    add_case(world, (struct case_){ .number = "26000029", .received_at = JUNE + 60, .place = world->gaocun });
    add_case(world,
             (struct case_){
                 .number = "26000032", .received_at = JUNE, .place = world->gaocun, .is_guarded = true });
    add_case(world, (struct case_){ .number = "26000041",
                                    .received_at = JUNE,
                                    .place = world->gaocun,
                                    .topic = "road",
                                    .text = "路坏了" });
    outcome = IN(world, "case", "similar", "26000010", "--json");
    assert_int_equal(outcome.status, 0);
    assert_string_equal(members(world, outcome.out, "number"), "26000029");
    assert_string_equal(members(world, outcome.out, "similarity"), "100");
    assert_string_equal(members(world, outcome.out, "same_place"), "true");
    assert_non_null(strstr(IN(world, "case", "similar", "26000010").out, "26000029"));
    assert_string_equal(IN(world, "case", "similar", "26000032", "--json").out, "");
    assert_int_equal(IN(world, "case", "similar", "26000011").status, 1);
    assert_int_equal(IN(world, "case", "similar").status, 2);
}

static void what_a_model_suggests_stands_beside_the_case(void **state)
{
    struct world *world = *state;
    struct case_advice advice = { .is_usable = true,
                                  .category = CATEGORY_HARDSHIP,
                                  .topic = "welfare",
                                  .quote = "低保停了",
                                  .model = "small",
                                  .at = JUNE };
    const char *show;

    advice.case_id =
        add_case(world, (struct case_){ .number = "26000010", .received_at = JUNE, .confidence = 30 });
    assert_true(store_put_advice(world->store, &advice));
    show = IN(world, "case", "show", "26000010").out;
    assert_non_null(strstr(show, "低保停了"));
    assert_non_null(strstr(show, "small"));
    assert_non_null(strstr(IN(world, "case", "show", "26000010", "--json").out, "\"advice\":{"));
    assert_non_null(strstr(IN(world, "case", "list", "--unsure").out, "低保停了"));
    assert_non_null(strstr(IN(world, "case", "list", "--unsure", "--json").out, "\"topic\":\"welfare\""));
    assert_null(strstr(IN(world, "case", "list").out, "低保停了"));
    advice.case_id =
        add_case(world, (struct case_){ .number = "26000029", .received_at = JUNE, .is_guarded = true });
    assert_true(store_put_advice(world->store, &advice));
    assert_null(strstr(IN(world, "case", "show", "26000029").out, "低保停了"));
}

static void the_classes_least_sure_of_are_listed_until_somebody_sets_them(void **state)
{
    struct world *world = *state;
    int64_t unsure = add_case(
        world, (struct case_){ .number = "26000011", .received_at = JUNE, .confidence = UNSURE_BELOW - 1 });
    struct case_ *case_;

    add_case(world, (struct case_){ .number = "26000029", .received_at = JUNE, .confidence = UNSURE_BELOW });
    add_case(world,
             (struct case_){
                 .number = "26000037", .received_at = JUNE, .confidence = 30, .state = CASE_WITHDRAWN });
    assert_string_equal(members(world, IN(world, "case", "list", "--json", "--unsure").out, "number"),
                        "26000011");
    assert_true(store_case(world->store, world, unsure, &case_));
    case_->confidence = 100;
    assert_true(store_update_case(world->store, case_));
    assert_string_equal(members(world, IN(world, "case", "list", "--json", "--unsure").out, "number"), "");
}

static void cases_are_found_by_words_the_newest_first(void **state)
{
    struct world *world = *state;

    add_case(world, (struct case_){ .number = "26000010", .received_at = JUNE, .text = "水管裂了" });
    add_case(world, (struct case_){ .number = "26000029", .received_at = JUNE, .text = "水管漏了" });
    assert_string_equal(members(world, IN(world, "case", "list", "--json", "--search", "水管").out, "number"),
                        "26000029 26000010");
    assert_string_equal(
        members(world, IN(world, "case", "list", "--json", "--search", "水管", "--limit", "1").out, "number"),
        "26000029");
    assert_string_equal(
        members(world, IN(world, "case", "list", "--json", "--search", "水 裂").out, "number"), "26000010");
}

static void a_case_is_shown_with_the_words_it_is_understood_by(void **state)
{
    struct world *world = *state;
    struct outcome outcome;

    add_case(world,
             (struct case_){ .number = "26000011", .received_at = JUNE, .text = "高村自来水停了三天了" });
    outcome = IN(world, "case", "show", "26000011", "--explain");
    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "自来水"));
    assert_non_null(strstr(outcome.out, "[words of the topic water]"));
    outcome = IN(world, "case", "show", "26000011", "--explain", "--json");
    assert_non_null(strstr(outcome.out, "\"why\""));
    outcome = IN(world, "case", "show", "26000011", "--json");
    assert_null(strstr(outcome.out, "\"why\""));
}

static void a_case_is_one_object_a_line(void **state)
{
    struct world *world = *state;

    add_case(world, (struct case_){ .number = "26000011",
                                    .state = CASE_IN_HAND,
                                    .category = CATEGORY_LIVELIHOOD,
                                    .place = world->gaocun,
                                    .handler = "+8613900000010",
                                    .text = "三天没水\n\"急\"",
                                    .received_at = JUNE });
    struct outcome outcome = IN(world, "case", "list", "--json");
    assert_string_equal(
        outcome.out, "{\"number\":\"26000011\",\"reporter\":\"+8613800138000\",\"state\":\"in "
                     "hand\",\"category\":\"民生\","
                     "\"topic\":\"water\",\"place\":\"北王镇高村\",\"handler\":\"+8613900000010\","
                     "\"received_at\":\"2026-06-01T08:00:00+08:00\",\"text\":\"三天没水\\n\\\"急\\\"\"}\n");
    assert_string_equal(outcome.err, "");
    assert_int_equal(outcome.status, 0);
}

static void what_a_case_lacks_is_null(void **state)
{
    struct world *world = *state;

    add_case(world, (struct case_){ .number = "26000011", .received_at = JUNE });
    const char *out = IN(world, "case", "list", "--json").out;
    assert_non_null(strstr(out, "\"place\":null,\"handler\":null"));
}

static void texts_that_are_no_utf_8_still_make_good_json(void **state)
{
    struct world *world = *state;

    add_case(world,
             (struct case_){ .number = "26000011", .text = "a\xff\xfe\x01 \xe9\xab", .received_at = JUNE });
    assert_string_equal(members(world, IN(world, "case", "list", "--json").out, "text"),
                        "a\uFFFD\uFFFD\x01 \uFFFD");
}

static void what_ends_a_line_elsewhere_or_steers_a_terminal_is_written_as_its_number(void **state)
{
    struct world *world = *state;

    add_case(world, (struct case_){ .number = "26000011",
                                    .text = "a\u2028b\u202ec\xc2\x85\xc2\x9b\x1b d",
                                    .received_at = JUNE });
    const char *out = IN(world, "case", "list", "--json").out;
    assert_non_null(strstr(out, "\"a\\u2028b\\u202ec\\u0085\\u009b\\u001b d\"}\n"));
    assert_string_equal(members(world, out, "text"), "a\u2028b\u202ec\xc2\x85\xc2\x9b\x1b d");
}

static void cases_are_found_by_what_is_asked(void **state)
{
    struct world *world = *state;
    const char *const asked[][4] = {
        { "--state", "new", "1" },
        { "--state", "open", "1 2" },
        { "--state", "closed,rated", "3 4" },
        { "--state", "in_hand", "2" },
        { "--state", "In-Hand,已办结", "2 3" },
        { "--category", "民访", "2" },
        { "--category", "hardship", "3" },
        { "--topic", "road", "4" },
        { "--reporter", "138 0013 8000", "1" },
        { "--reporter", "+8613800138009", "4" },
        { "--handler", "13900000010", "2" },
        { "--place", "高村", "1 2" },
        { "--place", "老高庄", "1" },
        { "--place", "北王", "1 3" },
        { "--place", "北王镇高村", "1" },
        { "--place", "141027202216", "2" },
        { "--place", "浮山县", "1 2 3" },
        { "--since", "2026-06-03", "3 4" },
        { "--until", "2026-06-02 08:00", "1" },
        { "--since", "2026-06-02T00:00:00Z", "2 3 4" },
        { "--limit", "2", "1 2" },
    };

    add_case(world, (struct case_){ .number = "1", .place = world->gaocun, .received_at = JUNE });
    add_case(world, (struct case_){ .number = "2",
                                    .state = CASE_IN_HAND,
                                    .category = CATEGORY_PETITION,
                                    .place = world->other_gaocun,
                                    .reporter = "10086",
                                    .handler = "+8613900000010",
                                    .received_at = JUNE + DAY });
    add_case(world, (struct case_){ .number = "3",
                                    .state = CASE_CLOSED,
                                    .category = CATEGORY_HARDSHIP,
                                    .place = world->beiwang,
                                    .reporter = "10086",
                                    .received_at = JUNE + 2 * DAY });
    add_case(world, (struct case_){ .number = "4",
                                    .state = CASE_RATED,
                                    .topic = "road",
                                    .reporter = "+8613800138009",
                                    .received_at = JUNE + 3 * DAY });
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct outcome outcome = IN(world, "case", "list", "--json", asked[i][0], asked[i][1]);

        if (strcmp(members(world, outcome.out, "number"), asked[i][2]) != 0)
            fail_msg("%s %s: %s%s", asked[i][0], asked[i][1], outcome.out, outcome.err);
    }
    assert_string_equal(
        members(world, IN(world, "case", "list", "--json", "--newest", "--limit", "2").out, "number"), "4 3");
    assert_string_equal(
        members(world, IN(world, "case", "list", "--json", "--newest", "--limit", "1", "--place", "高村").out,
                "number"),
        "2");
}

static void wrong_wishes_are_refused_with_2_and_why(void **state)
{
    struct world *world = *state;
    const struct {
        const char *const arguments[5];
        const char *error;
    } wrong[] = {
        { { "case" }, "xiangyin case: missing subcommand\nTry: xiangyin case --help\n" },
        { { "case", "lost" }, "xiangyin case: unknown subcommand lost\nTry: xiangyin case --help\n" },
        { { "case", "list", "26000011" },
          "xiangyin case: list takes no argument 26000011\nTry: xiangyin case --help\n" },
        { { "case", "list", "--colour" },
          "xiangyin case: unknown option --colour\nTry: xiangyin case --help\n" },
        { { "case", "list", "--state", "lost" },
          "xiangyin case: invalid state 'lost' (expected open, new, in hand, closed, rated, explained, "
          "out of scope, "
          "merged, withdrawn, no complaint, or 待受理 办理中 已办结 已评价 已答复 不受理 已合并 已撤回 "
          "非诉求)\nTry: xiangyin "
          "case "
          "--help\n" },
        { { "case", "list", "--category", "x" },
          "xiangyin case: invalid category 'x' (expected livelihood 民生, hardship 民困 or petition "
          "民访)\nTry: "
          "xiangyin case --help\n" },
        { { "case", "list", "--since", "soon" },
          "xiangyin case: --since: invalid time 'soon' (expected 2026-12-01 or \"2026-12-01 "
          "09:00\")\nTry: xiangyin "
          "case --help\n" },
        { { "case", "list", "--limit", "0" },
          "xiangyin case: --limit: invalid number '0' (expected 1 or more)\nTry: xiangyin case --help\n" },
        { { "case", "list", "--limit" },
          "xiangyin case: --limit needs a value\nTry: xiangyin case --help\n" },
        { { "case", "show" }, "xiangyin case: show takes one case number\nTry: xiangyin case --help\n" },
        { { "event", "show", "x" }, "xiangyin event: invalid id: x\nTry: xiangyin event --help\n" },
        { { "event", "show" },
          "xiangyin event: show takes the id of one event\nTry: xiangyin event --help\n" },
        { { "event", "list", "--until", "x" },
          "xiangyin event: --until: invalid time 'x' (expected 2026-12-01 or \"2026-12-01 09:00\")\nTry: "
          "xiangyin event "
          "--help\n" },
        { { "notice", "list", "--state", "x" },
          "xiangyin notice: invalid state 'x' (expected open, READY, CLAIMED, ARMED, SENT, DELIVERED, "
          "FAILED, "
          "UNKNOWN, CANCELLED)\nTry: xiangyin notice --help\n" },
        { { "notice", "cancel" },
          "xiangyin notice: cancel takes the ids of notices\nTry: xiangyin notice --help\n" },
        { { "notice", "cancel", "-1" }, "xiangyin notice: invalid id: -1\nTry: xiangyin notice --help\n" },
        { { "notice", "retry", "1" },
          "xiangyin notice: an UNKNOWN notice may have arrived already and would then arrive twice; "
          "add --yes to "
          "send it again\nTry: xiangyin notice --help\n" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct outcome outcome = run_in(world, wrong[i].arguments);

        assert_string_equal(outcome.err, wrong[i].error);
        assert_int_equal(outcome.status, 2);
        assert_string_equal(outcome.out, "");
    }
}

static void what_is_not_there_fails_with_1_and_why(void **state)
{
    struct world *world = *state;
    const struct {
        const char *const arguments[5];
        const char *error;
    } missing[] = {
        { { "case", "show", "26000012" },
          "xiangyin case: 26000012 is not a case number: its check digit is wrong\n" },
        { { "case", "show", "26004173" }, "xiangyin case: there is no case 26004173\n" },
        { { "case", "list", "--place", "天津" }, "xiangyin case: there is no place 天津\n" },
        { { "event", "show", "7" }, "xiangyin event: there is no event 7\n" },
        { { "notice", "show", "7" }, "xiangyin notice: there is no notice 7\n" },
        { { "notice", "cancel", "7" }, "xiangyin notice: there is no notice 7\n" },
        { { "notice", "list", "--case", "7" }, "xiangyin notice: there is no case 7\n" },
    };

    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
        struct outcome outcome = run_in(world, missing[i].arguments);

        assert_string_equal(outcome.err, missing[i].error);
        assert_int_equal(outcome.status, 1);
    }
}

static void a_store_that_is_not_there_is_said_kindly(void **state)
{
    struct world *world = *state;
    const char *folder = temporary_directory(world);
    struct outcome outcome;

    write_file(world, folder, "xiangyin.conf", "store { url = \"sqlite:none.db\" }\n");
    outcome = RUN(world, folder, NULL, "case", "list");
    assert_string_equal(outcome.err,
                        "xiangyin case: there is no store yet at none.db: start xiangyin run or xiangyin "
                        "import first\n");
    assert_int_equal(outcome.status, 1);
    write_file(world, folder, "xiangyin.conf", "store { url = \"sqlite::memory:\" }\n");
    outcome = RUN(world, folder, NULL, "case", "list");
    assert_string_equal(outcome.err,
                        "xiangyin case: sqlite::memory: is in memory: only the gateway itself can open it\n");
    assert_int_equal(outcome.status, 1);
    write_file(world, folder, "xiangyin.conf", "store { url = 5 }\n");
    outcome = RUN(world, folder, NULL, "case", "list");
    assert_string_equal(outcome.err, "xiangyin.conf:1: url \"5\" must be sqlite: followed by a path\n");
    assert_int_equal(outcome.status, 2);
}

static void a_table_stands_straight_in_chinese_too(void **state)
{
    struct world *world = *state;

    add_case(world, (struct case_){ .number = "26000011",
                                    .category = CATEGORY_PETITION,
                                    .place = world->gaocun,
                                    .text = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十",
                                    .received_at = JUNE });
    add_case(world, (struct case_){
                        .number = "26000029", .text = "no\x1b[31m wa\u202eter\n!", .received_at = JUNE });
    assert_string_equal(IN(world, "case", "list").out,
                        "NUMBER      STATE         CATEGORY  TOPIC     PLACE               REPORTER        "
                        "HANDLER         RECEIVED"
                        "          TEXT\n"
                        "26000011    new           民访      water     北王镇高村          +8613800138000    "
                        "              2026-06-01 "
                        "08:00  一二三四五六七八九十一二三四五六七八九十一二三四…\n"
                        "26000029    new           民生      water                         +8613800138000    "
                        "              2026-06-01 "
                        "08:00  no[31m water !\n");
}

static void a_case_is_shown_with_its_steps_and_notices(void **state)
{
    struct world *world = *state;
    int64_t id = add_case(world, (struct case_){ .number = "26000011",
                                                 .place = world->gaocun,
                                                 .handler = "+8613900000010",
                                                 .text = "没水\n很急",
                                                 .urgency = URGENCY_URGENT,
                                                 .confidence = 71,
                                                 .received_at = JUNE,
                                                 .accepted_at = JUNE + 60 });
    struct step step = { .case_id = id,
                         .at = JUNE,
                         .actor = "+8613800138000",
                         .line = "village",
                         .kind = "received",
                         .words = "没水" };
    struct notice notice = { .to = "+8613800138000",
                             .text = "已收到",
                             .name = "received",
                             .line = "",
                             .case_id = id,
                             .due_at = JUNE,
                             .created_at = JUNE,
                             .why = "",
                             .reference = -1 };
    const struct person cadre = { .phone = "+8613900000010",
                                  .name = "丁例四",
                                  .title = "",
                                  .roles = ROLE_CADRE,
                                  .language = "zh",
                                  .line = "" };
    json_object *object, *steps;

    assert_true(store_add_step(world->store, &step));
    assert_true(store_add_notice(world->store, &notice));
    assert_true(store_put_person(world->store, &cadre));
    assert_string_equal(IN(world, "case", "show", "26000011").out,
                        "number        26000011\n"
                        "state         new\n"
                        "class         民生 (71 %), water, urgent\n"
                        "place         北王镇高村\n"
                        "reporter      +8613800138000\n"
                        "handler       +8613900000010 丁例四\n"
                        "leader        +8613900000010 丁例四\n"
                        "received      2026-06-01 08:00\n"
                        "accepted      2026-06-01 08:01\n"
                        "\n"
                        "    没水\n"
                        "    很急\n"
                        "\n"
                        "AT                STEP          BY                WORDS\n"
                        "2026-06-01 08:00  received      +8613800138000    没水\n"
                        "\n"
                        "NOTICE    STATE       TO                TEXT\n"
                        "1         READY       +8613800138000    已收到\n");

    object = json_tokener_parse(IN(world, "case", "show", "--json", "26000011").out);
    steps = json_object_object_get(object, "steps");
    assert_string_equal(
        json_object_to_json_string_ext(json_object_array_get_idx(steps, 0), JSON_C_TO_STRING_PLAIN),
        "{\"at\":\"2026-06-01T08:00:00+08:00\",\"kind\":\"received\",\"actor\":\"+8613800138000\","
        "\"line\":\"village\",\"words\":\"没水\",\"event\":null}");
    /* that somebody looked at it before */
    steps = json_object_array_get_idx(steps, 1);
    assert_string_equal(json_object_get_string(json_object_object_get(steps, "kind")), "viewed");
    assert_string_equal(json_object_get_string(json_object_object_get(steps, "actor")), "operator");
    assert_non_null(strstr(json_object_get_string(json_object_object_get(steps, "words")), ": case show"));
    assert_string_equal(
        json_object_to_json_string_ext(json_object_object_get(object, "notices"), JSON_C_TO_STRING_PLAIN),
        "[{\"id\":1,\"to\":\"+8613800138000\",\"text\":\"已收到\",\"state\":\"READY\",\"attempts\":0,"
        "\"reference\":null,\"case\":\"26000011\"}]");
    assert_string_equal(json_object_get_string(json_object_object_get(object, "urgency")), "urgent");
    json_object_put(object);
}

static void a_failed_event_is_handled_again_by_its_id(void **state)
{
    struct world *world = *state;
    struct event failed = { .kind = EVENT_TEXT,
                            .line = "village",
                            .external_id = "k1",
                            .from = "+8613800138000",
                            .at = JUNE,
                            .received_at = JUNE + 1,
                            .text = "聚粮村的自来水停了三天了",
                            .outcome = "failed",
                            .why = "the store broke" };

    assert_true(store_add_event(world->store, &failed) && store_finish_event(world->store, &failed));
    assert_string_equal(IN(world, "event", "redo", "1").out, "event 1: case\n");
    assert_string_equal(IN(world, "event", "redo", "1").err, "xiangyin event: event 1 did not fail: case\n");
    assert_string_equal(IN(world, "event", "redo", "2").err, "xiangyin event: there is no event 2\n");
    assert_int_equal(IN(world, "event", "redo").status, 2);
    assert_string_equal(members(world, IN(world, "event", "list", "--json", "--outcome", "failed").out, "id"),
                        "");
}

static void events_are_listed_and_shown(void **state)
{
    struct world *world = *state;
    int64_t id = add_case(world, (struct case_){ .number = "26000011", .received_at = JUNE });
    struct event text = { .kind = EVENT_TEXT,
                          .line = "village",
                          .external_id = "k1",
                          .from = "+8613800138000",
                          .at = JUNE,
                          .received_at = JUNE + 1,
                          .text = "没水",
                          .raw = "0011",
                          .outcome = "case",
                          .why = "",
                          .case_id = id };
    struct event call = { .kind = EVENT_CALL,
                          .line = "village",
                          .external_id = "k2",
                          .from = "+8613800138001",
                          .at = JUNE,
                          .received_at = JUNE + DAY,
                          .outcome = "ignored",
                          .why = "a number that calls often" };

    assert_true(store_add_event(world->store, &text) && store_finish_event(world->store, &text));
    assert_true(store_add_event(world->store, &call) && store_finish_event(world->store, &call));
    assert_string_equal(
        IN(world, "event", "list", "--json").out,
        "{\"id\":1,\"line\":\"village\",\"external_id\":\"k1\",\"kind\":\"text\",\"from\":\"+8613800138000\","
        "\"at\":\"2026-06-01T08:00:00+08:00\",\"text\":\"没水\",\"outcome\":\"case\"}\n"
        "{\"id\":2,\"line\":\"village\",\"external_id\":\"k2\",\"kind\":\"call\",\"from\":\"+8613800138001\","
        "\"at\":\"2026-06-01T08:00:00+08:00\",\"text\":null,\"outcome\":\"ignored\"}\n");
    assert_string_equal(
        members(world, IN(world, "event", "list", "--json", "--from", "13800138001").out, "id"), "2");
    assert_string_equal(members(world, IN(world, "event", "list", "--json", "--outcome", "case").out, "id"),
                        "1");
    assert_string_equal(members(world, IN(world, "event", "list", "--json", "--after", "1").out, "id"), "2");
    assert_string_equal(
        members(world, IN(world, "event", "list", "--json", "--until", "2026-06-02").out, "id"), "1");
    assert_string_equal(members(world, IN(world, "event", "list", "--json", "--limit", "1").out, "id"), "1");
    /* the same words are headings, and in Chinese others than as values; a call has no words */
    setenv("LC_MESSAGES", "zh_CN.UTF-8", 1);
    assert_string_equal(
        IN(world, "event", "list").out,
        "序号      时间              线路        种类      来自              结果       内容\n"
        "1         2026-06-01 08:00  village     短信      +8613800138000    新诉求     没水\n"
        "2         2026-06-01 08:00  village     来电      +8613800138001    不计\n");
    unsetenv("LC_MESSAGES");
    assert_string_equal(IN(world, "event", "show", "2").out, "id            2\n"
                                                             "kind          call\n"
                                                             "line          village\n"
                                                             "external id   k2\n"
                                                             "from          +8613800138001\n"
                                                             "at            2026-06-01 08:00\n"
                                                             "received      2026-06-02 08:00\n"
                                                             "outcome       ignored\n"
                                                             "why           a number that calls often\n");
    assert_string_equal(members(world, IN(world, "event", "show", "1", "--json").out, "case"), "26000011");
    assert_string_equal(
        IN(world, "event", "list", "--limit", "1").out,
        "ID        AT                LINE        KIND      FROM              OUTCOME    TEXT\n"
        "1         2026-06-01 08:00  village     text      +8613800138000    case       没水\n");
}

/* A notice in the state that a settling leaves. */
static int64_t add_notice(struct world *world, enum notice_state to_state, int64_t case_id)
{
    struct notice notice = { .to = "+8613800138000",
                             .text = "你好",
                             .name = "send",
                             .line = "",
                             .case_id = case_id,
                             .due_at = JUNE,
                             .created_at = JUNE,
                             .why = "",
                             .reference = -1,
                             .state = to_state };

    assert_true(store_add_notice(world->store, &notice));
    return notice.id;
}

static enum notice_state state_of(struct world *world, int64_t id)
{
    struct notice *notice;

    assert_true(store_notice(world->store, world, id, &notice));
    return notice->state;
}

static void notices_are_listed_by_state_number_and_case(void **state)
{
    struct world *world = *state;
    int64_t id = add_case(world, (struct case_){ .number = "26000011", .received_at = JUNE });

    add_notice(world, NOTICE_READY, id);
    add_notice(world, NOTICE_UNKNOWN, 0);
    assert_string_equal(
        IN(world, "notice", "list", "--json").out,
        "{\"id\":1,\"to\":\"+8613800138000\",\"text\":\"你好\",\"state\":\"READY\",\"attempts\":0,"
        "\"reference\":null,\"case\":\"26000011\"}\n"
        "{\"id\":2,\"to\":\"+8613800138000\",\"text\":\"你好\",\"state\":\"UNKNOWN\",\"attempts\":0,"
        "\"reference\":null,\"case\":null}\n");
    assert_string_equal(members(world, IN(world, "notice", "list", "--json", "--state", "unknown").out, "id"),
                        "2");
    assert_string_equal(members(world, IN(world, "notice", "list", "--json", "--state", "open").out, "id"),
                        "1");
    assert_string_equal(members(world, IN(world, "notice", "list", "--json", "--case", "26000011").out, "id"),
                        "1");
    assert_string_equal(members(world, IN(world, "notice", "list", "--json", "--to", "10086").out, "id"), "");
    assert_string_equal(members(world, IN(world, "notice", "list", "--json", "--after", "1").out, "id"), "2");
    assert_string_equal(
        IN(world, "notice", "list", "--limit", "1").out,
        "ID        STATE       TO                TRIES  CASE        DUE               TEXT\n"
        "1         READY       +8613800138000    0      26000011    2026-06-01 08:00  你好\n");
    assert_string_equal(IN(world, "notice", "show", "1").out, "id          1\n"
                                                              "state       READY\n"
                                                              "to          +8613800138000\n"
                                                              "case        26000011\n"
                                                              "template    send\n"
                                                              "attempts    0\n"
                                                              "created     2026-06-01 08:00\n"
                                                              "due         2026-06-01 08:00\n"
                                                              "text        你好\n");
}

static void only_what_is_not_on_its_way_is_cancelled(void **state)
{
    struct world *world = *state;
    int64_t id = add_case(world, (struct case_){ .number = "26000011", .received_at = JUNE });
    struct outcome outcome;
    struct step *steps;
    size_t n;

    add_notice(world, NOTICE_READY, id);
    add_notice(world, NOTICE_SENT, 0);
    outcome = IN(world, "notice", "cancel", "1", "2");
    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.out, "notice 1: notice cancelled\n");
    assert_string_equal(outcome.err,
                        "xiangyin notice: notice 2 is SENT: only what is not yet on its way can be "
                        "cancelled\n");
    assert_int_equal(state_of(world, 1), NOTICE_CANCELLED);
    assert_int_equal(state_of(world, 2), NOTICE_SENT);
    assert_true(store_steps(world->store, world, id, &steps, &n));
    assert_int_equal(n, 1);
    assert_string_equal(steps[0].actor, "operator");
    assert_string_equal(steps[0].kind, "notice cancelled");
}

static void an_unknown_notice_goes_out_again_when_the_operator_is_sure(void **state)
{
    struct world *world = *state;
    struct outcome outcome;

    add_notice(world, NOTICE_UNKNOWN, 0);
    add_notice(world, NOTICE_DELIVERED, 0);
    assert_int_equal(IN(world, "notice", "retry", "1").status, 2);
    assert_int_equal(state_of(world, 1), NOTICE_UNKNOWN);
    assert_int_equal(IN(world, "notice", "retry", "1", "--yes").status, 0);
    assert_int_equal(state_of(world, 1), NOTICE_READY);
    outcome = IN(world, "notice", "retry", "2", "--yes");
    assert_int_equal(outcome.status, 1);
    assert_string_equal(outcome.err,
                        "xiangyin notice: notice 2 is DELIVERED: only UNKNOWN and FAILED ones can be sent "
                        "again\n");
}

static void a_one_time_code_is_blanked_with_its_notice_and_never_sent_again(void **state)
{
    struct world *world = *state;
    int64_t id = add_case(world, (struct case_){ .number = "26000011", .received_at = JUNE });
    struct notice code = { .to = "+8613900000010",
                           .text = "回复 135790 确认",
                           .name = "confirm",
                           .line = "",
                           .case_id = id,
                           .due_at = JUNE,
                           .created_at = JUNE,
                           .why = "",
                           .reference = -1 };
    struct notice *kept;
    struct step *steps;
    size_t n;

    assert_true(store_add_notice(world->store, &code));
    code.state = NOTICE_UNKNOWN;
    assert_true(store_add_notice(world->store, &code));
    assert_int_equal(IN(world, "notice", "cancel", "1").status, 0);
    assert_true(store_notice(world->store, world, 1, &kept));
    assert_string_equal(kept->text, "回复 ****** 确认");
    assert_true(store_steps(world->store, world, id, &steps, &n));
    assert_string_equal(steps[0].words, "回复 ****** 确认");
    assert_string_equal(
        IN(world, "notice", "retry", "2", "--yes").err,
        "xiangyin notice: notice 2 is UNKNOWN: a one-time code is not sent again: ask for the action again "
        "to get a new one\n");
    assert_int_equal(state_of(world, 2), NOTICE_UNKNOWN);
}

static void standard_output_that_is_full_is_a_failure(void **state)
{
    struct world *world = *state;
    const char *given = getenv("XIANGYIN");
    char *line = talloc_asprintf(world, "%s case list --json -c %s/xiangyin.conf >/dev/full 2>/dev/null",
                                 given ? given : "build/xiangyin", world->folder);

    add_case(world, (struct case_){ .number = "26000011", .received_at = JUNE });
    assert_int_equal(WEXITSTATUS(system(line)), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_case_is_one_object_a_line, make_world, end_world),
        cmocka_unit_test_setup_teardown(similar_open_cases_are_listed_and_restricted_ones_are_not, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(what_a_model_suggests_stands_beside_the_case, make_world, end_world),
        cmocka_unit_test_setup_teardown(the_classes_least_sure_of_are_listed_until_somebody_sets_them,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(cases_are_found_by_words_the_newest_first, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_case_is_shown_with_the_words_it_is_understood_by, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(what_a_case_lacks_is_null, make_world, end_world),
        cmocka_unit_test_setup_teardown(texts_that_are_no_utf_8_still_make_good_json, make_world, end_world),
        cmocka_unit_test_setup_teardown(
            what_ends_a_line_elsewhere_or_steers_a_terminal_is_written_as_its_number, make_world, end_world),
        cmocka_unit_test_setup_teardown(cases_are_found_by_what_is_asked, make_world, end_world),
        cmocka_unit_test_setup_teardown(wrong_wishes_are_refused_with_2_and_why, make_world, end_world),
        cmocka_unit_test_setup_teardown(what_is_not_there_fails_with_1_and_why, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_store_that_is_not_there_is_said_kindly, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_table_stands_straight_in_chinese_too, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_case_is_shown_with_its_steps_and_notices, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_failed_event_is_handled_again_by_its_id, make_world, end_world),
        cmocka_unit_test_setup_teardown(events_are_listed_and_shown, make_world, end_world),
        cmocka_unit_test_setup_teardown(notices_are_listed_by_state_number_and_case, make_world, end_world),
        cmocka_unit_test_setup_teardown(only_what_is_not_on_its_way_is_cancelled, make_world, end_world),
        cmocka_unit_test_setup_teardown(an_unknown_notice_goes_out_again_when_the_operator_is_sure,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(a_one_time_code_is_blanked_with_its_notice_and_never_sent_again,
                                        make_world, end_world),
        cmocka_unit_test_setup_teardown(standard_output_that_is_full_is_a_failure, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
