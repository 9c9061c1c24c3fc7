/*
 * Writes a tree as JSON or XML. The XML follows from the JSON by the specification's Spark convention:
 * members become elements, and each item of an array an element named in the singular.
 */
#ifndef GATEWAY_HTTP_OPEN311_DOCUMENT_H
#define GATEWAY_HTTP_OPEN311_DOCUMENT_H

#include <json-c/json.h>

/* UTF-8 with the XML declaration, from mem. root: the outermost element's name. Characters that XML 1.0 does
 * not allow are left out. */
const char *document_xml(void *mem, const char *root, struct json_object *tree);

/* UTF-8, from mem. */
const char *document_json(void *mem, struct json_object *tree);

#endif
