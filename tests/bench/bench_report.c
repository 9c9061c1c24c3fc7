/*
 * What reports and boards cost at ten thousand, a hundred thousand and a million cases, and a backup of them.
 * One line a figure: seconds of the clock and of the processor, and how the processor's grow: 1.0 is as fast
 * as the cases, 0.0 not at all. XIANGYIN_BENCH_CASES adds a greater number: 3000000 takes some minutes.
 */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "gateway/report/bulletin.h"
#include "gateway/report/needs.h"
#include "gateway/report/report.h"
#include "store/upkeep/backup.h"
#include "tests/bench/measure.h"
#include "tests/support/support.h"

#define YEAR_2024 1704067200

static double processor_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* A county's units, and cases of three years: 2 of 100 are open, one of 50 is guarded. */
static const char fill[] =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 135)"
    " INSERT INTO units (code, name, level, parent) SELECT CASE i WHEN 1 THEN '141027' ELSE "
    "printf('141027%%06d', i)"
    "  END, 'unit ' || i, CASE WHEN i = 1 THEN 'county' WHEN i < 11 THEN 'township' ELSE 'village' END,"
    "  CASE WHEN i = 1 THEN NULL WHEN i < 11 THEN 1 ELSE 2 + i %% 9 END FROM n;"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
    " INSERT INTO cases (number, state, reporter, is_anonymous, line, category, confidence, topic, urgency, "
    "place,"
    "  unit, first_handler, handler, is_guarded, text, received_at, accepted_at, shown_on, finish_by, "
    "closed_at,"
    "  touched_at, rating, reopened, moves)"
    " SELECT *, CASE WHEN state <> 'new' THEN 1 END FROM (SELECT printf('26%%07d0', i) AS "
    "number, CASE WHEN i %% 100 < 70 THEN 'rated' WHEN i %% 100 < 88 THEN 'closed'"
    "  WHEN i %% 100 < 92 THEN 'explained' WHEN i %% 100 < 94 THEN 'merged' WHEN i %% 100 < 96 THEN "
    "'withdrawn'"
    "  WHEN i %% 100 < 98 THEN 'out of scope' WHEN i %% 100 < 99 THEN 'new' ELSE 'in hand' END AS state,"
    "  '+86139' || (10000000 + i %% 300000), 0, 'village', CASE i %% 7 WHEN 0 THEN '民访' WHEN 1 THEN '民困'"
    "  ELSE '民生' END, 70, CASE i %% 5 WHEN 0 THEN 'water' WHEN 1 THEN 'road' WHEN 2 THEN 'housing' WHEN 3"
    "  THEN 'welfare' ELSE 'land' END, 'normal', 1 + i %% 135, 1 + (i * 7) %% 20, '+8613800000001',"
    "  '+8613800000001', i %% 50 = 0, '村口主管道被压坏，全村停水' || i || "
    "'天，老人孩子没水喝，请尽快派人来修。',"
    "  1704067200 + i * 94608000 / %d, 1704153600 + i * 94608000 / %d,"
    "  1704067200 + (i * 94608000 / %d / 2592000 + 1) * 2592000, 1709251200 + i * 94608000 / %d,"
    "  CASE WHEN i %% 100 < 92 THEN 1704931200 + i * 94608000 / %d END, 1704067200, "
    "  CASE WHEN i %% 100 < 70 THEN 1 + i %% 4 ELSE 0 END, 0 FROM n);"
    "INSERT INTO transitions (state, step, next) SELECT DISTINCT state, 'received', state FROM cases;"
    "INSERT INTO steps (case_id, at, actor, line, kind, words, transition, move, leads_to)"
    " SELECT id, received_at, reporter, 'village', 'received', '',"
    "  (SELECT id FROM transitions WHERE transitions.state = cases.state), moves,"
    "  CASE WHEN moves THEN state END FROM cases;";

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void fill_store(const char *path, int cases)
{
    char *statements = talloc_asprintf(NULL, fill, cases, cases, cases, cases, cases, cases), *error = NULL;
    sqlite3 *db;

    if (sqlite3_open(path, &db) || sqlite3_exec(db, "PRAGMA synchronous = OFF; BEGIN", NULL, NULL, NULL) ||
        sqlite3_exec(db, statements, NULL, NULL, &error) || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL))
        give_up(error ? error : sqlite3_errmsg(db));
    sqlite3_close(db);
    talloc_free(statements);
}

struct task {
    struct store *store;
    const char *path;
    enum report_by by;
    enum bulletin_kind kind;
};

static void do_report(void *mem, const struct task *task)
{
    struct report_query wish = { .until = INT64_MAX, .now = YEAR_2024, .by = task->by };
    struct report report;

    if (!report_make(mem, task->store, &wish, &report) || report.all.received == 0)
        give_up(store_error(task->store));
}

static void do_board(void *mem, const struct task *task)
{
    struct bulletin_query wish = {
        .kind = task->kind, .date = { 2026, 6, 30 }, .now = YEAR_2024, .has_rows = true
    };
    struct json_object *board = bulletin_json(mem, task->store, &wish);

    if (!board)
        give_up(store_error(task->store));
    json_object_put(board);
}

static void do_common(void *mem, const struct task *task)
{
    struct needs_query wish = { .since = YEAR_2024 + 2 * 365 * 86400, .until = INT64_MAX, .limit = 20 };
    struct needs common;

    if (!needs_find(mem, task->store, &wish, &common))
        give_up(store_error(task->store));
}

static void do_backup(void *mem, const struct task *task)
{
    char *file = talloc_asprintf(mem, "%s.copy", task->path);
    struct backup_count count;
    const char *error = "";

    if (!backup_take(mem, task->path, file, &count, &error))
        give_up(error);
    remove(file);
}

static const struct line {
    const char *name;
    void (*task)(void *, const struct task *);
    enum report_by by;
    enum bulletin_kind kind;
    int runs;
} lines[] = {
    { "report", do_report, BY_NOTHING, 0, RUNS },
    { "report --by unit", do_report, BY_HANDLING_UNIT, 0, RUNS },
    { "report --by month", do_report, BY_MONTH, 0, RUNS },
    { "bulletin show", do_board, 0, BULLETIN_SHOW, RUNS },
    { "bulletin report", do_board, 0, BULLETIN_REPORT, RUNS },
    { "bulletin evaluate", do_board, 0, BULLETIN_EVALUATE, RUNS },
    { "report common, one year", do_common, 0, 0, 1 },
    { "backup, checked", do_backup, 0, 0, 1 },
};
enum { LINES = sizeof lines / sizeof *lines };

/* What a line took last, and with how many cases; 0: nothing yet. */
struct growth {
    int cases;
    double seconds[LINES];
};

static void print_growth(const struct growth *last, int line, int cases, double seconds)
{
    if (last->cases)
        printf("  grows by %.2f", log(seconds / last->seconds[line]) / log((double)cases / last->cases));
    printf("\n");
    fflush(stdout);
}

/* Returns the processor's seconds. */
static double measure(const struct line *line, int cases, const struct task *task)
{
    double clock[RUNS], processor[RUNS], median;

    for (int i = 0; i < line->runs; i++) {
        void *mem = talloc_new(NULL);
        double began = measure_now(), worked = processor_now();

        line->task(mem, task);
        clock[i] = measure_now() - began;
        processor[i] = processor_now() - worked;
        talloc_free(mem);
    }
    median = measure_median(processor, (size_t)line->runs);
    printf("%-28s %8d cases  %6.3f s  (processor %6.3f s)", line->name, cases,
           measure_median(clock, (size_t)line->runs), median);
    return median;
}

static void measure_all(int cases, struct growth *growth)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *path = talloc_asprintf(mem, "%s/x.db", temporary_directory(mem));
    const char *url = talloc_asprintf(mem, "sqlite:%s", path);
    struct growth now = { .cases = cases };
    struct task task = { .path = path };

    talloc_free(store_open(mem, url, &error));
    fill_store(path, cases);
    task.store = store_open_reader(mem, url, &error);
    if (!task.store)
        give_up(error);
    for (int i = 0; i < LINES; i++) {
        task.by = lines[i].by;
        task.kind = lines[i].kind;
        now.seconds[i] = measure(&lines[i], cases, &task);
        print_growth(growth, i, cases, now.seconds[i]);
    }
    *growth = now;
    talloc_free(mem);
}

int main(void)
{
    const char *most = getenv("XIANGYIN_BENCH_CASES");
    struct growth growth = { 0 };

    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    measure_all(10000, &growth);
    measure_all(100000, &growth);
    measure_all(1000000, &growth);
    if (most)
        measure_all(atoi(most), &growth);
    return 0;
}
