/*
 * The facts that the gateway's own reader takes from a recorded dialogue with a modem: for tests, and for
 * anyone who debugs the reader with a log from the field.
 */
#ifndef TESTS_SUPPORT_TRANSCRIPT_H
#define TESTS_SUPPORT_TRANSCRIPT_H

#include <json-c/json.h>

/*
 * exchange: [{"dir":"host"|"modem","text":"..."},...] with the octets as text; each chunk reaches the reader
 * as one read. Returns the facts, for the caller to json_object_put; NULL when exchange is not such a list.
 */
json_object *transcript_facts(json_object *exchange);

#endif
