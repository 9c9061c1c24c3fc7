#include "modem/number/number.h"

#include <ctype.h>
#include <string.h>

#include "modem/number/number_plans.h"
#include "modem/number/number_scan.h"

#define MOST_DIGITS 17 /* without the country code; E.164 allows 15 with it, some networks more */
#define FEWEST_DIGITS 2

/*
 * Numbers of all other countries are checked by their length only: at most 15 digits with the country code
 * (E.164 6.2). They are kept as written, since only a national plan tells whether a 0 behind the code belongs
 * to the number.
 */
static const struct number_plan abroad = {
    .region = "",
    .code = "",
    .trunk = "",
    .international = "00", /* as E.164 recommends, and China has it */
    .numbers = "7,8,9,10,11,12,13,14,15:[1-9]",
    .forms = "7,8,9,10,11,12,13,14,15:[1-9]",
    .shorts = "",
};

/* Whether the digits begin as the pattern says. *pattern moves to its end; *length counts its digits. */
static bool pattern_matches(const char **pattern, const char *digits, size_t *length)
{
    const char *p = *pattern;
    bool matches = true;

    for (*length = 0; *p != '\0' && *p != ' ' && *p != ';'; (*length)++) {
        char digit = matches ? digits[*length] : '\0';
        bool is_one = digit != '\0' && (*p == '.' || *p == digit);

        if (*p == '[')
            for (p++; *p != ']'; p++)
                is_one = is_one || *p == digit || (*p == '-' && digit >= p[-1] && digit <= p[1]);
        matches = matches && is_one;
        p++;
    }
    *pattern = p;
    return matches;
}

/* How many digits the first matching pattern covers; 0 when none matches. The list ends at a semicolon. */
static size_t list_matches(const char *list, const char *digits)
{
    size_t length;

    for (; *list != '\0' && *list != ';'; list += *list == ' ')
        if (pattern_matches(&list, digits, &length))
            return length;
    return 0;
}

static bool lists_length(const char *plan, size_t n)
{
    for (; *plan != ':'; plan += *plan == ',') {
        size_t length = 0;

        for (; isdigit((unsigned char)*plan); plan++)
            length = length * 10 + (size_t)(*plan - '0');
        if (length == n)
            return true;
    }
    return false;
}

/* The plan after its first list; NULL at the end. */
static const char *next_list(const char *plan)
{
    const char *end = strchr(plan, ';');

    return end != NULL ? end + 2 : NULL;
}

static bool plan_has_length(const char *plan, size_t n)
{
    for (; plan != NULL && *plan != '\0'; plan = next_list(plan))
        if (lists_length(plan, n))
            return true;
    return false;
}

static bool plan_holds(const char *plan, const char *digits)
{
    size_t n = strlen(digits);

    for (; plan != NULL && *plan != '\0'; plan = next_list(plan))
        if (lists_length(plan, n) && list_matches(strchr(plan, ':') + 1, digits) > 0)
            return true;
    return false;
}

/* Whether the plan has numbers of more than n digits. */
static bool plan_is_longer(const char *plan, size_t n)
{
    while (++n <= MOST_DIGITS)
        if (plan_has_length(plan, n))
            return true;
    return false;
}

static bool is_china(const struct number_plan *plan)
{
    return strcmp(plan->code, "86") == 0;
}

static const struct number_plan *plan_of_region(const char *region)
{
    for (const struct number_plan *plan = number_plans; plan->code != NULL; plan++)
        if (strcmp(plan->region, region) == 0)
            return plan;
    return NULL;
}

/* Skips the trunk digits, unless the number is valid only with them. */
static const char *without_trunk(const struct number_plan *plan, const char *digits)
{
    const char *rest = digits + list_matches(plan->trunk, digits);

    if (rest == digits || (plan_holds(plan->forms, digits) && !plan_holds(plan->forms, rest)))
        return digits;
    return rest;
}

/* Skips the trunk digits, unless what remains is shorter than any number. */
static const char *national_of(const struct number_plan *plan, const char *digits)
{
    const char *rest = without_trunk(plan, digits);
    size_t n = strlen(rest);

    if (rest == digits)
        return digits;
    return plan_has_length(plan->forms, n) || !plan_is_longer(plan->forms, n) ? rest : digits;
}

/* Whether the digits begin with the region's own country code, without a + or an international prefix. */
static bool has_own_code(const struct number_plan *plan, const char *digits)
{
    size_t length = strlen(plan->code), n = strlen(digits);

    if (strncmp(digits, plan->code, length) != 0)
        return false;
    if (!plan_has_length(plan->forms, n) && !plan_is_longer(plan->forms, n))
        return true;
    return !plan_holds(plan->forms, digits) && plan_holds(plan->forms, without_trunk(plan, digits + length));
}

/* The plan for international digits, and in *national where the national number begins; NULL when no country
 * has that code. */
static const struct number_plan *plan_of_code(const char *digits, const char **national)
{
    size_t length = list_matches(number_country_codes, digits);

    for (const struct number_plan *plan = number_plans; plan->code != NULL; plan++)
        if (strncmp(plan->code, digits, strlen(plan->code)) == 0) {
            *national = digits + strlen(plan->code);
            return plan;
        }
    if (length == 0 || strlen(digits + length) < FEWEST_DIGITS)
        return NULL;
    *national = digits;
    return &abroad;
}

/*
 * The plan for the digits, and in *national where the national number begins; NULL when they fit no plan.
 * home is the plan of the region where they would be dialled, NULL when the region is not known.
 */
static const struct number_plan *find_country(const struct number_scan *scan, const struct number_plan *home,
                                              const char **national)
{
    const struct number_plan *plan = scan->has_plus ? plan_of_code(scan->digits, national) : NULL;
    size_t dialled = list_matches(home != NULL ? home->international : abroad.international, scan->digits);

    if (plan != NULL)
        return plan;
    if (dialled > 0 && scan->digits[dialled] != '0')
        return plan_of_code(scan->digits + dialled, national);
    *national = scan->digits;
    if (home == NULL || !has_own_code(home, scan->digits))
        return scan->has_plus ? NULL : home;
    *national = without_trunk(home, scan->digits + strlen(home->code));
    return home;
}

/* Service providers send from 106..., and networks put the country code before it without a +. */
static bool is_provider(const char *national)
{
    if (strncmp(national, "86", 2) == 0)
        national += 2;
    return strncmp(national, "106", 3) == 0 && strlen(national) >= 8;
}

static enum number_kind kind_of(const struct number_plan *plan, const char *national)
{
    if (plan_holds(plan->numbers, national))
        return NUMBER_REAL;
    if (plan_holds(plan->shorts, national))
        return NUMBER_SHORT_CODE;
    return is_china(plan) && is_provider(national) ? NUMBER_SP : NUMBER_OTHER;
}

static struct number read_digits(const struct number_scan *scan, const char *region)
{
    struct number number = { .kind = NUMBER_OTHER };
    const char *national = "";
    const struct number_plan *plan = find_country(scan, plan_of_region(region), &national);
    size_t n, code_length;

    if (plan == NULL || strlen(national) < FEWEST_DIGITS)
        return number;
    national = national_of(plan, national);
    n = strlen(national);
    number.kind = kind_of(plan, national);
    if (n > MOST_DIGITS || scan->is_too_long)
        return number;
    code_length = strlen(plan->code);
    number.e164[0] = '+';
    memcpy(number.e164 + 1, plan->code, code_length);
    memcpy(number.e164 + 1 + code_length, national, n + 1);
    return number;
}

struct number number_normalise(const char *input, const char *region)
{
    struct number_scan scan;
    struct number number;

    number_scan(input, &scan);
    if (scan.n == 0 || (scan.is_broken && !scan.has_letters))
        return (struct number){ .kind = NUMBER_OTHER };
    number = read_digits(&scan, region);
    if (!scan.has_letters)
        return number;
    if (number.kind == NUMBER_REAL && scan.letters_end && scan.letters_at >= 3 && !scan.is_broken)
        number.kind = NUMBER_VANITY;
    else
        number = (struct number){ .kind = NUMBER_ALPHANUMERIC };
    return number;
}

const char *number_kind_name(enum number_kind kind)
{
    static const char *const names[] = { "number",       "short-code", "sp-number",
                                         "alphanumeric", "vanity",     "other" };

    return names[kind];
}

bool number_is_subscriber(const struct number *number)
{
    bool may_be_mobile =
        strncmp(number->e164, "+861", 4) == 0 && strlen(number->e164) == strlen("+8613800138000");

    return number->kind == NUMBER_REAL || (number->kind == NUMBER_OTHER && may_be_mobile);
}
