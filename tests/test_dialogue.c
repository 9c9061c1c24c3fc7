#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/command/demo/dialogue.h"
#include "gateway/turn/dates.h"

/* What the words mean at nine on that day. */
static const char *moment(void *mem, const char *day, const char *words)
{
    struct date date;
    int64_t at;

    assert_true(date_parse(day, &date));
    assert_true(dialogue_moment(words, date_moment(date, 9 * 60), &at));
    return talloc_asprintf(mem, "%s %02d:%02d", date_text(mem, date_of(at)), date_minutes(at) / 60,
                           date_minutes(at) % 60);
}

static void the_next_month_begins_on_its_first_day(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(moment(mem, "2026-11-30", "month 09:00"), "2026-12-01 09:00");
    assert_string_equal(moment(mem, "2026-12-01", "month 09:00"), "2027-01-01 09:00");
    assert_string_equal(moment(mem, "2026-12-31", "month 08:00"), "2027-01-01 08:00");
    assert_string_equal(moment(mem, "2028-01-31", "month 09:00"), "2028-02-01 09:00");
    talloc_free(mem);
}

static void a_quarter_ends_on_its_last_day(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(moment(mem, "2026-01-01", "quarter 09:00"), "2026-03-31 09:00");
    assert_string_equal(moment(mem, "2026-06-30", "quarter 09:00"), "2026-06-30 09:00");
    assert_string_equal(moment(mem, "2026-07-15", "quarter 09:00"), "2026-09-30 09:00");
    assert_string_equal(moment(mem, "2026-12-01", "quarter 09:00"), "2026-12-31 09:00");
    talloc_free(mem);
}

static void a_time_is_written_or_counted_from_now(void **state)
{
    void *mem = talloc_new(NULL);
    int64_t at;

    (void)state;
    assert_string_equal(moment(mem, "2026-01-01", "2027-03-02 10:30"), "2027-03-02 10:30");
    assert_string_equal(moment(mem, "2026-12-31", "+10m"), "2026-12-31 09:10");
    assert_string_equal(moment(mem, "2026-12-31", "+2h"), "2026-12-31 11:00");
    assert_string_equal(moment(mem, "2026-12-31", "+3d"), "2027-01-03 09:00");
    assert_false(dialogue_moment("tomorrow", 0, &at));
    assert_false(dialogue_moment("2026-12-01", 0, &at));
    assert_false(dialogue_moment("+3w", 0, &at));
    talloc_free(mem);
}

static void a_name_in_a_pattern_is_kept_and_must_come_again(void **state)
{
    void *mem = talloc_new(NULL);
    struct dialogue_names *names = dialogue_names_new(mem);

    (void)state;
    assert_true(dialogue_matches(names, "*{number}*", "编号26000010。"));
    assert_string_equal(dialogue_fill(mem, names, "领 {number}"), "领 26000010");
    assert_false(dialogue_matches(names, "{number}*", "26000029已受理"));
    assert_true(dialogue_matches(names, "{number}*", "26000010已受理"));
    talloc_free(mem);
}

static void lines_become_steps_and_rows(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error;
    struct dialogue *dialogue = dialogue_read(mem, "d.txt",
                                              "# words\n"
                                              "unit: 1,浮山县,county\n"
                                              "set: language = \"en\"\n"
                                              "王婶 = 13934567001\n\n"
                                              "王婶 > 停水了\n  三天了\n"
                                              "王婶 >> 停水了\n"
                                              "王婶 < 收到*\n"
                                              "王婶 < -\n"
                                              "@ +3d\noff\non\nsay 亮\n",
                                              &error);

    (void)state;
    assert_non_null(dialogue);
    assert_string_equal(dialogue->units, "1,浮山县,county,,\n");
    assert_string_equal(dialogue->settings, "language = \"en\"\n");
    assert_int_equal(dialogue->n_steps, 8);
    assert_int_equal(dialogue->steps[0].kind, DIALOGUE_SAYS);
    assert_int_equal(dialogue->steps[0].line, 6);
    assert_string_equal(dialogue->steps[0].phone, "13934567001");
    assert_string_equal(dialogue->steps[0].words, "停水了\n三天了");
    static const enum dialogue_kind kinds[] = { DIALOGUE_SAYS,    DIALOGUE_SAYS_TWICE, DIALOGUE_HEARS,
                                                DIALOGUE_SILENCE, DIALOGUE_TIME,       DIALOGUE_OFF,
                                                DIALOGUE_ON,      DIALOGUE_NOTE };
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(dialogue->steps[i].kind, kinds[i]);
    talloc_free(mem);
}

static void what_is_not_understood_is_named_with_its_line(void **state)
{
    static const struct {
        const char *text, *error;
    } wrong[] = {
        { "王婶 > 停水了\n", "d.txt:1: nobody of that name has a number" },
        { "王婶 = 13934567001\n\n王婶 停水了\n", "d.txt:3: not understood" },
        { "@ tomorrow\n", "d.txt:1: that is no time" },
        { "off\nunit: 1,浮山县,county\n", "d.txt:2: that must stand before anybody says or hears anything" },
        { "county: nowhere\n", "d.txt:1: ./nowhere: No such file or directory" },
    };
    void *mem = talloc_new(NULL);
    const char *error;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_null(dialogue_read(mem, "d.txt", wrong[i].text, &error));
        assert_string_equal(error, wrong[i].error);
    }
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_month_begins_on_its_first_day),
        cmocka_unit_test(a_quarter_ends_on_its_last_day),
        cmocka_unit_test(a_time_is_written_or_counted_from_now),
        cmocka_unit_test(a_name_in_a_pattern_is_kept_and_must_come_again),
        cmocka_unit_test(lines_become_steps_and_rows),
        cmocka_unit_test(what_is_not_understood_is_named_with_its_line),
    };

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
