/*
 * Many HTTP requests at once, over kept connections (libcurl's multi): https with the system's authorities,
 * no redirects, a time for each, answers of at most 1 MiB, and never a second try of its own.
 */
#ifndef GATEWAY_LINE_WEB_H
#define GATEWAY_LINE_WEB_H

#include "gateway/provider/provider.h"

enum { WEB_ANSWER_MOST = 1 << 20 };

struct web;

/* connections: at most so many at once; authority: a PEM file instead of the system's, or NULL. */
struct web *web_new(void *mem, int connections, int timeout_s, const char *authority);

/* The request is copied; tag comes back with the end. False: libcurl does not take it (an invalid URL), and
 * it is certainly not sent. */
bool web_start(struct web *web, const struct web_request *request, void *tag);

enum web_fate {
    WEB_ANSWERED, /* whole */
    WEB_NOT_SENT, /* not one octet of the request has left */
    WEB_LOST      /* some of it has, and no whole answer came */
};

struct web_end {
    void *tag;
    enum web_fate fate;
    struct web_answer answer;
    int retry_after; /* seconds, as the answer says; 0 when it does not */
    const char *why; /* of what is not answered */
};

/* Does what can be done now; the next that has ended, its memory from mem. False: none has. */
bool web_next(struct web *web, void *mem, struct web_end *end);

/* Until something happens to a request, or web_wake. */
void web_wait(struct web *web, int timeout_ms);

/* From any thread. */
void web_wake(struct web *web);

/* How many are under way. */
int web_busy(const struct web *web);

#endif
