/*
 * A text another program wants sent: checked, and put in the outbox once for each key.
 */
#ifndef GATEWAY_HTTP_SEND_REQUEST_H
#define GATEWAY_HTTP_SEND_REQUEST_H

#include "gateway/desk/desk.h"

struct send_request {
    int64_t token_id;
    const char *key; /* NULL: none, each is another */
    const char *to;  /* E.164 where it surely is, after the check */
    const char *text;
    int64_t not_before; /* 0: now */

    int64_t notice_id; /* 0: the number gets no texts */
    bool is_repeated;  /* the key was there already, for the same */
    bool is_other;     /* it was there for something else; nothing was done */
    const char *hash;
};

/* + and digits, or digits. */
bool send_request_is_number(const char *text);

/* What is wrong with to or text, or NULL; what is right hangs from mem. All that is asked for stands by then.
 */
const char *send_request_check(void *mem, const struct config *config, struct send_request *sending);

/* All in one transaction; blocks until it is committed. False: nothing is. */
bool send_request_do(struct desk *desk, struct send_request *all, size_t n);

#endif
