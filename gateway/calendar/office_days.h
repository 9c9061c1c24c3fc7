/*
 * What the calendar does for the office itself: who is on duty today, and whether next year's free days are
 * known.
 */
#ifndef GATEWAY_CALENDAR_OFFICE_DAYS_H
#define GATEWAY_CALENDAR_OFFICE_DAYS_H

#include <json-c/json.h>

#include "gateway/turn/turn.h"

/* Sends the operators a text; releases the data. False: turn_error says why. */
bool office_days_tell(struct turn *turn, const char *name, struct json_object *data);

/* Puts on duty whom the roster names for today, once: 值班 by text still changes it. False: turn_error says
 * why. */
bool office_days_set_duty(struct turn *turn);

/*
 * In December, weekly from the 1st on, tells the operators that next year's free days are missing. Once a
 * day. False: turn_error says why.
 */
bool office_days_warn(struct turn *turn);

#endif
