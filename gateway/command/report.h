/*
 * What `report` and `bulletin` share.
 */
#ifndef GATEWAY_COMMAND_REPORT_H
#define GATEWAY_COMMAND_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/* report_options.c: [*since, *until) in unix seconds for --from and --to; the day of --to is included. NULL:
 * no bound. False after printing what is wrong. */
bool report_span(const char *from, const char *to, int64_t *since, int64_t *until);

/* report_options.c: the id of the one unit with this name or code; 0 for NULL. False after printing why. */
bool report_unit(void *mem, struct store *store, const char *name, int64_t *id);

/* report_needs.c: the verb `report needs`. An exit code. */
int report_needs(void *mem, int argc, char **argv);

#endif
