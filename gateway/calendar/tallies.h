/*
 * How many: a month's 亮 and a year's 评, by unit and for the county. Guarded cases stand in none.
 */
#ifndef GATEWAY_CALENDAR_TALLIES_H
#define GATEWAY_CALENDAR_TALLIES_H

#include "gateway/calendar/digest.h"

/* Of the cases shown now. */
bool tallies_of_month(struct turn *turn, struct digest *digest, const struct case_ *cases, size_t n);

/* Of those received in a year. */
bool tallies_of_year(struct turn *turn, struct digest *digest, int year);

#endif
