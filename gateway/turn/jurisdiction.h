/*
 * Which cases belong to a unit: those of its place and all places in it, and those that its offices handle.
 */
#ifndef GATEWAY_TURN_JURISDICTION_H
#define GATEWAY_TURN_JURISDICTION_H

#include "store/people.h"

struct jurisdiction;

/* Reads the units once. unit 0: every case belongs to it. NULL: store_error says why. */
struct jurisdiction *jurisdiction_new(void *mem, struct store *store, int64_t unit);

/* The unit of this id, NULL when there is none; it lives as long as jurisdiction. */
const struct unit *jurisdiction_unit(const struct jurisdiction *jurisdiction, int64_t id);

/* All unit ids are below this. */
int64_t jurisdiction_size(const struct jurisdiction *jurisdiction);

/* Whether the unit is an office that sorts what was returned or has no place. */
bool jurisdiction_sorts(const struct unit *unit);

/*
 * Where a case is worked on: handled_in, the unit of whoever has or had it in hand; else its unit. What waits
 * at an office was given to the people of its place, until they return it: so to the township there. 0:
 * nowhere.
 */
int64_t jurisdiction_working_unit(const struct jurisdiction *jurisdiction, int64_t handled_in, int64_t unit,
                                  int64_t place, bool is_waiting);

/*
 * Whether a case belongs to the unit: its place lies in the unit or its handling unit belongs to it. A case
 * with neither (both 0) belongs to the county.
 */
bool jurisdiction_has(const struct jurisdiction *jurisdiction, int64_t place, int64_t handling_unit);

/* 天坛镇聚粮村: a village with its township, and without the 委会 of its committee. "" for 0. From mem, or
 * the unit's own string. */
const char *jurisdiction_name(const struct jurisdiction *jurisdiction, void *mem, int64_t id);

#endif
