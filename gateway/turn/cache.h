/*
 * What a turn has read from the store already, for a batch of texts asks for the same few units again and
 * again.
 */
#ifndef GATEWAY_TURN_CACHE_H
#define GATEWAY_TURN_CACHE_H

#include "gateway/turn/turn.h"
#include "gateway/understand/accused.h"
#include "store/cases.h"
#include "store/people.h"

/* As store_unit and store_unit_by_duty. *unit lives as long as the turn, and is NULL when there is none. */
bool cache_unit(struct turn *turn, int64_t id, const struct unit **unit);
bool cache_duty(struct turn *turn, const char *duty, const struct unit **unit);

/* The leaves that are not over yet; cache_forget_leaves makes the next call read them again. */
bool cache_leaves(struct turn *turn, const struct leave **leaves, size_t *n);
void cache_forget_leaves(struct turn *turn);

/* As store_routes: who handles what. */
bool cache_rules(struct turn *turn, const struct routing_rule **rules, size_t *n);

/* Whom the case's text, as it is now, speaks of. The turn must have an understanding. */
const struct accused_text *cache_accused(struct turn *turn, const struct case_ *case_);

#endif
