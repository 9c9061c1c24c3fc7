/*
 * A CSV file (RFC 4180; UTF-8 with or without its mark; CRLF or LF) whose first row names its columns. What
 * is wrong is said on standard error as FILE:LINE:COLUMN: words, COLUMN counting cells from 1, for all rows
 * in one run.
 */
#ifndef GATEWAY_COMMAND_IMPORT_SHEET_H
#define GATEWAY_COMMAND_IMPORT_SHEET_H

#include <stdbool.h>
#include <stddef.h>

enum { SHEET_COLUMNS = 16 };

/* What a column may be called: names with a space between, in any case of letters; its place is of no matter.
 */
struct sheet_column {
    const char *names; /* the first is used in messages */
    bool is_required;
};

struct sheet {
    const char *path; /* "-": standard input */
    const struct sheet_column *columns;
    size_t n_columns;
    int at[SHEET_COLUMNS]; /* where each stands in the file; -1 nowhere */
    size_t errors;         /* of all that was said so far */
};

struct sheet_row {
    struct sheet *sheet;
    int line;           /* the one it begins in */
    const char **cells; /* those of the row as it stands, none NULL */
    size_t n;
};

/*
 * Hands each row to each(row, arg), which keeps nothing of it but what it copies. Rows whose cells are not
 * those of the heading, and empty ones, are not handed on. False when anything was wrong, said already.
 */
bool sheet_read(struct sheet *sheet, void (*each)(struct sheet_row *row, void *arg), void *arg);

/* A cell by the number of its column in the table; "" when the file has no such column. */
const char *sheet_cell(const struct sheet_row *row, size_t column);

/* Says what is wrong with a cell, and counts it. Before the words stands the column's name. */
void sheet_wrong(struct sheet_row *row, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a row that is gone. */
void sheet_wrong_at(struct sheet *sheet, int line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
