#define SQLITE_ENABLE_PREUPDATE_HOOK

#include "store/search/entries.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/search/pairs.h"

/* The words of the step by which a case came are the case's own. Who looked at a case is not searched. */
#define FILL_CASES(above)                                                                \
    "INSERT INTO case_words (rowid, words) SELECT id, text FROM cases WHERE id > " above \
    " AND text <> '' ORDER BY id"
#define FILL_STEPS(above)                                                                                    \
    "INSERT INTO step_words (rowid, words) SELECT id, words FROM steps WHERE id > " above " AND words <> ''" \
    " AND kind NOT IN ('received', 'viewed') ORDER BY id"
#define FILL FILL_CASES("0") ";" FILL_STEPS("0") ";"

/* Up to which row an index has them all. */
#define MARK(table)                                                                                \
    "INSERT INTO words_indexed (name, until) SELECT '" table "', coalesce(max(id), 0) FROM " table \
    " WHERE true ON CONFLICT (name) DO UPDATE SET until = excluded.until"

const char entries_schema[] =
    "CREATE VIRTUAL TABLE case_words USING fts5 (words, content = '', columnsize = 0, tokenize = 'pairs');"
    "CREATE VIRTUAL TABLE step_words USING fts5 (words, content = '', columnsize = 0, tokenize = "
    "'pairs');" FILL;

const char entries_refill[] =
    "INSERT INTO case_words (case_words) VALUES ('delete-all');"
    "INSERT INTO step_words (step_words) VALUES ('delete-all');" FILL MARK("cases") ";" MARK("steps");

/* What is indexed. An index keeps no texts, so that to take a row out needs its former text. */
static const struct {
    const char *table, *enter, *remove, *fill, *mark;
    const char *columns; /* number of the column of the words, and of that of the kind */
} indexes[] = {
    { "cases", "INSERT INTO case_words (rowid, words) VALUES (?1, ?2)",
      "INSERT INTO case_words (case_words, rowid, words) VALUES ('delete', ?1, ?2)", FILL_CASES("?1"),
      MARK("cases"),
      "SELECT cid, -1 FROM pragma_table_info('cases') WHERE name = 'text'"
      " AND EXISTS (SELECT 1 FROM pragma_table_info('case_words'))" },
    { "steps", "INSERT INTO step_words (rowid, words) VALUES (?1, ?2)",
      "INSERT INTO step_words (step_words, rowid, words) VALUES ('delete', ?1, ?2)", FILL_STEPS("?1"),
      MARK("steps"),
      "SELECT cid, (SELECT cid FROM pragma_table_info('steps') WHERE name = 'kind')"
      " FROM pragma_table_info('steps') WHERE name = 'words'"
      " AND EXISTS (SELECT 1 FROM pragma_table_info('step_words'))" },
};
enum { INDEXES = sizeof indexes / sizeof *indexes };

static const char marks[] = "SELECT (SELECT until FROM words_indexed WHERE name = 'cases'),"
                            " (SELECT until FROM words_indexed WHERE name = 'steps')";

/* So many new rows are indexed together: it costs less, and to look at so many texts takes a millisecond. */
enum { TOGETHER = 256 };

struct entry {
    int which; /* index */
    sqlite3_int64 id;
    size_t order;
    char *before, *after; /* "" none */
};

struct entries {
    sqlite3 *db;
    bool is_expecting, is_writing;
    int words[INDEXES], kind[INDEXES]; /* columns; -1: none, or not there yet */
    sqlite3_int64 newest[INDEXES];     /* row that was inserted, perhaps by what was rolled back */
    sqlite3_stmt *enter[INDEXES], *remove[INDEXES], *fill[INDEXES], *mark[INDEXES]; /* NULL until needed */
    sqlite3_stmt *marks; /* NULL: the schema is of before there were any, and every row is indexed at once */
    struct entry *at;
    size_t n;
};

static char *copy_of(void *mem, sqlite3_value *value)
{
    const char *text = value ? (const char *)sqlite3_value_text(value) : NULL;

    return talloc_strdup(mem, text ? text : "");
}

static bool is_searched(const char *kind)
{
    return strcmp(kind, "received") != 0 && strcmp(kind, "viewed") != 0;
}

/* Words before and after; a step keeps its kind. */
static void read_row(struct entries *entries, int which, int operation, struct entry *entry)
{
    sqlite3_value *before = NULL, *after = NULL, *kind = NULL;

    if (entries->kind[which] >= 0 && operation == SQLITE_INSERT)
        sqlite3_preupdate_new(entries->db, entries->kind[which], &kind);
    else if (entries->kind[which] >= 0)
        sqlite3_preupdate_old(entries->db, entries->kind[which], &kind);
    if (!kind || is_searched((const char *)sqlite3_value_text(kind))) {
        if (operation != SQLITE_INSERT)
            sqlite3_preupdate_old(entries->db, entries->words[which], &before);
        if (operation != SQLITE_DELETE)
            sqlite3_preupdate_new(entries->db, entries->words[which], &after);
    }
    entry->before = copy_of(entries->at, before);
    entry->after = copy_of(entries->at, after);
}

static void note(struct entries *entries, int which, int operation, sqlite3_int64 id)
{
    struct entry *entry;

    if (entries->n == talloc_array_length(entries->at))
        entries->at = talloc_realloc(entries, entries->at, struct entry, 2 * entries->n);
    entry = &entries->at[entries->n];
    *entry = (struct entry){ .which = which, .id = id, .order = entries->n++ };
    read_row(entries, which, operation, entry);
    if (strcmp(entry->before, entry->after) == 0)
        entries_drop(entries, entries->n - 1);
}

/* What changes while the indexes are written is theirs. */
void entries_note(struct entries *entries, const char *table, int operation, sqlite3_int64 before,
                  sqlite3_int64 after)
{
    for (int i = 0; i < INDEXES && !entries->is_writing; i++)
        if (entries->words[i] >= 0 && strcmp(table, indexes[i].table) == 0) {
            note(entries, i, operation, operation == SQLITE_INSERT ? after : before);
            if (operation == SQLITE_INSERT && after > entries->newest[i])
                entries->newest[i] = after;
        }
}

struct entries *entries_open(void *mem, sqlite3 *db)
{
    struct entries *entries = talloc_zero(mem, struct entries);

    *entries = (struct entries){ .db = db, .at = talloc_array(entries, struct entry, 64) };
    entries_schema_changed(entries);
    if (pairs_register(db) != SQLITE_OK) {
        talloc_free(entries);
        return NULL;
    }
    return entries;
}

void entries_close(struct entries *entries)
{
    for (int i = 0; i < INDEXES; i++) {
        sqlite3_finalize(entries->enter[i]);
        sqlite3_finalize(entries->remove[i]);
        sqlite3_finalize(entries->fill[i]);
        sqlite3_finalize(entries->mark[i]);
    }
    sqlite3_finalize(entries->marks);
}

void entries_schema_changed(struct entries *entries)
{
    entries->is_expecting = false;
    for (int i = 0; i < INDEXES; i++)
        entries->words[i] = entries->kind[i] = -1;
}

void entries_expect(struct entries *entries)
{
    for (int i = 0; i < INDEXES && !entries->is_expecting; i++) {
        sqlite3_stmt *statement;

        if (sqlite3_prepare_v2(entries->db, indexes[i].columns, -1, &statement, NULL) == SQLITE_OK &&
            sqlite3_step(statement) == SQLITE_ROW) {
            entries->words[i] = sqlite3_column_int(statement, 0);
            entries->kind[i] = sqlite3_column_int(statement, 1);
        }
        sqlite3_finalize(statement);
    }
    if (!entries->is_expecting && !entries->marks)
        sqlite3_prepare_v3(entries->db, marks, -1, SQLITE_PREPARE_PERSISTENT, &entries->marks, NULL);
    entries->is_expecting = true;
}

size_t entries_count(const struct entries *entries)
{
    return entries->n;
}

void entries_drop(struct entries *entries, size_t n)
{
    for (size_t i = n; i < entries->n; i++) {
        talloc_free(entries->at[i].before);
        talloc_free(entries->at[i].after);
    }
    entries->n = n;
}

/* FTS5 takes rows in rising order at the least cost. */
static int compare(const void *a, const void *b)
{
    const struct entry *one = a, *other = b;

    if (one->which != other->which)
        return one->which < other->which ? -1 : 1;
    if (one->id != other->id)
        return one->id < other->id ? -1 : 1;
    return one->order < other->order ? -1 : one->order > other->order;
}

static bool run(struct entries *entries, sqlite3_stmt **statement, const char *text, sqlite3_int64 id,
                const char *words)
{
    bool is_done;

    if (!*statement &&
        sqlite3_prepare_v3(entries->db, text, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) != SQLITE_OK)
        return false;
    sqlite3_bind_int64(*statement, 1, id);
    sqlite3_bind_text(*statement, 2, words, -1, SQLITE_STATIC);
    is_done = sqlite3_step(*statement) == SQLITE_DONE;
    return sqlite3_reset(*statement) == SQLITE_OK && is_done;
}

/* Of several changes of a row, what was before the first and what is after the last. Rows above the mark are
 * not in the index yet. */
static bool write_changes(struct entries *entries, const sqlite3_int64 until[INDEXES])
{
    bool is_done = true;

    qsort(entries->at, entries->n, sizeof *entries->at, compare);
    for (size_t i = 0, end; i < entries->n && is_done; i = end) {
        const struct entry *first = &entries->at[i], *last;
        int which = first->which;

        for (end = i + 1;
             end < entries->n && entries->at[end].which == which && entries->at[end].id == first->id;)
            end++;
        last = &entries->at[end - 1];
        if (first->id > until[which] || strcmp(first->before, last->after) == 0)
            continue;
        if (*first->before)
            is_done = run(entries, &entries->remove[which], indexes[which].remove, first->id, first->before);
        if (*last->after)
            is_done =
                is_done && run(entries, &entries->enter[which], indexes[which].enter, first->id, last->after);
    }
    return is_done;
}

static bool read_marks(struct entries *entries, sqlite3_int64 until[INDEXES])
{
    bool is_read = !entries->marks || sqlite3_step(entries->marks) == SQLITE_ROW;

    for (int i = 0; i < INDEXES; i++)
        until[i] = entries->marks ? sqlite3_column_int64(entries->marks, i) : INT64_MAX;
    sqlite3_reset(entries->marks);
    return is_read;
}

static bool fill(struct entries *entries, int which, sqlite3_int64 until)
{
    return run(entries, &entries->fill[which], indexes[which].fill, until, NULL) &&
           run(entries, &entries->mark[which], indexes[which].mark, 0, NULL);
}

bool entries_write(struct entries *entries)
{
    sqlite3_int64 until[INDEXES];
    bool is_done = true, has_new = false;

    for (int i = 0; i < INDEXES; i++)
        has_new = has_new || entries->newest[i] > 0;
    if (entries->n == 0 && !has_new)
        return true;
    entries->is_writing = true;
    is_done = read_marks(entries, until) && write_changes(entries, until);
    for (int i = 0; i < INDEXES && is_done; i++) {
        is_done = entries->newest[i] - TOGETHER < until[i] || fill(entries, i, until[i]);
        entries->newest[i] = 0;
    }
    entries->is_writing = false;
    entries_drop(entries, 0);
    return is_done;
}
