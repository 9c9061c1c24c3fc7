#include "modem/pdu/validity.h"

#define MINUTE ((int64_t)60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)

/* 23.040 9.2.3.12.1: the periods up to last count in units, the first of them lasting first seconds. */
static const struct span {
    uint8_t start, last;
    int64_t first, unit;
} spans[] = {
    { 0, 143, 5 * MINUTE, 5 * MINUTE },
    { 144, 167, 12 * HOUR + 30 * MINUTE, 30 * MINUTE },
    { 168, 196, 2 * DAY, DAY },
    { 197, 255, 5 * WEEK, WEEK },
};

static int64_t seconds_in(const struct span *span, uint8_t period)
{
    return span->first + (period - span->start) * span->unit;
}

int64_t validity_relative_seconds(uint8_t period)
{
    const struct span *span = spans;

    while (period > span->last)
        span++;
    return seconds_in(span, period);
}

uint8_t validity_relative_period(int64_t seconds)
{
    const struct span *span = spans;

    while (span->last < 255 && seconds > seconds_in(span, span->last))
        span++;
    if (seconds <= span->first)
        return span->start;
    if (seconds >= seconds_in(span, span->last))
        return span->last;
    return (uint8_t)(span->start + (seconds - span->first + span->unit - 1) / span->unit);
}

static int64_t from_semi_octets(uint8_t octet)
{
    return (octet & 15) * 10 + (octet >> 4);
}

/* 23.040 9.2.3.12.3: the first octet tells the form; its top bit, that another stands before the value. */
int64_t validity_enhanced_seconds(const uint8_t period[VALIDITY_OCTETS])
{
    const uint8_t *value = period + (period[0] & 0x80 ? 2 : 1);

    switch (period[0] & 7) {
    case 1:
        return validity_relative_seconds(value[0]);
    case 2:
        return value[0];
    case 3:
        return from_semi_octets(value[0]) * HOUR + from_semi_octets(value[1]) * MINUTE +
               from_semi_octets(value[2]);
    default:
        return 0;
    }
}
