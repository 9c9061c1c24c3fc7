#include "gateway/understand/case_number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void the_417th_case_of_2026_is_26004173(void **state)
{
    char number[CASE_NUMBER_SIZE];

    (void)state;
    case_number_make(number, 26, -1, 417);
    assert_string_equal(number, "26004173");
    assert_true(case_number_check("26004173", 8));
}

static void the_sequence_grows_beyond_five_digits(void **state)
{
    char number[CASE_NUMBER_SIZE];

    (void)state;
    case_number_make(number, 26, -1, 1234567);
    assert_int_equal(strlen(number), 10);
    assert_memory_equal(number, "261234567", 9);
    assert_true(case_number_check(number, strlen(number)));
}

static void a_prefix_stands_between_the_year_and_the_sequence(void **state)
{
    char number[CASE_NUMBER_SIZE];

    (void)state;
    case_number_make(number, 26, 7, 417);
    assert_memory_equal(number, "26700417", 8);
    assert_int_equal(strlen(number), 9);
    assert_true(case_number_check(number, 9));
}

static void every_single_wrong_digit_is_found(void **state)
{
    (void)state;
    for (int place = 0; place < 8; place++) {
        for (char digit = '0'; digit <= '9'; digit++) {
            char number[] = "26004173";

            if (number[place] == digit)
                continue;
            number[place] = digit;
            assert_false(case_number_check(number, 8));
        }
    }
}

static void every_swap_of_neighbours_is_found(void **state)
{
    (void)state;
    for (int sequence = 1; sequence < 3000; sequence++) {
        char number[CASE_NUMBER_SIZE];

        case_number_make(number, 26, -1, sequence);
        for (int i = 0; i < 7; i++) {
            char first = number[i];

            if (first == number[i + 1])
                continue;
            number[i] = number[i + 1];
            number[i + 1] = first;
            assert_false(case_number_check(number, 8));
            number[i + 1] = number[i];
            number[i] = first;
        }
    }
}

static void phones_dates_and_cards_are_not_taken_for_case_numbers(void **state)
{
    static const char *const others[] = { "13800000000",        "20260601",    "2600417",
                                          "142627196001011234", "03578121234", "370101196001011234",
                                          "99999999",           "2600417x" };

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(case_number_is_plausible(others[i], strlen(others[i])));
    assert_true(case_number_is_plausible("26004174", 8));
    assert_false(case_number_check("26004174", 8));
}

/* A rehearsal of 2013 gives numbers of 2013; a mobile number or a day of birth is none. */
static void numbers_of_early_years_are_known_and_days_and_phones_are_not(void **state)
{
    static const char *const others[] = { "19870612", "20190315", "13934567001", "1393456", "12000017" };

    (void)state;
    for (int yy = 13; yy <= 20; yy++) {
        char number[CASE_NUMBER_SIZE];

        case_number_make(number, yy, -1, 417);
        assert_true(case_number_check(number, strlen(number)));
        number[7] = number[7] == '9' ? '0' : (char)(number[7] + 1);
        assert_false(case_number_check(number, strlen(number)));
        assert_true(case_number_is_plausible(number, strlen(number)));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(case_number_is_plausible(others[i], strlen(others[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_early_years_are_known_and_days_and_phones_are_not),
        cmocka_unit_test(the_417th_case_of_2026_is_26004173),
        cmocka_unit_test(the_sequence_grows_beyond_five_digits),
        cmocka_unit_test(a_prefix_stands_between_the_year_and_the_sequence),
        cmocka_unit_test(every_single_wrong_digit_is_found),
        cmocka_unit_test(every_swap_of_neighbours_is_found),
        cmocka_unit_test(phones_dates_and_cards_are_not_taken_for_case_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
