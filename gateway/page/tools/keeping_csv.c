#include "gateway/page/tools/keeping_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/filing.h"
#include "gateway/page/sign.h"
#include "gateway/page/tools/keeping_lists.h"
#include "store/page/drafts.h"

enum { COLUMNS = 5, MOST_ROWS = 200 };

#define CSV_MARK "\xef\xbb\xbf"

static const struct keeping_list *find_list(const char *name)
{
    for (const struct keeping_list *list = keeping_lists; list->name; list++)
        if (strcmp(list->name, name) == 0)
            return list;
    return NULL;
}

static int count_columns(const struct keeping_list *list)
{
    int n = 1;

    for (const char *c = list->columns; *c; c++)
        n += *c == ',';
    return n;
}

void keeping_csv_add(struct visit *visit)
{
    struct json_object *all = fill_list(visit->data, "lists");

    for (const struct keeping_list *list = keeping_lists; list->name; list++) {
        struct json_object *item = fill_item(all);

        fill_text(item, "name", list->name);
        fill_text(item, "label", visit_word(visit, talloc_asprintf(visit->exchange, "csv_%s", list->name)));
        fill_text(item, "columns", list->columns);
        fill_flag(item, "starred", list->is_starred);
    }
}

void keeping_csv_send(struct visit *visit)
{
    const char *ending = strstr(visit->rest, ".csv");
    size_t length = ending && !ending[4] ? (size_t)(ending - visit->rest) : 0;
    const struct keeping_list *list = find_list(talloc_strndup(visit->exchange, visit->rest, length));
    struct sheet sheet = { .visit = visit };
    char *text = NULL;
    size_t size;
    bool is_done;

    if (!list) {
        visit_absent(visit);
        return;
    }
    sheet.n = count_columns(list);
    sheet.out = open_memstream(&text, &size);
    fprintf(sheet.out, CSV_MARK "%s\r\n", list->columns);
    is_done = list->write(&sheet) && !sheet.is_failed;
    fclose(sheet.out);
    if (is_done)
        visit_send(visit, "text/csv; charset=utf-8", visit->rest, talloc_strdup(visit->exchange, text));
    else
        visit_failed(visit);
    free(text);
}

/* Without the mark that goes out before what a spreadsheet would take for a formula. */
static char *without_mark(char *cell)
{
    return cell[0] == '\'' && cell[1] && strchr("=+-@\t\r", cell[1]) ? cell + 1 : cell;
}

/* Reads a cell, which it ends with a NUL; *rest: what follows it. False: it was the row's last. */
static bool take_cell(char **rest, char **cell)
{
    char *from = *rest, *to = from, end;
    bool is_quoted = *from == '"';

    *cell = to;
    from += is_quoted;
    for (; *from && (is_quoted || !strchr(",\r\n", *from)); from++) {
        if (is_quoted && *from == '"' && from[1] != '"') {
            is_quoted = false;
            continue;
        }
        from += *from == '"' && from[1] == '"';
        *to++ = *from;
    }
    end = *from;
    from += end != '\0';
    from += end == '\r' && *from == '\n';
    *to = '\0';
    *cell = without_mark(*cell);
    *rest = from;
    return end == ',';
}

/* The row's cells, "" where it has fewer. False: it has more. */
static bool take_row(char **rest, char **cells)
{
    static char none[] = "";
    int n = 0;
    char *cell;
    bool is_more;

    for (int i = 0; i < COLUMNS; i++)
        cells[i] = none;
    do {
        is_more = take_cell(rest, &cell);
        if (n < COLUMNS)
            cells[n] = cell;
        n++;
    } while (is_more);
    return n <= COLUMNS;
}

struct rows {
    const char *commands[MOST_ROWS];
    int n, wrong_at; /* the row that cannot be read, counted from 1; 0: none */
};

static void read_rows(struct visit *visit, const struct keeping_list *list, struct rows *rows)
{
    char *rest = talloc_strdup(visit->exchange, visit_field(visit, "rows")), *cells[COLUMNS];
    const char *first = talloc_strndup(visit->exchange, list->columns, strcspn(list->columns, ","));

    rest += strncmp(rest, CSV_MARK, strlen(CSV_MARK)) == 0 ? strlen(CSV_MARK) : 0;
    for (int line = 1; *rest && !rows->wrong_at; line++) {
        bool is_whole = take_row(&rest, cells);
        const char *command =
            is_whole && !keeping_lists_is_empty(cells[0]) ? list->command(visit, cells) : NULL;

        if (is_whole && keeping_lists_is_empty(cells[0]) && keeping_lists_is_empty(cells[1]))
            continue;
        if (line == 1 && strcmp(cells[0], first) == 0)
            continue;
        if (!command || rows->n == MOST_ROWS)
            rows->wrong_at = line;
        else
            rows->commands[rows->n++] = talloc_asprintf(visit->exchange, "登记 %s", command);
    }
}

static struct filing filing_of(struct visit *visit, const struct rows *rows, int i)
{
    return (struct filing){ .text = rows->commands[i],
                            .nonce =
                                talloc_asprintf(visit->exchange, "%s %d", visit_field(visit, "nonce"), i),
                            .is_proven = sign_is_proven(visit) };
}

/* Each row as if it stood alone: one may need another above it, which is then there. */
static bool add_preview(struct visit *visit, const struct rows *rows)
{
    struct json_object *items = fill_list(visit->data, "rows_read");

    for (int i = 0; i < rows->n; i++) {
        struct filing filing = filing_of(visit, rows, i);
        struct json_object *item = fill_item(items);
        struct rehearsal rehearsal;

        if (!filing_rehearse(visit, &filing, &rehearsal))
            return false;
        fill_text(item, "command_text", rows->commands[i]);
        filing_show(visit, &rehearsal, item);
    }
    return true;
}

static void preview(struct visit *visit, const struct keeping_list *list, const struct rows *rows,
                    bool needs_code, const char *problem)
{
    if (!add_preview(visit, rows) || (needs_code && !problem && !sign_send_proof(visit))) {
        visit_failed(visit);
        return;
    }
    fill_text(visit->data, "problem", problem ? visit_word(visit, problem) : NULL);
    fill_flag(visit->data, "needs_code", needs_code);
    fill_text(visit->data, "list", list->name);
    fill_text(visit->data, "rows", visit_field(visit, "rows"));
    fill_text(visit->data, "title", visit_word(visit, "nav_keep"));
    fill_text(visit->data, "nonce", visit_field(visit, "nonce"));
    visit_show(visit, problem ? 403 : 200, "keep_rows.html");
}

/* Files row by row and shows each row's answer. */
static void file_rows(struct visit *visit, const struct rows *rows)
{
    struct json_object *items = fill_list(visit->data, "rows_filed");

    for (int i = 0; i < rows->n; i++) {
        struct filing filing = filing_of(visit, rows, i);
        struct json_object *item = fill_item(items);
        const char **texts;
        size_t n;

        if (!filing_file(visit, &filing) ||
            !store_answers_to_event(visit->turn.store, visit->exchange, filing.event->id,
                                    visit->person->phone, &texts, &n)) {
            visit_failed(visit);
            return;
        }
        fill_text(item, "command_text", rows->commands[i]);
        fill_text(item, "text", n > 0 ? texts[0] : "");
    }
    fill_text(visit->data, "title", visit_word(visit, "nav_keep"));
    visit_show(visit, 200, "keep_rows.html");
}

void keeping_csv_take(struct visit *visit)
{
    const struct keeping_list *list = find_list(visit_field(visit, "list"));
    const char *problem = NULL;
    struct rows rows = { .n = 0 };
    bool needs_code;

    if (!list || strlen(visit_field(visit, "nonce")) != TOKEN_HEX) {
        visit_refuse(visit, 400, "words_missing");
        return;
    }
    read_rows(visit, list, &rows);
    if (rows.wrong_at || rows.n == 0) {
        fill_number(visit->data, "wrong_row", rows.wrong_at ? rows.wrong_at : 1);
        fill_text(visit->data, "columns", list->columns);
        visit_show(visit, 400, "keep_rows.html");
        return;
    }
    if (*visit_field(visit, "code"))
        problem = sign_check_proof(visit, visit_field(visit, "code"));
    needs_code = list->is_starred && !sign_is_proven(visit);
    if (!*visit_field(visit, "sure") || problem || needs_code)
        preview(visit, list, &rows, needs_code, problem);
    else
        file_rows(visit, &rows);
}
