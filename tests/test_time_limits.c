#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/kept_days.h"
#include "gateway/turn/time_limits.h"
#include "store/kept/keeping.h"

static const char hotline[] =
    "holidays = { \"2027-01-01\" }\n"
    "store { url = \"sqlite::memory:\" }\n"
    "urgency_class \"特急\" { accept = \"2 hours\" tell = \"1 day\" finish = \"1 day\" }\n"
    "urgency_class \"急\" { accept = \"24 hours\" return = \"2 working days\" }\n"
    "urgency_class \"较急\" { accept = \"7 days\" extend = \"10 working days\" }\n"
    "urgency_class \"一般\" { accept = \"15 days\" finish = \"5 working days\" }\n"
    "modem \"m\" { device = \"/dev/ttyUSB2\" per_day = 1 }\n";

static struct config *read_config(void *mem, const char *text)
{
    struct config_problem *problems = NULL;
    size_t n = 0;
    struct config *config = config_read_text(mem, "x.conf", text, strlen(text), &problems, &n);

    if (!config)
        fail_msg("%s", n ? problems[0].text : "no configuration");
    return config;
}

static int64_t moment(int year, int month, int day, int minutes)
{
    return date_moment((struct date){ year, month, day }, minutes);
}

/* Friday, 25 December 2026, ten in the morning. */
static int64_t friday(void)
{
    return moment(2026, 12, 25, 600);
}

static void the_four_classes_of_the_hotlines_can_be_written(void **state)
{
    const struct config *config = *state;

    assert_int_equal(time_limit_end(config, LIMIT_ACCEPT, "特急", friday()), friday() + 2 * 3600);
    assert_int_equal(time_limit_end(config, LIMIT_ACCEPT, "急", friday()), friday() + 24 * 3600);
    assert_int_equal(time_limit_end(config, LIMIT_ACCEPT, "较急", friday()), friday() + 7 * DAY_SECONDS);
    assert_int_equal(time_limit_end(config, LIMIT_ACCEPT, "一般", friday()), friday() + 15 * DAY_SECONDS);
}

static void working_days_leave_out_weekends_and_holidays(void **state)
{
    const struct config *config = *state;

    /* 28 to 31 December, then 4 January: the 1st is a holiday, the 2nd and 3rd are a weekend */
    assert_int_equal(time_limit_end(config, LIMIT_FINISH, "一般", friday()), moment(2027, 1, 5, 0) - 1);
    assert_int_equal(time_limit_end(config, LIMIT_RETURN, "急", friday()), moment(2026, 12, 30, 0) - 1);
    assert_int_equal(time_limit_end(config, LIMIT_EXTENSION, "较急", friday()), moment(2027, 1, 12, 0) - 1);
    assert_int_equal(time_limit_end(config, LIMIT_FINISH, "特急", friday()), moment(2026, 12, 27, 0) - 1);
}

/* A working day counts as a day here, which is shorter than it may be. */
static void a_limit_lasts_at_least_so_many_seconds(void **state)
{
    const struct config *config = *state;

    assert_int_equal(time_limit_seconds(config, LIMIT_ACCEPT, "特急"), 2 * 3600);
    assert_int_equal(time_limit_seconds(config, LIMIT_ACCEPT, "急"), 24 * 3600);
    assert_int_equal(time_limit_seconds(config, LIMIT_ACCEPT, "较急"), 7 * DAY_SECONDS);
    assert_int_equal(time_limit_seconds(config, LIMIT_RETURN, "急"), 2 * DAY_SECONDS);
    assert_int_equal(time_limit_seconds(config, LIMIT_ACCEPT, "normal"), 15 * DAY_SECONDS);
}

static void what_a_class_does_not_say_is_as_of_normal(void **state)
{
    const struct config *config = *state;

    assert_int_equal(time_limit_end(config, LIMIT_FINISH, "较急", friday()),
                     time_limit_end(config, LIMIT_FINISH, "normal", friday()));
    assert_int_equal(time_limit_end(config, LIMIT_FINISH, "normal", friday()), moment(2027, 2, 24, 0) - 1);
    assert_int_equal(time_limit_end(config, LIMIT_FINISH, "urgent", friday()), moment(2027, 1, 2, 0) - 1);
    assert_int_equal(time_limit_end(config, LIMIT_TELL, "一般", friday()), 0);
    assert_int_equal(time_limit_end(config, LIMIT_TELL, "特急", friday()), moment(2026, 12, 27, 0) - 1);
}

static void a_class_of_hours_is_watched_by_the_hour(void **state)
{
    const struct config *config = *state;

    assert_true(time_limit_is_fast(config, "特急"));
    assert_true(time_limit_is_fast(config, "urgent"));
    assert_false(time_limit_is_fast(config, "较急"));
    assert_false(time_limit_is_fast(config, "normal"));
}

static void a_case_whose_class_is_no_longer_configured_has_the_terms_of_its_urgency(void **state)
{
    static const char *const words[][2] = { { "normal", "normal" }, { "普通", "normal" },
                                            { "一般", "一般" },     { "urgent", "urgent" },
                                            { "紧急", "urgent" },   { "加急", "urgent" },
                                            { "较急", "较急" } };
    const struct config *config = *state;

    assert_string_equal(urgency_class_of(config, &(struct case_){ .urgency_class = "特急" }), "特急");
    assert_string_equal(
        urgency_class_of(config, &(struct case_){ .urgency_class = "旧", .urgency = URGENCY_URGENT }),
        "urgent");
    assert_string_equal(urgency_class_of(config, &(struct case_){ .urgency_class = "" }), "normal");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_string_equal(urgency_class_typed(config, words[i][0]), words[i][1]);
    assert_null(urgency_class_typed(config, "十万火急"));
}

static void normal_and_urgent_can_be_written_as_well(void **state)
{
    const struct config *config =
        read_config(*state, "urgency_class \"normal\" { accept = \"5 working days\" }\n"
                            "modem \"m\" { device = \"/dev/ttyUSB2\" per_day = 1 }\n");

    assert_int_equal(time_limit_end(config, LIMIT_ACCEPT, "normal", friday()), moment(2027, 1, 2, 0) - 1);
    assert_int_equal(time_limit_end(config, LIMIT_ACCEPT, "urgent", friday()), friday() + 24 * 3600);
}

static void a_bad_time_limit_is_named(void **state)
{
    struct config_problem *problems;
    size_t n;
    const char text[] = "urgency_class \"x\" { accept = \"soon\" }\n"
                        "modem \"m\" { device = \"/dev/ttyUSB2\" per_day = 1 }\n";

    assert_null(config_read_text(*state, "x.conf", text, strlen(text), &problems, &n));
    assert_non_null(strstr(problems[0].text, "2 hours, 15 days or 5 working days"));
}

/* 28 March 2027, an hour of which is skipped, lies between. */
static void days_are_days_of_the_calendar_where_summer_time_begins(void **state)
{
    int64_t evening;

    setenv("TZ", "Europe/Dublin", 1);
    tzset();
    evening = moment(2027, 3, 27, 23 * 60 + 50) + 7;
    assert_int_equal(time_limit_end(*state, LIMIT_ACCEPT, "一般", evening),
                     moment(2027, 4, 11, 23 * 60 + 50) + 7);
}

/* A day that the operator keeps is what they say, the configuration's others stay, and it is no day twice. */
static void a_day_that_is_kept_takes_the_place_of_the_same_day_configured(void **state)
{
    const char *error = NULL;
    void *mem = talloc_new(NULL);
    struct store *store = store_open(mem, "sqlite::memory:", &error);
    const struct config *merged,
        *config = read_config(mem, "holidays = { \"2027-01-01\", \"2027-02-08\" }\n"
                                   "workdays = { \"2027-02-20\", \"2027-02-21\" }\n"
                                   "modem \"m\" { device = \"/dev/ttyUSB2\" per_day = 1 }\n");

    (void)state;
    assert_non_null(store);
    assert_ptr_equal(kept_days_config(mem, store, config), config);
    assert_true(store_put_day(store, &(struct kept_day){ "2027-01-01", true }));
    assert_true(store_put_day(store, &(struct kept_day){ "2027-02-20", true }));
    assert_true(store_put_day(store, &(struct kept_day){ "2027-02-21", false }));
    merged = kept_days_config(mem, store, config);
    assert_int_equal(merged->n_holidays, 2);
    assert_string_equal(merged->holidays[0], "2027-02-08");
    assert_string_equal(merged->holidays[1], "2027-02-21");
    assert_int_equal(merged->n_workdays, 2);
    assert_string_equal(merged->workdays[0], "2027-01-01");
    assert_string_equal(merged->workdays[1], "2027-02-20");
    assert_int_equal(config->n_holidays, 2);
    assert_true(kept_days_has_year(merged, 2027));
    assert_false(kept_days_has_year(merged, 2026));
    talloc_free(mem);
}

static int begin(void **state)
{
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    *state = read_config(talloc_new(NULL), hotline);
    return 0;
}

static int end(void **state)
{
    talloc_free(talloc_parent(*state));
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_four_classes_of_the_hotlines_can_be_written),
        TEST(working_days_leave_out_weekends_and_holidays),
        TEST(a_limit_lasts_at_least_so_many_seconds),
        TEST(what_a_class_does_not_say_is_as_of_normal),
        TEST(a_class_of_hours_is_watched_by_the_hour),
        TEST(days_are_days_of_the_calendar_where_summer_time_begins),
        TEST(a_case_whose_class_is_no_longer_configured_has_the_terms_of_its_urgency),
        TEST(normal_and_urgent_can_be_written_as_well),
        TEST(a_bad_time_limit_is_named),
        TEST(a_day_that_is_kept_takes_the_place_of_the_same_day_configured),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
