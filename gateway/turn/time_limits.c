#include "gateway/turn/time_limits.h"

#include <string.h>
#include <strings.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/workdays.h"

enum { HOUR = 3600 };

/* Defaults for a configuration that was not read from a file, as in tests; the same as in config/table.c. */
enum { RETURN_DAYS = 5, EXTENSION_DAYS = 30, REVIEW_DAYS = 30 };

static const char normal[] = "normal", urgent[] = "urgent";

static int or_preset(int days, int preset)
{
    return days ? days : preset;
}

static const struct urgency_class_config *find(const struct config *config, const char *urgency_class)
{
    for (size_t i = 0; i < config->n_urgency_classes; i++)
        if (strcasecmp(config->urgency_classes[i].name, urgency_class) == 0)
            return &config->urgency_classes[i];
    return NULL;
}

static struct time_limit_config configured(const struct urgency_class_config *urgency, enum time_limit limit)
{
    if (urgency)
        switch (limit) {
        case LIMIT_ACCEPT:
            return urgency->accept;
        case LIMIT_FINISH:
            return urgency->finish;
        case LIMIT_RETURN:
            return urgency->give_back;
        case LIMIT_EXTENSION:
            return urgency->extend;
        case LIMIT_TELL:
            return urgency->tell;
        case LIMIT_REVIEW:
            break;
        }
    return (struct time_limit_config){ 0 };
}

static bool counts_working_days(const struct config *config, enum time_limit limit)
{
    const char *const counts[] = { config->accept_counts,    config->finish_counts, config->return_counts,
                                   config->extension_counts, config->review_counts, NULL };

    return counts[limit] ? strcmp(counts[limit], "working") == 0 : limit == LIMIT_RETURN;
}

/* The limit by the options outside of classes. */
static struct time_limit_config preset(const struct config *config, enum time_limit limit, bool is_urgent)
{
    const struct {
        int normal, urgent;
    } days[] = {
        [LIMIT_ACCEPT] = { config->accept_days, 0 },
        [LIMIT_FINISH] = { config->finish_days, config->urgent_finish_days },
        [LIMIT_RETURN] = { or_preset(config->return_days, RETURN_DAYS), config->urgent_return_days },
        [LIMIT_EXTENSION] = { or_preset(config->extension_days, EXTENSION_DAYS),
                              config->urgent_extension_days },
        [LIMIT_REVIEW] = { or_preset(config->review_days, REVIEW_DAYS), 0 },
        [LIMIT_TELL] = { 0, 0 },
    };
    struct time_limit_config found = {
        .count = is_urgent && days[limit].urgent ? days[limit].urgent : days[limit].normal,
        .unit = counts_working_days(config, limit) ? LIMIT_WORKING_DAYS : LIMIT_DAYS
    };

    if (limit == LIMIT_ACCEPT && is_urgent && config->urgent_accept_hours)
        return (struct time_limit_config){ config->urgent_accept_hours, LIMIT_HOURS };
    return found;
}

/* A class that does not set a limit has that of "normal"; "urgent" has its own options instead. */
static struct time_limit_config limit_of(const struct config *config, enum time_limit limit,
                                         const char *urgency_class)
{
    struct time_limit_config found = configured(find(config, urgency_class), limit);

    if (found.unit == LIMIT_UNSET && strcmp(urgency_class, urgent) != 0)
        found = configured(find(config, normal), limit);
    return found.unit == LIMIT_UNSET ? preset(config, limit, strcmp(urgency_class, urgent) == 0) : found;
}

const char *urgency_class_of(const struct config *config, const struct case_ *case_)
{
    const struct urgency_class_config *chosen =
        case_->urgency_class && *case_->urgency_class ? find(config, case_->urgency_class) : NULL;

    return chosen ? chosen->name : case_->urgency == URGENCY_URGENT ? urgent : normal;
}

const char *urgency_class_typed(const struct config *config, const char *word)
{
    static const struct {
        const char *word, *urgency_class;
    } typed[] = {
        { "normal", normal }, { "普通", normal }, { "一般", normal },
        { "urgent", urgent }, { "紧急", urgent }, { "加急", urgent },
    };
    const struct urgency_class_config *own = find(config, word);

    if (own)
        return own->name;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        if (strcasecmp(typed[i].word, word) == 0)
            return typed[i].urgency_class;
    return NULL;
}

bool time_limit_is_fast(const struct config *config, const char *urgency_class)
{
    return strcmp(urgency_class, urgent) == 0 ||
           limit_of(config, LIMIT_ACCEPT, urgency_class).unit == LIMIT_HOURS;
}

static struct date plus_workdays(const struct config *config, struct date date, int days)
{
    while (days > 0) {
        date = date_plus(date, 1);
        days -= is_workday(config, date);
    }
    return date;
}

int64_t time_limit_end(const struct config *config, enum time_limit limit, const char *urgency_class,
                       int64_t from)
{
    struct time_limit_config length = limit_of(config, limit, urgency_class);
    struct date last;

    if (length.count == 0)
        return 0;
    if (length.unit == LIMIT_HOURS)
        return from + length.count * (int64_t)HOUR;
    if (length.unit == LIMIT_WORKING_DAYS)
        last = plus_workdays(config, date_of(from), length.count);
    else if (limit == LIMIT_ACCEPT) /* at the same time of day, also where summer time begins between */
        return date_moment(date_plus(date_of(from), length.count), date_minutes(from)) + from % 60;
    else
        last = date_plus(date_of(from), length.count);
    return date_moment(date_plus(last, 1), 0) - 1;
}

int64_t time_limit_longest(const struct config *config, const struct case_ *case_)
{
    const char *urgency_class = urgency_class_of(config, case_);
    int64_t first = time_limit_end(config, LIMIT_FINISH, urgency_class, case_->accepted_at);

    if (first > case_->finish_by) /* it became urgent later */
        first = case_->finish_by;
    return time_limit_end(config, LIMIT_EXTENSION, urgency_class, first);
}

int64_t time_limit_seconds(const struct config *config, enum time_limit limit, const char *urgency_class)
{
    struct time_limit_config length = limit_of(config, limit, urgency_class);

    return length.count * (int64_t)(length.unit == LIMIT_HOURS ? HOUR : DAY_SECONDS);
}
