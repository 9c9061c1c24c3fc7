/*
 * Which units lie in which: for all cases of a place and what is in it, or in the hands of an office.
 */
#ifndef GATEWAY_TURN_JURISDICTION_H
#define GATEWAY_TURN_JURISDICTION_H

#include "store/people.h"

struct jurisdiction;

/* Reads the units once. unit 0: everything is within jurisdiction. NULL: store_error says why. */
struct jurisdiction *jurisdiction_new(void *mem, struct store *store, int64_t unit);

/* By id; NULL when there is none. Lives as long as jurisdiction. */
const struct unit *jurisdiction_unit(const struct jurisdiction *jurisdiction, int64_t id);

/* Ids are below this. */
int64_t jurisdiction_size(const struct jurisdiction *jurisdiction);

/*
 * A case whose place lies in the unit or whose handling unit belongs to it. What has neither is the county's.
 */
bool jurisdiction_has(const struct jurisdiction *jurisdiction, int64_t place, int64_t handling_unit);

/* 天坛镇聚粮村: a village with its township, without what every committee's name ends with. "" for 0. */
const char *jurisdiction_name(const struct jurisdiction *jurisdiction, void *mem, int64_t id);

#endif
