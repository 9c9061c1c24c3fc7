/*
 * The daily copy and the weekly trial: xiangyin backup --daily and --try.
 */
#ifndef GATEWAY_COMMAND_KEEP_DAILY_H
#define GATEWAY_COMMAND_KEEP_DAILY_H

#include "gateway/config.h"

/*
 * Copies the store and recordings into backup { folder } and removes copies beyond backup { keep }. Prints
 * errors and texts the operator of a failure. Returns an exit code.
 */
int daily_take(void *mem, const struct config *config);

/*
 * Restores the newest copy into a temporary folder, opens it as the gateway would, compares its row counts
 * with the copy's, and removes it. identity: the file of the private key for an encrypted copy; NULL: a fresh
 * copy is tried instead. Prints errors and texts the operator of a failure. Returns an exit code.
 */
int daily_try(void *mem, const struct config *config, const char *identity);

#endif
