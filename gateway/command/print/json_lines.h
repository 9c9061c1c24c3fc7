/*
 * Subcommands that answer each line they are given with one JSON object.
 */
#ifndef GATEWAY_COMMAND_PRINT_JSON_LINES_H
#define GATEWAY_COMMAND_PRINT_JSON_LINES_H

#include <json-c/json.h>

/* Makes the answer to a line without the white space around it; object is the line as JSON when it begins
 * with {. */
typedef json_object *(*line_answer)(const char *line, json_object *object, void *data);

/* Answers each argument, "-" standing for the lines of standard input, as no argument does. An exit code. */
int json_lines_answer(int argc, char **argv, line_answer answer, void *data);

/* A member's text; NULL when it is missing, no text, or has a NUL in it. */
const char *json_lines_member(json_object *object, const char *key);

#endif
