/* Facts of single lines and answers: shared by transcript*.c only. */
#ifndef GATEWAY_COMMAND_TRANSCRIPT_FACTS_H
#define GATEWAY_COMMAND_TRANSCRIPT_FACTS_H

#include <json-c/json.h>

#include "modem/at.h"

/* transcript_facts.c: adds what a code that came on its own says, and what a whole answer says. */
void facts_of_code(json_object *facts, const struct at_code *code, const char *line, const char *pdu);
void facts_of_answer(json_object *facts, const struct at_replayed *answer);

/* transcript_lines.c: adds what one line says that is the same as an answer and on its own. False: nothing
 * known. */
bool facts_of_line(json_object *facts, const char *line, bool is_answer);

/* transcript_messages.c: +CMTI and +CDSI under this name; +CMT, +CDS, +CBM; +CMGL and +CMGR; +CUSD. */
void facts_of_stored(json_object *facts, const char *line, const char *name);
void facts_of_direct(json_object *facts, const char *line, const char *pdu);
void facts_of_messages(json_object *facts, const struct at_reply *reply, const char *command);
void facts_of_ussd(json_object *facts, const char *line);

/* Small ways to say something; the value belongs to the facts from then on. */
static inline void put(json_object *facts, const char *name, json_object *value)
{
    json_object_object_add(facts, name, value);
}

static inline void put_once(json_object *facts, const char *name, json_object *value)
{
    if (json_object_object_get_ex(facts, name, NULL))
        json_object_put(value);
    else
        json_object_object_add(facts, name, value);
}

static inline json_object *text_or_null(const char *text)
{
    return text && *text ? json_object_new_string(text) : NULL;
}

static inline json_object *number_or_null(long number)
{
    return number >= 0 ? json_object_new_int64(number) : NULL;
}

static inline json_object *list_named(json_object *facts, const char *name)
{
    json_object *list;

    if (json_object_object_get_ex(facts, name, &list))
        return list;
    list = json_object_new_array();
    put(facts, name, list);
    return list;
}

static inline json_object *field_text(const struct at_field *field)
{
    return json_object_new_string_len(field->at, (int)field->length);
}

#endif
