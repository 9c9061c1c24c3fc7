/*
 * Queues of cases and other things that wait for somebody.
 */
#ifndef GATEWAY_PAGE_LISTS_H
#define GATEWAY_PAGE_LISTS_H

#include "gateway/page/visit.h"

/* A case as a line of a list, as an item of list. False: the store failed. */
bool lists_add_case(struct visit *visit, const struct case_ *case_, struct json_object *list);

/* Handlers of rows: home, with each queue's count; list/NAME. */
void lists_home(struct visit *visit);
void lists_show(struct visit *visit);

#endif
