/*
 * Batches of a county's rows, cut and handed to a centre by the test: there is no link, and no server.
 */
#ifndef TESTS_SUPPORT_BATCHES_H
#define TESTS_SUPPORT_BATCHES_H

#include "gateway/centre/take.h"
#include "store/store.h"

/* The county's rows after that one, at most so many and no more than fit; NULL: there are none. */
const char *batch_cut(void *mem, struct store *county, int64_t after, int64_t most, size_t *length);

/* The hash of the first county's token. */
const char *batch_token_hash(void *mem, struct store *centre);

/* What the centre answers the first county. */
struct take batch_ask(void *mem, struct store *centre, const char *octets, size_t length);
/* The status alone; 400: it is no whole batch. */
int batch_post(void *mem, struct store *centre, const char *octets, size_t length);

#endif
