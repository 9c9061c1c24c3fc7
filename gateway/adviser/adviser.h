/*
 * A language model on this machine that is asked about the cases whose class the gateway is least sure of:
 * one at a time, in a thread of its own, after they were committed. What it says is a suggestion for whoever
 * sets the class; nothing is done because of it. Cases restricted under art. 30 are never handed over.
 */
#ifndef GATEWAY_ADVISER_ADVISER_H
#define GATEWAY_ADVISER_ADVISER_H

#include "gateway/desk/desk.h"

struct adviser;

/* NULL: none is configured, or with *error set, from mem, it cannot start. */
struct adviser *adviser_start(void *mem, const struct config *config, struct desk *desk, const char **error);
/* Ends a request under way. NULL is fine. */
void adviser_stop(struct adviser *adviser);

#endif
