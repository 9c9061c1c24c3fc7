/*
 * The table of a case's transition, as the store has it.
 */
#ifndef GATEWAY_CASE_LIFECYCLE_GUARD_H
#define GATEWAY_CASE_LIFECYCLE_GUARD_H

#include "store/store.h"

/*
 * Tells the store every step the table knows, unless it was told: it lets no other pass. For every store that
 * is written to; begins and ends a transaction of its own.
 */
bool lifecycle_guard_write(struct store *store);

#endif
