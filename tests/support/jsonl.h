/*
 * Files with one JSON object a line.
 */
#ifndef TESTS_SUPPORT_JSONL_H
#define TESTS_SUPPORT_JSONL_H

#include <json-c/json.h>
#include <stdbool.h>

/* Calls check for each line and counts those it is false for; all lines in *n. Fails when the file cannot be
 * read. */
size_t jsonl_failures(const char *path, bool (*check)(json_object *line), size_t *n);

/* A member's text, NULL when there is none. */
const char *jsonl_text(json_object *object, const char *key);

bool jsonl_is_true(json_object *object, const char *key);

/* Whether the array under key holds this text. */
bool jsonl_lists(json_object *object, const char *key, const char *text);

#endif
