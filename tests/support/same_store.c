#include "tests/support/same_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/journal/journal.h"

static char *ask(sqlite3 *db, const char *question)
{
    sqlite3_stmt *statement = NULL;
    char *answer = NULL;

    if (sqlite3_prepare_v2(db, question, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", question, sqlite3_errmsg(db));
    if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        answer = strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return answer;
}

/* Of the table, with commas between, those that the journal has; sqlite3_free. */
static char *columns_of(sqlite3 *db, const char *table)
{
    sqlite3_str *list = sqlite3_str_new(db);
    sqlite3_stmt *columns = NULL;

    assert_int_equal(sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?1)", -1, &columns, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(columns, 1, table, -1, SQLITE_STATIC);
    while (sqlite3_step(columns) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(columns, 0);

        if (!journal_leaves_out_column(table, name))
            sqlite3_str_appendf(list, "%s%s", sqlite3_str_length(list) ? ", " : "", name);
    }
    sqlite3_finalize(columns);
    return sqlite3_str_finish(list);
}

static void compare(sqlite3 *db, const char *table)
{
    char *columns = columns_of(db, table);
    /* settings of the journal are the box's own */
    const char *without = strcmp(table, "settings") == 0
                              ? " WHERE name NOT LIKE 'journal%' AND name NOT LIKE 'centre%'"
                                " AND name <> 'counters from'"
                              : "";
    static const char *const sides[2][2] = { { "main", "b" }, { "b", "main" } };

    for (int i = 0; i < 2; i++) {
        char *question =
            sqlite3_mprintf("SELECT count(*) FROM (SELECT %s FROM %s.%s%s EXCEPT SELECT %s FROM %s.%s)",
                            columns, sides[i][0], table, without, columns, sides[i][1], table);
        char *n = ask(db, question);

        if (strcmp(n, "0") != 0)
            fail_msg("%s: %s rows of %s are not in the other store", table, n, sides[i][0]);
        free(n);
        sqlite3_free(question);
    }
    sqlite3_free(columns);
}

static bool is_changed(const char *table)
{
    return strcmp(table, "notices") == 0 || strcmp(table, "counters") == 0;
}

static void compare_all(const char *a, const char *b, bool is_taken_over)
{
    sqlite3_stmt *tables = NULL;
    sqlite3 *db;
    char *attach = sqlite3_mprintf("ATTACH %Q AS b", b);

    assert_int_equal(sqlite3_open_v2(a, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, attach, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(attach);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type ="
                                        " 'table' AND wr = 0",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW)
        if (!journal_leaves_out((const char *)sqlite3_column_text(tables, 0)) &&
            !(is_taken_over && is_changed((const char *)sqlite3_column_text(tables, 0))))
            compare(db, (const char *)sqlite3_column_text(tables, 0));
    sqlite3_finalize(tables);
    sqlite3_close(db);
}

void same_store(const char *a, const char *b)
{
    compare_all(a, b, false);
}

void same_store_but_notices(const char *a, const char *b)
{
    compare_all(a, b, true);
}

bool file_holds(const char *path, const char *words)
{
    FILE *file = fopen(path, "r");
    bool found = false;
    char *all;
    long n;

    if (!file)
        return false;
    fseek(file, 0, SEEK_END);
    n = ftell(file);
    rewind(file);
    all = malloc((size_t)n + 1);
    if (fread(all, 1, (size_t)n, file) == (size_t)n)
        found = memmem(all, (size_t)n, words, strlen(words)) != NULL;
    free(all);
    fclose(file);
    return found;
}
