/*
 * Lists: for people a table whose columns stand straight also in Chinese, for programs one JSON object a
 * line.
 */
#ifndef GATEWAY_COMMAND_PRINT_TABLE_H
#define GATEWAY_COMMAND_PRINT_TABLE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* width counts terminal cells, of which a Chinese character takes two. */
struct column {
    const char *title; /* printed in the language of words.h, as are the cells of a column of names */
    int width;
    bool is_names; /* the cells are English names of ours: states, topics, kinds */
};

/* Each prints one line; wide cells are clipped, control and bidirectional characters left out. */
void table_heading(FILE *out, const struct column *columns, size_t n);
void table_row(FILE *out, const struct column *columns, const char *const *cells, size_t n);

/*
 * align.c: prints a text with tabs as aligned columns; each run of lines with tabs is a table of its own.
 * Figures are aligned to the right.
 */
void table_aligned(FILE *out, const char *text);

/* "2026-12-01 09:00" in the configured zone, "" for 0. */
const char *table_time(void *mem, int64_t at);

/* Always valid UTF-8; NULL (JSON's null) for NULL and "". */
json_object *json_text(const char *text);
/* ISO 8601 with the offset of the configured zone; "" for 0. From mem. */
const char *json_time_text(void *mem, int64_t at);
/* The same; null for 0. */
json_object *json_time(int64_t at);
/* null for 0. */
json_object *json_id(int64_t id);
/* Adds a member whose key is a literal, new in this object. */
void json_add(json_object *object, const char *key, json_object *value);
/* Prints the object on one line and releases it. */
void json_print(FILE *out, json_object *object);

#endif
