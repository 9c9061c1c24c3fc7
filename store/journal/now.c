/*
 * Reads a row as it is: its body, and what else the journal needs of it. A row that is inserted, and not
 * touched again before the transaction ends, is read while SQLite has it at hand, any other when the journal
 * is written.
 */
#include <stdio.h>
#include <string.h>
#include <talloc.h>

#include "store/journal/journal_private.h"
#include "store/notices.h"

/* NOTED_MOST: octets of bodies that are kept until the end of a transaction. REST: how many rows are read
 * only when they change, after one that was read in vain when it was inserted. */
enum { NOTED_MOST = 1024 * 1024, REST = 32 };

typedef void value_function(const struct row *row, int column, struct value *value);

static bool is_usual(const struct journal_column *column, const struct value *value)
{
    if (value->kind == VALUE_NULL || !column->has_usual)
        return value->kind == VALUE_NULL;
    if (value->kind == VALUE_NUMBER)
        return !column->is_text && value->number == column->usual_number;
    return column->is_text && (size_t)value->number == column->n_usual &&
           memcmp(value->text ? value->text : "", column->usual, column->n_usual) == 0;
}

static void add_value(struct journal *journal, struct text *text, const struct journal_column *column,
                      const struct value *value)
{
    journal_text_octets(journal, text, column->opening, column->n_opening);
    if (value->kind == VALUE_TEXT)
        journal_text_quoted(journal, text, value->text ? value->text : "", (size_t)value->number);
    else
        journal_text_number(journal, text, value->number);
}

static void name(struct journal *journal, const struct journal_table *table, const struct row *row,
                 value_function *read, struct now *now)
{
    struct text *text = &journal->sealed;
    struct value value;

    text->n = 0;
    for (int i = 0; i < table->n_keys; i++) {
        read(row, table->keys[i], &value);
        if (i)
            journal_text_octets(journal, text, "/", 1);
        if (value.kind == VALUE_TEXT && value.text)
            journal_text_octets(journal, text, value.text, (size_t)value.number);
        else if (value.kind == VALUE_NUMBER)
            journal_text_number(journal, text, value.number);
    }
    now->entity = talloc_strndup(journal->turn, text->at, text->n);
}

/* Adds to bodies the columns that are neither NULL nor as usual. */
static void take(struct journal *journal, const struct journal_table *table, const struct row *row,
                 value_function *read, struct text *bodies, struct now *now)
{
    struct value value;

    now->is_there = true;
    now->body = bodies->n;
    journal->head.n = 0;
    for (int i = 0; i < table->n; i++) {
        const struct journal_column *column = &table->columns[i];

        read(row, i, &value);
        if (i == table->tied_at && table->tie != TIE_NONE && table->tie != TIE_ITSELF)
            now->tied_to = value.kind == VALUE_NUMBER ? value.number : 0;
        if (i == table->guarded_at && table->tie == TIE_ITSELF)
            now->is_guarded = value.kind == VALUE_NUMBER && value.number != 0;
        if (i == table->named_at || column->is_left_out || is_usual(column, &value))
            continue;
        add_value(journal, bodies, column, &value);
        if (column->is_head && journal->seals_personal)
            add_value(journal, &journal->head, column, &value);
    }
    if (bodies->n == now->body)
        journal_text_octets(journal, bodies, ",", 1);
    journal_text_octets(journal, bodies, "}", 2); /* with its NUL */
    bodies->at[now->body] = '{';                  /* in the place of the first comma */
    name(journal, table, row, read, now);
}

const char *journal_body(const struct journal *journal, const struct now *now)
{
    return (now->is_noted ? journal->noted.at : journal->body.at) + now->body;
}

/* Only the statement of the table leaves a one-time code out. */
static bool is_secret(const struct journal_table *table, const struct row *row)
{
    struct value value = { .kind = VALUE_NULL };
    char name[32];

    if (table->secret < 0)
        return false;
    row->store->sql->new_value(row, table->secret, &value);
    if (value.kind != VALUE_TEXT || !value.text)
        return false;
    snprintf(name, sizeof name, "%.*s", (int)value.number, value.text);
    return notice_is_secret(name);
}

static void note(struct store *store, struct dirty *dirty)
{
    struct journal *journal = store->journal;
    const struct journal_table *table = &journal->tables[dirty->table];
    const struct row row = { store, NULL };

    if (journal->seals_personal || journal->noted.n >= NOTED_MOST || is_secret(table, &row))
        return;
    take(journal, table, &row, store->sql->new_value, &journal->noted, &dirty->now);
    dirty->now.is_noted = true;
}

void journal_note_now(struct store *store, struct dirty *dirty)
{
    struct journal_table *table = &store->journal->tables[dirty->table];

    if (table->rest > 0)
        table->rest--;
    else
        note(store, dirty);
}

void journal_note_again(struct store *store, struct dirty *dirty, enum change_kind kind)
{
    if (dirty->now.is_there && !dirty->is_changed)
        store->journal->tables[dirty->table].rest = REST;
    dirty->now = (struct now){ 0 };
    if (kind == CHANGE_UPDATE && !dirty->was_there && !dirty->is_changed)
        note(store, dirty);
    dirty->is_changed = true;
}

struct reading {
    struct journal *journal;
    const struct journal_table *table;
    struct now *now;
};

static bool read_row(const struct row *row, void *arg)
{
    const struct reading *reading = arg;

    take(reading->journal, reading->table, row, row->store->sql->value, &reading->journal->body,
         reading->now);
    return false;
}

bool journal_read_now(struct store *store, const struct dirty *dirty, struct now *now)
{
    struct journal *journal = store->journal;
    const struct journal_table *table = &journal->tables[dirty->table];
    struct reading reading = { journal, table, now };

    if (now->is_there && !journal->is_doubtful)
        return true;
    *now = (struct now){ 0 };
    journal->body.n = 0;
    return sql_each(store, table->select, VALUES(as_number(dirty->row)), read_row, &reading);
}
