/*
 * Texts that other programs ask us to send: checked, and queued once for each key.
 */
#ifndef GATEWAY_HTTP_SEND_REQUEST_H
#define GATEWAY_HTTP_SEND_REQUEST_H

#include "gateway/desk/desk.h"

struct send_request {
    int64_t token_id;
    const char *key; /* NULL: every request is a new one */
    const char *to;  /* after the check E.164, or a short code */
    const char *text;
    int64_t not_before; /* 0: now */

    /* results */
    int64_t notice_id; /* 0: this number is not texted (service number, muted, opted out) */
    bool is_repeated;  /* the key was used before, for the same request */
    bool is_other;     /* the key was used before, for a different request; nothing was done */
    const char *hash;  /* of what is asked for */
};

/* Normalises `to` and sets hash, from mem; all other fields must be set before. NULL, or what is wrong. */
const char *send_request_check(void *mem, const struct config *config, struct send_request *sending);

/* Queues all in one transaction and blocks until it is committed. False: nothing was queued. */
bool send_request_do(struct desk *desk, struct send_request *all, size_t n);

#endif
