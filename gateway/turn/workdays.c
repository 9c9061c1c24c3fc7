#include "gateway/turn/workdays.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_listed(const char *const *days, size_t n, struct date date)
{
    char text[40];

    snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
    for (size_t i = 0; i < n; i++)
        if (strcmp(days[i], text) == 0)
            return true;
    return false;
}

bool is_workday(const struct config *config, struct date date)
{
    time_t noon = date_moment(date, 12 * 60);
    struct tm local;

    if (is_listed(config->holidays, config->n_holidays, date))
        return false;
    if (is_listed(config->workdays, config->n_workdays, date))
        return true;
    localtime_r(&noon, &local);
    return local.tm_wday != 0 && local.tm_wday != 6;
}
