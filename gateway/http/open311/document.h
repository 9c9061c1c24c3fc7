/*
 * Writes a tree in the format that was asked for. XML follows from JSON as the specification has it (the
 * Spark convention): members are elements, and each item of an array is an element named in the singular.
 */
#ifndef GATEWAY_HTTP_OPEN311_DOCUMENT_H
#define GATEWAY_HTTP_OPEN311_DOCUMENT_H

#include <json-c/json.h>

/* From mem, UTF-8 with its declaration. root is the outermost element's name; characters that XML 1.0 cannot
 * hold are left out. */
const char *document_xml(void *mem, const char *root, struct json_object *tree);

/* From mem. */
const char *document_json(void *mem, struct json_object *tree);

#endif
