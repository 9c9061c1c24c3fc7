/*
 * Open cases that are similar, and pairs that are very similar: perhaps one matter that two people report.
 */
#ifndef GATEWAY_PAGE_ALIKE_H
#define GATEWAY_PAGE_ALIKE_H

#include "gateway/page/visit.h"

/* Adds "similar" to what the page shows: the open cases most similar to this one that the visitor may know
 * of. False: the store failed. */
bool alike_list(struct visit *visit, const struct case_ *case_);

/* An earlier open case that is very similar to this one and that the visitor may know of; NULL: there is
 * none. From the exchange. False: the store failed. */
bool alike_earlier(struct visit *visit, const struct case_ *case_, struct case_ **earlier);

/* Adds the earlier case to an item of a list, and whether the visitor may merge the later one into it. False:
 * the store failed. */
bool alike_add(struct visit *visit, const struct case_ *case_, const struct case_ *earlier,
               struct json_object *item);

#endif
