#include "gateway/command/arguments.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/command/command.h"
#include "gateway/understand/lexicon.h"
#include "modem/number/number.h"
#include "modem/number/number_scan.h"

static bool parse_offset(const char *text, long *seconds)
{
    int hours, minutes = 0;
    char sign = *text;

    if (strcmp(text, "Z") == 0) {
        *seconds = 0;
        return true;
    }
    if (sign != '+' && sign != '-')
        return false;
    if (sscanf(text + 1, "%2d:%2d", &hours, &minutes) < 1 || hours > 14 || minutes > 59)
        return false;
    *seconds = (sign == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
    return true;
}

bool argument_time(const char *text, int64_t *at)
{
    static const char *const forms[] = { "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
                                         "%Y-%m-%d %H:%M", "%Y-%m-%d" };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct tm parsed = { .tm_isdst = -1 };
        const char *rest = strptime(text, forms[i], &parsed);
        int day = parsed.tm_mday;
        long offset;

        if (!rest)
            continue;
        if (*rest == '\0')
            *at = mktime(&parsed);
        else if (i < 4 && parse_offset(rest, &offset))
            *at = timegm(&parsed) - offset;
        else
            continue;
        return parsed.tm_mday == day; /* else it is a 31 February */
    }
    return false;
}

bool argument_span(const char *since, const char *until, int64_t *from, int64_t *to)
{
    *from = *to = 0;
    if (since && !argument_time(since, from))
        return command_wrong_use("--since: invalid time '%s' (expected 2026-12-01 or \"2026-12-01 09:00\")",
                                 since),
               false;
    if (until && !argument_time(until, to))
        return command_wrong_use("--until: invalid time '%s' (expected 2026-12-01 or \"2026-12-01 09:00\")",
                                 until),
               false;
    return true;
}

const char *argument_e164(void *mem, const char *text)
{
    struct number number = number_normalise(text, "CN");
    char *digits = talloc_zero_size(mem, strlen(text) + 1), *out = digits;

    if (!number_is_plain(text))
        return talloc_strdup(mem, text);
    if (number.kind == NUMBER_REAL)
        return talloc_strdup(mem, number.e164);
    for (const char *in = text; *in; in++)
        if (!strchr(" -().", *in))
            *out++ = *in;
    return strspn(digits, "+0123456789") == strlen(digits) ? digits : talloc_strdup(mem, text);
}

static bool is_positive(const char *text, int64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoll(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *value > 0;
}

bool argument_id(const char *text, int64_t *id)
{
    return is_positive(text, id) || (command_wrong_use("invalid id: %s", text), false);
}

bool argument_limit(const char *text, int *limit)
{
    int64_t value = 0;

    *limit = 0;
    if (text && (!is_positive(text, &value) || value > INT_MAX))
        return command_wrong_use("--limit: invalid number '%s' (expected 1 or more)", text), false;
    *limit = (int)value;
    return true;
}

bool argument_category(const char *text, int *category)
{
    enum case_category parsed;

    *category = 0;
    if (!text)
        return true;
    if (!case_category_parse(text, &parsed))
        return command_wrong_use(
                   "invalid category '%s' (expected livelihood 民生, hardship 民困 or petition 民访)", text),
               false;
    *category = 1 + (int)parsed;
    return true;
}
