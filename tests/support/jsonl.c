#include "tests/support/jsonl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t jsonl_failures(const char *path, bool (*check)(json_object *line), size_t *n)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t room = 0, failures = 0;

    if (in == NULL) {
        perror(path);
        abort();
    }
    for (*n = 0; getline(&line, &room, in) > 0; (*n)++) {
        json_object *object = json_tokener_parse(line);

        if (object == NULL || !check(object))
            failures++;
        json_object_put(object);
    }
    free(line);
    fclose(in);
    return failures;
}

const char *jsonl_text(json_object *object, const char *key)
{
    json_object *value = json_object_object_get(object, key);

    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

bool jsonl_is_true(json_object *object, const char *key)
{
    json_object *value = json_object_object_get(object, key);

    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

bool jsonl_lists(json_object *object, const char *key, const char *text)
{
    json_object *list = json_object_object_get(object, key);

    if (!json_object_is_type(list, json_type_array))
        return false;
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), text) == 0)
            return true;
    return false;
}
