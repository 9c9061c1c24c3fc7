/*
 * The recordings of a case: the list, and the sound for those who may listen.
 */
#ifndef GATEWAY_PAGE_LISTENING_H
#define GATEWAY_PAGE_LISTENING_H

#include "gateway/page/visit.h"

/* Adds "recordings" to the page's data. False: the store failed. */
bool listening_add(struct visit *visit, const struct case_ *case_);

/* Answers with the sound, after the step that records the listening is committed. */
void listening_send(struct visit *visit, const struct case_ *case_, int64_t id);

#endif
