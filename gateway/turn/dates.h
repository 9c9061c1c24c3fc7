/*
 * Calendar dates, in the time zone of the process (TZ), which the program sets from its configuration.
 * Moments are seconds since 1970, as time_t.
 */
#ifndef GATEWAY_TURN_DATES_H
#define GATEWAY_TURN_DATES_H

#include <stdbool.h>
#include <stdint.h>

struct date {
    int year, month, day; /* 2026, 1..12, 1..31 */
};

enum { DAY_SECONDS = 86400 };

/* The date on which a moment falls. */
struct date date_of(int64_t at);

/* The moment when a clock shows these minutes after midnight; where the clocks skip it, the moment after the
 * gap. */
int64_t date_moment(struct date date, int minutes);

/* Minutes after midnight, as a clock on the wall shows them. */
int date_minutes(int64_t at);

/* days may be negative; a date.day beyond the end of its month counts into the next. */
struct date date_plus(struct date date, int days);
/* The first day of the month so many months later. */
struct date month_plus(struct date date, int months);

/* Below, equal to or above 0, as strcmp. */
int date_compare(struct date a, struct date b);

bool date_is_monday(struct date date);

/* The last day of the quarter that holds this date. */
struct date date_quarter_end(struct date date);

/* The date of a moment as a number: 20261201. */
int64_t date_number(int64_t at);

/* "2026-12-01", from mem; and back. False: the text is no such date. */
const char *date_text(void *mem, struct date date);
bool date_parse(const char *text, struct date *date);

#endif
