/*
 * How much waits in each queue, kept for some seconds for each person: counting looks at many cases, and a
 * browser that follows what happens asks after every step.
 */
#ifndef GATEWAY_PAGE_COUNTS_H
#define GATEWAY_PAGE_COUNTS_H

#include "gateway/page/visit.h"

struct counts;

struct counts *counts_new(void *mem);

/* What was kept for this visitor, owned by the caller; NULL: nothing that is new enough. */
struct json_object *counts_find(struct visit *visit);
void counts_keep(struct visit *visit, struct json_object *queues);
/* The visitor has done something. */
void counts_forget(struct visit *visit);

#endif
