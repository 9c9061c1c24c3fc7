/*
 * `case list --to-hear` and `case play`: recordings and who listens to them.
 */
#ifndef GATEWAY_COMMAND_VOICE_CASE_HEAR_H
#define GATEWAY_COMMAND_VOICE_CASE_HEAR_H

#include <stdbool.h>

#include "gateway/config.h"
#include "gateway/command/print/unit_names.h"
#include "store/cases.h"

/* Lists recordings that nobody has written down, the oldest first. The exit code. */
int case_list_to_hear(void *mem, const struct config *config, bool is_json);

/* The verb "play". */
int case_play(void *mem, int argc, char **argv);

#endif
