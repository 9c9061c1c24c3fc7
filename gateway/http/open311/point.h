/*
 * Finds the place at a point on the map.
 */
#ifndef GATEWAY_HTTP_OPEN311_POINT_H
#define GATEWAY_HTTP_OPEN311_POINT_H

#include "store/people.h"

/* *place: the nearest village within 5 km, else the nearest township within 15 km, of those with a known
 * point; 0: none. False: the store failed. */
bool point_place(struct store *store, void *mem, int64_t latitude, int64_t longitude, int64_t *place);

#endif
