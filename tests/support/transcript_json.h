/* Short forms for building the JSON of facts; only transcript*.c includes this. */
#ifndef TESTS_SUPPORT_TRANSCRIPT_JSON_H
#define TESTS_SUPPORT_TRANSCRIPT_JSON_H

#include <json-c/json.h>

#include "modem/at_lines.h"

/* Adds a value; the facts own it from then on. */
static inline void put(json_object *facts, const char *name, json_object *value)
{
    json_object_object_add(facts, name, value);
}

/* The same, unless the facts already have a value of that name. */
static inline void put_once(json_object *facts, const char *name, json_object *value)
{
    if (json_object_object_get_ex(facts, name, NULL))
        json_object_put(value);
    else
        json_object_object_add(facts, name, value);
}

static inline json_object *text_or_null(const char *text)
{
    return text && *text ? json_object_new_string(text) : NULL;
}

static inline json_object *number_or_null(long number)
{
    return number >= 0 ? json_object_new_int64(number) : NULL;
}

static inline json_object *list_named(json_object *facts, const char *name)
{
    json_object *list;

    if (json_object_object_get_ex(facts, name, &list))
        return list;
    list = json_object_new_array();
    put(facts, name, list);
    return list;
}

static inline json_object *field_text(const struct at_field *field)
{
    return json_object_new_string_len(field->at, (int)field->length);
}

#endif
