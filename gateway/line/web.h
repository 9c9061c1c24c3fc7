/*
 * Many HTTP requests at once, over kept connections (libcurl's multi): https with the system's authorities,
 * no redirects, a time for each, answers of at most 1 MiB, and never a second try of its own.
 */
#ifndef GATEWAY_LINE_WEB_H
#define GATEWAY_LINE_WEB_H

#include "gateway/provider/provider.h"

enum { WEB_ANSWER_MOST = 1 << 20 };

struct web;

/* connections: at most this many at once; timeout_s: for a whole request; authority: a PEM file of
 * certificates instead of the system's, or NULL. */
struct web *web_new(void *mem, int connections, int timeout_s, const char *authority);

/* Copies and starts the request; tag comes back in its web_end. False: libcurl does not take it (an invalid
 * URL), and it is certainly not sent. */
bool web_start(struct web *web, const struct web_request *request, void *tag);

enum web_fate {
    WEB_ANSWERED, /* a whole answer came */
    WEB_NOT_SENT, /* not one octet of the request has left */
    WEB_LOST      /* some of it has, and no whole answer came */
};

struct web_end {
    void *tag;
    enum web_fate fate;
    struct web_answer answer;
    int retry_after; /* seconds, as the answer says; 0 when it does not */
    const char *why; /* the error when fate is not WEB_ANSWERED */
};

/* Drives all requests without waiting. True: one has ended, described in *end, whose texts are allocated from
 * mem. */
bool web_next(struct web *web, void *mem, struct web_end *end);

/* Waits until a request makes progress, web_wake is called, or the time is over. */
void web_wait(struct web *web, int timeout_ms);

/* Ends web_wait. From any thread. */
void web_wake(struct web *web);

#endif
