#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/dialogue.h"

/* What the words mean on that day, and then where the calendar stands. */
static const char *moment(void *mem, const char *day, const char *words)
{
    struct tm today = { 0 };
    char after[16];
    char *text;

    assert_non_null(strptime(day, "%Y-%m-%d", &today));
    text = dialogue_moment(mem, words, &today);
    strftime(after, sizeof after, "%Y-%m-%d", &today);
    assert_memory_equal(after, text, strlen(after));
    return text;
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

static void a_written_date_is_taken_as_it_is(void **state)
{
    void *mem = talloc_new(NULL);

    (void)state;
    assert_string_equal(moment(mem, "2026-01-01", "2027-03-02 10:30"), "2027-03-02 10:30");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_month_begins_on_its_first_day),
        cmocka_unit_test(a_quarter_ends_on_its_last_day),
        cmocka_unit_test(a_written_date_is_taken_as_it_is),
        cmocka_unit_test(a_name_in_a_pattern_is_kept_and_must_come_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
