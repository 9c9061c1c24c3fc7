/*
 * What a recorded dialogue with a modem says, as the gateway's own reader takes it: for tests, and for
 * whoever mends the reader with a log from the field.
 */
#ifndef GATEWAY_COMMAND_TRANSCRIPT_H
#define GATEWAY_COMMAND_TRANSCRIPT_H

#include <json-c/json.h>

/*
 * exchange: [{"dir":"host"|"modem","text":"..."},...] with the octets as text; chunk borders are read
 * borders. The facts as an object for json_object_put; NULL when exchange is no such list.
 */
json_object *transcript_facts(json_object *exchange);

#endif
