/*
 * Where a case without a place may be: places to confirm with one key.
 */
#ifndef GATEWAY_PAGE_PLACING_H
#define GATEWAY_PAGE_PLACING_H

#include "gateway/page/visit.h"

/* Adds to the item of a case the places that its words may mean, else the place of its reporter's case before
 * it; a handler of lists.c. False: the store failed. */
bool placing_add(struct visit *visit, const struct case_ *case_, struct json_object *item);

/* POST placed: at, "NUMBER PLACE" of the button; files 改地 and goes back to the list. */
void placing_do(struct visit *visit);

#endif
