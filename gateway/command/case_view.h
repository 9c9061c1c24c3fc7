/*
 * One case with all that happened to it, and a case as lists show it.
 */
#ifndef GATEWAY_COMMAND_CASE_VIEW_H
#define GATEWAY_COMMAND_CASE_VIEW_H

#include <json-c/json.h>

#include "gateway/command/print/unit_names.h"
#include "store/cases.h"

/* {number, reporter, state, category, topic, place, handler, received_at, text} */
json_object *case_json(struct unit_names *units, const struct case_ *case_);

/* The verb: NUMBER [--json] [--explain]. */
int case_show(void *mem, int argc, char **argv);

#endif
