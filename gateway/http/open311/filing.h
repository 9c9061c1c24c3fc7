/*
 * Files forms as events, the same form only once within 24 hours.
 */
#ifndef GATEWAY_HTTP_OPEN311_FILING_H
#define GATEWAY_HTTP_OPEN311_FILING_H

#include "gateway/http/open311/asked.h"
#include "store/events.h"

enum filing { FILING_DONE, FILING_IS_ANOTHER, FILING_FAILED };

/*
 * Submits an event of the asking program and waits for the commit, or finds the event that the same form
 * became within the last 24 hours. kind tells apart forms that have the same fields. id: the client's own id,
 * which must always bring the same text (else FILING_IS_ANOTHER); NULL: the form is known by a hash of its
 * content. Sets event's id and case_id.
 */
enum filing filing_submit(struct asked *asked, const char *kind, const char *id, struct event *event);

#endif
