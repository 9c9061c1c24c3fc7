/*
 * A CSV file (RFC 4180; UTF-8 with or without its mark; CRLF or LF) whose first row names its columns. Errors
 * of all rows are printed on standard error as FILE:LINE:COLUMN: words, COLUMN counting cells from 1.
 */
#ifndef GATEWAY_COMMAND_IMPORT_SHEET_H
#define GATEWAY_COMMAND_IMPORT_SHEET_H

#include <stdbool.h>
#include <stddef.h>

enum { SHEET_COLUMNS = 16 };

/* A column's names, separated by spaces; upper and lower case are the same. */
struct sheet_column {
    const char *names; /* the first is used in messages */
    bool is_required;
};

struct sheet {
    const char *path; /* "-": standard input */
    const struct sheet_column *columns;
    size_t n_columns;
    int at[SHEET_COLUMNS]; /* index of each column in the file; -1: missing */
    size_t errors;         /* printed so far */
};

struct sheet_row {
    struct sheet *sheet;
    int line;           /* its first line */
    const char **cells; /* in the file's order, none NULL */
    size_t n;
};

/*
 * Calls each(row, arg) for each row; the row lives only during the call. Skips empty rows and rows with
 * another number of cells than the heading. False when there was an error; all are printed.
 */
bool sheet_read(struct sheet *sheet, void (*each)(struct sheet_row *row, void *arg), void *arg);

/* A cell by the number of its column in the table; "" when the file has no such column. */
const char *sheet_cell(const struct sheet_row *row, size_t column);

/* Prints and counts an error of a cell; the column's name comes before the words. */
void sheet_wrong(struct sheet_row *row, size_t column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same after the row has been read. */
void sheet_wrong_at(struct sheet *sheet, int line, size_t column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
