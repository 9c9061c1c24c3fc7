/*
 * Working days: Monday to Friday except the configured holidays, plus the configured weekend days that make
 * up for them.
 */
#ifndef GATEWAY_TURN_WORKDAYS_H
#define GATEWAY_TURN_WORKDAYS_H

#include "gateway/config.h"
#include "gateway/turn/dates.h"

/* date must be a real date. */
bool is_workday(const struct config *config, struct date date);

#endif
