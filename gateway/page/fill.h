/*
 * Helpers that build the data of a page's template. Each adds a member and returns the object it was added
 * to, or the new list or object.
 */
#ifndef GATEWAY_PAGE_FILL_H
#define GATEWAY_PAGE_FILL_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Adds nothing where text is NULL. */
struct json_object *fill_text(struct json_object *data, const char *name, const char *text);
struct json_object *fill_number(struct json_object *data, const char *name, int64_t number);
struct json_object *fill_flag(struct json_object *data, const char *name, bool is_set);
/* A new list, and a new object at the end of a list; both belong to what they were added to. */
struct json_object *fill_list(struct json_object *data, const char *name);
struct json_object *fill_item(struct json_object *list);
/* A new object as a member. */
struct json_object *fill_object(struct json_object *data, const char *name);
/* Adds "12-01 09:30" in local time, with the year unless it is that of now; nothing for 0. Both in seconds.
 */
struct json_object *fill_time(struct json_object *data, const char *name, int64_t at, int64_t now);
/* "2026-12-01"; nothing for 0. */
struct json_object *fill_day(struct json_object *data, const char *name, int64_t at);

#endif
