#include "tests/support/large_store.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/turn/similar.h"
#include "store/people.h"
#include "store/search/entries.h"
#include "store/search/likeness.h"
#include "store/search/pairs.h"

enum { YEARS_SECONDS = 3 * 365 * 86400 };

static void give_up(const char *why)
{
    fprintf(stderr, "%s\n", why);
    abort();
}

const char *large_phone(void *mem, enum large_kind kind, int nth)
{
    return talloc_asprintf(mem, "+861370%02d%05d", (int)kind, nth);
}

/* Unit 1 is the county, 2 to 11 the townships, 12 to 14 offices, 15 to 141 the villages. */
static const char units[] = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 141)"
                            " INSERT INTO units (id, code, name, level, parent, duty) SELECT i,"
                            "  CASE i WHEN 1 THEN '141027' ELSE printf('141027%06d', i) END,"
                            "  CASE WHEN i = 1 THEN '浮山县' WHEN i < 12 THEN"
                            "   substr('天坛响水张庄东张槐埝北王北韩米家寨圪辛村', 2 * i - 3, 2) || '镇'"
                            "  WHEN i = 12 THEN '民生办' WHEN i = 13 THEN '信访局' WHEN i = 14 THEN '纪委'"
                            "  ELSE substr('东西南北上下前后大小新老', 1 + i % 12, 1) || "
                            "substr('陈王李张刘杨赵黄周吴徐', 1 + i % 11, 1)"
                            "   || '村' END,"
                            "  CASE WHEN i = 1 THEN 'county' WHEN i < 12 THEN 'township' WHEN i < 15 THEN "
                            "'office' ELSE 'village' END,"
                            "  CASE WHEN i = 1 THEN NULL WHEN i < 15 THEN 1 ELSE 2 + i % 10 END,"
                            "  CASE i WHEN 12 THEN 'livelihood' WHEN 13 THEN 'petition' WHEN 14 THEN "
                            "'discipline' ELSE '' END FROM n;";

/* Reporters, and four handlers a township. */
static const char people[] =
    "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299999)"
    " INSERT INTO people (phone, line, seen_at) SELECT printf('+86139%08d', i), 'village', 1 FROM n;"
    "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 39)"
    " INSERT INTO people (phone, name, title, roles, unit) SELECT printf('+86138%08d', i), '干部' || i, '', "
    "1,"
    "  2 + i / 4 FROM n;";

/*
 * Text $1 of corpus; h spreads the states and l tells the last fortnight of a county with a thousand texts a
 * day. Villages have the cases; one new case of twenty has no place yet, one of a hundred was returned.
 * Numbers are of three years, as they are made.
 */
static const char cases[] =
    "CREATE TEMP TABLE made AS"
    " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1),"
    " spread AS (SELECT i, i * 2654435761 % 4294967296 / 7 % 1000 AS h, i * 2246822519 % 4294967296 / 11 AS "
    "r,"
    "  i > $1 - $1 * 14 / 1095 AS l, (i - 1) * 3 / $1 AS y FROM n)"
    " SELECT i, h, r, l, printf('%02d%05d%d', 24 + y, i - (y * $1 + 2) / 3, i % 10) AS number, 15 + r % 127 "
    "AS village, 2 + r % 127 % 10 AS "
    "township,"
    "  CASE WHEN l AND h < 500 THEN 'new' WHEN l AND h < 900 THEN 'in hand' WHEN h < 4 THEN 'new'"
    "   WHEN h < 12 THEN 'in hand' WHEN h < 700 THEN 'rated' WHEN h < 860 THEN 'closed' WHEN h < 910 THEN"
    "   'explained' WHEN h < 930 THEN 'merged' WHEN h < 960 THEN 'withdrawn' WHEN h < 980 THEN 'out of scope'"
    "   ELSE 'closed' END AS state,"
    "  $2 - $3 + i * $3 / $1 AS at FROM spread;"
    "INSERT INTO cases (id, number, state, reporter, is_anonymous, line, category, confidence, topic, "
    "urgency,"
    "  place, unit, first_handler, handler, is_guarded, text, received_at, accepted_at, shown_on, finish_by,"
    "  closed_at, touched_at, rating, reopened, moves, accept_by, take_by, given_at, "
    "returned_at)"
    " SELECT i, number, state, printf('+86139%08d', r % 300000), i % 20 = 0, 'village',"
    "  CASE i % 7 WHEN 0 THEN '民访' WHEN 1 THEN '民困' ELSE '民生' END, 40 + r % 60,"
    "  CASE i % 5 WHEN 0 THEN 'water' WHEN 1 THEN 'road' WHEN 2 THEN 'housing' WHEN 3 THEN 'welfare' ELSE "
    "'land'"
    "   END, CASE WHEN r % 50 = 0 THEN 'urgent' ELSE 'normal' END,"
    "  CASE WHEN state = 'new' AND r % 20 = 1 THEN NULL ELSE village END,"
    "  CASE WHEN state = 'new' AND r % 20 = 1 THEN 12 ELSE 2 + (village + 8) % 10 END,"
    "  CASE WHEN state <> 'new' THEN printf('+86138%08d', village % 10 * 4 + i % 4) END,"
    "  CASE WHEN state <> 'new' THEN printf('+86138%08d', village % 10 * 4 + i % 4) END,"
    "  r % 200 = 7, (SELECT text FROM temp.corpus WHERE corpus.id = r % (SELECT count(*) FROM temp.corpus)) "
    "|| i,"
    "  at, CASE WHEN state NOT IN ('new', 'merged', 'withdrawn') THEN at + 86400 END,"
    "  CASE WHEN at < $2 - 2592000 THEN at + 2592000 END,"
    "  CASE WHEN state <> 'new' THEN at + 60 * 86400 - CASE WHEN h < 12 THEN 0 ELSE h * 6000 END END,"
    "  CASE WHEN state IN ('rated', 'closed', 'explained', 'out of scope') THEN min(at + 86400 + r % 40 * "
    "43200,"
    "   $2) END, at + 86400, CASE WHEN state = 'rated' THEN 1 + r % 4 ELSE 0 END, 0,"
    "  CASE WHEN state <> 'new' THEN 1 END, at + 15 * 86400, at + 15 * 86400, at,"
    "  CASE WHEN state = 'new' AND r % 100 = 2 THEN at + 3600 END FROM made ORDER BY i;";

#define TRANSITION(state, step, next)                                                                        \
    "(SELECT id FROM transitions WHERE transitions.state = " state " AND step = '" step "' AND next = " next \
    ")"
static const char steps[] =
    "INSERT OR IGNORE INTO transitions (state, step, next) VALUES ('new', 'received', 'new'),"
    " ('new', 'accepted', 'in hand'), ('in hand', 'progress', 'in hand');"
    "INSERT OR IGNORE INTO transitions (state, step, next) SELECT DISTINCT 'in hand', 'ended', state FROM "
    "cases;"
    "INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
    " SELECT id, received_at, reporter, 'village', 'received', ''," TRANSITION(
        "'new'", "received",
        "'new'") " FROM cases;"
                 "INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
                 " SELECT id, received_at + 86400, handler, 'page', 'accepted', ''," TRANSITION(
                     "'new'", "accepted",
                     "'in hand'") " FROM cases WHERE state <> 'new';"
                                  "INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
                                  " SELECT id, received_at + 86500, handler, 'page', 'progress', "
                                  "'已派人去看，三天内修好'," TRANSITION(
                                      "'in hand'", "progress",
                                      "'in hand'") " FROM cases WHERE state <> 'new' AND id % 3 <> 0;"
                                                   "INSERT INTO steps (case_id, at, actor, line, kind, "
                                                   "words, transition, move, leads_to)"
                                                   " SELECT id, COALESCE(closed_at, received_at + 86400), "
                                                   "handler, 'page', 'ended', '修好了' || id," TRANSITION(
                                                       "'in hand'", "ended",
                                                       "cases.state") ", moves, state FROM cases WHERE state "
                                                                      "<> 'new';";

/* One text of each case, a few of which did not go out; voices to hear; counters; and who looked at what. */
static const char others[] =
    "INSERT INTO notices (recipient, text, name, line, state, priority, due_at, lease_until, attempts, parts,"
    "  reference, case_id, created_at, settled_at, why)"
    " SELECT reporter, '您的诉求已收到，编号' || number, 'received', 'village',"
    "  CASE WHEN id % 2000 = 0 THEN 'FAILED' WHEN id % 5000 = 1 THEN 'UNKNOWN' ELSE 'DELIVERED' END, 1,"
    "  received_at, 0, 1, 1, 7, id, received_at, received_at + 9, '' FROM cases;"
    "INSERT INTO recordings (state, line, external_id, caller, called, at, begun_at, is_growing, is_sealed, "
    "keys,"
    "  file, copy, format, sha256, octets, ms, sound_ms, case_id, heard_by, written_by)"
    " SELECT 'kept', 'village', number, reporter, '12345', received_at, received_at, 0, 0, '', number || "
    "'.wav',"
    "  'copy', 'wav', '', 9, 9000, 9000, id, '', '' FROM cases WHERE state = 'new' ORDER BY id DESC LIMIT 60;"
    "INSERT INTO counters (name, value)"
    " SELECT 'case 20' || substr(number, 1, 2), count(*) FROM cases GROUP BY substr(number, 1, 2);"
    "INSERT INTO page_views (at, phone, address, asked, cases)"
    " SELECT received_at + 5, COALESCE(handler, reporter), '10.0.0.1', '/page/case/' || number, number FROM "
    "cases"
    " WHERE id % 10 = 0;";

static void run(sqlite3 *db, const char *sql)
{
    char *error = NULL;

    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        give_up(error);
}

/* Each statement of sql with the values of $1, $2, $3 that it has. */
static void run_with(sqlite3 *db, const char *sql, const int64_t *values)
{
    while (*sql) {
        sqlite3_stmt *statement;

        if (sqlite3_prepare_v2(db, sql, -1, &statement, &sql) != SQLITE_OK)
            give_up(sqlite3_errmsg(db));
        for (int i = 1; i <= 3; i++) {
            char name[] = { '$', (char)('0' + i), '\0' };

            if (sqlite3_bind_parameter_index(statement, name))
                sqlite3_bind_int64(statement, sqlite3_bind_parameter_index(statement, name), values[i - 1]);
        }
        if (sqlite3_step(statement) != SQLITE_DONE)
            give_up(sqlite3_errmsg(db));
        sqlite3_finalize(statement);
    }
}

static void read_corpus(sqlite3 *db)
{
    FILE *file = fopen("tests/corpus/texts-train.tsv", "r");
    sqlite3_stmt *insert;
    char *line = NULL;
    size_t size = 0;
    int n = 0;

    run(db, "CREATE TEMP TABLE corpus (id INTEGER PRIMARY KEY, text TEXT)");
    if (!file || sqlite3_prepare_v2(db, "INSERT INTO corpus VALUES ($1, $2)", -1, &insert, NULL) != SQLITE_OK)
        give_up("tests/corpus/texts-train.tsv cannot be read");
    while (getline(&line, &size, file) >= 0) {
        char *text = strrchr(line, '\t');

        if (*line == '#' || !text)
            continue;
        text[strcspn(text, "\n")] = '\0';
        sqlite3_bind_int(insert, 1, n++);
        sqlite3_bind_text(insert, 2, text + 1, -1, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    free(line);
    fclose(file);
}

static void put_office(sqlite3 *db)
{
    static const int roles[LARGE_KINDS] = {
        [LARGE_CADRE] = ROLE_CADRE,   [LARGE_TOWNSHIP_LEADER] = ROLE_LEADER,
        [LARGE_LEADER] = ROLE_LEADER, [LARGE_SUPERVISOR] = ROLE_SUPERVISOR,
        [LARGE_CLERK] = ROLE_CLERK,   [LARGE_OPERATOR] = ROLE_OPERATOR
    };
    void *mem = talloc_new(NULL);

    for (int kind = 0; kind < LARGE_KINDS; kind++)
        for (int i = 0; i < LARGE_PEOPLE; i++)
            run(db, talloc_asprintf(
                        mem,
                        "INSERT INTO people (phone, name, title, roles, unit) VALUES ('%s', '例%d%d', "
                        "'', %d, %d)",
                        large_phone(mem, (enum large_kind)kind, i), kind, i, roles[kind],
                        kind <= LARGE_TOWNSHIP_LEADER ? 2 + i % LARGE_TOWNSHIPS : 1));
    talloc_free(mem);
}

/* The index of open cases that are alike. */
static void index_open(const char *path)
{
    void *mem = talloc_new(NULL);
    const struct case_filter open = { .states = OPEN_STATES };
    const char *error = "";
    struct store *store = store_open(mem, talloc_asprintf(mem, "sqlite:%s", path), &error);
    struct case_ *list;
    size_t n;
    bool is_done = store && store_begin(store, 1000) && store_cases(store, mem, &open, &list, &n);

    for (size_t i = 0; is_done && i < n; i++)
        is_done = similar_keep(store, &list[i]);
    if (!is_done || !store_note_indexed(store, INT64_MAX) || !store_commit(store))
        give_up(store ? store_error(store) : error);
    talloc_free(mem);
}

void large_store_fill(const char *path, int64_t n, int64_t now)
{
    const int64_t values[] = { n, now, YEARS_SECONDS };
    sqlite3 *db;

    if (sqlite3_open(path, &db) != SQLITE_OK || pairs_register(db) != SQLITE_OK)
        give_up(sqlite3_errmsg(db));
    run(db, "PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -400000");
    read_corpus(db);
    run(db, "BEGIN");
    run(db, units);
    run(db, people);
    put_office(db);
    run_with(db, cases, values);
    run(db, steps);
    run(db, others);
    run(db, entries_refill);
    run(db, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_close(db);
    index_open(path);
}
