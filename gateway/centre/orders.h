/*
 * Carries out the centre's orders to a county, each once: its effect is committed together with its number.
 * The centre reads in the journal which of them was refused, and why.
 */
#ifndef GATEWAY_CENTRE_ORDERS_H
#define GATEWAY_CENTRE_ORDERS_H

#include <json-c/json.h>

#include "gateway/desk/desk.h"

/* Carries out {"id","at","kind","body"}. False: the store failed, and the centre sends the order again. */
bool orders_do(struct desk *desk, struct json_object *order);

#endif
