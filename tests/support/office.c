#include "tests/support/office.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "tests/support/support.h"

struct office *office_open(void *mem)
{
    struct office *office = talloc_zero(mem, struct office);
    const char *error = "";

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    office->folder = temporary_directory(office);
    office->path = talloc_asprintf(office, "%s/desk.db", office->folder);
    office->config = (struct config){ .timezone = "Asia/Shanghai",
                                      .store_url = talloc_asprintf(office, "sqlite:%s", office->path),
                                      .database = office->path,
                                      .signature = "【浮山亮晒评】",
                                      .language = "zh",
                                      .county = "浮山县",
                                      .number_prefix = "",
                                      .part_timeout = 600,
                                      .join_minutes = 10,
                                      .accept_days = 15,
                                      .finish_days = 60 };
    office->words = words_open(office, NULL, &error);
    if (!office->words)
        fail_msg("%s", error);
    office_restart(office);
    return office;
}

void office_restart(struct office *office)
{
    const char *error = "";

    office_close(office);
    office->desk = desk_start(office, &office->config, office->words, &error);
    if (!office->desk)
        fail_msg("%s", error);
}

void office_close(struct office *office)
{
    if (office->desk)
        desk_stop(office->desk);
    TALLOC_FREE(office->desk);
}

struct event office_text(void *mem, const char *id, const char *from, const char *text)
{
    return (struct event){ .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = talloc_strdup(mem, id),
                           .from = talloc_strdup(mem, from),
                           .at = time(NULL),
                           .received_at = time(NULL),
                           .text = talloc_strdup(mem, text) };
}

static long ask(const struct office *office, const char *sql)
{
    sqlite3 *database;
    sqlite3_stmt *statement;
    long value = -1;
    int code = sqlite3_open(office->path, &database);

    sqlite3_busy_timeout(database, 10000);
    if (code == SQLITE_OK && (code = sqlite3_prepare_v2(database, sql, -1, &statement, NULL)) == SQLITE_OK) {
        code = sqlite3_step(statement);
        value = code == SQLITE_ROW ? (long)sqlite3_column_int64(statement, 0) : 0;
        sqlite3_finalize(statement);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(database));
    sqlite3_close(database);
    return value;
}

long office_count(const struct office *office, const char *sql)
{
    return ask(office, sql);
}

void office_run(const struct office *office, const char *sql)
{
    ask(office, sql);
}
