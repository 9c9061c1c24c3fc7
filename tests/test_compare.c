/*
 * What two configurations differ in: every option of the table, once each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>
#include <cmocka.h>

#include "gateway/config/compare.h"

static struct config *read_text(void *mem, const char *text)
{
    struct config_problem *problems;
    size_t n;
    struct config *config = config_read_text(mem, "f", text, strlen(text), &problems, &n);

    for (size_t i = 0; !config && i < n; i++)
        print_error("%s\n", problems[i].text);
    assert_non_null(config);
    return config;
}

/* "WHAT live" or "WHAT restart" of each, separated by ", ". */
static const char *differences(void *mem, const char *old, const char *new)
{
    size_t n;
    const struct config_difference *list =
        config_differences(mem, read_text(mem, old), read_text(mem, new), &n);
    char *all = talloc_strdup(mem, "");

    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s%s %s", i ? ", " : "", list[i].what,
                                     list[i].is_live ? "live" : "restart");
    return all;
}

static void each_kind_of_value_is_compared(void **state)
{
    static const struct {
        const char *old, *new, *differences;
    } rows[] = {
        { "", "", "" },
        { "", "answers_per_hour = 10", "" },
        { "", "answers_per_hour = 11", "answers_per_hour live" },
        { "", "log = error", "log live" },
        { "", "county = \"浮山县\"", "county restart" },
        { "county = \"浮山县\"", "county = \"乡宁县\"", "county restart" },
        { "", "operator = \"13903570001\"", "operator live" },
        { "operator = \"13903570001\"", "operator = \"+8613903570001\"", "" },
        { "", "quiet_hours = \"21:00-08:00\"", "" },
        { "", "quiet_hours = \"21:00-07:00\"", "quiet_hours restart" },
        { "", "holidays = { \"2027-01-01\" }", "holidays live" },
        { "holidays = { \"2027-01-01\" }", "holidays = { \"2027-01-02\" }", "holidays live" },
        { "holidays = { \"2027-01-01\", \"2027-01-02\" }", "holidays = { \"2027-01-01\" }", "holidays live" },
        { "", "retention { texts = \"5 years\" }", "texts in retention restart" },
        { "", "urgency_class \"night\" { accept = \"2 hours\" }", "urgency_class \"night\" restart" },
        { "urgency_class \"night\" { accept = \"2 hours\" }",
          "urgency_class \"night\" { accept = \"2 days\" }", "accept in urgency_class \"night\" restart" },
        { "modem \"a\" { device = \"/dev/a\" }", "modem \"a\" { device = \"/dev/a\" per_day = 5 send = no }",
          "send in modem \"a\" restart, per_day in modem \"a\" live" },
        { "modem \"a\" { device = \"/dev/a\" }", "modem \"b\" { device = \"/dev/a\" }",
          "modem \"a\" restart, modem \"b\" restart" },
        { "modem \"a\" { device = \"/dev/a\" } modem \"b\" { device = \"/dev/b\" }",
          "modem \"b\" { device = \"/dev/b\" } modem \"a\" { device = \"/dev/a\" }", "" },
    };
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *mem = talloc_new(NULL);

        assert_string_equal(differences(mem, rows[i].old, rows[i].new), rows[i].differences);
        talloc_free(mem);
    }
}

static void live_options_are_taken_and_others_stay(void **state)
{
    (void)state;
    void *mem = talloc_new(NULL);
    struct config *running = read_text(mem, "county = \"浮山县\"\nlog = info"),
                  *new = read_text(mem, "county = \"乡宁县\"\nlog = error\nanswers_per_day = 7\n"
                                        "workdays = { \"2027-01-03\" }");

    config_take_live(running, new);
    assert_string_equal(running->county, "浮山县");
    assert_string_equal(running->log_level, "error");
    assert_int_equal(running->answers_per_day, 7);
    assert_int_equal(running->n_workdays, 1);
    assert_string_equal(running->workdays[0], "2027-01-03");
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_value_is_compared),
        cmocka_unit_test(live_options_are_taken_and_others_stay),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
