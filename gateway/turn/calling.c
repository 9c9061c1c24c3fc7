#include "gateway/turn/calling.h"

#include <string.h>
#include <talloc.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/notify.h"

static const char *const by_default[] = { "mobile", "area" };

/* The digits behind +86; NULL: another country's number. */
static const char *national(const char *phone)
{
    bool is_ours = strncmp(phone, "+86", 3) == 0 && strspn(phone + 3, "0123456789") == strlen(phone + 3);

    return is_ours ? phone + 3 : NULL;
}

bool calling_is_landline(const char *phone)
{
    const char *digits = national(phone);
    size_t length = digits ? strlen(digits) : 0;

    /* an area code, 10, 2x or three digits from 3 on, and seven or eight digits */
    if (!digits)
        return false;
    if (strncmp(digits, "10", 2) == 0 || *digits == '2')
        return length == 10;
    return *digits >= '3' && (length == 10 || length == 11);
}

/* 134 9 and 174 0 are satellite phones'; 14x beside 145 to 149 and 10648 are things'. */
static bool is_mobile(const char *phone)
{
    const char *digits = national(phone);

    return digits && strlen(digits) == 11 && digits[0] == '1' && digits[1] >= '3' &&
           strncmp(digits, "1349", 4) != 0 && strncmp(digits, "174", 3) != 0;
}

/* Subscribers' numbers begin with 2 to 8 behind the area code: 1 and 9 are services, some of them dear. */
static bool is_in_area(const char *phone, const char *area)
{
    const char *digits = national(phone);
    size_t length = strlen(area);

    if (length < 3 || *area != '0' || !digits || !calling_is_landline(phone))
        return false;
    return strncmp(digits, area + 1, length - 1) == 0 && digits[length - 1] >= '2' &&
           digits[length - 1] <= '8';
}

static bool fits(const struct config *config, const char *phone, const char *whom)
{
    if (strcmp(whom, "mobile") == 0)
        return is_mobile(phone);
    if (strcmp(whom, "area") == 0)
        return config->voice_area && is_in_area(phone, config->voice_area);
    return is_in_area(phone, whom);
}

bool calling_may(const struct config *config, const char *phone)
{
    const char *const *whom = config->n_voice_call ? config->voice_call : by_default;
    size_t n = config->n_voice_call ? config->n_voice_call : sizeof by_default / sizeof *by_default;

    for (size_t i = 0; config->voice_trunk && i < n; i++)
        if (fits(config, phone, whom[i]))
            return true;
    return false;
}

const char *calling_dialled(void *mem, const struct config *config, const char *phone)
{
    return talloc_asprintf(mem, "%s%s%s", config->voice_prefix ? config->voice_prefix : "",
                           calling_is_landline(phone) ? "0" : "", phone + strlen("+86"));
}

static int64_t in_hours(const struct config *config, int64_t at)
{
    int now = date_minutes(at), from = config->call_from, until = config->call_until;
    struct date day = date_of(at);

    if (from >= until || (now >= from && now < until))
        return at;
    return date_moment(now < from ? day : date_plus(day, 1), from);
}

int64_t calling_after(const struct config *config, int64_t at)
{
    int64_t then = notify_after_quiet(config, in_hours(config, at));

    return in_hours(config, then);
}
