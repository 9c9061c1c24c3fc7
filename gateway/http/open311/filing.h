/*
 * Events that forms become, each once within 24 hours.
 */
#ifndef GATEWAY_HTTP_OPEN311_FILING_H
#define GATEWAY_HTTP_OPEN311_FILING_H

#include "gateway/http/open311/asked.h"
#include "store/events.h"

enum filing { FILING_DONE, FILING_IS_ANOTHER, FILING_FAILED };

/*
 * Submits an event of the asking program and waits until it is committed, or finds what the same form became
 * within the last 24 hours. kind tells forms apart that have the same fields. id: the client's own, under
 * which the same text must come each time (else FILING_IS_ANOTHER); NULL: the form's content is its key.
 * event gets its id and case_id.
 */
enum filing filing_submit(struct asked *asked, const char *kind, const char *id, struct event *event);

/* What came under a client's id within the last 24 hours; NULL: nothing. False: the store failed. */
bool filing_find(struct asked *asked, const char *kind, const char *id, struct event **event);

/* The client's own id of the form: the header Idempotency-Key, or an attribute that clients use for it; NULL.
 */
const char *filing_client_id(struct asked *asked);

#endif
