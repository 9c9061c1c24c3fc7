/*
 * What the centre wants of a county. Each order is carried out once: what it does is committed together with
 * its number.
 */
#ifndef GATEWAY_CENTRE_ORDERS_H
#define GATEWAY_CENTRE_ORDERS_H

#include <json-c/json.h>

#include "gateway/desk/desk.h"

/* The number of the last order that was carried out, in settings. */
#define ORDERS_DONE "centre orders"

/* Carries out {"id","at","kind","body"}. False: the store failed; the same order comes again. */
bool orders_do(struct desk *desk, struct json_object *order);

#endif
