#include "gateway/page/tools/keeping_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/page/filing.h"
#include "gateway/page/sign.h"
#include "gateway/turn/cache.h"
#include "gateway/turn/dates.h"
#include "gateway/turn/kept_means.h"
#include "gateway/config/table.h"
#include "store/kept/keeping.h"
#include "store/kept/values.h"
#include "store/page/drafts.h"
#include "templates/escape.h"

enum { COLUMNS = 5, MOST_ROWS = 200 };

#define CSV_MARK "\xef\xbb\xbf"

/* ---- out ---- */

struct sheet {
    struct visit *visit;
    FILE *out;
    int n; /* cells of a row */
    bool is_failed;
};

static bool put_row(struct sheet *sheet, const char *const *cells)
{
    for (int i = 0; i < sheet->n && cells[i]; i++) {
        escape(sheet->out, TEMPLATE_CSV, cells[i], strlen(cells[i]));
        fputs(i + 1 < sheet->n ? "," : "\r\n", sheet->out);
    }
    return true;
}
#define PUT(sheet, ...) put_row(sheet, (const char *const[]){ __VA_ARGS__, NULL })

static const char *code_of(struct sheet *sheet, int64_t id)
{
    const struct unit *unit = NULL;

    if (id && !cache_unit(&sheet->visit->turn, id, &unit))
        sheet->is_failed = true;
    return unit ? unit->code : "";
}

static bool write_days(struct sheet *sheet)
{
    struct kept_day *days;
    size_t n;

    if (!store_days(sheet->visit->turn.store, sheet->visit->exchange, &days, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, days[i].date, days[i].is_workday ? "worked" : "free");
    return true;
}

static bool write_duty(struct sheet *sheet)
{
    struct duty_day *days;
    size_t n;

    if (!store_duty_days(sheet->visit->turn.store, sheet->visit->exchange, "0000", "9999", &days, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, code_of(sheet, days[i].unit), days[i].date, days[i].phone);
    return true;
}

static bool write_people(struct sheet *sheet)
{
    struct person *people;
    size_t n;

    if (!store_people(sheet->visit->turn.store, sheet->visit->exchange, 0, 0, &people, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (people[i].roles)
            PUT(sheet, people[i].phone, people[i].name, people[i].title,
                roles_text(sheet->visit->exchange, people[i].roles), code_of(sheet, people[i].unit));
    return true;
}

static bool write_unit(const struct unit *unit, void *arg)
{
    struct sheet *sheet = arg;

    return PUT(sheet, unit->code, unit->name, unit_level_name(unit->level), code_of(sheet, unit->parent),
               unit->duty);
}

static bool write_units(struct sheet *sheet)
{
    return store_each_unit(sheet->visit->turn.store, write_unit, sheet);
}

static bool write_names(struct sheet *sheet)
{
    struct place_name *names;
    size_t n;

    if (!store_place_names(sheet->visit->turn.store, sheet->visit->exchange, &names, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, names[i].name, code_of(sheet, names[i].unit));
    return true;
}

static bool write_leaves(struct sheet *sheet)
{
    void *mem = sheet->visit->exchange;
    const struct leave *leaves;
    size_t n;

    if (!cache_leaves(&sheet->visit->turn, &leaves, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, leaves[i].phone, date_text(mem, date_of(leaves[i].since)),
            date_text(mem, date_of(leaves[i].until - 1)), leaves[i].stand_in);
    return true;
}

static bool write_words(struct sheet *sheet)
{
    struct kept_value *words;
    size_t n;

    if (!store_kept_values(sheet->visit->turn.store, sheet->visit->exchange, "word", &words, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *blank = strchr(words[i].value, ' ');
        size_t length = blank ? (size_t)(blank - words[i].value) : strlen(words[i].value);

        PUT(sheet, words[i].key, talloc_strndup(sheet->visit->exchange, words[i].value, length),
            blank ? blank + 1 : "");
    }
    return true;
}

/* All of them, as they are now. */
static bool write_limits(struct sheet *sheet)
{
    void *mem = sheet->visit->exchange;
    const struct config *config = kept_config(mem, sheet->visit->turn.store, sheet->visit->page->config);
    const struct config_option *option = NULL;

    while (config && (option = kept_next_limit(option)))
        PUT(sheet, option->name, kept_limit_value(mem, config, option));
    return config != NULL;
}

static bool write_texts(struct sheet *sheet)
{
    struct kept_value *texts;
    size_t n;

    if (!store_kept_values(sheet->visit->turn.store, sheet->visit->exchange, "text", &texts, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        PUT(sheet, texts[i].key, texts[i].value);
    return true;
}

/* ---- in: the command behind 登记, from a row's cells; NULL: a cell is missing ---- */

/* The cell as one word of a command; "-" where it is empty. */
static const char *word(struct visit *visit, const char *cell)
{
    char *word = talloc_strdup(visit->exchange, cell), *to = word;

    for (; *cell; cell++)
        if ((unsigned char)*cell > ' ')
            *to++ = *cell;
    *to = '\0';
    return *word ? word : "-";
}

static bool is_empty(const char *cell)
{
    return !cell[strspn(cell, " \t")];
}

static const char *days_command(struct visit *visit, char **cells)
{
    return talloc_asprintf(visit->exchange, "%s %s", strcmp(cells[1], "worked") == 0 ? "班日" : "假日",
                           word(visit, cells[0]));
}

static const char *duty_command(struct visit *visit, char **cells)
{
    return is_empty(cells[1]) || is_empty(cells[2])
               ? NULL
               : talloc_asprintf(visit->exchange, "值班 %s %s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]));
}

static const char *people_command(struct visit *visit, char **cells)
{
    for (char *c = cells[3]; *c; c++)
        *c = *c == ' ' ? '+' : *c;
    return is_empty(cells[1]) || is_empty(cells[4])
               ? NULL
               : talloc_asprintf(visit->exchange, "人员 %s %s %s %s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]), word(visit, cells[3]),
                                 word(visit, cells[4]));
}

static const char *units_command(struct visit *visit, char **cells)
{
    return is_empty(cells[1]) || is_empty(cells[2])
               ? NULL
               : talloc_asprintf(visit->exchange, "单位 %s %s %s %s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]), word(visit, cells[3]),
                                 word(visit, cells[4]));
}

static const char *names_command(struct visit *visit, char **cells)
{
    return is_empty(cells[1])
               ? NULL
               : talloc_asprintf(visit->exchange, "地名 %s %s", word(visit, cells[0]), word(visit, cells[1]));
}

static const char *leaves_command(struct visit *visit, char **cells)
{
    return is_empty(cells[1]) || is_empty(cells[2]) || is_empty(cells[3])
               ? NULL
               : talloc_asprintf(visit->exchange, "请假 %s %s至%s %s", word(visit, cells[0]),
                                 word(visit, cells[1]), word(visit, cells[2]), word(visit, cells[3]));
}

static const char *words_command(struct visit *visit, char **cells)
{
    return is_empty(cells[1]) ? NULL
                              : talloc_asprintf(visit->exchange, "词 %s %s%s%s", word(visit, cells[0]),
                                                word(visit, cells[1]), is_empty(cells[2]) ? "" : " ",
                                                is_empty(cells[2]) ? "" : word(visit, cells[2]));
}

static const char *limits_command(struct visit *visit, char **cells)
{
    return is_empty(cells[1])
               ? NULL
               : talloc_asprintf(visit->exchange, "期限 %s %s", word(visit, cells[0]), word(visit, cells[1]));
}

static const char *texts_command(struct visit *visit, char **cells)
{
    return is_empty(cells[1])
               ? NULL
               : talloc_asprintf(visit->exchange, "短信 %s %s", word(visit, cells[0]), cells[1]);
}

static const struct list {
    const char *name, *columns;
    bool is_starred; /* ★ */
    bool (*write)(struct sheet *sheet);
    const char *(*command)(struct visit *visit, char **cells);
} lists[] = {
    { "days", "date,kind", false, write_days, days_command },
    { "duty", "unit,date,phone", false, write_duty, duty_command },
    { "people", "phone,name,title,roles,unit", true, write_people, people_command },
    { "units", "code,name,level,parent,duty", true, write_units, units_command },
    { "aliases", "alias,code", false, write_names, names_command },
    { "leaves", "phone,since,until,stand_in", false, write_leaves, leaves_command },
    { "words", "word,topic,weight", false, write_words, words_command },
    { "limits", "name,value", false, write_limits, limits_command },
    { "texts", "name,text", false, write_texts, texts_command },
};

static const struct list *find_list(const char *name)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(lists[i].name, name) == 0)
            return &lists[i];
    return NULL;
}

static int count_columns(const struct list *list)
{
    int n = 1;

    for (const char *c = list->columns; *c; c++)
        n += *c == ',';
    return n;
}

void keeping_csv_add(struct visit *visit)
{
    struct json_object *all = fill_list(visit->data, "lists");

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        struct json_object *item = fill_item(all);

        fill_text(item, "name", lists[i].name);
        fill_text(item, "label",
                  visit_word(visit, talloc_asprintf(visit->exchange, "csv_%s", lists[i].name)));
        fill_text(item, "columns", lists[i].columns);
        fill_flag(item, "starred", lists[i].is_starred);
    }
}

void keeping_csv_send(struct visit *visit)
{
    const char *ending = strstr(visit->rest, ".csv");
    size_t length = ending && !ending[4] ? (size_t)(ending - visit->rest) : 0;
    const struct list *list = find_list(talloc_strndup(visit->exchange, visit->rest, length));
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

static void read_rows(struct visit *visit, const struct list *list, struct rows *rows)
{
    char *rest = talloc_strdup(visit->exchange, visit_field(visit, "rows")), *cells[COLUMNS];
    const char *first = talloc_strndup(visit->exchange, list->columns, strcspn(list->columns, ","));

    rest += strncmp(rest, CSV_MARK, strlen(CSV_MARK)) == 0 ? strlen(CSV_MARK) : 0;
    for (int line = 1; *rest && !rows->wrong_at; line++) {
        bool is_whole = take_row(&rest, cells);
        const char *command = is_whole && !is_empty(cells[0]) ? list->command(visit, cells) : NULL;

        if (is_whole && is_empty(cells[0]) && is_empty(cells[1]))
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

static void preview(struct visit *visit, const struct list *list, const struct rows *rows, bool needs_code,
                    const char *problem)
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
    const struct list *list = find_list(visit_field(visit, "list"));
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
