#include "gateway/understand/identifiers.h"

#include "gateway/understand/case_number.h"
#include "gateway/understand/text/peek.h"

#include <string.h>
#include <talloc.h>

/* GB 11643: the weighted sum of the first 17 digits, modulo 11, gives the last character. */
static bool is_identity_number(const char *text)
{
    static const int weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
    int sum = 0;

    for (size_t i = 0; i < 17; i++) {
        if (!peek_is_digit(text[i]))
            return false;
        sum += (text[i] - '0') * weights[i];
    }
    return text[17] == "10x98765432"[sum % 11];
}

/* A mobile number, or a landline with its area code: 0, an area code of 2 or 3 digits, 7 or 8 digits. */
static bool is_phone(const char *digits, size_t n)
{
    if (n == 11 && digits[0] == '1')
        return digits[1] >= '3';
    return digits[0] == '0' && digits[1] != '0' && n >= 10 && n <= 12;
}

enum { RUN_MOST = 24 };

/* Reads digits with single spaces or hyphens between them; returns the octet behind. */
static size_t read_run(const struct normal *normal, size_t at, char run[RUN_MOST], size_t *n)
{
    *n = 0;
    while (at < normal->length) {
        char c = normal->text[at];

        if (peek_is_digit(c) && *n < RUN_MOST - 1)
            run[(*n)++] = c;
        else if (peek_is_digit(c) || (c != '-' && c != ' ') || !peek_is_digit(normal->text[at + 1]))
            break;
        at++;
    }
    run[*n] = '\0';
    return at;
}

/* Octets of the run's first digits if they are a case number, and no telephone or identity number; 0. */
static size_t case_number_in(const struct normal *normal, size_t at, const char *run, size_t n)
{
    size_t unbroken = strspn(normal->text + at, "0123456789");

    if (n == 13 && strncmp(run, "86", 2) == 0)
        run += 2, n -= 2;
    if (unbroken >= 17 && unbroken <= 18 && is_identity_number(normal->text + at))
        return 0;
    return !is_phone(run, n) && case_number_check(normal->text + at, unbroken) ? unbroken : 0;
}

const char *identifiers_case_number(void *mem, const struct normal *normal)
{
    for (size_t at = 0; at < normal->length;) {
        char run[RUN_MOST];
        size_t n, end, length;

        if (!peek_is_digit(normal->text[at])) {
            at++;
            continue;
        }
        end = read_run(normal, at, run, &n);
        length = case_number_in(normal, at, run, n);
        if (length > 0)
            return talloc_strndup(mem, normal->text + at, length);
        at = end;
    }
    return NULL;
}
