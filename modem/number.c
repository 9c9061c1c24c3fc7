#include "modem/number.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unictype.h>

#include "modem/number_plans.h"
#include "modem/ucs2.h"

#define MOST_DIGITS 17 /* without the country code; E.164 allows 15 with it, some networks more */
#define FEWEST_DIGITS 2

/* An input's digits, and what else is in it. */
struct reading {
    char digits[40];
    size_t n;
    size_t letters_at; /* digits before the first letter */
    bool has_plus, has_letters;
    bool letters_end; /* all letters stand together, at the end */
    bool is_too_long;
    bool is_broken; /* something that belongs to no number stands in the middle */
};

/* Whether one pattern begins like digits; the pattern's end. */
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

/* Digits that one of the list's patterns takes; 0 when none does. The list ends at a semicolon. */
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

/* The plan behind its first list; NULL at the end. */
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

static bool is_china(const struct number_plan *plan)
{
    return strcmp(plan->code, "86") == 0;
}

/* The services 100xx, 123xx, 95xxx and 96xxx have their numbers in each area: 010 95588. */
static bool is_area_service(const char *digits)
{
    size_t area = list_matches(number_areas, digits);

    return area > 0 && plan_holds("5:100 123 9[56]; 6:9[56]", digits + area);
}

static bool is_number(const struct number_plan *plan, const char *digits)
{
    return plan_holds(plan->numbers, digits) || (is_china(plan) && is_area_service(digits));
}

static const struct number_plan *plan_of_region(const char *region)
{
    for (const struct number_plan *plan = number_plans; plan->code != NULL; plan++)
        for (const char *other = plan->regions; *other != '\0'; other += other[2] == ' ' ? 3 : 2)
            if (strncmp(other, region, 2) == 0)
                return plan;
    return NULL;
}

/* Country codes are free of prefixes: at most one fits. */
static const struct number_plan *plan_of_code(const char *digits)
{
    for (const struct number_plan *plan = number_plans; plan->code != NULL; plan++)
        if (strncmp(plan->code, digits, strlen(plan->code)) == 0)
            return plan;
    return NULL;
}

/* No number of the plan is shorter. */
static size_t shortest(const struct number_plan *plan)
{
    size_t n = 1;

    while (n < MOST_DIGITS && !plan_has_length(plan->numbers, n))
        n++;
    return n;
}

/* The number without its trunk digits, unless they turn out to be part of it. */
static const char *without_trunk(const struct number_plan *plan, const char *digits)
{
    const char *rest = digits + list_matches(plan->trunk, digits);

    if (rest == digits || is_number(plan, rest))
        return rest;
    return is_number(plan, digits) || strlen(rest) < shortest(plan) ? digits : rest;
}

/* Whether the digits begin with the region's own country code, though nothing was dialled to say so. */
static bool has_own_code(const struct number_plan *plan, const char *digits)
{
    size_t length = strlen(plan->code);
    const char *rest;

    if (strncmp(digits, plan->code, length) != 0 || is_number(plan, without_trunk(plan, digits)))
        return false;
    rest = without_trunk(plan, digits + length);
    return is_number(plan, rest) || plan_has_length(plan->numbers, strlen(rest));
}

/* The country the digits are of, and where its national number begins; NULL when there is no such country. */
static const struct number_plan *find_country(const struct reading *reading, const struct number_plan *home,
                                              const char **national)
{
    const struct number_plan *plan = home;
    size_t dialled =
        home != NULL && !reading->has_plus ? list_matches(home->international, reading->digits) : 0;

    *national = reading->digits;
    if (reading->has_plus || (dialled > 0 && reading->digits[dialled] != '0')) {
        plan = plan_of_code(reading->digits + dialled);
        if (plan != NULL)
            *national += dialled + strlen(plan->code);
    } else if (home != NULL && has_own_code(home, reading->digits)) {
        *national += strlen(home->code);
    }
    if (plan != NULL)
        *national = without_trunk(plan, *national);
    return plan;
}

static enum number_kind kind_of(const struct number_plan *plan, const char *national)
{
    if (is_number(plan, national))
        return NUMBER_REAL;
    if (plan_holds(plan->shorts, national))
        return NUMBER_SHORT_CODE;
    if (is_china(plan) && strncmp(national, "106", 3) == 0 && strlen(national) >= 8)
        return NUMBER_SP;
    return NUMBER_OTHER;
}

static struct number read_digits(const struct reading *reading, const char *region)
{
    struct number number = { .kind = NUMBER_OTHER };
    const char *national;
    const struct number_plan *plan = find_country(reading, plan_of_region(region), &national);
    size_t n = plan != NULL ? strlen(national) : 0, code_length;

    if (n < FEWEST_DIGITS)
        return number;
    number.kind = kind_of(plan, national);
    if (n > MOST_DIGITS || reading->is_too_long)
        return number;
    code_length = strlen(plan->code);
    number.e164[0] = '+';
    memcpy(number.e164 + 1, plan->code, code_length);
    memcpy(number.e164 + 1 + code_length, national, n + 1);
    return number;
}

static void add_digit(struct reading *reading, char digit)
{
    if (reading->n + 1 == sizeof(reading->digits))
        reading->is_too_long = true;
    else
        reading->digits[reading->n++] = digit;
}

static void add_letter(struct reading *reading, char letter)
{
    static const char keys[] = "22233344455566677778889999"; /* ITU-T E.161 */

    if (!reading->has_letters)
        reading->letters_at = reading->n;
    reading->has_letters = true;
    add_digit(reading, keys[(letter | 0x20) - 'a']);
}

/* Spaces, hyphens, dots, slashes, brackets and the like, in the widths they come in. */
static bool is_separator(uint32_t c)
{
    static const uint32_t others[] = { 0xA0, 0xAD, 0x200B, 0x2060, 0x2212, 0x3000, 0x2053, 0x223C, 0x30FC };

    if (c < 0x80)
        return c != 0 && strchr(" \t-./()[]~", (int)c) != NULL;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (c == others[i])
            return true;
    return (c >= 0x2010 && c <= 0x2015) || (c >= 0xFF08 && c <= 0xFF0F && c != 0xFF0A && c != 0xFF0C) ||
           c == 0xFF3B || c == 0xFF3D;
}

static bool is_letter(uint32_t c)
{
    return c < 0x80 && isalpha((int)c);
}

/* Whether an extension stands here, and nothing behind it: "ext. 5", "x5", "#5", ";ext=5", and all of RFC
 * 3966's ;. */
static bool is_extension(const char *text)
{
    static const char *const words[] = { "extension", "extn", "ext", "x", "#", "доб" };

    if (*text == ';')
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t n = strlen(words[i]), digits;

        if (strncasecmp(text, words[i], n) != 0)
            continue;
        text += n + strspn(text + n, " .:=");
        digits = strspn(text, "0123456789");
        return digits >= 1 && digits <= 9 && text[digits + strspn(text + digits, " #")] == '\0';
    }
    return false;
}

static bool is_start(uint32_t c)
{
    return uc_decimal_value(c) >= 0 || is_letter(c) || c == '+' || c == '*' || c == '#' || c == 0xFF0B;
}

/* Takes one character into the reading. foreign tells that the one before belonged to no number. */
static void take(struct reading *reading, uint32_t c, bool *foreign)
{
    int digit = uc_decimal_value(c);

    if (digit < 0 && !is_letter(c)) {
        *foreign = *foreign || !is_separator(c);
        return;
    }
    reading->is_broken = reading->is_broken || *foreign;
    reading->letters_end = reading->letters_end && (!reading->has_letters || is_letter(c));
    if (is_letter(c))
        add_letter(reading, (char)c);
    else
        add_digit(reading, (char)('0' + digit));
}

/* What stands before the first digit, letter or +, and behind the last, is left out. */
static void scan(const char *input, struct reading *reading)
{
    bool foreign = false;
    size_t taken;
    uint32_t c;

    *reading = (struct reading){ .letters_end = true };
    for (; (taken = utf8_take(input, &c)) > 0 && !is_start(c); input += taken)
        continue;
    if (taken > 0 && (c == '+' || c == 0xFF0B)) {
        reading->has_plus = true;
        input += taken;
    }
    for (; (taken = utf8_take(input, &c)) > 0; input += taken) {
        if (reading->n >= 3 && is_extension(input))
            break;
        take(reading, c, &foreign);
    }
    reading->digits[reading->n] = '\0';
}

struct number number_normalise(const char *input, const char *region)
{
    struct reading reading;
    struct number number;

    input += strspn(input, " \t");
    if (strncasecmp(input, "tel:", 4) == 0)
        input += 4;
    scan(input, &reading);
    if (reading.n == 0 || (reading.is_broken && !reading.has_letters))
        return (struct number){ .kind = NUMBER_OTHER };
    number = read_digits(&reading, region);
    if (!reading.has_letters)
        return number;
    if (number.kind == NUMBER_REAL && reading.letters_end && reading.letters_at >= 3 && !reading.is_broken)
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

bool number_is_same(const char *a, const char *b, const char *region)
{
    struct number left = number_normalise(a, region), right = number_normalise(b, region);

    if (left.kind == NUMBER_REAL || right.kind == NUMBER_REAL)
        return left.kind == right.kind && strcmp(left.e164, right.e164) == 0;
    return strcmp(a, b) == 0;
}
