/*
 * The copy of each day, and the trial of each week: xiangyin backup --daily and --try.
 */
#ifndef GATEWAY_COMMAND_KEEP_DAILY_H
#define GATEWAY_COMMAND_KEEP_DAILY_H

#include "gateway/config.h"

/*
 * Writes a copy of store and recordings into backup { folder } and removes those beyond backup { keep }. The
 * operator hears of a failure by SMS. An exit code; errors are printed.
 */
int daily_take(void *mem, const struct config *config);

/*
 * Restores the newest copy into a folder of its own, opens it as the gateway would, counts its rows against
 * the copy's and removes it. An encrypted copy is opened with the private key in identity; where that is NULL
 * a fresh copy is tried in its place. The operator hears of a failure by SMS. An exit code.
 */
int daily_try(void *mem, const struct config *config, const char *identity);

#endif
