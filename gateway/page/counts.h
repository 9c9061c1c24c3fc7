/*
 * Cache of each person's queue counts, valid for some seconds: counting reads many cases, and a browser with
 * a live stream asks again after every step.
 */
#ifndef GATEWAY_PAGE_COUNTS_H
#define GATEWAY_PAGE_COUNTS_H

#include "gateway/page/visit.h"

struct counts;

/* Empty. Any thread may use it. */
struct counts *counts_new(void *mem);

/* The cached counts of this visitor, owned by the caller. NULL: there are none, or they are too old. */
struct json_object *counts_find(struct visit *visit);
void counts_keep(struct visit *visit, struct json_object *queues);
/* Drops the visitor's counts, because the visitor has done something. */
void counts_forget(struct visit *visit);

#endif
