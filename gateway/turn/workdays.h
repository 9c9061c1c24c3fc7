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

/* The working days after the date of from, up to and including the date of to. */
int workdays_between(const struct config *config, int64_t from, int64_t to);

#endif
