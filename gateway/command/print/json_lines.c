#include "gateway/command/print/json_lines.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/print/table.h"

static char *trimmed(char *line)
{
    size_t n;

    line += strspn(line, " \t\r\n");
    n = strlen(line);
    while (n > 0 && isspace((unsigned char)line[n - 1]))
        line[--n] = '\0';
    return line;
}

static void answer_one(char *line, line_answer answer, void *data)
{
    const char *text = trimmed(line);
    json_object *object = text[0] == '{' ? json_tokener_parse(text) : NULL;
    json_object *json = answer(text, object, data);

    json_print(stdout, json);
    json_object_put(object);
}

static void answer_input(line_answer answer, void *data)
{
    char *line;

    while ((line = command_read_line(NULL, stdin)) != NULL) {
        answer_one(line, answer, data);
        talloc_free(line);
    }
}

int json_lines_answer(int argc, char **argv, line_answer answer, void *data)
{
    if (argc == 0)
        answer_input(answer, data);
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "-") == 0)
            answer_input(answer, data);
        else
            answer_one(argv[i], answer, data);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return command_failed("standard output cannot be written");
    return EXIT_SUCCESS;
}

const char *json_lines_member(json_object *object, const char *key)
{
    json_object *value = json_object_object_get(object, key);
    const char *text = json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;

    return text != NULL && strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}
