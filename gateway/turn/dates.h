/*
 * Dates as people here count them: in the process's zone (TZ), which the program sets from its configuration.
 */
#ifndef GATEWAY_TURN_DATES_H
#define GATEWAY_TURN_DATES_H

#include <stdbool.h>
#include <stdint.h>

struct date {
    int year, month, day; /* 2026, 1..12, 1..31 */
};

enum { DAY_SECONDS = 86400 };

struct date date_of(int64_t at);

/* The moment a date's clock shows these minutes; on a day that skips them, the moment just behind. */
int64_t date_moment(struct date date, int minutes);

/* Minutes of the day a clock on the wall shows. */
int date_minutes(int64_t at);

/* days may be negative; day may be beyond the month's end, which is carried over. */
struct date date_plus(struct date date, int days);
struct date month_plus(struct date date, int months); /* its first day */

/* < 0, 0, > 0 */
int date_compare(struct date a, struct date b);

/* The quarter's last day that is not before this date. */
struct date date_quarter_end(struct date date);

/* "2026-12-01", from mem; and back: false when it is none. */
const char *date_text(void *mem, struct date date);
bool date_parse(const char *text, struct date *date);

#endif
