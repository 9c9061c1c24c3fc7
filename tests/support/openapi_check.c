#include "tests/support/openapi_check.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

struct check {
    void *mem;
    struct json_object *description;
};

static struct json_object *member(struct json_object *object, const char *name)
{
    struct json_object *found = NULL;

    if (json_object_is_type(object, json_type_object))
        json_object_object_get_ex(object, name, &found);
    return found;
}

static const char *type_of(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null:
        return "null";
    case json_type_int:
        return "integer";
    case json_type_double:
        return "number";
    default:
        return json_type_to_name(json_object_get_type(value));
    }
}

static bool has_word(struct json_object *list, const char *word)
{
    if (json_object_is_type(list, json_type_string))
        return strcmp(json_object_get_string(list), word) == 0;
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), word) == 0)
            return true;
    return false;
}

static bool is_date_time(const char *text)
{
    int year, month, day, hour, minute, second, zone_hour, zone_minute, used = 0;
    char sign;

    return sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%c%2d:%2d%n", &year, &month, &day, &hour, &minute, &second,
                  &sign, &zone_hour, &zone_minute, &used) == 9 &&
           text[used] == '\0';
}

static const char *check_value(struct check *check, struct json_object *schema, struct json_object *value,
                               const char *where);

static const char *check_object(struct check *check, struct json_object *schema, struct json_object *value,
                                const char *where)
{
    struct json_object *properties = member(schema, "properties"), *required = member(schema, "required"),
                       *more = member(schema, "additionalProperties");

    for (size_t i = 0; required && i < json_object_array_length(required); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(required, i));

        if (!json_object_object_get_ex(value, name, NULL))
            return talloc_asprintf(check->mem, "%s lacks %s", where, name);
    }
    json_object_object_foreach(value, name, item)
    {
        struct json_object *own = member(properties, name);
        const char *wrong = NULL, *inner = talloc_asprintf(check->mem, "%s.%s", where, name);

        if (own)
            wrong = check_value(check, own, item, inner);
        else if (json_object_is_type(more, json_type_object))
            wrong = check_value(check, more, item, inner);
        else if (more && !json_object_get_boolean(more))
            return talloc_asprintf(check->mem, "%s is not described", inner);
        if (wrong)
            return wrong;
    }
    return NULL;
}

static const char *check_known(struct check *check, struct json_object *schema, const char *where)
{
    static const char *const known[] = { "type",   "properties",  "required", "additionalProperties",
                                         "items",  "enum",        "minimum",  "maximum",
                                         "format", "description", NULL };

    json_object_object_foreach(schema, name, ignored)
    {
        bool is_known = false;

        (void)ignored;
        for (int i = 0; known[i]; i++)
            is_known |= strcmp(known[i], name) == 0;
        if (!is_known)
            return talloc_asprintf(check->mem, "%s: the keyword %s is not checked", where, name);
    }
    return NULL;
}

static const char *check_scalar(struct check *check, struct json_object *schema, struct json_object *value,
                                const char *where)
{
    struct json_object *words = member(schema, "enum"), *least = member(schema, "minimum"),
                       *most = member(schema, "maximum"), *format = member(schema, "format");

    if (words && !has_word(words, json_object_get_string(value)))
        return talloc_asprintf(check->mem, "%s is %s", where, json_object_get_string(value));
    if ((least && json_object_get_int64(value) < json_object_get_int64(least)) ||
        (most && json_object_get_int64(value) > json_object_get_int64(most)))
        return talloc_asprintf(check->mem, "%s is %s", where, json_object_get_string(value));
    if (format && !is_date_time(json_object_get_string(value)))
        return talloc_asprintf(check->mem, "%s is no time: %s", where, json_object_get_string(value));
    return NULL;
}

static const char *check_value(struct check *check, struct json_object *schema, struct json_object *value,
                               const char *where)
{
    struct json_object *reference = member(schema, "$ref"), *type, *found;
    const char *wrong;

    if (reference) {
        if (json_pointer_get(check->description, json_object_get_string(reference) + 1, &found) != 0)
            return talloc_asprintf(check->mem, "%s: %s is nowhere", where, json_object_get_string(reference));
        return check_value(check, found, value, where);
    }
    wrong = check_known(check, schema, where);
    type = member(schema, "type");
    if (!wrong && type && !has_word(type, type_of(value)))
        return talloc_asprintf(check->mem, "%s is %s, not %s", where, type_of(value),
                               json_object_get_string(type));
    if (wrong || !value)
        return wrong;
    if (json_object_is_type(value, json_type_object))
        return check_object(check, schema, value, where);
    if (!json_object_is_type(value, json_type_array))
        return check_scalar(check, schema, value, where);
    for (size_t i = 0; !wrong && i < json_object_array_length(value); i++)
        wrong = check_value(check, member(schema, "items"), json_object_array_get_idx(value, i),
                            talloc_asprintf(check->mem, "%s[%zu]", where, i));
    return wrong;
}

const char *openapi_check(void *mem, struct json_object *description, const char *method, const char *path,
                          int status, const char *body)
{
    struct check check = { mem, description };
    char lower[16] = "", code[16];
    struct json_object *operation = member(member(description, "paths"), path), *answer, *value;
    const char *wrong;

    for (size_t i = 0; method[i] && i + 1 < sizeof lower; i++)
        lower[i] = (char)tolower((unsigned char)method[i]);
    snprintf(code, sizeof code, "%d", status);
    answer = member(member(member(operation, lower), "responses"), code);
    if (!answer)
        return talloc_asprintf(mem, "%s %s: %d is not described", method, path, status);
    value = json_tokener_parse(body);
    if (!value)
        return talloc_asprintf(mem, "%s %s: no JSON: %s", method, path, body);
    wrong = check_value(&check, member(member(member(answer, "content"), "application/json"), "schema"),
                        value, talloc_asprintf(mem, "%s %s %d", method, path, status));
    json_object_put(value);
    return wrong;
}
