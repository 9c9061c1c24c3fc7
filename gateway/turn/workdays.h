/*
 * Working days: Monday to Friday but for the holidays of the configuration, and the weekend days that make up
 * for them.
 */
#ifndef GATEWAY_TURN_WORKDAYS_H
#define GATEWAY_TURN_WORKDAYS_H

#include "gateway/config.h"
#include "gateway/turn/dates.h"

bool is_workday(const struct config *config, struct date date);

/* Working days after from's date, up to and with to's. */
int workdays_between(const struct config *config, int64_t from, int64_t to);

#endif
