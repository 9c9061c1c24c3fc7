/*
 * Copies of cases for other counties. A copy is sealed to the gateway that shall have it, so that the centre,
 * which passes it on, cannot read it.
 */
#ifndef GATEWAY_TURN_TRANSFER_H
#define GATEWAY_TURN_TRANSFER_H

#include <json-c/json.h>

#include "gateway/turn/turn.h"
#include "store/cases.h"
#include "store/county/counties.h"
#include "store/county/transfers.h"
#include "store/journal/journal.h"

/* Makes this gateway's own key for copies (TRANSFER_PUBLIC_KEY) unless there is one. A box that takes this
 * one's place has it from the journal, if the recovery key was at hand. */
bool transfer_make_key(struct store *store, void *mem, const char **public_key);

/* Opens a copy that came; from mem, with county and name left for the caller. NULL: it is not sealed to this
 * private key, or damaged. */
struct copied *transfer_open(void *mem, const char *private_key, const char *copy);

/* Asks for the copy, which leaves with the journal. The case must not be restricted. why: "", or why it is
 * asked for once more. */
bool transfer_ask(struct turn *turn, const struct case_ *case_, const struct county *to, const char *why);

/* Adds "elsewhere", a list of {"county","their_number","came"}: the same matter in other counties. */
bool transfer_add_facts(struct turn *turn, const struct case_ *case_, struct json_object *facts);

#endif
