/* Facts of single lines and answers: shared by transcript.c and transcript_facts.c only. */
#ifndef GATEWAY_COMMAND_TRANSCRIPT_FACTS_H
#define GATEWAY_COMMAND_TRANSCRIPT_FACTS_H

#include <json-c/json.h>

#include "modem/at.h"

/* Adds what a code that came on its own says. */
void facts_of_code(json_object *facts, const struct at_code *code, const char *line, const char *pdu);

/* Adds what a whole answer says. */
void facts_of_answer(json_object *facts, const struct at_replayed *answer);

#endif
