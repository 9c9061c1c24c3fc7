/*
 * Units a turn has looked up already: a batch of texts asks for the same few again and again.
 */
#ifndef GATEWAY_DESK_SHELF_H
#define GATEWAY_DESK_SHELF_H

#include "gateway/desk/turn.h"
#include "store/people.h"

/* As store_unit and store_unit_by_duty; what is given lives as long as the turn, and is not to be changed. */
bool shelf_unit(struct turn *turn, int64_t id, const struct unit **unit);
bool shelf_duty(struct turn *turn, const char *duty, const struct unit **unit);

#endif
