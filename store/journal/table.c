/*
 * Reads from the database what the journal must know of each table, so that a step of the schema changes
 * nothing here.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"
#include "store/records.h"

/* Tables that are filled again by themselves, that concern only this machine, or that hold secrets which a
 * new box must not inherit. */
static const char *const left_out[] = {
    "journal",       "journal_people", "schema_version", "case_grams",         "models",      "tokens",
    "confirmations", "undo",           "sender_lines",   "idempotency_keys",   "answer_days", "list_pages",
    "page_sessions", "page_codes",     "page_factors",   "page_tries",         "page_drafts", "case_codes",
    "counties",      "journal_runs",   "words_indexed",  "webhook_deliveries", NULL
};

/* Columns of people that are left out for the same reasons. */
static const char *const left_out_of_people[] = { "answer_tokens", "answers_filled_at", "answers_day",
                                                  "answers_today", NULL };

/* Tables without personal data. */
static const char *const impersonal[] = { "units",       "place_names", "counters",       "settings",
                                          "routes",      "transitions", "calendar_dates", "kept_days",
                                          "kept_values", "parts",       "transfers",      "refused_orders",
                                          NULL };

/* Columns of a case that stay readable when its body is sealed: figures need them. */
static const char *const heads[] = { "id",          "number",    "state",     "category", "topic",
                                     "received_at", "finish_by", "closed_at", "rating",   NULL };

static bool is_among(const char *const *list, const char *name)
{
    for (; *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

bool journal_leaves_out(const char *table)
{
    return is_among(left_out, table) || strncmp(table, "sqlite_", strlen("sqlite_")) == 0 ||
           strncmp(table, "page_", strlen("page_")) == 0; /* who is signed in where, and by which secret */
}

bool journal_leaves_out_column(const char *table, const char *column)
{
    return strcmp(table, "people") == 0 && is_among(left_out_of_people, column);
}

struct naming {
    void *mem;
    struct journal_table *tables;
    int n;
};

/* Leaves out virtual tables, their shadows, and tables without row numbers: all of them are indexes. */
static bool take_name(const struct row *row, void *arg)
{
    struct naming *naming = arg;

    if (journal_leaves_out(row_text(row, 0)))
        return true;
    naming->tables = talloc_realloc(naming->mem, naming->tables, struct journal_table, naming->n + 1);
    naming->tables[naming->n++] = (struct journal_table){
        .name = talloc_strdup(naming->mem, row_text(row, 0)), .phone = -1, .secret = -1, .named_at = -1
    };
    return true;
}

struct describing {
    void *mem;
    struct journal_table *table;
    struct journal_column *columns;
};

static void take_tie(struct journal_table *table, const char *column)
{
    static const struct {
        const char *column;
        enum case_tie tie;
    } ties[] = { { "case_id", TIE_CASE }, { "notice_id", TIE_NOTICE }, { "event_id", TIE_EVENT } };

    for (size_t i = 0; i < sizeof ties / sizeof *ties; i++)
        if (strcmp(column, ties[i].column) == 0 && (table->tie == TIE_NONE || ties[i].tie < table->tie)) {
            table->tie = ties[i].tie;
            table->tied_at = table->n;
        }
    if (strcmp(column, "is_guarded") == 0)
        table->guarded_at = table->n;
}

/*
 * The usual value of a column that is never NULL is its default, or else 0 or "". A default that is an
 * expression is none, and a column of the key always stands in the body.
 */
static void take_usual(void *mem, struct journal_column *column, const char *preset)
{
    size_t n = preset ? strlen(preset) : 0;
    char *end = NULL;

    column->usual = "";
    column->has_usual = true;
    if (preset && column->is_text) {
        column->has_usual = n >= 2 && preset[0] == '\'' && strchr(preset + 1, '\'') == preset + n - 1;
        column->usual = column->has_usual ? talloc_strndup(mem, preset + 1, n - 2) : "";
    } else if (preset) {
        column->usual_number = strtoll(preset, &end, 10);
        column->has_usual = n > 0 && !*end;
    }
    column->n_usual = strlen(column->usual);
}

static bool take_column(const struct row *row, void *arg)
{
    struct describing *describing = arg;
    struct journal_table *table = describing->table;
    const char *name = talloc_strdup(describing->mem, row_text(row, 0));
    bool is_text = strcmp(row_text(row, 1), "TEXT") == 0;

    describing->columns =
        talloc_realloc(describing->mem, describing->columns, struct journal_column, table->n + 1);
    describing->columns[table->n] =
        (struct journal_column){ .name = name,
                                 .opening = talloc_asprintf(describing->mem, ",\"%s\":", name),
                                 .n_opening = strlen(name) + 4,
                                 .is_text = is_text,
                                 .is_left_out = journal_leaves_out_column(table->name, name),
                                 .is_head = strcmp(table->name, "cases") == 0 && is_among(heads, name) };
    if (row_number(row, 3) && row_number(row, 2) == 0)
        take_usual(describing->mem, &describing->columns[table->n], row_text(row, 4));
    if (row_number(row, 2) > 0 && table->n_keys < JOURNAL_KEYS) {
        table->keys[table->n_keys++] = table->n;
        table->has_text_key |= is_text;
        if (strcmp(name, "phone") == 0)
            table->phone = table->n;
    }
    if (strcmp(table->name, "notices") == 0 && strcmp(name, "name") == 0)
        table->secret = table->n;
    take_tie(table, name);
    table->n++;
    return true;
}

/* A person has a random name of their own, by which the journal calls them. */
static void take_own_name(struct journal_table *table)
{
    for (int i = 0; i < table->n; i++)
        if (strcmp(table->columns[i].name, JOURNAL_NAME) == 0) {
            table->keys[0] = i;
            table->n_keys = 1;
            table->phone = -1;
            table->named_at = i;
        }
}

/* A one-time code goes to nobody's copy, not even before it is sent (notice_is_secret). */
static const char *expression(const char *table, const char *column)
{
    if (strcmp(table, "notices") == 0 && strcmp(column, "text") == 0)
        return "CASE WHEN name IN " SECRET_NAMES " THEN '******' ELSE text END";
    if (strcmp(table, "notices") == 0 && strcmp(column, "data") == 0)
        return "CASE WHEN name IN " SECRET_NAMES " THEN '' ELSE data END";
    return column;
}

static bool describe(struct store *store, void *mem, struct journal_table *table)
{
    struct describing describing = { mem, table, NULL };
    char *select = talloc_strdup(mem, "SELECT ");

    if (!sql_each(store,
                  "SELECT name, type, pk, \"notnull\", dflt_value FROM pragma_table_info($1) ORDER BY cid",
                  VALUES(as_text(table->name)), take_column, &describing))
        return false;
    for (int i = 0; i < table->n; i++)
        select = talloc_asprintf_append(select, "%s%s", i ? ", " : "",
                                        expression(table->name, describing.columns[i].name));
    table->columns = describing.columns;
    take_own_name(table);
    table->select = talloc_asprintf_append(select, " FROM %s WHERE rowid = $1", table->name);
    table->select_rows = talloc_asprintf(mem, "SELECT rowid FROM %s", table->name);
    if (strcmp(table->name, "cases") == 0)
        table->tie = TIE_ITSELF;
    if (table->tie == TIE_CASE)
        table->select_case = talloc_asprintf(mem, "SELECT rowid FROM %s WHERE case_id = $1", table->name);
    if (table->tie == TIE_NOTICE)
        table->select_case = talloc_asprintf(mem,
                                             "SELECT rowid FROM %s WHERE notice_id IN (SELECT id FROM"
                                             " notices WHERE case_id = $1)",
                                             table->name);
    table->personal = !is_among(impersonal, table->name);
    table->is_settings = strcmp(table->name, "settings") == 0;
    return true;
}

struct journal_table *journal_tables(struct store *store, void *mem, int *n)
{
    struct naming naming = { .mem = mem };
    bool is_done = sql_each(store,
                            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
                            " AND wr = 0 ORDER BY name",
                            NO_VALUES, take_name, &naming);

    for (int i = 0; i < naming.n && is_done; i++)
        is_done = describe(store, mem, &naming.tables[i]);
    *n = naming.n;
    return is_done ? naming.tables : NULL;
}
