#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/ledger.h"
#include "tests/support/program.h"

static int make_folder(void **state)
{
    *state = (void *)ledger_folder(NULL);
    unsetenv("LC_ALL");
    return 0;
}

static int end_folder(void **state)
{
    talloc_free(*state);
    return 0;
}

/* What a subcommand prints where LC_MESSAGES has this value; "" is as if it were not set. */
static const char *said(void **state, const char *messages, const char *option)
{
    struct outcome outcome;

    setenv("LC_MESSAGES", messages, 1);
    outcome = RUN(*state, *state, NULL, "case", "list", "--limit", "1", option);
    return talloc_asprintf(*state, "%s%s", outcome.out, outcome.err);
}

static void assert_begins(const char *text, const char *beginning)
{
    if (strncmp(text, beginning, strlen(beginning)) != 0)
        fail_msg("does not begin with %s:\n%s", beginning, text);
}

static void people_read_the_language_of_the_configuration(void **state)
{
    const char *list = said(state, "", NULL);

    assert_begins(list, "编号 ");
    assert_non_null(strstr(list, "已评价"));
    assert_begins(said(state, "", "--topic=天气"), "xiangyin case: 主题“天气”不对（可用 water 供水");
    assert_begins(said(state, "", "--json"), "{\"number\":");
    assert_non_null(strstr(said(state, "", "--json"), "\"state\":\"rated\""));
}

static struct outcome chinese(void **state, const char *subcommand, const char *verb, const char *option)
{
    setenv("LC_MESSAGES", "zh_CN.UTF-8", 1);
    return RUN(*state, *state, NULL, subcommand, verb, option);
}

/* What may be typed, and the columns that errors name. */
static void values_are_read_and_typed_in_chinese(void **state)
{
    assert_int_equal(chinese(state, "notice", "list", "--state=已送达").status, 0);
    assert_int_equal(chinese(state, "report", "--by=主题", NULL).status, 0);
    assert_begins(chinese(state, "report", "--by=天气", NULL).err, "xiangyin report: --by：“天气”不对");
    write_file(*state, *state, "u.csv", "编码,名称,级别\n141027101,响水河镇,镇子\n");
    assert_non_null(strstr(chinese(state, "import", "units", "u.csv").err, ": 级别 “镇子”不是"));
    assert_non_null(strstr(chinese(state, "import", "units", "none.csv").err, "读不了：没有这个文件"));
}

static void the_environment_may_ask_for_another(void **state)
{
    assert_begins(said(state, "en_US.UTF-8", NULL), "NUMBER ");
    assert_begins(said(state, "C", "--topic=天气"),
                  "xiangyin case: invalid topic '天气' (expected water 供水");
    assert_begins(said(state, "zh_CN.UTF-8", NULL), "编号 ");
    setenv("LC_ALL", "C", 1);
    assert_begins(said(state, "zh_CN.UTF-8", NULL), "NUMBER ");
    unsetenv("LC_ALL");
}

static void a_configuration_in_english_is_answered_in_english(void **state)
{
    write_file(*state, *state, "english.conf", "language = \"en\"\nstore { url = \"sqlite:x.db\" }\n");
    setenv("LC_MESSAGES", "", 1);
    setenv("LANG", "zh_CN.UTF-8", 1);
    assert_begins(RUN(*state, *state, NULL, "case", "show", "-c", "english.conf").err,
                  "xiangyin case: show takes one case number");
    assert_begins(RUN(*state, *state, NULL, "case", "show", "-c", "nothing.conf").err,
                  "xiangyin case: show 后面写一个编号");
    setenv("LANG", "C.UTF-8", 1);
    assert_begins(RUN(*state, *state, NULL, "case", "show", "-c", "nothing.conf").err,
                  "xiangyin case: show takes one case number");
}

static void what_is_wrong_with_a_configuration_is_told_in_chinese(void **state)
{
    struct outcome outcome;

    write_file(*state, *state, "wrong.conf",
               "sgnature = \"x\"\nstore { url = \"mysql:x\" }\nmodem m { device = \"/dev/x\" send = maybe }\n"
               "timezone = \"Asia/Shanghi\"\nhttp { listen = \"127.0.0.1:70000\" }\n");
    setenv("LC_MESSAGES", "", 1);
    setenv("LANG", "zh_CN.UTF-8", 1); /* a broken file names no language */
    outcome = RUN(*state, *state, NULL, "check", "-c", "wrong.conf", NULL);
    assert_begins(outcome.err, "wrong.conf:1: 没有 sgnature 这一项，是不是 signature？\n"
                               "wrong.conf:2: url \"mysql:x\" 应是 sqlite: 加路径\n"
                               "wrong.conf:3: send \"maybe\" 应写 yes 或 no\n");
    assert_begins(RUN(*state, *state, NULL, "case", "list", "-c", "wrong.conf").err, "wrong.conf:1: 没有");
    write_file(*state, *state, "port.conf",
               "timezone = \"Asia/Shanghi\"\nhttp { listen = \"127.0.0.1:70000\" }\n");
    assert_begins(RUN(*state, *state, NULL, "check", "-c", "port.conf", NULL).err,
                  "port.conf:1: timezone \"Asia/Shanghi\" 不是时区\n"
                  "port.conf:2: listen \"127.0.0.1:70000\" 的端口大于65535\n");
    setenv("LC_MESSAGES", "C", 1);
    assert_begins(RUN(*state, *state, NULL, "check", "-c", "wrong.conf", NULL).err,
                  "wrong.conf:1: unknown option sgnature; did you mean signature?\n");
}

/* Standard input can be read only once. */
static void a_broken_configuration_from_standard_input_is_told_of(void **state)
{
    setenv("LC_MESSAGES", "C", 1);
    assert_begins(RUN(*state, *state, "sgnature = \"x\"\n", "case", "list", "-c", "-").err,
                  "-:1: unknown option sgnature; did you mean signature?\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_read_the_language_of_the_configuration),
        cmocka_unit_test(values_are_read_and_typed_in_chinese),
        cmocka_unit_test(the_environment_may_ask_for_another),
        cmocka_unit_test(a_configuration_in_english_is_answered_in_english),
        cmocka_unit_test(what_is_wrong_with_a_configuration_is_told_in_chinese),
        cmocka_unit_test(a_broken_configuration_from_standard_input_is_told_of),
    };

    return cmocka_run_group_tests(tests, make_folder, end_folder);
}
