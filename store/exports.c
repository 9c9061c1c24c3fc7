#include "store/exports.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/sql.h"
#include "store/withheld.h"

enum { COLUMNS_MOST = 40, NAME_MOST = 32 };

/*
 * columns: separated by spaces; # marks a number, * what tells who somebody is or what they wrote, ! the same
 * of somebody other than the reporter. open: the condition for rows that belong to no restricted case (for
 * rows that belong to no case see withheld.h); NULL: all rows. person: the condition for rows about the
 * person $1; NULL: none.
 */
struct table {
    const char *name, *columns, *open, *person;
};

#define OWN_CASE "(SELECT id FROM cases WHERE reporter = $1)"

static const struct table tables[] = {
    { "units", "#id code name level #parent duty *on_duty", NULL, NULL },
    { "place_names", "name #unit", NULL, NULL },
    { "calendar_dates", "kind date #at", NULL, NULL },
    { "routes", "#id #place topic category #is_away #unit", NULL, NULL },
    { "leaves", "*phone #since #until *stand_in", NULL, "phone = $1" },
    { "people",
      "*phone *name *title #roles #unit language #is_stopped #is_greeted *line #seen_at #muted_until"
      " #returned_at #locked_until",
      NULL, "phone = $1" },
    { "cases",
      "#id number state *reporter #is_anonymous line category #confidence topic urgency #place #unit"
      " !first_handler !handler !leader #is_guarded *text #received_at #accepted_at #shown_on #finish_by"
      " #closed_at #rated_at #touched_at #rating #reopened #merged_into #accept_by #is_away"
      " #reviews #review_by #reviewed_at #public_works_year #households #residents"
      " #given_at #take_by #tell_by urgency_class",
      "is_guarded = 0", "reporter = $1" },
    { "events",
      "#id kind line *external_id *sender *recipient #at #received_at *text *raw #reference #total #sequence"
      " #status #discharged_at outcome *why #case_id",
      OPEN_OR("events.sender"), "(sender = $1 OR recipient = $1)" },
    { "part_groups",
      "#id line *sender *recipient #reference #total #present #first_at #sent_at #is_delivered #case_id",
      OPEN_OR("part_groups.sender"), "sender = $1" },
    { "parts", "#group_id #sequence #event_id",
      "group_id IN (SELECT id FROM part_groups WHERE " OPEN_OR("part_groups.sender") ")",
      "group_id IN (SELECT id FROM part_groups WHERE sender = $1)" },
    { "steps", "#id #case_id #at !actor line kind *words #event_id", "case_id IN " OPEN_CASE,
      "case_id IN " OWN_CASE },
    { "notices",
      "#id *recipient *text name line state #priority #due_at #lease_until #attempts #parts #reference "
      "#case_id"
      " #step_id #event_id #created_at #sent_at #settled_at *why sent_by #armed_at",
      OPEN_OR("notices.recipient"), "recipient = $1" },
    { "sent_parts", "#notice_id #part line *recipient #reference #sent_at #status #reported_at",
      "notice_id IN (SELECT id FROM notices WHERE " OPEN_OR("notices.recipient") ")", "recipient = $1" },
    { "questions", "*phone kind #case_id *data #asked_at #expires_at", OPEN_OR("questions.phone"),
      "phone = $1" },
};

enum { TABLES = sizeof tables / sizeof *tables };

const char *const export_tables[] = { "units",  "place_names", "calendar_dates", "routes",      "leaves",
                                      "people", "cases",       "events",         "part_groups", "parts",
                                      "steps",  "notices",     "sent_parts",     "questions",   NULL };

static const struct table *find_table(const char *name)
{
    for (size_t i = 0; i < TABLES; i++)
        if (strcmp(tables[i].name, name) == 0)
            return &tables[i];
    return NULL;
}

bool store_export_begin(struct store *store)
{
    return sql_run(store, "BEGIN", NO_VALUES);
}

void store_export_end(struct store *store)
{
    store_rollback(store);
}

/* A table that says nothing once the columns about people are left out. */
static bool is_left_out(const struct table *table, const struct export_query *query)
{
    if (query->person)
        return !table->person;
    return !query->with_people && (strcmp(table->name, "people") == 0 || strcmp(table->name, "leaves") == 0 ||
                                   strcmp(table->name, "questions") == 0);
}

/* A column's mark: '#', '*', '!', or ' ' for none. */
static bool is_wanted(char mark, const struct export_query *query)
{
    if (mark == '!')
        return query->with_people && !query->person;
    return mark != '*' || query->with_people || query->person;
}

static size_t choose(void *mem, const struct table *table, const struct export_query *query,
                     struct export_cell cells[COLUMNS_MOST])
{
    char *columns = talloc_strdup(mem, table->columns), *rest = columns;
    const char *column;
    size_t n = 0;

    while (!is_left_out(table, query) && (column = strsep(&rest, " "))) {
        char mark = strchr("#*!", *column) ? *column : ' ';

        if (is_wanted(mark, query))
            cells[n++] = (struct export_cell){ .name = column + (mark != ' '), .is_number = mark == '#' };
    }
    assert(n <= COLUMNS_MOST);
    return n;
}

const char **store_export_columns(void *mem, const char *table, const struct export_query *query, size_t *n)
{
    struct export_cell cells[COLUMNS_MOST];
    const char **names = talloc_array(mem, const char *, COLUMNS_MOST);

    *n = choose(names, find_table(table), query, cells);
    for (size_t i = 0; i < *n; i++)
        names[i] = cells[i].name;
    return names;
}

struct handing {
    struct export_cell cells[COLUMNS_MOST];
    size_t n;
    bool (*each)(const struct export_cell *cells, size_t n, void *arg);
    void *arg;
};

static bool hand_on(const struct row *row, void *arg)
{
    struct handing *handing = arg;

    for (size_t i = 0; i < handing->n; i++)
        handing->cells[i].text = row_text(row, (int)i);
    return handing->each(handing->cells, handing->n, handing->arg);
}

static char *select_text(void *mem, const struct table *table, const struct export_query *query,
                         const struct handing *handing)
{
    const char *condition = query->person ? table->person : query->with_guarded ? NULL : table->open;
    char *text = talloc_strdup(mem, "SELECT ");

    for (size_t i = 0; i < handing->n; i++)
        text = talloc_asprintf_append(text, "%s%s", i ? ", " : "", handing->cells[i].name);
    text = talloc_asprintf_append(text, " FROM %s", table->name);
    if (condition)
        text = talloc_asprintf_append(text, " WHERE %s", condition);
    return talloc_strdup_append(text, " ORDER BY 1");
}

bool store_export(struct store *store, const char *name, const struct export_query *query,
                  bool (*each)(const struct export_cell *cells, size_t n, void *arg), void *arg)
{
    const struct table *table = find_table(name);
    struct handing handing = { .each = each, .arg = arg };
    void *mem = talloc_new(store);
    bool is_done = true;
    char *text;

    handing.n = choose(mem, table, query, handing.cells);
    text = handing.n ? select_text(mem, table, query, &handing) : NULL;
    if (text)
        is_done = store->sql->run(
            store, text, true, query->person ? VALUES(as_text(query->person)) : NO_VALUES, hand_on, &handing);
    talloc_free(mem);
    return is_done;
}
