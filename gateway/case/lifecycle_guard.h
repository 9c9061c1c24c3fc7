/*
 * The table of transitions, copied into the database, which refuses every step that is not in it.
 */
#ifndef GATEWAY_CASE_LIFECYCLE_GUARD_H
#define GATEWAY_CASE_LIFECYCLE_GUARD_H

#include "store/store.h"

/*
 * Writes the table unless the store has this very one. For every store that is written to; begins and ends a
 * transaction of its own. False: store_error says why.
 */
bool lifecycle_guard_write(struct store *store);

#endif
