#include "gateway/command/model/train_rows.h"

#include "gateway/command/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

enum { COLUMNS_MOST = 8, COLUMN_SITUATION = HEADS, COLUMN_TEXT, COLUMN_KINDS };

static const char *const column_names[COLUMN_KINDS] = { "topic",  "category",  "urgent", "accuses",
                                                        "intent", "situation", "text" };

/* What the columns of a file are. */
struct columns {
    int kinds[COLUMNS_MOST];
    size_t n;
};

static const struct columns labels_only = { { HEAD_TOPIC, COLUMN_TEXT }, 2 };
static const struct columns of_intents = { { COLUMN_SITUATION, HEAD_INTENT, COLUMN_TEXT }, 3 };
static const struct columns of_texts = {
    { HEAD_CATEGORY, HEAD_TOPIC, HEAD_URGENT, HEAD_ACCUSES, COLUMN_TEXT }, 5
};

static size_t split(char *line, char *fields[COLUMNS_MOST])
{
    size_t n = 0;
    char *field;

    while (n < COLUMNS_MOST && (field = strsep(&line, "\t")))
        fields[n++] = field;
    return line ? COLUMNS_MOST + 1 : n;
}

static int kind_of(const char *name)
{
    for (int kind = 0; kind < COLUMN_KINDS; kind++)
        if (strcmp(column_names[kind], name) == 0)
            return kind;
    return -1;
}

/* Whether the fields name columns, with a text among them. */
static bool read_header(char *const *fields, size_t n, struct columns *columns)
{
    bool has_text = false;

    for (size_t i = 0; i < n; i++) {
        columns->kinds[i] = kind_of(fields[i]);
        if (columns->kinds[i] < 0)
            return false;
        has_text |= columns->kinds[i] == COLUMN_TEXT;
    }
    columns->n = n;
    return has_text;
}

static const struct columns *usual_columns(size_t n)
{
    return n == 2 ? &labels_only : n == 3 ? &of_intents : n == 5 ? &of_texts : NULL;
}

/* False: the row has a situation that is none. */
static bool read_row(char *const *fields, const struct columns *columns, struct lesson *lesson)
{
    bool is_good = true;

    for (size_t i = 0; i < columns->n; i++) {
        int kind = columns->kinds[i];

        if (kind == COLUMN_TEXT)
            lesson->text = fields[i];
        else if (kind == COLUMN_SITUATION)
            is_good = situation_parse(fields[i], &lesson->situation);
        else if (*fields[i]) /* an empty label is unknown */
            lesson->labels[kind] = fields[i];
    }
    return is_good;
}

/* The rows of an open file. False after printing what is wrong. */
struct reader {
    const char *path;
    int set;
    struct columns columns;
    lesson_taker *take;
    void *arg;
};

static bool take_line(struct reader *reader, char *line, int number)
{
    char *fields[COLUMNS_MOST];
    struct lesson lesson = { .set = reader->set };
    size_t n = split(line, fields);

    if (reader->columns.n == 0 && n <= COLUMNS_MOST) {
        const struct columns *usual = usual_columns(n);

        if (read_header(fields, n, &reader->columns))
            return true;
        if (!usual)
            return command_failed("%s:%d: no names of columns, and neither 2, 3 nor 5 columns", reader->path,
                                  number),
                   false;
        reader->columns = *usual;
    }
    if (n != reader->columns.n)
        return command_failed("%s:%d: it has %zu columns, not %zu", reader->path, number, n,
                              reader->columns.n),
               false;
    if (!read_row(fields, &reader->columns, &lesson))
        return command_failed("%s:%d: no such situation", reader->path, number), false;
    if (!reader->take(&lesson, reader->arg))
        return command_failed("%s:%d: a label is wrong, or there are too many", reader->path, number), false;
    return true;
}

bool train_rows_each(const char *path, int set, lesson_taker *take, void *arg)
{
    struct reader reader = { .path = path, .set = set, .take = take, .arg = arg };
    FILE *in = fopen(path, "re");
    bool is_good = true;
    char *line;

    if (!in)
        return command_failed("%s: %s", path, strerror(errno)), false;
    for (int number = 1; is_good && (line = command_read_line(NULL, in)); number++) {
        bool is_remark = reader.columns.n == 0 && *line == '#';

        is_good = *line == '\0' || is_remark || take_line(&reader, line, number);
        talloc_free(line);
    }
    fclose(in);
    return is_good;
}
