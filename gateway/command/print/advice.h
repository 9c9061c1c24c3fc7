/*
 * What a language model suggests that a case is: store/learned/advice.h.
 */
#ifndef GATEWAY_COMMAND_PRINT_ADVICE_H
#define GATEWAY_COMMAND_PRINT_ADVICE_H

#include <json-c/json.h>

#include "store/learned/advice.h"

/* 民困, welfare: "低保停了" (local). From mem. */
const char *advice_line(void *mem, const struct case_advice *advice);

/* {"category", "topic", "urgency", "quote", "model", "at"} */
json_object *advice_json(const struct case_advice *advice);

#endif
