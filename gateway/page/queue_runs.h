/*
 * Queues of other things than cases. Each function counts and lists what is in one; false: the store failed.
 */
#ifndef GATEWAY_PAGE_QUEUE_RUNS_H
#define GATEWAY_PAGE_QUEUE_RUNS_H

#include "gateway/page/queues.h"

/* Texts that did not go out, or nobody knows whether. */
bool queue_run_unsent(struct queue_view *view);
/* Recordings that nobody has written down. */
bool queue_run_to_hear(struct queue_view *view);
/* Only counts: drafting_list shows them. */
bool queue_run_drafts(struct queue_view *view);
/* Steps asked for by text that still wait for their code. */
bool queue_run_code(struct queue_view *view);

#endif
