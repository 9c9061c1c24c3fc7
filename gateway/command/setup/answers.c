#include "gateway/command/setup/answers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/command.h"
#include "gateway/command/words.h"

struct answer {
    const char *key, *value;
};

struct answers {
    struct answer *list;
    size_t n;
    bool is_terminal;
    bool was_asked; /* the last answer came from a person */
};

static char *trim(char *text)
{
    size_t n;

    text += strspn(text, " \t");
    for (n = strlen(text); n > 0 && strchr(" \t\r\n", text[n - 1]); n--)
        ;
    text[n] = '\0';
    return text;
}

static bool is_key(const char *keys, const char *key)
{
    size_t length = strlen(key);

    for (const char *at = strstr(keys, key); length > 0 && at; at = strstr(at + 1, key))
        if ((at == keys || at[-1] == ' ') && (!at[length] || at[length] == ' '))
            return true;
    return false;
}

/* Reads one line of the file. False: it is wrong, and the reason was printed. */
static bool take_line(struct answers *answers, char *line, const char *path, int number, const char *keys)
{
    char *equals;

    line = trim(line);
    if (!*line || *line == '#')
        return true;
    equals = strchr(line, '=');
    if (equals)
        *equals = '\0';
    if (!equals || !is_key(keys, trim(line))) {
        command_failed("%s:%d: expected KEY = ANSWER, where KEY is one of: %s", path, number, keys);
        return false;
    }
    answers->list = talloc_realloc(answers, answers->list, struct answer, (unsigned)answers->n + 1);
    answers->list[answers->n++] =
        (struct answer){ talloc_strdup(answers, trim(line)), talloc_strdup(answers, trim(equals + 1)) };
    return true;
}

struct answers *answers_open(void *mem, const char *path, const char *keys)
{
    struct answers *answers = talloc_zero(mem, struct answers);
    FILE *file = path ? fopen(path, "re") : NULL;
    bool is_good = true;
    char *line;

    answers->is_terminal = !path && isatty(STDIN_FILENO);
    if (path && !file) {
        command_failed("%s cannot be read: %s", path, strerror(errno));
        return NULL;
    }
    for (int number = 1; file && is_good && (line = command_read_line(answers, file)); number++)
        is_good = take_line(answers, line, path, number, keys);
    if (file)
        fclose(file);
    return is_good ? answers : NULL;
}

static const char *ask_person(struct answers *answers, const char *question, const char *preset)
{
    char *line;

    printf("%s%s%s%s: ", question, preset && *preset ? " [" : "", preset ? preset : "",
           preset && *preset ? "]" : "");
    fflush(stdout);
    line = command_read_line(answers, stdin);
    answers->was_asked = line != NULL;
    if (line)
        line = trim(line);
    return line && *line ? line : preset;
}

const char *answers_given(const struct answers *answers, const char *key)
{
    for (size_t i = 0; i < answers->n; i++)
        if (strcmp(answers->list[i].key, key) == 0)
            return answers->list[i].value;
    return NULL;
}

const char *answers_ask(struct answers *answers, const char *key, const char *question, const char *preset)
{
    const char *answer = preset, *given = answers_given(answers, key);

    answers->was_asked = false;
    if (given)
        return given;
    if (answers->is_terminal)
        answer = ask_person(answers, words(question), preset);
    if (!answer)
        command_failed("no answer for: %s", key);
    return answer;
}

bool answers_may_ask_again(const struct answers *answers)
{
    return answers->was_asked;
}
