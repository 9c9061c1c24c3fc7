/*
 * A short message as one JSON object, in the words `pdu decode` speaks.
 */
#ifndef GATEWAY_COMMAND_MODEM_PDU_JSON_H
#define GATEWAY_COMMAND_MODEM_PDU_JSON_H

#include <json-c/json.h>

#include "modem/pdu/sms.h"

/* "valid" true and all the message says. What it does not say is left out, or null for the class. */
json_object *pdu_json(const struct sms *sms);

/* "valid" false and why. */
json_object *pdu_json_refusal(const char *why);

#endif
