/*
 * One request to a server on this machine.
 */
#ifndef GATEWAY_ADVISER_ASK_H
#define GATEWAY_ADVISER_ASK_H

#include <stdatomic.h>
#include <stdbool.h>

enum asked {
    ASKED,      /* it answered with 200 */
    ASKED_WRONG /* it cannot be reached, is too slow, or answered with too much or with another status */
};

/*
 * Posts the body to ENDPOINT/chat/completions and waits at most timeout seconds, or until stops becomes true.
 * No proxy is used and no redirect followed. *answer, from mem: what it said, or why not.
 */
enum asked ask(void *mem, const char *endpoint, const char *body, int timeout, const atomic_bool *stops,
               const char **answer);

#endif
