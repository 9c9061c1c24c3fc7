#include "modem/pdu/timestamp.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND };

/* Days from 1970-01-01; years begin in March, so that a leap day comes last. */
static int64_t days_since_1970(int year, int month, int day)
{
    int shifted = month <= 2 ? year - 1 : year;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return 365 * (int64_t)shifted + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719468;
}

static bool is_date(const int *field)
{
    static const int month_days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = field[YEAR] % 4 == 0; /* 1990 to 2089 */

    return field[MONTH] >= 1 && field[MONTH] <= 12 && field[DAY] >= 1 &&
           field[DAY] <= month_days[field[MONTH] - 1] + (field[MONTH] == 2 && is_leap) && field[HOUR] < 24 &&
           field[MINUTE] < 60 && field[SECOND] < 60;
}

static char *put_two(char *out, int value, char after)
{
    *out++ = (char)('0' + value / 10);
    *out++ = (char)('0' + value % 10);
    *out++ = after;
    return out;
}

static void write_text(char *out, const int *field, int quarters)
{
    int minutes = abs(quarters) * 15;

    out = put_two(out, field[YEAR] / 100, '0');
    out = put_two(out - 1, field[YEAR] % 100, '-');
    out = put_two(out, field[MONTH], '-');
    out = put_two(out, field[DAY], 'T');
    out = put_two(out, field[HOUR], ':');
    out = put_two(out, field[MINUTE], ':');
    out = put_two(out, field[SECOND], quarters < 0 ? '-' : '+');
    out = put_two(out, minutes / 60, ':');
    put_two(out, minutes % 60, '\0');
}

void timestamp_read(const uint8_t octets[TIMESTAMP_OCTETS], struct sms_time *time)
{
    int field[6];
    int64_t day;
    unsigned zone = octets[6];
    int quarters = (int)((zone & 7) * 10 + (zone >> 4)); /* bit 3 of the low semi-octet is the sign */
    bool are_digits = zone >> 4 < 10;

    *time = (struct sms_time){ .unix_time = 0 };
    memcpy(time->octets, octets, sizeof time->octets);
    for (int i = 0; i < 6; i++) {
        are_digits = are_digits && (octets[i] & 15) < 10 && octets[i] >> 4 < 10;
        field[i] = (octets[i] & 15) * 10 + (octets[i] >> 4);
    }
    field[YEAR] += field[YEAR] >= 90 ? 1900 : 2000;
    if (!are_digits || !is_date(field))
        return;
    if (zone & 8)
        quarters = -quarters;
    time->is_valid = true;
    day = days_since_1970(field[YEAR], field[MONTH], field[DAY]);
    time->unix_time =
        ((day * 24 + field[HOUR]) * 60 + field[MINUTE] - (int64_t)quarters * 15) * 60 + field[SECOND];
    write_text(time->text, field, quarters);
}

static uint8_t swapped(int value)
{
    return (uint8_t)(value / 10 % 10 | value % 10 << 4);
}

void timestamp_write(int64_t at, int offset_minutes, uint8_t octets[TIMESTAMP_OCTETS])
{
    int quarters = offset_minutes / 15;
    time_t local = (time_t)(at + (int64_t)quarters * 900);
    struct tm tm;

    gmtime_r(&local, &tm);
    octets[0] = swapped(tm.tm_year % 100);
    octets[1] = swapped(tm.tm_mon + 1);
    octets[2] = swapped(tm.tm_mday);
    octets[3] = swapped(tm.tm_hour);
    octets[4] = swapped(tm.tm_min);
    octets[5] = swapped(tm.tm_sec);
    octets[6] = (uint8_t)(swapped(abs(quarters)) | (quarters < 0 ? 8 : 0));
}
