/*
 * The values of a board's rows. What many rows have in common is made once: otherwise a board of thousands of
 * cases would be many times as large.
 */
#ifndef GATEWAY_REPORT_ROW_VALUES_H
#define GATEWAY_REPORT_ROW_VALUES_H

#include <json-c/json.h>

#include "gateway/turn/jurisdiction.h"

struct row_values;

/*
 * has_flags: choices and dates in the form for templates (facts_choice, facts_date), dates with other_year
 * where it is not this year; else texts. jurisdiction must live as long. talloc_free lets go of all values;
 * the rows keep theirs.
 */
struct row_values *row_values_new(void *mem, const struct jurisdiction *jurisdiction, bool has_flags,
                                  int year);

/* A row without members, which the caller lets go of. */
struct json_object *row_values_row(void);

/* Each adds one member, which the row must not have yet. The name is not copied. */

/* A row's own words. */
void row_values_add_words(struct row_values *values, struct json_object *row, const char *name,
                          const char *words);
void row_values_add_flag(struct row_values *values, struct json_object *row, const char *name, bool is_set);
void row_values_add_choice(struct row_values *values, struct json_object *row, const char *name,
                           const char *choice);
/* As "handler". */
void row_values_add_handler(struct row_values *values, struct json_object *row, const char *handler);
/* The unit's name; id 0: "". */
void row_values_add_unit(struct row_values *values, struct json_object *row, const char *name, int64_t id);
/* at 0: "", and nothing in the form for templates. */
void row_values_add_date(struct row_values *values, struct json_object *row, const char *name, int64_t at);

#endif
