#include "gateway/turn/dates.h"

#include <stdio.h>
#include <talloc.h>
#include <time.h>

struct date date_of(int64_t at)
{
    time_t seconds = at;
    struct tm local;

    localtime_r(&seconds, &local);
    return (struct date){ local.tm_year + 1900, local.tm_mon + 1, local.tm_mday };
}

int date_minutes(int64_t at)
{
    time_t seconds = at;
    struct tm local;

    localtime_r(&seconds, &local);
    return local.tm_hour * 60 + local.tm_min;
}

int64_t date_moment(struct date date, int minutes)
{
    struct tm local = { .tm_year = date.year - 1900,
                        .tm_mon = date.month - 1,
                        .tm_mday = date.day,
                        .tm_hour = minutes / 60,
                        .tm_min = minutes % 60,
                        .tm_isdst = -1 };

    return mktime(&local);
}

struct date date_plus(struct date date, int days)
{
    /* noon: no zone skips it */
    return date_of(date_moment((struct date){ date.year, date.month, date.day + days }, 12 * 60));
}

struct date month_plus(struct date date, int months)
{
    int month = date.year * 12 + date.month - 1 + months;

    return (struct date){ month / 12, month % 12 + 1, 1 };
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year - b.year;
    return a.month != b.month ? a.month - b.month : a.day - b.day;
}

bool date_is_monday(struct date date)
{
    time_t noon = date_moment(date, 12 * 60);
    struct tm local;

    localtime_r(&noon, &local);
    return local.tm_wday == 1;
}

struct date date_quarter_end(struct date date)
{
    int last_month = (date.month + 2) / 3 * 3;
    bool has_31 = last_month == 3 || last_month == 12;

    return (struct date){ date.year, last_month, has_31 ? 31 : 30 };
}

int64_t date_number(int64_t at)
{
    struct date date = date_of(at);

    return date.year * INT64_C(10000) + date.month * INT64_C(100) + date.day;
}

const char *date_text(void *mem, struct date date)
{
    return talloc_asprintf(mem, "%04d-%02d-%02d", date.year, date.month, date.day);
}

static int days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && is_leap);
}

bool date_parse(const char *text, struct date *date)
{
    char rest;

    return sscanf(text, "%4d-%2d-%2d%c", &date->year, &date->month, &date->day, &rest) == 3 &&
           date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= days_in_month(date->year, date->month);
}
