#include "gateway/command/import/sheet.h"

#include <csv.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <unistr.h>

#include "gateway/command/words.h"

enum { CELLS_MOST = 256 };

/* A file being read. libcsv does not report line numbers, so it gets one line at a time. */
struct reading {
    struct sheet *sheet;
    void (*each)(struct sheet_row *row, void *arg);
    void *arg;
    void *mem; /* of the current row */
    const char *cells[CELLS_MOST];
    size_t n;
    int line, begun_on;
    bool is_in_row, has_heading, is_spoilt;
};

static void say(struct sheet *sheet, int line, int cell, const char *name, const char *format,
                va_list arguments)
{
    fprintf(stderr, "%s:%d:%d: %s%s", sheet->path, line, cell, name, *name ? " " : "");
    vfprintf(stderr, words(format), arguments);
    fputc('\n', stderr);
    sheet->errors++;
}

__attribute__((format(printf, 4, 5))) static void wrong(struct sheet *sheet, int line, int cell,
                                                        const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(sheet, line, cell, "", format, arguments);
    va_end(arguments);
}

/* The first name of a column, or its Chinese one where people read Chinese; from a buffer. */
static const char *first_name(const struct sheet *sheet, size_t column, char buffer[32])
{
    const char *names = sheet->columns[column].names;
    bool is_chinese = strcmp(words("column"), "column") != 0;

    for (const char *at = names; is_chinese && *at; at += strspn(at, " ")) {
        if ((unsigned char)*at >= 0x80) {
            names = at;
            break;
        }
        at += strcspn(at, " ");
    }
    snprintf(buffer, 32, "%.*s", (int)strcspn(names, " "), names);
    return buffer;
}

static int place_of(const struct sheet *sheet, size_t column)
{
    return sheet->at[column] < 0 ? 1 : sheet->at[column] + 1;
}

void sheet_wrong(struct sheet_row *row, size_t column, const char *format, ...)
{
    va_list arguments;
    char name[32];

    va_start(arguments, format);
    say(row->sheet, row->line, place_of(row->sheet, column), first_name(row->sheet, column, name), format,
        arguments);
    va_end(arguments);
}

void sheet_wrong_at(struct sheet *sheet, int line, size_t column, const char *format, ...)
{
    va_list arguments;
    char name[32];

    va_start(arguments, format);
    say(sheet, line, place_of(sheet, column), first_name(sheet, column, name), format, arguments);
    va_end(arguments);
}

const char *sheet_cell(const struct sheet_row *row, size_t column)
{
    int at = row->sheet->at[column];

    return at < 0 ? "" : row->cells[at];
}

static bool is_called(const struct sheet_column *column, const char *cell)
{
    size_t length = strlen(cell);

    for (const char *name = column->names; *name; name += strspn(name, " ")) {
        size_t n = strcspn(name, " ");

        if (n == length && strncasecmp(name, cell, n) == 0)
            return true;
        name += n;
    }
    return false;
}

static void name_column(struct reading *reading, int cell)
{
    struct sheet *sheet = reading->sheet;
    const char *title = reading->cells[cell];

    for (size_t i = 0; i < sheet->n_columns; i++) {
        if (!is_called(&sheet->columns[i], title))
            continue;
        if (sheet->at[i] >= 0)
            wrong(sheet, reading->begun_on, cell + 1, "the column %s appears twice", title);
        sheet->at[i] = cell;
        return;
    }
    wrong(sheet, reading->begun_on, cell + 1, *title ? "there is no column %s" : "a column has no name%s",
          title);
}

/* A whole heading in one cell: another program's separator. */
static bool is_separated_otherwise(const struct reading *reading)
{
    return reading->n == 1 && strpbrk(reading->cells[0], ";\t");
}

static void read_heading(struct reading *reading)
{
    struct sheet *sheet = reading->sheet;
    char name[32];

    bool is_otherwise = is_separated_otherwise(reading);

    for (size_t i = 0; i < sheet->n_columns; i++)
        sheet->at[i] = -1;
    if (is_otherwise)
        wrong(sheet, reading->begun_on, 1, "separated by semicolons or tabs: save the file with commas");
    for (size_t i = 0; i < reading->n && !is_otherwise; i++)
        name_column(reading, (int)i);
    for (size_t i = 0; i < sheet->n_columns && !is_otherwise; i++)
        if (sheet->columns[i].is_required && sheet->at[i] < 0)
            wrong(sheet, reading->begun_on, (int)reading->n + 1, "the column %s is missing",
                  first_name(sheet, i, name));
    reading->has_heading = true;
    reading->is_spoilt = sheet->errors > 0;
}

static bool is_empty(const struct reading *reading)
{
    for (size_t i = 0; i < reading->n; i++)
        if (*reading->cells[i])
            return false;
    return true;
}

static size_t count_columns(const struct reading *reading)
{
    size_t n = 0;

    for (size_t i = 0; i < reading->sheet->n_columns; i++)
        if (reading->sheet->at[i] >= 0 && (size_t)reading->sheet->at[i] >= n)
            n = (size_t)reading->sheet->at[i] + 1;
    return n;
}

static void hand_row(struct reading *reading)
{
    struct sheet_row row = {
        .sheet = reading->sheet, .line = reading->begun_on, .cells = reading->cells, .n = reading->n
    };
    size_t columns = count_columns(reading);

    if (reading->is_spoilt || is_empty(reading))
        return;
    if (reading->n != columns)
        wrong(row.sheet, row.line, (int)(reading->n < columns ? reading->n : columns) + 1,
              "the row has %zu cells and the heading %zu", reading->n, columns);
    else
        reading->each(&row, reading->arg);
}

static void take_cell(void *cell, size_t length, void *arg)
{
    struct reading *reading = arg;
    char *text = talloc_strndup(reading->mem, cell ? cell : "", length);

    if (reading->n == CELLS_MOST) {
        if (!reading->is_spoilt)
            wrong(reading->sheet, reading->line, (int)reading->n + 1, "the row has too many cells");
        reading->is_spoilt = true;
        return;
    }
    reading->cells[reading->n++] = text;
}

static void end_row(int end, void *arg)
{
    struct reading *reading = arg;

    (void)end;
    if (reading->has_heading)
        hand_row(reading);
    else
        read_heading(reading);
    talloc_free_children(reading->mem);
    reading->n = 0;
    reading->is_in_row = false;
}

/* The first octet that is not valid UTF-8; NULL when all is valid. */
static const char *not_text(const char *line, size_t length)
{
    const char *nul = memchr(line, '\0', length);
    const uint8_t *bad = u8_check((const uint8_t *)line, nul ? (size_t)(nul - line) : length);

    return bad ? (const char *)bad : nul;
}

static bool feed(struct reading *reading, struct csv_parser *parser, const char *line, size_t length)
{
    if (!reading->is_in_row)
        reading->begun_on = reading->line;
    /* libcsv skips blank lines between rows, so they do not begin a row */
    reading->is_in_row = reading->is_in_row || strspn(line, " \t\r\n") < length;
    const char *spoilt = not_text(line, length);
    if (spoilt) {
        csv_parse(parser, line, (size_t)(spoilt - line), take_cell, end_row, reading); /* counts the cells */
        wrong(reading->sheet, reading->line, (int)reading->n + 1,
              "this is not UTF-8; spreadsheets save it as \"CSV UTF-8\"");
        return false;
    }
    if (csv_parse(parser, line, length, take_cell, end_row, reading) == length)
        return true;
    wrong(reading->sheet, reading->line, (int)reading->n + 1,
          "misplaced quote; a quote inside a quoted cell is written twice");
    return false;
}

static void read_lines(struct reading *reading, struct csv_parser *parser, FILE *file)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    bool is_good = true;

    while (is_good && (length = getline(&line, &size, file)) >= 0) {
        size_t mark = reading->line == 0 && length >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

        reading->line++;
        is_good = feed(reading, parser, line + mark, (size_t)length - mark);
    }
    free(line);
    if (is_good && csv_fini(parser, take_cell, end_row, reading) != 0)
        wrong(reading->sheet, reading->begun_on, (int)reading->n + 1,
              "the quotes that begin here are never closed");
    else if (is_good && ferror(file))
        wrong(reading->sheet, reading->line, 1, "cannot be read: %s", words(strerror(errno)));
    else if (is_good && !reading->has_heading)
        wrong(reading->sheet, 1, 1, "the file is empty: its first row names the columns");
}

bool sheet_read(struct sheet *sheet, void (*each)(struct sheet_row *row, void *arg), void *arg)
{
    struct reading reading = {
        .sheet = sheet, .each = each, .arg = arg, .mem = talloc_new(NULL), .begun_on = 1
    };
    bool is_input = strcmp(sheet->path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(sheet->path, "rb");
    size_t errors = sheet->errors;
    struct csv_parser parser;

    sheet->errors = 0;
    if (!file || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        wrong(sheet, 1, 1, "cannot be read: %s", words(strerror(errno)));
    } else {
        read_lines(&reading, &parser, file);
        csv_free(&parser);
    }
    if (file && !is_input)
        fclose(file);
    talloc_free(reading.mem);
    sheet->errors += errors;
    return sheet->errors == errors;
}
