/* What SQLite tells of a row while a statement changes it. */
#include "store/sql/sqlite_private.h"

#include <string.h>

const char *sqlite_old_text(struct store *store, int column)
{
    sqlite3_value *value = NULL;

    if (sqlite3_preupdate_old(sqlite_database(store), column, &value) != SQLITE_OK)
        return NULL;
    return (const char *)sqlite3_value_text(value);
}

static void read_value(sqlite3_value *from, struct value *value)
{
    *value = (struct value){ .kind = VALUE_NULL };
    switch (sqlite3_value_type(from)) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        *value = as_number(sqlite3_value_int64(from));
        break;
    case SQLITE_TEXT: /* as a blob it needs no copy for the NUL at its end */
        value->kind = VALUE_TEXT;
        value->text = sqlite3_value_blob(from);
        value->number = sqlite3_value_bytes(from);
        break;
    default:
        break;
    }
}

void sqlite_value(const struct row *row, int column, struct value *value)
{
    read_value(sqlite3_column_value(row->handle, column), value);
}

void sqlite_new_value(const struct row *row, int column, struct value *value)
{
    sqlite3_value *found = NULL;

    *value = (struct value){ .kind = VALUE_NULL };
    if (sqlite3_preupdate_new(sqlite_database(row->store), column, &found) == SQLITE_OK)
        read_value(found, value);
}

static void note_change(void *arg, sqlite3 *db, int what, const char *schema, const char *table,
                        sqlite3_int64 before, sqlite3_int64 after)
{
    struct store *store = arg;

    (void)db;
    entries_note(sqlite_of(store)->entries, table, what, before, after);
    if (sqlite_of(store)->is_watched && strcmp(schema, "main") == 0)
        journal_watcher.note(store, table,
                             what == SQLITE_INSERT   ? CHANGE_INSERT
                             : what == SQLITE_UPDATE ? CHANGE_UPDATE
                                                     : CHANGE_DELETE,
                             before, after);
}

void sqlite_watch(struct store *store)
{
    sqlite_of(store)->is_watched = true;
}

void sqlite_note_changes(struct store *store)
{
    sqlite3_preupdate_hook(sqlite_database(store), note_change, store);
}
