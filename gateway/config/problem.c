#include "gateway/config/problem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <talloc.h>

static const char *(*translator)(const char *english);

void config_speak(const char *(*translate)(const char *english))
{
    translator = translate;
}

const char *problem_words(const char *english)
{
    return translator ? translator(english) : english;
}

void problems_begin(struct problems *problems, void *mem, const char *path)
{
    *problems = (struct problems){ .mem = mem, .path = path };
    problems->list = talloc_array(mem, struct config_problem, 0);
}

static void add(struct problems *problems, int line, bool is_warning, const char *format, va_list arguments)
{
    struct config_problem *list =
        talloc_realloc(problems->mem, problems->list, struct config_problem, problems->n + 1);
    char *words = talloc_vasprintf(problems->mem, format, arguments), *text;
    const char *mark = is_warning ? problem_words("warning: ") : "";

    problems->errors += !is_warning;
    text = line ? talloc_asprintf(problems->mem, "%s:%d: %s%s", problems->path, line, mark, words)
                : talloc_asprintf(problems->mem, "%s: %s%s", problems->path, mark, words);
    problems->list = list;
    list[problems->n++] = (struct config_problem){ .text = text, .line = line, .is_warning = is_warning };
}

void problem_error(struct problems *problems, int line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(problems, line, false, problem_words(format), arguments);
    va_end(arguments);
}

void problem_warning(struct problems *problems, int line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(problems, line, true, problem_words(format), arguments);
    va_end(arguments);
}

void problems_sort(struct problems *problems)
{
    /* insertion, because it keeps the order of equals and the list is short and nearly sorted */
    for (size_t i = 1; i < problems->n; i++) {
        struct config_problem moved = problems->list[i];
        size_t at = i;

        for (; at > 0 && problems->list[at - 1].line > moved.line; at--)
            problems->list[at] = problems->list[at - 1];
        problems->list[at] = moved;
    }
}
