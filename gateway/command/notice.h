/*
 * A notice as programs see it.
 */
#ifndef GATEWAY_COMMAND_NOTICE_H
#define GATEWAY_COMMAND_NOTICE_H

#include <json-c/json.h>

#include "store/notices.h"

/* {id, to, text, state, attempts, reference, case}; case_number may be NULL. */
json_object *notice_json(const struct notice *notice, const char *case_number);

#endif
