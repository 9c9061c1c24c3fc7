/*
 * Subcommands that answer each line they are given with one JSON object.
 */
#ifndef GATEWAY_COMMAND_PRINT_JSON_LINES_H
#define GATEWAY_COMMAND_PRINT_JSON_LINES_H

#include <json-c/json.h>

/* Answers a line, stripped of white space around it; object is the line as JSON if it begins with {, else
 * NULL. */
typedef json_object *(*line_answer)(const char *line, json_object *object, void *data);

/* Answers each argument; "-", or no argument, means the lines of standard input. An exit code. */
int json_lines_answer(int argc, char **argv, line_answer answer, void *data);

/* A member's text; NULL when it is missing, not a string, or contains a NUL. */
const char *json_lines_member(json_object *object, const char *key);

#endif
