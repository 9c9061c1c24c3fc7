/*
 * Holds an answer against an OpenAPI 3.1 description: the part of JSON Schema that ours uses.
 */
#ifndef TESTS_SUPPORT_OPENAPI_CHECK_H
#define TESTS_SUPPORT_OPENAPI_CHECK_H

#include <json-c/json.h>

/*
 * What is wrong with an answer to METHOD PATH (as the description writes it: "/api/v1/cases/{number}"), from
 * mem; NULL when nothing is. A keyword this check does not know is wrong too.
 */
const char *openapi_check(void *mem, struct json_object *description, const char *method, const char *path,
                          int status, const char *body);

#endif
