/*
 * A new case out of a person's text.
 */
#ifndef GATEWAY_CONVERSATION_OPEN_CASE_H
#define GATEWAY_CONVERSATION_OPEN_CASE_H

#include "gateway/conversation/talk.h"

/*
 * Opens a case of these words (NULL: the event's text) and answers with its receipt, which asks for the
 * village when none is known. place: unit id of where it is when the words name no place; 0 unknown.
 */
bool open_case(struct talk *talk, const char *words, int64_t place, bool is_anonymous);

/*
 * Adds to the facts of a case which unit was told of it: "unit" is the one that has it, else that of whoever
 * heard; "untold" where nobody did.
 */
bool open_case_add_told(struct talk *talk, const struct case_ *case_, struct json_object *facts);

#endif
