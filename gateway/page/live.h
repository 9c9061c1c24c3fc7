/*
 * Live streams: browsers hear at once that something happened (server-sent events), and look again. What an
 * event says is the number of the last step alone, and whether it is of the case that is open. A stream lasts
 * some fifty seconds; the browser then comes again and names the last event it had, so that nothing is
 * missed, also over a restart. A stream is no activity of its session.
 */
#ifndef GATEWAY_PAGE_LIVE_H
#define GATEWAY_PAGE_LIVE_H

#include "gateway/page/visit.h"

enum { STREAMS_MOST = 64 };

/* NULL: *error says why. */
struct live *live_start(struct page *page, const char **error);

/* Ends all streams; before http_server_stop. */
void live_stop(struct live *live);

/* Something was committed: looks at once. Any thread. */
void live_wake(struct live *live);

/* Handlers of rows. GET live?case=NUMBER: a stream; 503 beyond STREAMS_MOST. GET changes: the same as JSON,
 * once. */
void live_open(struct visit *visit);
void live_changes(struct visit *visit);

#endif
