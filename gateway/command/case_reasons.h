/*
 * Why a case's text is understood as it is, for `case show`.
 */
#ifndef GATEWAY_COMMAND_CASE_REASONS_H
#define GATEWAY_COMMAND_CASE_REASONS_H

#include <json-c/json.h>
#include <stdbool.h>

#include "gateway/config.h"
#include "gateway/understand/learn/explain.h"
#include "store/store.h"

/* Reads the text as the gateway would today. Everything hangs from mem. False after printing why not. */
bool case_reasons(void *mem, struct store *store, const struct config *config, const char *text,
                  struct explanation explanations[EXPLANATIONS]);

/* {"topic": [{"words": ..., "weight": 40}, {"rule": ..., "weight": 20}], ...} */
json_object *case_reasons_json(const struct explanation explanations[EXPLANATIONS]);

/* 自来水 72, [words of the topic water] 17. From mem. */
const char *case_reasons_line(void *mem, const struct explanation *explanation);

#endif
