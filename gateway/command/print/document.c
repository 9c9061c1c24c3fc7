#include "gateway/command/print/document.h"

#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command.h"
#include "gateway/command/print/table.h"
#include "templates/words.h"

static const char *const formats[] = { "text", "csv", "json", "html" };

bool document_format(const char *name, enum document_format *format)
{
    *format = DOCUMENT_TEXT;
    for (size_t i = 0; name && i < sizeof formats / sizeof *formats; i++)
        if (strcmp(name, formats[i]) == 0) {
            *format = (enum document_format)i;
            return true;
        }
    return !name ||
           (command_wrong_use("--format: invalid value '%s' (expected text, csv, json or html)", name),
            false);
}

static int print_words(void *mem, const struct config *config, const char *language, const char *name,
                       struct json_object *data)
{
    const char *error = "";
    struct words *words = words_open(mem, config->templates, &error);
    char *text =
        words ? words_render(mem, words, language ? language : config->language, name, data, &error) : NULL;

    json_object_put(data);
    if (!text)
        return command_failed("%s", error);
    if (strstr(name, ".csv"))
        fputs(CSV_MARK, stdout);
    if (strstr(name, ".tsv"))
        table_aligned(stdout, text);
    else
        fputs(text, stdout);
    if (!strchr(name, '.'))
        fputc('\n', stdout);
    return EXIT_SUCCESS;
}

int document_print(void *mem, const struct config *config, const char *language, enum document_format format,
                   const char *name, const char *text, struct json_object *data)
{
    switch (format) {
    case DOCUMENT_JSON:
        json_print(stdout, data);
        return EXIT_SUCCESS;
    case DOCUMENT_CSV:
        return print_words(mem, config, language, talloc_asprintf(mem, "%s.csv", name), data);
    case DOCUMENT_HTML:
        return print_words(mem, config, language, talloc_asprintf(mem, "%s.html", name), data);
    case DOCUMENT_TEXT:
        break;
    }
    return print_words(mem, config, language, text, data);
}
