/*
 * Which unit a case belongs to.
 */
#ifndef GATEWAY_CASE_ROUTING_H
#define GATEWAY_CASE_ROUTING_H

#include "gateway/turn/turn.h"
#include "store/cases.h"

/*
 * The first that exists of: the discipline unit (for guarded cases, and no other then), the county's own
 * rules, the office for people away from home, the office of its class, its topic's department, its place,
 * any other office that sorts. Sets *unit to 0 when none does. is_named: a rule or the office for people away
 * chose it, so it goes to that unit rather than to the people of its place. False: the store failed.
 */
bool routing_find_unit(struct turn *turn, const struct case_ *case_, int64_t *unit, bool *is_named);
/* The office that sorts what was returned: that of its class, else that of the service centre; *unit is 0
 * where there is none. */
bool routing_find_office(struct turn *turn, const struct case_ *case_, int64_t *unit);
/* Gives the case to that unit. */
bool routing_assign(struct turn *turn, struct case_ *case_);

#endif
