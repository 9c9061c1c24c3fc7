#include "gateway/turn/time_limits.h"

#include <string.h>
#include <strings.h>

#include "gateway/turn/dates.h"
#include "gateway/turn/workdays.h"

enum { HOUR = 3600 };

/* What holds where the configuration was not read from a file: as in config/table.c. */
enum { RETURN_DAYS = 5, EXTENSION_DAYS = 30, REVIEW_DAYS = 30 };

static const char normal[] = "normal", urgent[] = "urgent";

static int or_preset(int days, int preset)
{
    return days ? days : preset;
}

static const struct urgency_config *find(const struct config *config, const char *grade)
{
    for (size_t i = 0; i < config->n_urgencies; i++)
        if (strcasecmp(config->urgencies[i].name, grade) == 0)
            return &config->urgencies[i];
    return NULL;
}

static struct term_config said(const struct urgency_config *urgency, enum term term)
{
    if (urgency)
        switch (term) {
        case TERM_ACCEPT:
            return urgency->accept;
        case TERM_FINISH:
            return urgency->finish;
        case TERM_RETURN:
            return urgency->give_back;
        case TERM_EXTENSION:
            return urgency->extend;
        case TERM_TELL:
            return urgency->tell;
        case TERM_REVIEW:
            break;
        }
    return (struct term_config){ 0 };
}

static bool counts_working_days(const struct config *config, enum term term)
{
    const char *const counts[] = { config->accept_counts,    config->finish_counts, config->return_counts,
                                   config->extension_counts, config->review_counts, NULL };

    return counts[term] ? strcmp(counts[term], "working") == 0 : term == TERM_RETURN;
}

/* By the options that stand outside of classes. */
static struct term_config preset(const struct config *config, enum term term, bool is_urgent)
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
        [TERM_TELL] = { 0, 0 },
    };
    struct term_config found = { .count =
                                     is_urgent && days[term].urgent ? days[term].urgent : days[term].normal,
                                 .unit = counts_working_days(config, term) ? TERM_WORKING_DAYS : TERM_DAYS };

    if (term == TERM_ACCEPT && is_urgent && config->urgent_accept_hours)
        return (struct term_config){ config->urgent_accept_hours, TERM_HOURS };
    return found;
}

/* What a class does not say is as of urgent where that is it, else as of normal. */
static struct term_config term_of(const struct config *config, enum term term, const char *grade)
{
    struct term_config found = said(find(config, grade), term);

    if (found.unit == TERM_NOT_SAID && strcmp(grade, urgent) != 0)
        found = said(find(config, normal), term);
    return found.unit == TERM_NOT_SAID ? preset(config, term, strcmp(grade, urgent) == 0) : found;
}

const char *term_grade(const struct config *config, const struct case_ *case_)
{
    const struct urgency_config *chosen = case_->grade && *case_->grade ? find(config, case_->grade) : NULL;

    return chosen ? chosen->name : case_->urgency == URGENCY_URGENT ? urgent : normal;
}

const char *term_grade_typed(const struct config *config, const char *word)
{
    static const struct {
        const char *word, *grade;
    } typed[] = {
        { "normal", normal }, { "普通", normal }, { "一般", normal },
        { "urgent", urgent }, { "紧急", urgent }, { "加急", urgent },
    };
    const struct urgency_config *own = find(config, word);

    if (own)
        return own->name;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
        if (strcasecmp(typed[i].word, word) == 0)
            return typed[i].grade;
    return NULL;
}

bool term_is_fast(const struct config *config, const char *grade)
{
    return strcmp(grade, urgent) == 0 || term_of(config, TERM_ACCEPT, grade).unit == TERM_HOURS;
}

static struct date plus_workdays(const struct config *config, struct date date, int days)
{
    while (days > 0) {
        date = date_plus(date, 1);
        days -= is_workday(config, date);
    }
    return date;
}

int64_t term_end(const struct config *config, enum term term, const char *grade, int64_t from)
{
    struct term_config length = term_of(config, term, grade);
    struct date last;

    if (length.count == 0)
        return 0;
    if (length.unit == TERM_HOURS)
        return from + length.count * (int64_t)HOUR;
    if (length.unit == TERM_WORKING_DAYS)
        last = plus_workdays(config, date_of(from), length.count);
    else if (term == TERM_ACCEPT)
        return from + length.count * (int64_t)DAY_SECONDS;
    else
        last = date_plus(date_of(from), length.count);
    return date_moment(date_plus(last, 1), 0) - 1;
}

int64_t term_seconds(const struct config *config, enum term term, const char *grade)
{
    struct term_config length = term_of(config, term, grade);

    return length.count * (int64_t)(length.unit == TERM_HOURS ? HOUR : DAY_SECONDS);
}
