#include "gateway/understand/case_number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The quasigroup of H. Michael Damm's thesis (2004), order 10, weakly totally anti-symmetric. */
static const unsigned char damm[10][10] = {
    { 0, 3, 1, 7, 5, 9, 8, 6, 4, 2 }, { 7, 0, 9, 2, 1, 5, 4, 8, 6, 3 }, { 4, 2, 0, 6, 8, 7, 1, 3, 5, 9 },
    { 1, 7, 5, 0, 9, 8, 3, 4, 2, 6 }, { 6, 1, 2, 3, 0, 4, 5, 9, 7, 8 }, { 3, 6, 7, 4, 2, 0, 9, 5, 8, 1 },
    { 5, 8, 6, 9, 7, 2, 0, 1, 3, 4 }, { 8, 9, 4, 5, 3, 6, 2, 0, 1, 7 }, { 9, 4, 3, 8, 6, 1, 7, 2, 0, 5 },
    { 2, 5, 8, 1, 4, 3, 6, 7, 9, 0 },
};

/* 0 when the last digit is the check digit of those before it. */
static int remainder_of(const char *digits, size_t length)
{
    int interim = 0;

    for (size_t i = 0; i < length; i++)
        interim = damm[interim][digits[i] - '0'];
    return interim;
}

void case_number_make(char number[CASE_NUMBER_SIZE], int yy, int prefix, int64_t sequence)
{
    char prefix_digit[2] = { prefix < 0 ? '\0' : (char)('0' + prefix % 10), '\0' };
    int length = snprintf(number, CASE_NUMBER_SIZE - 1, "%02d%s%05" PRId64, yy % 100, prefix_digit, sequence);

    number[length] = (char)('0' + remainder_of(number, (size_t)length));
    number[length + 1] = '\0';
}

static int two_digits(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

/* 19870612, 20190315: a day of birth, or one of late. */
static bool is_a_day(const char *digits)
{
    int century = two_digits(digits), year = two_digits(digits + 2), month = two_digits(digits + 4),
        day = two_digits(digits + 6);

    return ((century == 19 && year >= 20) || (century == 20 && year >= 10 && year <= 29)) && month >= 1 &&
           month <= 12 && day >= 1 && day <= 31;
}

/* Of the years before 2021, when there were few cases: else a mobile number would be one. */
static bool is_of_early_years(const char *digits, size_t length)
{
    return length == CASE_NUMBER_LEAST && two_digits(digits) >= 13 && two_digits(digits) <= 20 &&
           !is_a_day(digits);
}

bool case_number_is_plausible(const char *digits, size_t length)
{
    if (length < CASE_NUMBER_LEAST || length > CASE_NUMBER_MOST)
        return false;
    for (size_t i = 0; i < length; i++)
        if (digits[i] < '0' || digits[i] > '9')
            return false;
    return (memcmp(digits, "21", 2) >= 0 && digits[0] <= '5') || is_of_early_years(digits, length);
}

bool case_number_check(const char *digits, size_t length)
{
    return case_number_is_plausible(digits, length) && remainder_of(digits, length) == 0;
}
