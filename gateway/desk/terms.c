#include "gateway/desk/terms.h"

#include <string.h>

#include "gateway/desk/dates.h"
#include "gateway/desk/workdays.h"

enum { HOUR = 3600 };

/* What holds where the configuration was not read from a file: as in config/table.c. */
enum { RETURN_DAYS = 5, EXTENSION_DAYS = 30, REVIEW_DAYS = 30 };

static int or_preset(int days, int preset)
{
    return days ? days : preset;
}

static int days_of(const struct config *config, enum term term, bool is_urgent)
{
    const struct {
        int normal, urgent;
    } days[] = {
        [TERM_ACCEPT] = { config->accept_days, 0 },
        [TERM_FINISH] = { config->finish_days, config->urgent_finish_days },
        [TERM_RETURN] = { or_preset(config->return_days, RETURN_DAYS), config->urgent_return_days },
        [TERM_EXTENSION] = { or_preset(config->extension_days, EXTENSION_DAYS),
                             config->urgent_extension_days },
        [TERM_REVIEW] = { or_preset(config->review_days, REVIEW_DAYS), 0 },
    };

    return is_urgent && days[term].urgent ? days[term].urgent : days[term].normal;
}

static bool counts_working_days(const struct config *config, enum term term)
{
    const char *const counts[] = { config->accept_counts, config->finish_counts, config->return_counts,
                                   config->extension_counts, config->review_counts };

    return counts[term] ? strcmp(counts[term], "working") == 0 : term == TERM_RETURN;
}

static struct date plus_workdays(const struct config *config, struct date date, int days)
{
    while (days > 0) {
        date = date_plus(date, 1);
        days -= is_workday(config, date);
    }
    return date;
}

int64_t term_end(const struct config *config, enum term term, enum case_urgency urgency, int64_t from)
{
    bool is_urgent = urgency == URGENCY_URGENT;
    int days = days_of(config, term, is_urgent);
    struct date last;

    if (term == TERM_ACCEPT && is_urgent && config->urgent_accept_hours)
        return from + config->urgent_accept_hours * (int64_t)HOUR;
    if (counts_working_days(config, term))
        last = plus_workdays(config, date_of(from), days);
    else if (term == TERM_ACCEPT)
        return from + days * (int64_t)DAY_SECONDS;
    else
        last = date_plus(date_of(from), days);
    return date_moment(date_plus(last, 1), 0) - 1;
}
