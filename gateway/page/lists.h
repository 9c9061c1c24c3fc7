/*
 * The queues: cases, texts, recordings and drafts that wait for somebody.
 */
#ifndef GATEWAY_PAGE_LISTS_H
#define GATEWAY_PAGE_LISTS_H

#include "gateway/page/visit.h"

/* Adds a case to list as one line. False: the store failed. */
bool lists_add_case(struct visit *visit, const struct case_ *case_, struct json_object *list);

/* Handlers of rows: GET home, with each queue's count, and GET list/NAME. */
void lists_home(struct visit *visit);
void lists_show(struct visit *visit);

#endif
