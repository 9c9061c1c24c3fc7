#include "gateway/turn/kept_days.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/kept/keeping.h"

static bool is_kept(const struct kept_day *days, size_t n, const char *date)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(days[i].date, date) == 0)
            return true;
    return false;
}

/* The configured dates of one kind of which the store says nothing, and the store's of that kind. */
static void merge(void *mem, const struct kept_day *days, size_t n, bool is_workday, const char ***dates,
                  size_t *n_dates)
{
    const char **all = talloc_array(mem, const char *, n + *n_dates);
    size_t n_all = 0;

    for (size_t i = 0; i < *n_dates; i++)
        if (!is_kept(days, n, (*dates)[i]))
            all[n_all++] = (*dates)[i];
    for (size_t i = 0; i < n; i++)
        if (days[i].is_workday == is_workday)
            all[n_all++] = days[i].date;
    *dates = all;
    *n_dates = n_all;
}

const struct config *kept_days_config(void *mem, struct store *store, const struct config *config)
{
    struct config *merged;
    struct kept_day *days;
    size_t n;

    if (!store_days(store, mem, &days, &n))
        return NULL;
    if (n == 0)
        return config;
    merged = talloc_memdup(mem, config, sizeof *config);
    merge(mem, days, n, false, &merged->holidays, &merged->n_holidays);
    merge(mem, days, n, true, &merged->workdays, &merged->n_workdays);
    return merged;
}

bool kept_days_has_year(const struct config *config, int year)
{
    for (size_t i = 0; i < config->n_holidays; i++)
        if (atoi(config->holidays[i]) == year)
            return true;
    return false;
}
