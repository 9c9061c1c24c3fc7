/*
 * Live streams (server-sent events): they tell a browser at once that something happened, so that it reloads.
 * An event holds only a mark (marks.h) and whether the open case has a new step; there is none for steps that
 * the visitor may not know of. A stream lasts about
 * fifty seconds; the browser then reconnects and names the last event it had, so that nothing is missed, even
 * over a restart. A stream does not keep its session alive.
 */
#ifndef GATEWAY_PAGE_LIVE_H
#define GATEWAY_PAGE_LIVE_H

#include "gateway/page/visit.h"

enum { STREAMS_MOST = 64 };

/* NULL: *error says why. */
struct live *live_start(struct page *page, const char **error);

/* Ends all streams; before http_server_stop. */
void live_stop(struct live *live);

/* Tells the streams that something was committed. May be called on any thread. */
void live_wake(struct live *live);

/* Handlers of rows. GET live?case=NUMBER: a stream; 503 beyond STREAMS_MOST. GET changes: the same as JSON,
 * once. */
void live_open(struct visit *visit);
void live_changes(struct visit *visit);

#endif
