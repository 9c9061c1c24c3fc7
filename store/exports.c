#include "store/exports.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/records.h"
#include "store/sql.h"
#include "store/withheld.h"

enum { COLUMNS_MOST = 48, NAME_MOST = 32 };

/* What a column holds, as its mark in `columns`. All but # tell who somebody is or what they wrote. */
enum mark {
    MARK_NONE = ' ',
    MARK_NUMBER = '#',
    MARK_PERSONAL = '*',
    MARK_PHONE = '@',
    MARK_OTHER = '!', /* the phone of somebody else than the reporter */
    MARK_WORDS = '"', /* of the reporter, or of others to them */
    MARK_TRACE = '~'  /* holds the sender's number, or a hash of it */
};

/*
 * open: the condition of rows that have nothing to do with a restricted case; person: of rows about the
 * person $1. NULL: all are open, none is about a person. phone and case_of: the row's person and case in SQL,
 * by which hidden_phone decides; NULL: it has none.
 */
struct table {
    const char *name, *columns, *open, *person, *phone, *case_of;
};

#define OWN_CASE "(SELECT id FROM cases WHERE reporter = $1)"
#define NOTICE_CASE "(SELECT case_id FROM notices WHERE notices.id = notice_id)"
/* Leaves out who is known by nothing but restricted cases and such in which they asked not to be named. */
#define OPEN_PERSON                                                                                   \
    "(roles <> 0 OR NOT EXISTS (SELECT 1 FROM cases WHERE reporter = phone AND (is_guarded = 1"       \
    " OR is_anonymous = 1)) OR EXISTS (SELECT 1 FROM cases WHERE reporter = phone AND is_guarded = 0" \
    " AND is_anonymous = 0))"
#define STEP_REPORTER "(SELECT reporter FROM cases WHERE cases.id = steps.case_id)"

static const struct table tables[] = {
    { "units", "#id code name level #parent duty @on_duty", NULL, NULL, NULL, NULL },
    { "place_names", "name #unit", NULL, NULL, NULL, NULL },
    { "calendar_dates", "kind date #at", NULL, NULL, NULL, NULL },
    { "routes", "#id #place topic category #is_away #unit", NULL, NULL, NULL, NULL },
    { "leaves", "*phone #since #until *stand_in", NULL, "phone = $1", NULL, NULL },
    { "people",
      "*phone *name *title #roles #unit language #is_stopped #is_greeted *line #seen_at #muted_until"
      " #owner_since #retired_at *moved_to",
      OPEN_PERSON, "phone = $1", NULL, NULL },
    { "cases",
      "#id number state @reporter #is_anonymous line category #confidence topic urgency #place #unit"
      " !first_handler !handler !leader #is_guarded \"text #received_at #accepted_at #shown_on #finish_by"
      " #closed_at #rated_at #touched_at #rating #reopened #merged_into #accept_by #is_away"
      " #reviews #review_by #reviewed_at #public_works_year #households #residents"
      " #given_at #take_by #tell_by urgency_class #alarmed_at #alarm_at voice"
      " #returned_at",
      "is_guarded = 0", "reporter = $1", "cases.reporter", "cases.id" },
    { "events",
      "#id kind line ~external_id @sender *recipient #at #received_at \"text ~raw #reference #total #sequence"
      " #status #discharged_at outcome *why #case_id",
      OPEN_OR("events.sender", "events.text"), "(sender = $1 OR recipient = $1)", "events.sender",
      "events.case_id" },
    { "part_groups",
      "#id line @sender *recipient #reference #total #present #first_at #sent_at #is_delivered #case_id",
      OPEN_OR("part_groups.sender", "NULL"), "sender = $1", "part_groups.sender", "part_groups.case_id" },
    { "parts", "#group_id #sequence #event_id",
      "group_id IN (SELECT id FROM part_groups WHERE " OPEN_OR("part_groups.sender", "NULL") ")",
      "group_id IN (SELECT id FROM part_groups WHERE sender = $1)", NULL, NULL },
    { "steps", "#id #case_id #at !actor line kind \"words #event_id", "case_id IN " OPEN_CASE,
      "case_id IN " OWN_CASE, STEP_REPORTER, "steps.case_id" },
    { "notices",
      "#id @recipient \"text name line state #priority #due_at #lease_until #any_hour #attempts #parts "
      "#parts_sent #reference "
      "#case_id"
      " #step_id #event_id #created_at #sent_at #settled_at *why sent_by #armed_at #own_case_at",
      OPEN_OR("notices.recipient", "notices.text"), "recipient = $1", "notices.recipient",
      "notices.case_id" },
    { "sent_parts", "#notice_id #attempt #part line @recipient #reference #armed_at #status #reported_at",
      "notice_id IN (SELECT id FROM notices WHERE " OPEN_OR("notices.recipient", "notices.text") ")",
      "recipient = $1", "sent_parts.recipient", NOTICE_CASE },
    /* what somebody pressed, and which file it is, tells who has the file what was said */
    { "recordings",
      "#id state line ~external_id @caller *called #at #begun_at #is_growing #is_sealed ~keys ~file ~copy "
      "format"
      " ~sha256 #octets #ms #sound_ms #event_id #case_id #heard_at #written_at !heard_by !written_by "
      "#ring_at transcript \"transcript_text transcript_engine #transcript_confidence #transcript_tries "
      "#transcript_due",
      OPEN_OR("recordings.caller", "NULL"), "(caller = $1 OR called = $1)", "recordings.caller",
      "recordings.case_id" },
    { "questions", "@phone kind #case_id ~data #asked_at #expires_at",
      OPEN_OR("questions.phone", "questions.data"), "phone = $1", "questions.phone", "questions.case_id" },
};

enum { TABLES = sizeof tables / sizeof *tables };

const char *const export_tables[] = { "units",       "place_names", "calendar_dates", "routes",
                                      "leaves",      "people",      "cases",          "events",
                                      "part_groups", "parts",       "steps",          "notices",
                                      "sent_parts",  "recordings",  "questions",      NULL };

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

static bool is_wanted(enum mark mark, const struct export_query *query)
{
    if (mark == MARK_NONE || mark == MARK_NUMBER)
        return true;
    return query->person ? mark != MARK_OTHER : query->with_people;
}

/* A chosen column, and what its cells hold. */
struct chosen {
    struct export_cell cells[COLUMNS_MOST];
    enum mark marks[COLUMNS_MOST];
    size_t n;
};

static void choose(void *mem, const struct table *table, const struct export_query *query,
                   struct chosen *chosen)
{
    char *columns = talloc_strdup(mem, table->columns), *rest = columns;
    const char *column;

    chosen->n = 0;
    while (!is_left_out(table, query) && (column = strsep(&rest, " "))) {
        enum mark mark = strchr("#*@!\"~", *column) ? (enum mark) * column : MARK_NONE;

        if (!is_wanted(mark, query))
            continue;
        assert(chosen->n < COLUMNS_MOST);
        chosen->marks[chosen->n] = mark;
        chosen->cells[chosen->n++] =
            (struct export_cell){ .name = column + (mark != MARK_NONE), .is_number = mark == MARK_NUMBER };
    }
}

const char **store_export_columns(void *mem, const char *table, const struct export_query *query, size_t *n)
{
    const char **names = talloc_array(mem, const char *, COLUMNS_MOST);
    struct chosen chosen;

    choose(names, find_table(table), query, &chosen);
    for (size_t i = 0; i < chosen.n; i++)
        names[i] = chosen.cells[i].name;
    *n = chosen.n;
    return names;
}

/* Whether a phone is that of the reporter of the row's case, who asked not to be named. */
static const char *hidden_phone(void *mem, const struct table *table, const char *phone)
{
    return talloc_asprintf(mem, HIDDEN_PHONE("%s", "%s"), phone, table->case_of);
}

/* The column in SQL: NULL where it would tell who somebody is that asked not to be named. */
static const char *select_cell(void *mem, const struct table *table, const char *column, enum mark mark)
{
    const char *phone =
        mark == MARK_TRACE ? table->phone : talloc_asprintf(mem, "%s.%s", table->name, column);

    if (!table->phone || (mark != MARK_PHONE && mark != MARK_OTHER && mark != MARK_TRACE))
        return column;
    return talloc_asprintf(mem, "CASE WHEN %s THEN NULL ELSE %s END", hidden_phone(mem, table, phone),
                           column);
}

/* Where the column is read from. */
static const char *source_of(const struct table *table, const char *column)
{
    return strcmp(table->name, "steps") == 0 && strcmp(column, "words") == 0 ? STEP_WORDS : column;
}

/* Adds a condition to a statement that has one already or not. */
static char *add_condition(char *text, bool *has_where, const char *condition)
{
    text = talloc_asprintf_append(text, " %s %s", *has_where ? "AND" : "WHERE", condition);
    *has_where = true;
    return text;
}

/* Behind the columns stands whether the row's person asked not to be named. */
static char *select_text(void *mem, const struct table *table, const struct export_query *query,
                         const struct chosen *chosen)
{
    bool is_whole = query->person || query->with_guarded, has_where = false;
    const char *condition = query->person ? table->person : query->with_guarded ? NULL : table->open;
    char *text = talloc_strdup(mem, "SELECT ");

    for (size_t i = 0; i < chosen->n; i++) {
        const char *column = source_of(table, chosen->cells[i].name);

        text = talloc_asprintf_append(text, "%s, ",
                                      is_whole ? column : select_cell(mem, table, column, chosen->marks[i]));
    }
    text = talloc_asprintf_append(text, "%s FROM %s",
                                  is_whole || !table->phone ? "0" : hidden_phone(mem, table, table->phone),
                                  table->name);
    if (condition)
        text = add_condition(text, &has_where, condition);
    if (!query->person && !query->with_no_complaints && table->case_of)
        text = add_condition(text, &has_where,
                             talloc_asprintf(mem,
                                             "NOT EXISTS (SELECT 1 FROM cases AS none WHERE none.state ="
                                             " 'no complaint' AND none.id = %s)",
                                             table->case_of));
    return talloc_strdup_append(text, " ORDER BY 1");
}

struct handing {
    struct chosen chosen;
    bool (*each)(const struct export_cell *cells, size_t n, void *arg);
    void *arg;
};

static bool hand_on(const struct row *row, void *arg)
{
    struct handing *handing = arg;
    struct chosen *chosen = &handing->chosen;
    bool is_hidden = row_number(row, (int)chosen->n) != 0;

    for (size_t i = 0; i < chosen->n; i++) {
        chosen->cells[i].text = row_text(row, (int)i);
        chosen->cells[i].is_of_hidden = is_hidden && chosen->marks[i] == MARK_WORDS;
    }
    return handing->each(chosen->cells, chosen->n, handing->arg);
}

bool store_export(struct store *store, const char *name, const struct export_query *query,
                  bool (*each)(const struct export_cell *cells, size_t n, void *arg), void *arg)
{
    const struct table *table = find_table(name);
    struct handing handing = { .each = each, .arg = arg };
    void *mem = talloc_new(store);
    bool is_done = true;
    char *text;

    choose(mem, table, query, &handing.chosen);
    text = handing.chosen.n ? select_text(mem, table, query, &handing.chosen) : NULL;
    if (text)
        is_done = store->sql->run(
            store, text, true, query->person ? VALUES(as_text(query->person)) : NO_VALUES, hand_on, &handing);
    talloc_free(mem);
    return is_done;
}
