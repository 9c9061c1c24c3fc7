#include "gateway/command/demo/dialogue.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

struct reading {
    struct dialogue *dialogue;
    const char *path; /* of the file being read, which may be a county: file */
    int line;
    const char *why; /* what is wrong; NULL: nothing */
};

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* The rest of the line after word; NULL when the line does not begin with it. */
static const char *after(const char *line, const char *word)
{
    size_t length = strlen(word);

    return strncmp(line, word, length) == 0 ? skip_blanks(line + length) : NULL;
}

/* NULL: errno says why. */
static char *file_text(void *mem, const char *path)
{
    char *text = talloc_strdup(mem, ""), piece[4096];
    FILE *file = fopen(path, "re");
    size_t n;

    if (!file)
        return NULL;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        text = talloc_strndup_append(text, piece, n);
    fclose(file);
    return text;
}

static struct dialogue_step *add_step(struct dialogue *dialogue, enum dialogue_kind kind, int line)
{
    dialogue->steps = talloc_realloc(dialogue, dialogue->steps, struct dialogue_step, dialogue->n_steps + 1);
    struct dialogue_step *step = &dialogue->steps[dialogue->n_steps++];

    *step = (struct dialogue_step){ .kind = kind, .line = line };
    return step;
}

static const char *phone_of(const struct dialogue *dialogue, const char *who)
{
    for (size_t i = 0; i < dialogue->n_roles; i++)
        if (strcmp(dialogue->roles[i].who, who) == 0)
            return dialogue->roles[i].phone;
    return NULL;
}

static void add_role(struct dialogue *dialogue, const char *who, const char *phone)
{
    dialogue->roles = talloc_realloc(dialogue, dialogue->roles, struct dialogue_role, dialogue->n_roles + 1);
    dialogue->roles[dialogue->n_roles++] = (struct dialogue_role){ who, phone };
}

/* Adds commas for missing cells at a row's end. */
static const char *missing(const char *row, int cells)
{
    static const char commas[] = ",,,,,";
    int n = cells - 1;

    for (; *row; row++)
        n -= *row == ',';
    return commas + sizeof commas - 1 - (n > 0 ? n : 0);
}

/*
 * Each reads one kind of line. True: the line is of this kind; reading->why is set when it is wrong.
 */
static bool read_setting(struct reading *reading, const char *line)
{
    struct dialogue *dialogue = reading->dialogue;
    const struct {
        const char *word, **lines;
        int cells; /* of a row; 0: not a row */
    } lists[] = { { "unit:", &dialogue->units, 5 },
                  { "person:", &dialogue->people, 6 },
                  { "route:", &dialogue->routes, 5 },
                  { "set:", &dialogue->settings, 0 } };

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        const char *rest = after(line, lists[i].word);
        if (!rest)
            continue;
        if (dialogue->n_steps > 0)
            reading->why = "that must stand before anybody says or hears anything";
        *lists[i].lines =
            talloc_asprintf(dialogue, "%s%s%s\n", *lists[i].lines, rest, missing(rest, lists[i].cells));
        return true;
    }
    return false;
}

static bool read_event(struct reading *reading, const char *line)
{
    static const struct {
        const char *word;
        enum dialogue_kind kind;
        bool has_rest;
    } words[] = { { "@", DIALOGUE_TIME, true },
                  { "say ", DIALOGUE_NOTE, true },
                  { "off", DIALOGUE_OFF, false },
                  { "on", DIALOGUE_ON, false } };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *rest = after(line, words[i].word);
        int64_t moment;
        if (!rest || (*rest != '\0') != words[i].has_rest)
            continue;
        if (words[i].kind == DIALOGUE_TIME && !dialogue_moment(rest, 0, &moment))
            reading->why = "that is no time";
        add_step(reading->dialogue, words[i].kind, reading->line)->words =
            talloc_strdup(reading->dialogue, rest);
        return true;
    }
    return false;
}

static void add_words(struct reading *reading, enum dialogue_kind kind, const char *who, const char *words)
{
    const char *phone = phone_of(reading->dialogue, who);
    bool is_silence = kind == DIALOGUE_HEARS && strcmp(words, "-") == 0;
    struct dialogue_step *step =
        add_step(reading->dialogue, is_silence ? DIALOGUE_SILENCE : kind, reading->line);

    if (!phone)
        reading->why = "nobody of that name has a number";
    step->who = who;
    step->phone = phone;
    step->words = talloc_strdup(reading->dialogue, words);
}

/* "NAME SIGN REST". */
static bool read_person(struct reading *reading, const char *line)
{
    static const struct {
        const char *sign;
        enum dialogue_kind kind;
    } signs[] = { { ">>", DIALOGUE_SAYS_TWICE },
                  { ">", DIALOGUE_SAYS },
                  { "<", DIALOGUE_HEARS },
                  { "☎", DIALOGUE_CALLS } };
    size_t length = strcspn(line, " \t");
    const char *sign = skip_blanks(line + length), *rest = after(sign, "=");
    const char *who = talloc_strndup(reading->dialogue, line, length);

    if (rest && *rest) {
        add_role(reading->dialogue, who, talloc_strdup(reading->dialogue, rest));
        return true;
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        rest = after(sign, signs[i].sign);
        if (!rest || !*rest)
            continue;
        add_words(reading, signs[i].kind, who, rest);
        return true;
    }
    return false;
}

static bool read_all(struct reading *reading, const char *text);

static bool read_county(struct reading *reading, const char *line)
{
    const char *name = after(line, "county:");
    struct reading inner = { .dialogue = reading->dialogue };

    if (!name)
        return false;
    inner.path =
        talloc_asprintf(inner.dialogue, "%s/%s", dirname(talloc_strdup(inner.dialogue, reading->path)), name);
    char *text = file_text(inner.dialogue, inner.path);
    if (!text) {
        reading->why = talloc_asprintf(inner.dialogue, "%s: %s", inner.path, strerror(errno));
    } else if (!read_all(&inner, text)) {
        *reading = inner;
    }
    return true;
}

static bool read_line(struct reading *reading, const char *line)
{
    static bool (*const readers[])(struct reading * reading, const char *line) = { read_county, read_setting,
                                                                                   read_event, read_person };

    if (*skip_blanks(line) == '\0' || *line == '#')
        return true;
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (readers[i](reading, line))
            return !reading->why;
    reading->why = "not understood";
    return false;
}

/* A line that begins with blanks belongs to the words before it. */
static bool goes_on(struct reading *reading, const char *line)
{
    struct dialogue *dialogue = reading->dialogue;

    if ((*line != ' ' && *line != '\t') || dialogue->n_steps == 0 || *skip_blanks(line) == '\0')
        return false;
    struct dialogue_step *step = &dialogue->steps[dialogue->n_steps - 1];
    step->words = talloc_asprintf(dialogue, "%s\n%s", step->words, skip_blanks(line));
    return true;
}

static bool read_all(struct reading *reading, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        const char *line = talloc_strndup(reading->dialogue, text, length);

        text += length + (text[length] == '\n');
        reading->line++;
        if (!goes_on(reading, line) && !read_line(reading, line))
            return false;
    }
    return true;
}

struct dialogue *dialogue_read(void *mem, const char *path, const char *text, const char **error)
{
    struct dialogue *dialogue = talloc_zero(mem, struct dialogue);
    struct reading reading = { .dialogue = dialogue, .path = path };

    *dialogue = (struct dialogue){
        .path = talloc_strdup(dialogue, path), .units = "", .people = "", .routes = "", .settings = ""
    };
    if (read_all(&reading, text))
        return dialogue;
    *error = talloc_asprintf(mem, "%s:%d: %s", reading.path, reading.line, reading.why);
    talloc_free(dialogue);
    return NULL;
}

bool dialogue_has_calls(const struct dialogue *dialogue)
{
    for (size_t i = 0; i < dialogue->n_steps; i++)
        if (dialogue->steps[i].kind == DIALOGUE_CALLS)
            return true;
    return false;
}

struct dialogue *dialogue_load(void *mem, const char *path, const char **error)
{
    char *text = file_text(mem, path);

    if (!text) {
        *error = talloc_asprintf(mem, "%s: %s", path, strerror(errno));
        return NULL;
    }
    return dialogue_read(mem, path, text, error);
}
