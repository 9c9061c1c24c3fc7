/*
 * Libraries that stand between a gateway of a test and the system: libfiu makes calls fail, libfaketime moves
 * the clock.
 */
#ifndef TESTS_FAULT_PRELOAD_H
#define TESTS_FAULT_PRELOAD_H

#include "tests/support/gateway_process.h"

/* The path of the first of these files that exists, NULL at the end; NULL: none, or the test runs under a
 * sanitizer, and "# left out: PACKAGE is
 * not installed" is printed. */
const char *preload_find(const char *package, const char *const *paths);

/*
 * From now on the gateway runs with this environment ("LD_PRELOAD=... NAME=value"), and so do its
 * subcommands. NULL: as usual again.
 */
void preload_use(struct gateway_process *gateway, const char *environment);

#endif
