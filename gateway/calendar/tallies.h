/*
 * Counts cases for a month's 亮 and a year's 评, by unit and for the county, and adds the figures to a
 * digest. Guarded cases (restricted under art. 30: they accuse an official) are in none of them.
 */
#ifndef GATEWAY_CALENDAR_TALLIES_H
#define GATEWAY_CALENDAR_TALLIES_H

#include "gateway/calendar/digest.h"

/* For the cases shown now. False: store_error says why. */
bool tallies_of_month(struct turn *turn, struct digest *digest, const struct case_ *cases, size_t n);

/* For the cases received in a year, and those that earlier years left. False: store_error says why. */
bool tallies_of_year(struct turn *turn, struct digest *digest, int year);

#endif
