/*
 * What the commands that report share.
 */
#ifndef GATEWAY_COMMAND_REPORT_H
#define GATEWAY_COMMAND_REPORT_H

#include "gateway/command/command.h"

/* [since, until) of --from and --to, whose day is within it; NULL: from the first, to the last. False after
 * saying what is wrong. */
bool report_span(const char *from, const char *to, int64_t *since, int64_t *until);

/* The one unit of this name or code; 0 for NULL. False after saying why. */
bool report_unit(void *mem, struct store *store, const char *name, int64_t *id);

/* report common: its own file. */
int report_needs(void *mem, int argc, char **argv);

#endif
