/*
 * Units a turn has looked up already: a batch of texts asks for the same few again and again.
 */
#ifndef GATEWAY_TURN_CACHE_H
#define GATEWAY_TURN_CACHE_H

#include "gateway/turn/turn.h"
#include "store/people.h"

/* As store_unit and store_unit_by_duty; what is given lives as long as the turn, and is not to be changed. */
bool cache_unit(struct turn *turn, int64_t id, const struct unit **unit);
bool cache_duty(struct turn *turn, const char *duty, const struct unit **unit);

/* Leaves that are not over; forgotten when one changes. */
bool cache_leaves(struct turn *turn, const struct leave **leaves, size_t *n);
void cache_forget_leaves(struct turn *turn);
/* Who handles what. */
bool cache_rules(struct turn *turn, const struct routing_rule **rules, size_t *n);

#endif
