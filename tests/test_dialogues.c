/*
 * Conversations, as people would tell them: tests/dialogues/NAME.txt, each a test of that name. A line is
 *
 *   # words for the reader                county: FILE            lines of tests/dialogues/FILE
 *   NAME = PHONE                          unit: person: route:     as tests/world.h has them
 *   @ 2026-12-01 09:00   or  @ +10m       it is then (or so much later)
 *   NAME > text                           NAME texts
 *   NAME < pattern                        the next text NAME hears; * is anything, {word} digits to be
 * remembered NAME < -                              NAME hears nothing due the calendar does what is due
 *
 * Whatever somebody named hears must stand in the file. {word} in what is texted is what was remembered.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <glob.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/desk/calendar.h"
#include "tests/world.h"

enum { MOST_NAMES = 32 };

struct pair {
    char *name, *value;
};

struct dialogue {
    void *mem;
    struct world *world;
    const char *path;
    int line;
    struct pair people[MOST_NAMES], remembered[MOST_NAMES];
    int n_people, n_remembered;
};

#define WRONG(dialogue, ...)                                        \
    do {                                                            \
        print_error("%s:%d: ", (dialogue)->path, (dialogue)->line); \
        fail_msg(__VA_ARGS__);                                      \
    } while (0)

static const char *lookup(const struct pair *pairs, int n, const char *name, size_t length)
{
    for (int i = 0; i < n; i++)
        if (strlen(pairs[i].name) == length && strncmp(pairs[i].name, name, length) == 0)
            return pairs[i].value;
    return NULL;
}

static void put(struct dialogue *dialogue, struct pair *pairs, int *n, const char *name, size_t name_length,
                const char *value, size_t value_length)
{
    if (*n == MOST_NAMES)
        WRONG(dialogue, "too many names");
    pairs[*n].name = talloc_strndup(dialogue->mem, name, name_length);
    pairs[(*n)++].value = talloc_strndup(dialogue->mem, value, value_length);
}

/* {word} replaced by what was remembered. */
static char *filled(struct dialogue *dialogue, const char *text)
{
    char *out = talloc_strdup(dialogue->mem, "");

    while (*text) {
        size_t plain = strcspn(text, "{"), length;
        const char *value;

        out = talloc_strndup_append(out, text, plain);
        text += plain;
        if (!*text)
            break;
        length = strcspn(++text, "}");
        value = lookup(dialogue->remembered, dialogue->n_remembered, text, length);
        if (!value)
            WRONG(dialogue, "{%.*s} was never heard", (int)length, text);
        out = talloc_strdup_append(out, value);
        text += length + (text[length] == '}');
    }
    return out;
}

static bool matches(struct dialogue *dialogue, const char *pattern, const char *text)
{
    for (; *pattern; pattern++, text++) {
        if (*pattern == '*') {
            for (; *text; text++)
                if (matches(dialogue, pattern + 1, text))
                    return true;
            return matches(dialogue, pattern + 1, text);
        }
        if (*pattern == '{') {
            size_t word = strcspn(pattern + 1, "}"), digits = strspn(text, "0123456789");

            if (!digits || !matches(dialogue, pattern + word + 2, text + digits))
                return false;
            put(dialogue, dialogue->remembered, &dialogue->n_remembered, pattern + 1, word, text, digits);
            return true;
        }
        if (*pattern != *text)
            return false;
    }
    return !*text;
}

static void nobody_else_hears(struct dialogue *dialogue)
{
    for (int i = 0; i < dialogue->n_people; i++) {
        const char *text = world_hear(dialogue->mem, dialogue->world, dialogue->people[i].value);

        if (text)
            WRONG(dialogue, "%s also hears: %s", dialogue->people[i].name, text);
    }
}

static void hear(struct dialogue *dialogue, const char *name, const char *phone, const char *pattern)
{
    const char *text = world_hear(dialogue->mem, dialogue->world, phone);

    if (strcmp(pattern, "-") == 0) {
        if (text)
            WRONG(dialogue, "%s hears: %s", name, text);
        return;
    }
    if (!text)
        WRONG(dialogue, "%s hears nothing", name);
    if (!matches(dialogue, pattern, text))
        WRONG(dialogue, "%s hears:\n  %s\ninstead of:\n  %s", name, text, pattern);
}

static void do_due(struct dialogue *dialogue)
{
    struct due due = { .at = dialogue->world->now };

    world_do(dialogue->world, calendar_due, &due, false);
}

static void read_file(struct dialogue *dialogue, const char *path);

static void read_county(struct dialogue *dialogue, const char *name)
{
    char *path = talloc_strdup(dialogue->mem, dialogue->path);
    int line = dialogue->line;

    read_file(dialogue, talloc_asprintf(dialogue->mem, "%s/%s", dirname(path), name));
    dialogue->line = line;
}

static char *after(char *line, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(line, word, length) != 0)
        return NULL;
    return line + length + strspn(line + length, " ");
}

static bool read_setting(struct dialogue *dialogue, char *line)
{
    char *rest;

    if ((rest = after(line, "county:")))
        read_county(dialogue, rest);
    else if ((rest = after(line, "unit:")))
        world_unit(dialogue->world, rest);
    else if ((rest = after(line, "person:")))
        world_person(dialogue->world, rest);
    else if ((rest = after(line, "route:")))
        world_route(dialogue->world, rest);
    else if ((rest = after(line, "@")))
        world_time(dialogue->world, rest);
    else if (strcmp(line, "due") == 0)
        do_due(dialogue);
    else
        return false;
    return true;
}

static void read_line(struct dialogue *dialogue, char *line)
{
    size_t length = strcspn(line, " ");
    const char *phone;
    char sign, *rest;

    if (!*line || *line == '#' || read_setting(dialogue, line))
        return;
    if (!line[length] || !strchr("=><", line[length + 1]))
        WRONG(dialogue, "not understood: %s", line);
    sign = line[length + 1];
    rest = line + length + 2 + strspn(line + length + 2, " ");
    line[length] = '\0';
    if (sign == '=') {
        put(dialogue, dialogue->people, &dialogue->n_people, line, length, rest, strlen(rest));
        return;
    }
    phone = lookup(dialogue->people, dialogue->n_people, line, length);
    if (!phone)
        WRONG(dialogue, "who is %s?", line);
    if (sign == '<') {
        hear(dialogue, line, phone, rest);
        return;
    }
    nobody_else_hears(dialogue);
    dialogue->world->now++;
    world_text(dialogue->mem, dialogue->world, phone, filled(dialogue, rest));
}

static void read_file(struct dialogue *dialogue, const char *path)
{
    FILE *in = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    const char *outer = dialogue->path;

    if (!in)
        WRONG(dialogue, "%s cannot be read", path);
    dialogue->path = path;
    for (dialogue->line = 1; getline(&line, &size, in) > 0; dialogue->line++) {
        line[strcspn(line, "\n")] = '\0';
        read_line(dialogue, line);
    }
    free(line);
    fclose(in);
    if (outer)
        dialogue->path = outer;
}

static void play(void **state)
{
    void *mem = talloc_new(NULL);
    struct dialogue dialogue = { .mem = mem, .world = world_new(mem) };

    read_file(&dialogue, *state);
    nobody_else_hears(&dialogue);
    talloc_free(mem);
}

static char *test_name(void *mem, const char *path)
{
    char *name = talloc_strdup(mem, basename(talloc_strdup(mem, path)));

    name[strcspn(name, ".")] = '\0';
    return name;
}

int main(int argc, char **argv)
{
    const char *pattern = argc > 1 ? argv[1] : "tests/dialogues/*.txt";
    void *mem = talloc_new(NULL);
    struct CMUnitTest *tests;
    glob_t found;
    int failed;

    if (glob(pattern, 0, NULL, &found) != 0)
        return 1;
    tests = talloc_zero_array(mem, struct CMUnitTest, found.gl_pathc);
    for (size_t i = 0; i < found.gl_pathc; i++)
        tests[i] = (struct CMUnitTest){ .name = test_name(mem, found.gl_pathv[i]),
                                        .test_func = play,
                                        .initial_state = found.gl_pathv[i] };
    failed = _cmocka_run_group_tests("dialogues", tests, found.gl_pathc, NULL, NULL);
    globfree(&found);
    talloc_free(mem);
    return failed;
}
