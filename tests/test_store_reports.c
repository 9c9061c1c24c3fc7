/* Figures come from an index of numbers: they are those of the cases themselves, whatever became of these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/reports.h"
#include "store/sql.h"
#include "tests/support/support.h"

enum { CASES = 200, ROUNDS = 30, CHANGES = 40, DAY = 86400 };

struct world {
    struct store *store;
    sqlite3 *db; /* writes what no program would */
    uint64_t seed;
};

/* Knuth's MMIX */
static int64_t any(struct world *world, int64_t below)
{
    world->seed = world->seed * 6364136223846793005 + 1442695040888963407;
    return (int64_t)((world->seed >> 33) % (uint64_t)below);
}

#define ANY(world, words) (words)[any(world, sizeof(words) / sizeof *(words))]

static void run(struct world *world, const char *sql)
{
    if (sqlite3_exec(world->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(world->db), sql);
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *error = "", *path = talloc_asprintf(world, "%s/x.db", temporary_directory(world));

    world->seed = 17;
    world->store = store_open(world, talloc_asprintf(world, "sqlite:%s", path), &error);
    assert_non_null(world->store);
    assert_int_equal(sqlite3_open(path, &world->db), SQLITE_OK);
    run(world,
        "PRAGMA synchronous = OFF;"
        "INSERT INTO units (id, code, name, level, parent) VALUES (1, '1', '县', 'county', NULL),"
        " (2, '2', '镇', 'township', 1), (3, '3', '村', 'village', 2), (4, '4', '孤村', 'village', NULL);"
        "INSERT INTO people (phone, name, unit) VALUES ('+8613800000001', '王一', 3),"
        " ('+8613800000002', '李二', 2), ('10086', '短号', 4), ('=1', '怪号', 1)");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    sqlite3_close(world->db);
    talloc_free(world);
    return 0;
}

/* "column = value" of a column that figures read, with any value that it may have. */
static const char *change(struct world *world)
{
    static const char *const states[] = { "new",          "in hand", "closed",    "rated",       "explained",
                                          "out of scope", "merged",  "withdrawn", "no complaint" };
    static const char *const handlers[] = {
        "NULL", "'+8613800000001'", "'+8613800000002'",  "'+8613800000003'",
        "''",   "'10086'",          "'+08613800000001'", "'=1'"
    };
    static const char *const categories[] = { "民生", "民困", "民访" }, *const topics[] = { "water", "road",
                                                                                            "路" };
    static const char *const times[] = { "accept_by", "finish_by", "accepted_at", "returned_at",
                                         "closed_at" };
    static const char *const places[] = { "unit", "place" };

    switch (any(world, 8)) {
    case 0:
        return talloc_asprintf(world, "state = '%s', moves = COALESCE(moves, 0) + 1", ANY(world, states));
    case 1:
        return talloc_asprintf(world, "handler = %s", ANY(world, handlers));
    case 2:
        return talloc_asprintf(world, "category = '%s'", ANY(world, categories));
    case 3:
        return talloc_asprintf(world, "topic = '%s'", ANY(world, topics));
    case 4:
        return talloc_asprintf(world, "rating = %d", (int)any(world, 5));
    case 5:
        return talloc_asprintf(world, "is_guarded = %d", (int)any(world, 2));
    case 6:
        return talloc_asprintf(world, "%s = NULLIF(%d, 0)", ANY(world, places), (int)any(world, 5));
    default:
        return talloc_asprintf(world, "%s = NULLIF(%d, 0)", ANY(world, times), (int)any(world, 3) * DAY);
    }
}

static void open_cases(struct world *world)
{
    for (int i = 1; i <= CASES; i++)
        run(world,
            talloc_asprintf(world,
                            "INSERT INTO cases (number, state, reporter, is_anonymous, line, category,"
                            " confidence, topic, urgency, is_guarded, text, received_at, touched_at, rating,"
                            " reopened) VALUES ('%d', 'new', '+861', 0, '', '民生', 50, 'water', 'normal', 0,"
                            " '', %d, 0, 0, 0)",
                            i, i * 1000));
}

#define LINE "%lld %s %s %d %d %d %lld %lld %lld %s %lld %s\n"

static bool write_summary(const struct case_summary *summary, void *arg)
{
    char **text = arg;

    for (int64_t i = 0; i < summary->n; i++)
        *text = talloc_asprintf_append(
            *text, LINE, (long long)summary->received_at, case_state_name(summary->state),
            case_category_name(summary->category), summary->rating, summary->is_accepted,
            summary->is_returned, (long long)summary->deadline, (long long)summary->unit,
            (long long)summary->place, summary->handler, (long long)summary->handled_in, summary->topic);
    return true;
}

static bool write_delay(const struct case_delay *delay, void *arg)
{
    char **text = arg;

    *text = talloc_asprintf_append(*text, "%lld %lld %lld %lld %lld\n", (long long)delay->received_at,
                                   (long long)delay->accepted_at, (long long)delay->closed_at,
                                   (long long)delay->unit, (long long)delay->place);
    return true;
}

static int by_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The lines in the order of their words. */
static const char *sorted(struct world *world, const char *text)
{
    char *rest = talloc_strdup(world, text), *line, *all = talloc_strdup(world, "");
    const char **lines = talloc_array(world, const char *, strlen(text) + 1);
    size_t n = 0;

    while ((line = strsep(&rest, "\n")))
        lines[n++] = line;
    qsort(lines, n, sizeof *lines, by_words);
    for (size_t i = 0; i < n; i++)
        all = talloc_asprintf_append(all, "%s\n", lines[i]);
    return all;
}

/* What the cases say, written in the same way. */
static const char *counted(struct world *world, const char *line, const char *condition)
{
    const char *text = NULL;
    const char *question = talloc_asprintf(
        world,
        "SELECT group_concat(line, '') FROM (SELECT %s AS line FROM cases LEFT JOIN people ON phone = handler"
        " LEFT JOIN units AS theirs ON theirs.id = people.unit WHERE %s ORDER BY received_at)",
        line, condition);

    if (!sql_text(world->store, world, question, NO_VALUES, &text))
        fail_msg("%s", store_error(world->store));
    return text ? text : "";
}

#define UNITS                                                                                    \
    "COALESCE(cases.unit, 0), COALESCE(place, 0), COALESCE(people.name, ''), COALESCE(CASE WHEN" \
    " theirs.level = 'village' AND theirs.parent IS NOT NULL THEN theirs.parent ELSE theirs.id END, 0)"

/* The line of a case with the parts of its summary that are asked for. */
static const char *line_of(struct world *world, unsigned parts)
{
    return talloc_asprintf(
        world,
        "printf('%%d %%s %%s %%d %%d %%d %%d %%d %%d %%s %%d %%s' || char(10), %s, state, category, rating,"
        " accepted_at IS NOT NULL, returned_at IS NOT NULL, CASE state WHEN 'new' THEN accept_by WHEN"
        " 'in hand' THEN finish_by END, %s, %s)",
        parts & SUMMARY_TIME ? "received_at" : "0", parts & SUMMARY_UNITS ? UNITS : "0, 0, '', 0",
        parts & SUMMARY_TOPIC ? "topic" : "''");
}

static void check_summaries(struct world *world, unsigned parts)
{
    struct summary_filter filter = { .since = any(world, CASES) * 1000,
                                     .until = any(world, 2) ? INT64_MAX : any(world, CASES) * 1000,
                                     .with_guarded = any(world, 2),
                                     .with_no_complaints = any(world, 2),
                                     .parts = parts };
    const char *condition = talloc_asprintf(world,
                                            "received_at >= %lld AND received_at < %lld AND is_guarded <= %d"
                                            " AND (state <> 'no complaint' OR %d)",
                                            (long long)filter.since, (long long)filter.until,
                                            filter.with_guarded, filter.with_no_complaints);
    char *text = talloc_strdup(world, "");

    assert_true(store_each_summary(world->store, &filter, write_summary, &text));
    assert_string_equal(parts ? text : sorted(world, text),
                        parts ? counted(world, line_of(world, parts), condition)
                              : sorted(world, counted(world, line_of(world, parts), condition)));
}

static void check_carried(struct world *world)
{
    struct summary_filter filter = { .since = any(world, CASES) * 1000, .with_guarded = any(world, 2) };
    const char *condition = talloc_asprintf(
        world,
        "received_at < %1$lld AND is_guarded <= %2$d AND state NOT IN ('merged', 'withdrawn', 'no complaint')"
        " AND (state IN ('new', 'in hand') OR closed_at >= %1$lld)",
        (long long)filter.since, filter.with_guarded);
    char *text = talloc_strdup(world, "");

    assert_true(store_each_carried(world->store, &filter, write_summary, &text));
    assert_string_equal(text, counted(world, line_of(world, SUMMARY_WHOLE), condition));
}

static void check_delays(struct world *world)
{
    char *text = talloc_strdup(world, "");

    assert_true(store_each_delay(world->store, 1000, 150000, write_delay, &text));
    assert_string_equal(
        text, counted(world,
                      "printf('%d %d %d %d %d' || char(10), received_at, accepted_at, closed_at,"
                      " cases.unit, place)",
                      "received_at >= 1000 AND received_at < 150000 AND is_guarded = 0 AND state NOT IN"
                      " ('merged', 'withdrawn', 'no complaint')"));
}

static void figures_are_those_of_the_cases_after_any_history(void **state)
{
    struct world *world = *state;

    open_cases(world);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < CHANGES; i++)
            run(world, talloc_asprintf(world, "UPDATE cases SET %s WHERE id = %d", change(world),
                                       1 + (int)any(world, CASES)));
        if (round == ROUNDS / 2)
            run(world, "UPDATE people SET unit = 1, name = '王新' WHERE phone = '+8613800000001';"
                       "DELETE FROM cases WHERE id % 7 = 0;"
                       "UPDATE cases SET closed_at = 172800 WHERE id % 3 = 0");
        for (unsigned parts = 0; parts <= SUMMARY_WHOLE; parts++)
            check_summaries(world, parts);
        check_carried(world);
        check_delays(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_are_those_of_the_cases_after_any_history, open_world,
                                        close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
