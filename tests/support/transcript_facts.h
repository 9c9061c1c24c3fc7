/* The facts that single lines and whole answers state; only transcript*.c includes this. */
#ifndef TESTS_SUPPORT_TRANSCRIPT_FACTS_H
#define TESTS_SUPPORT_TRANSCRIPT_FACTS_H

#include <json-c/json.h>

#include "modem/at.h"

/* transcript_facts.c: add the facts of an unsolicited code, and those of a whole answer. */
void facts_of_code(json_object *facts, const struct at_code *code, const char *line, const char *pdu);
void facts_of_answer(json_object *facts, const struct at_replayed *answer);

/* transcript_lines.c: adds the facts of a line that means the same as an answer and unsolicited; false for an
 * unknown line. */
bool facts_of_line(json_object *facts, const char *line, bool is_answer);

/* transcript_messages.c: add the facts of +CMTI and +CDSI under this name; of +CMT, +CDS and +CBM; of +CMGL
 * and +CMGR; of +CUSD. */
void facts_of_stored(json_object *facts, const char *line, const char *name);
void facts_of_direct(json_object *facts, const char *line, const char *pdu);
void facts_of_messages(json_object *facts, const struct at_reply *reply, const char *command);
void facts_of_ussd(json_object *facts, const char *line);

#endif
