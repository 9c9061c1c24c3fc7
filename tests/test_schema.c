#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/case/lifecycle_guard.h"
#include "store/cases.h"
#include "store/events.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/sql.h"
#include "store/steps.h"
#include "store/store.h"
#include "store/tokens.h"
#include "tests/support/old_store.h"
#include "tests/support/support.h"

struct world {
    const char *directory, *path, *url;
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->directory = temporary_directory(world);
    world->path = talloc_asprintf(world, "%s/x.db", world->directory);
    world->url = talloc_asprintf(world, "sqlite:%s", world->path);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    talloc_free(*state);
    return 0;
}

static struct store *open_store(struct world *world)
{
    const char *error = NULL;
    struct store *store = store_open(world, world->url, &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

static struct store *open_reader(struct world *world)
{
    const char *error = NULL;
    struct store *store = store_open_reader(world, world->url, &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

static const char *refusal(struct world *world, const char *url, bool is_reader)
{
    const char *error = NULL;

    assert_null(is_reader ? store_open_reader(world, url, &error) : store_open(world, url, &error));
    assert_non_null(error);
    return error;
}

/* Runs a statement past the store, as another program would. */
static void meddle(struct world *world, const char *statement)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, statement, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_new_database_is_for_its_owner_alone(void **state)
{
    struct world *world = *state;
    const char *const ends[] = { "", "-wal", "-shm" };
    struct stat status;

    umask(0);
    struct store *store = open_store(world);
    assert_true(store_set(store, "mark", "1"));
    umask(022);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(stat(talloc_asprintf(world, "%s%s", world->path, ends[i]), &status), 0);
        assert_int_equal(status.st_mode & 0777, 0600);
    }
    assert_string_equal(store_path(store), world->path);
}

static void a_store_in_memory_has_no_path(void **state)
{
    const char *error = NULL;
    struct store *store = store_open(*state, "sqlite::memory:", &error);

    assert_non_null(store);
    assert_null(store_path(store));
}

static void a_directory_that_is_not_there_is_named(void **state)
{
    struct world *world = *state;
    const char *url = talloc_asprintf(world, "sqlite:%s/no/x.db", world->directory);
    const char *directory = talloc_asprintf(world, "there is no directory %s/no", world->directory);

    assert_non_null(strstr(refusal(world, url, false), directory));
    assert_non_null(strstr(refusal(world, url, true), directory));
}

static void a_reader_makes_no_database(void **state)
{
    struct world *world = *state;

    assert_non_null(strstr(refusal(world, world->url, true), world->path));
    assert_int_not_equal(access(world->path, F_OK), 0);
}

static void an_url_of_another_kind_is_refused(void **state)
{
    assert_non_null(strstr(refusal(*state, "mysql:x", false), "sqlite:"));
    assert_non_null(strstr(refusal(*state, "sqlite:", false), "names a file"));
}

static void what_is_no_database_is_refused_and_left_as_it_is(void **state)
{
    struct world *world = *state;
    char text[2048];
    int fd = open(world->path, O_CREAT | O_RDWR, 0600);

    memset(text, 'x', sizeof text);
    assert_int_equal(write(fd, text, sizeof text), sizeof text);
    assert_non_null(strstr(refusal(world, world->url, false), world->path));
    assert_int_equal(lseek(fd, 0, SEEK_END), sizeof text);
    close(fd);
}

static void a_database_of_another_program_is_refused(void **state)
{
    meddle(*state, "CREATE TABLE theirs (x)");
    assert_non_null(strstr(refusal(*state, ((struct world *)*state)->url, false), "not one of Xiangyin's"));
}

static void an_empty_file_becomes_a_database(void **state)
{
    struct world *world = *state;

    close(open(world->path, O_CREAT | O_RDWR, 0600));
    assert_true(store_set(open_store(world), "mark", "1"));
}

/* How many rows one database has in this table that the other, attached as b, has not. */
static int64_t apart(sqlite3 *db, const char *columns, const char *table)
{
    char *question =
        sqlite3_mprintf("SELECT (SELECT count(*) FROM (SELECT %s FROM main.%w EXCEPT SELECT %s FROM b.%w))"
                        " + (SELECT count(*) FROM (SELECT %s FROM b.%w EXCEPT SELECT %s FROM main.%w))",
                        columns, table, columns, table, columns, table, columns, table);
    sqlite3_stmt *statement;
    int64_t n = -1;

    if (sqlite3_prepare_v2(db, question, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        n = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_free(question);
    return n;
}

/* Each store has a secret of its own among its settings. */
static void is_the_same(sqlite3 *db)
{
    sqlite3_stmt *tables;
    int seen = 0;

    assert_int_equal(apart(db, "type, name, tbl_name, sql", "sqlite_schema"), 0);
    assert_int_equal(apart(db, "value", "settings"), 2);
    assert_int_equal(apart(db, "name, length(value)", "settings"), 0);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name FROM sqlite_schema WHERE type = 'table'"
                                        " AND name <> 'settings' AND sql NOT LIKE 'CREATE VIRTUAL%'",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(tables) == SQLITE_ROW; seen++)
        assert_int_equal(apart(db, "*", (const char *)sqlite3_column_text(tables, 0)), 0);
    assert_in_range(seen, 45, 200);
    sqlite3_finalize(tables);
}

static void a_new_database_is_what_all_steps_make(void **state)
{
    struct world *world = *state;
    const char *stepped = talloc_asprintf(world, "%s/stepped.db", world->directory), *error;
    const char *attach = talloc_asprintf(world, "ATTACH '%s' AS b", stepped);
    sqlite3 *db;

    talloc_free(open_store(world));
    if (!old_store_update(world, stepped, schema_version(), &error))
        fail_msg("%s", error);
    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, attach, NULL, NULL, NULL), SQLITE_OK);
    is_the_same(db);
    sqlite3_close(db);
}

static void a_newer_database_is_refused(void **state)
{
    struct world *world = *state;

    talloc_free(open_store(world));
    meddle(world, "UPDATE schema_version SET version = 1000");
    assert_non_null(strstr(refusal(world, world->url, false), "newer program"));
    assert_non_null(strstr(refusal(world, world->url, true), "newer program"));
}

static void make_store(struct world *world, const char *name)
{
    char *script = NULL;
    size_t size = 0;
    FILE *file = fopen(name, "r");

    assert_non_null(file);
    assert_true(getdelim(&script, &size, '\0', file) > 0);
    fclose(file);
    meddle(world, script);
    free(script);
}

/* A store as the program left it when its schema was 4: three cases, new, in hand and rated. */
static void make_old_store(struct world *world)
{
    make_store(world, "tests/corpus/store-4.sql");
}

static const char *value_of(struct store *store, const char *select)
{
    const char *value = NULL;

    if (!sql_text(store, store, select, NO_VALUES, &value))
        fail_msg("%s", store_error(store));
    return value ? value : "none";
}

/* With rows in every table and column that has another name since. */
static void a_database_of_the_seventh_schema_keeps_all_it_holds_under_new_names(void **state)
{
    static const struct {
        const char *select, *value;
    } kept[] = {
        { "SELECT count(*) FROM pragma_foreign_key_check", "0" },
        { "SELECT hook || case_id || attempts || why FROM webhook_deliveries", "w22no answer" },
        { "SELECT key || token_id || notice_id FROM idempotency_keys", "key-111" },
        { "SELECT group_concat(kind || ': ' || state || step || next, '; ') FROM steps JOIN transitions ON"
          " transitions.id = transition WHERE case_id = 2 AND steps.id > 3",
          "urgency class: in handurgency classin hand; public works: in handpublic worksin hand" },
        { "SELECT count(*) FROM transitions WHERE step IN ('graded', 'works')", "0" },
        { "SELECT count(*) FROM transitions WHERE state = 'new' AND step = 'accepted' AND next = 'in hand'",
          "1" },
        { "SELECT group_concat(kind || ' ' || state || ' ' || coalesce(move || ' ' || leads_to, 'stays'), '; "
          "')"
          " FROM steps JOIN transitions ON transitions.id = transition WHERE case_id = 1",
          "received ? stays; accepted new 1 in hand" },
        { "SELECT moves FROM cases WHERE id = 1", "1" },
        { "SELECT urgency_class || public_works_year FROM cases WHERE id = 2", "一级2027" },
        { "SELECT count(*) FROM settings WHERE name = 'life of a case'", "0" },
        { "SELECT value FROM settings WHERE name = 'mark'", "1" },
        /* the ninth's: facts of people and units; of people or units that are not there, none */
        { "SELECT group_concat(phone || ' ' || owner_since) FROM people WHERE owner_since <> 0",
          "+8613934567001 1751904500" },
        { "SELECT group_concat(phone || line || ' ' || locked_until) FROM sender_lines",
          "+8613800000002 1767719999" },
        { "SELECT group_concat(id || ' ' || on_duty) FROM units", "2 +8613800000001" },
        { "SELECT group_concat(name) FROM (SELECT name FROM settings ORDER BY name)",
          "event key secret,lifecycle,mark,plain keys,reminded until" },
        { "SELECT words FROM confirmations", "0 修好了" },
    };
    struct world *world = *state;
    struct store *store;
    struct case_ *case_;
    struct step step = { .case_id = 1, .actor = "system", .line = "", .kind = "undone", .words = "" };

    make_store(world, "tests/corpus/store-7.sql");
    store = open_store(world);
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        assert_string_equal(value_of(store, kept[i].select), kept[i].value);
    assert_true(store_case(store, world, 1, &case_));
    case_->state = CASE_NEW;
    assert_true(store_take_step(store, &step, case_));
    assert_string_equal(value_of(store, "SELECT moves || state FROM cases WHERE id = 1"), "2new");
}

/* As it was: what a case was filed with, a text that has grown since, a recording, and an erased case. */
static void the_first_words_of_older_cases_are_read_as_they_were(void **state)
{
    static const char *const first[] = { "停水", "路坏了", "", "" };
    static const char change[] = "UPDATE steps SET words = '停水' WHERE case_id = 1 AND kind = 'received';"
                                 "UPDATE steps SET words = '路坏了' WHERE case_id = 2 AND kind = 'received';"
                                 "UPDATE steps SET words = '' WHERE case_id > 2 AND kind = 'received';"
                                 "UPDATE cases SET text = '停水' WHERE id = 1;"
                                 "UPDATE cases SET text = '路坏了' || char(10) || '很深' WHERE id = 2;"
                                 "UPDATE cases SET text = '写下来的' WHERE id = 3;"
                                 "UPDATE cases SET text = '' WHERE id = 4";
    struct world *world = *state;
    const char *error = "";
    struct store *store;

    if (!old_store_make(world, world->path, 44, 4, &error))
        fail_msg("%s", error);
    meddle(world, change);
    store = open_store(world);
    for (size_t i = 0; i < 4; i++) {
        struct step *step;

        assert_true(store_last_step(store, world, (int64_t)i + 1, "received", &step));
        assert_string_equal(step->words, first[i]);
    }
    assert_string_equal(value_of(store, "SELECT words FROM steps WHERE case_id = 1 AND kind = 'received'"),
                        "");
}

/* Who has had all their answers before the program was replaced has none after it. */
static void the_answers_that_somebody_may_still_have_stay_the_same(void **state)
{
    struct world *world = *state;
    struct person *person;
    const char *error = "";
    struct store *store;

    if (!old_store_update(world, world->path, 55, &error))
        fail_msg("%s", error);
    meddle(world, "INSERT INTO people (phone) VALUES ('+8613934567008'), ('+8613934567009');"
                  "INSERT INTO answer_budgets (phone, tokens, filled_at, day, today)"
                  " VALUES ('+8613934567009', 250, 1785542400, 20260801, 30)");
    store = open_store(world);
    assert_true(store_person(store, world, "+8613934567009", &person));
    assert_int_equal(person->budget.tokens, 250);
    assert_int_equal(person->budget.filled_at, 1785542400);
    assert_int_equal(person->budget.day, 20260801);
    assert_int_equal(person->budget.today, 30);
    assert_true(store_person(store, world, "+8613934567008", &person));
    assert_int_equal(person->budget.filled_at, 0);
}

/* A line may bring a message again that an older program kept under its plain key. */
static void a_message_that_an_older_program_kept_is_known_still(void **state)
{
    struct world *world = *state;
    struct store *store;
    struct event event = { .kind = EVENT_TEXT,
                           .line = "village",
                           .external_id = "4b6d58711d0e4b6d58711d0e4b6d5871",
                           .is_key_derived = true,
                           .from = "+8613934567001",
                           .text = "水" };

    make_store(world, "tests/corpus/store-7.sql");
    meddle(world,
           "INSERT INTO events (kind, line, external_id, sender, at, received_at, text, reference, total,"
           " sequence, status, outcome, why) VALUES ('text', 'village',"
           " '4b6d58711d0e4b6d58711d0e4b6d5871', '+8613934567001', 1, 1, '水', 0, 0, 0, 0, '', '')");
    store = open_store(world);
    assert_true(store_add_event(store, &event));
    assert_int_equal(event.id, 0);
    event.external_id = "00000000000000000000000000000001";
    assert_true(store_add_event(store, &event));
    assert_int_not_equal(event.id, 0);
    assert_string_equal(value_of(store, "SELECT count(*) FROM events WHERE external_id LIKE '0000%'"), "0");
}

static void an_older_database_is_brought_up_to_date(void **state)
{
    struct world *world = *state;
    struct store *store;
    struct token token = { .name = "n", .hash = "h", .scopes = "" };
    const char *value;

    make_old_store(world);
    meddle(world,
           "INSERT INTO settings VALUES ('mark', '1');"
           "DROP TABLE tellings; DROP TABLE asked; DROP TABLE tokens; DROP INDEX sent_parts_by_external_id;"
           "ALTER TABLE sent_parts DROP COLUMN external_id; ALTER TABLE notices DROP COLUMN data;"
           "DROP TABLE leaves; DROP TABLE routes; DROP INDEX cases_to_accept; DROP INDEX cases_to_review;"
           "DROP INDEX cases_works; DROP INDEX cases_by_time;"
           "CREATE INDEX cases_by_time ON cases (received_at); ALTER TABLE cases DROP COLUMN accept_by;"
           "ALTER TABLE cases DROP COLUMN is_away; ALTER TABLE cases DROP COLUMN reviews;"
           "ALTER TABLE cases DROP COLUMN review_by; ALTER TABLE cases DROP COLUMN reviewed_at;"
           "ALTER TABLE cases DROP COLUMN works_year; ALTER TABLE cases DROP COLUMN households;"
           "ALTER TABLE cases DROP COLUMN residents;"
           "UPDATE schema_version SET version = 1");
    store = open_store(world);
    assert_true(store_add_token(store, &token));
    assert_true(store_get(store, world, "mark", &value));
    assert_string_equal(value, "1");
    open_reader(world);
}

static void cases_of_an_older_database_stand_where_they_stood_and_go_on_from_there(void **state)
{
    struct world *world = *state;
    struct store *store;
    struct case_ *case_;
    struct step step = { .actor = "system", .line = "", .kind = "closed", .words = "" };

    make_old_store(world);
    store = open_store(world);
    assert_true(store_case_by_number(store, world, "26000010", &case_));
    assert_int_equal(case_->state, CASE_NEW);
    assert_true(store_case_by_number(store, world, "26000032", &case_));
    assert_int_equal(case_->state, CASE_RATED);
    assert_true(store_case_by_number(store, world, "26000029", &case_));
    assert_int_equal(case_->state, CASE_IN_HAND);
    case_->state = CASE_CLOSED;
    step.case_id = case_->id;
    assert_false(store_take_step(store, &step, case_)); /* nobody has said yet what the table is */
    assert_true(lifecycle_guard_write(store));
    assert_true(store_take_step(store, &step, case_));
    assert_true(store_case_by_number(store, world, "26000029", &case_));
    assert_int_equal(case_->state, CASE_CLOSED);
}

static bool refuses(struct world *world, const char *statement)
{
    sqlite3 *db;
    bool is_refused;

    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL), SQLITE_OK);
    is_refused = sqlite3_exec(db, statement, NULL, NULL, NULL) == SQLITE_CONSTRAINT;
    sqlite3_close(db);
    return is_refused;
}

/* Steps that no act takes: an operator settles a notice, a person is erased, and the like. */
static void steps_of_no_act_are_allowed_in_every_state(void **state)
{
    static const char *const kinds[] = {
        "erased",          "texts removed",  "notice cancelled", "notice sent again",
        "notice given up", "notice arrived", "learned",          "place asked",
        "copied"
    };
    static const char *const states[] = { "new", "in hand", "closed", "rated", "merged", "withdrawn" };
    struct world *world = *state;
    struct store *store;

    make_old_store(world);
    store = open_store(world);
    assert_true(lifecycle_guard_write(store));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        for (size_t k = 0; k < sizeof states / sizeof *states; k++) {
            int64_t n = 0;

            assert_true(sql_number(store,
                                   "SELECT count(*) FROM transitions WHERE state = $1 AND step = $2"
                                   " AND next = $1",
                                   VALUES(as_text(states[k]), as_text(kinds[i])), &n));
            if (n != 1)
                fail_msg("%s %s", states[k], kinds[i]);
        }
}

static void no_state_changes_without_a_step(void **state)
{
    struct world *world = *state;
    struct store *store;

    make_old_store(world);
    store = open_store(world);
    assert_true(lifecycle_guard_write(store));
    /* nor by a step that only claims to be there */
    assert_true(refuses(world, "UPDATE cases SET state = 'closed' WHERE number = '26000010'"));
    assert_true(refuses(world, "UPDATE cases SET state = 'closed' WHERE number = '26000029'"));
    assert_true(refuses(world, "UPDATE cases SET state = 'closed', moves = 1 WHERE number = '26000029'"));
    assert_true(refuses(world, "UPDATE cases SET moves = 1 WHERE moves IS NULL"));
    assert_true(refuses(world, "UPDATE cases SET state = 'closed', moves = NULL WHERE number = '26000029'"));
    /* nor by another case's step, nor as long as the step leads elsewhere */
    assert_false(refuses(world, "INSERT INTO steps (case_id, at, actor, line, kind, words, transition, move,"
                                " leads_to) SELECT 2, 1, '', '', step, '', id, 7, next FROM transitions"
                                " WHERE state = 'in hand' AND step = 'closed'"));
    assert_true(refuses(world, "UPDATE cases SET state = 'closed', moves = 7 WHERE id = 1"));
    assert_true(refuses(world, "UPDATE cases SET state = 'rated', moves = 7 WHERE id = 2"));
    assert_false(refuses(world, "UPDATE cases SET state = 'closed', moves = 7 WHERE id = 2"));
    assert_true(refuses(world, "INSERT INTO cases (number, state, reporter, is_anonymous, line, category,"
                               " confidence, topic, urgency, is_guarded, text, received_at, touched_at,"
                               " rating, reopened) VALUES ('1', 'closed', '', 0, '', '民生', 0, 'water',"
                               " 'normal', 0, '', 1, 1, 0, 0)"));
}

/* Past the store, and without its references between tables. */
static bool takes_word(struct world *world, const char *change, const char *word)
{
    char *statement = talloc_asprintf(world, "UPDATE %s FROM (SELECT '%s' AS word)", change, word);
    sqlite3 *db;
    int answer;

    assert_int_equal(sqlite3_open(world->path, &db), SQLITE_OK);
    answer = sqlite3_exec(db, statement, NULL, NULL, NULL);
    sqlite3_close(db);
    assert_true(answer == SQLITE_OK || answer == SQLITE_CONSTRAINT);
    return answer == SQLITE_OK;
}

static void a_word_that_a_column_does_not_know_is_refused(void **state)
{
    static const struct {
        const char *change, *known[10];
    } columns[] = {
        { "cases SET category = word", { "民生", "民困", "民访" } },
        { "cases SET voice = word", { "", "unheard", "sealed" } },
        { "cases SET moves = 1, state = word",
          { "new", "in hand", "closed", "rated", "explained", "out of scope", "merged", "withdrawn",
            "no complaint" } },
        { "events SET kind = word", { "text", "part", "receipt", "call", "notification" } },
        { "notices SET state = word",
          { "READY", "CLAIMED", "ARMED", "SENT", "DELIVERED", "FAILED", "UNKNOWN", "CANCELLED" } },
    };
    struct world *world = *state;
    struct store *store = open_store(world);
    struct event event = { .line = "village", .external_id = "1", .from = "+861" };
    struct case_ case_ = { .number = "26000010", .reporter = "+861", .topic = "water" };
    struct notice notice = { .to = "+861", .text = "收到", .name = "received", .line = "village" };

    assert_true(store_add_event(store, &event) && store_open_case(store, &case_) &&
                store_add_notice(store, &notice));
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        for (size_t k = 0; columns[i].known[k]; k++)
            assert_true(takes_word(world, columns[i].change, columns[i].known[k]));
        assert_false(takes_word(world, columns[i].change, "unknown"));
    }
}

static void no_statement_adds_a_step_that_is_not_in_the_table(void **state)
{
/* STEP(kind, transition, move and state) */
#define STEP(kind, transition, moved)                                                              \
    "INSERT INTO steps (case_id, at, actor, line, kind, words, transition, move, leads_to) SELECT" \
    " 2, 1, '', '', '" kind "', '', id, " moved                                                    \
    " FROM transitions WHERE state = 'in hand' AND step = '" transition "'"
    struct world *world = *state;
    struct store *store;

    make_old_store(world);
    store = open_store(world);
    assert_true(lifecycle_guard_write(store));
    assert_false(refuses(world, STEP("progress", "progress", "NULL, NULL")));
    assert_true(refuses(world, STEP("closed", "progress", "NULL, NULL")));
    assert_true(refuses(world, STEP("progress", "progress", "7, 'closed'")));
    assert_true(refuses(world, STEP("closed", "closed", "7, NULL")));
    assert_true(refuses(world, "INSERT INTO steps (case_id, at, actor, line, kind, words)"
                               " VALUES (2, 1, '', '', 'progress', '')"));
    assert_true(refuses(world, "INSERT INTO steps (case_id, at, actor, line, kind, words, transition)"
                               " VALUES (2, 1, '', '', 'progress', '', 1000)"));
    /* what the store itself adds: the table has no such step of a new case */
    assert_false(store_add_step(store, &(struct step){ .case_id = 1, .kind = "rated", .actor = "" }));
}

static void a_reader_refuses_an_older_database(void **state)
{
    struct world *world = *state;

    talloc_free(open_store(world));
    meddle(world, "UPDATE schema_version SET version = 0");
    assert_non_null(strstr(refusal(world, world->url, true), "older program"));
}

static void what_was_committed_is_there_after_reopening(void **state)
{
    struct world *world = *state;
    struct store *store = open_store(world);
    const char *value;
    int64_t next;

    assert_true(store_begin(store, 100));
    assert_true(store_set(store, "mark", "1"));
    assert_true(store_next(store, "case-26", &next));
    assert_true(store_commit(store));
    assert_true(store_begin(store, 100));
    assert_true(store_set(store, "mark", "2"));
    talloc_free(store);
    store = open_store(world);
    assert_true(store_get(store, world, "mark", &value));
    assert_string_equal(value, "1");
    assert_true(store_next(store, "case-26", &next));
    assert_int_equal(next, 2);
}

static void what_was_rolled_back_is_gone(void **state)
{
    struct store *store = open_store(*state);
    const char *value;
    int64_t next;

    store_rollback(store);
    assert_true(store_begin(store, 100));
    assert_true(store_set(store, "mark", "1"));
    assert_true(store_next(store, "n", &next));
    store_rollback(store);
    assert_true(store_get(store, *state, "mark", &value));
    assert_null(value);
    assert_true(store_next(store, "n", &next));
    assert_int_equal(next, 1);
    assert_true(store_next(store, "n", &next));
    assert_int_equal(next, 2);
    assert_true(store_next(store, "m", &next));
    assert_int_equal(next, 1);
}

static void a_transaction_goes_on_after_a_refused_statement(void **state)
{
    struct store *store = open_store(*state);
    struct person stranger = { .phone = "+861", .unit = 99 };
    const char *value;

    assert_true(store_begin(store, 100));
    assert_true(store_set(store, "mark", "1"));
    assert_false(store_put_person(store, &stranger));
    assert_true(store_set(store, "other", "2"));
    assert_true(store_commit(store));
    assert_true(store_get(store, *state, "other", &value));
    assert_string_equal(value, "2");
}

static void a_reader_sees_what_is_committed_while_another_writes(void **state)
{
    struct store *writer = open_store(*state), *reader;
    const char *value;

    assert_true(store_set(writer, "mark", "1"));
    reader = open_reader(*state);
    assert_true(store_begin(writer, 100));
    assert_true(store_set(writer, "mark", "2"));
    assert_true(store_get(reader, *state, "mark", &value));
    assert_string_equal(value, "1");
    assert_true(store_commit(writer));
    assert_true(store_get(reader, *state, "mark", &value));
    assert_string_equal(value, "2");
}

static void a_reader_cannot_write(void **state)
{
    struct store *reader;

    talloc_free(open_store(*state));
    reader = open_reader(*state);
    assert_false(store_set(reader, "mark", "1"));
    assert_non_null(strstr(store_error(reader), "readonly"));
}

static void a_writer_that_may_not_wait_is_told_who_is_in_the_way(void **state)
{
    struct store *first = open_store(*state), *second = open_store(*state);

    assert_true(store_begin(first, 100));
    assert_false(store_begin(second, 0));
    assert_non_null(strstr(store_error(second), "another program is writing"));
    assert_true(store_commit(first));
    assert_true(store_begin(second, 0));
    store_rollback(second);
}

static void *commit_soon(void *store)
{
    usleep(50000);
    return (void *)(uintptr_t)store_commit(store);
}

static void a_writer_waits_for_another(void **state)
{
    struct store *first = open_store(*state), *second = open_store(*state);
    pthread_t thread;
    void *is_committed;
    const char *value;

    assert_true(store_begin(first, 100));
    assert_true(store_set(first, "mark", "1"));
    assert_int_equal(pthread_create(&thread, NULL, commit_soon, first), 0);
    assert_true(store_begin(second, 60000));
    pthread_join(thread, &is_committed);
    assert_non_null(is_committed);
    assert_true(store_get(second, *state, "mark", &value));
    assert_string_equal(value, "1");
    assert_true(store_set(second, "mark", "2"));
    assert_true(store_commit(second));
}

/* Each child opens the new database and counts once. */
static int open_and_count(const char *url)
{
    const char *error;
    struct store *store = store_open(NULL, url, &error);
    int64_t next;
    bool is_done = store && store_begin(store, 60000) && store_next(store, "n", &next) && store_commit(store);

    talloc_free(store);
    return is_done ? 0 : 1;
}

static void programs_that_start_together_make_one_schema(void **state)
{
    struct world *world = *state;
    int64_t next;
    int status, failed = 0;

    for (int i = 0; i < 8; i++)
        if (fork() == 0)
            _exit(open_and_count(world->url));
    for (int i = 0; i < 8; i++) {
        assert_true(wait(&status) > 0);
        failed += status != 0;
    }
    assert_int_equal(failed, 0);
    assert_true(store_next(open_store(world), "n", &next));
    assert_int_equal(next, 9);
}

static void a_killed_writer_leaves_what_it_committed(void **state)
{
    struct world *world = *state;
    const char *value;
    int status;

    if (fork() == 0) {
        struct store *store = open_store(world);
        bool is_done =
            store_set(store, "mark", "1") && store_begin(store, 100) && store_set(store, "mark", "2");
        _exit(is_done ? 0 : 1);
    }
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
    assert_true(store_get(open_reader(world), world, "mark", &value));
    assert_string_equal(value, "1");
    assert_true(store_begin(open_store(world), 0));
}

/* Sets marks in transactions of one until it is refused; how many were taken. */
static int fill(struct store *store)
{
    char name[16], value[4000];
    int n = 0;

    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    for (bool is_done = true; is_done && n < 1000; n += is_done) {
        snprintf(name, sizeof name, "%d", n);
        is_done = store_begin(store, 100) && store_set(store, name, value) && store_commit(store);
        if (!is_done)
            store_rollback(store);
    }
    return n;
}

/* What the schema has written already. */
static rlim_t wal_size(void *mem, const struct store *store)
{
    struct stat status = { 0 };

    assert_int_equal(stat(talloc_asprintf(mem, "%s-wal", store_path(store)), &status), 0);
    return (rlim_t)status.st_size;
}

static void a_full_disk_refuses_loses_nothing_and_is_forgotten_when_there_is_room(void **state)
{
    struct store *store = open_store(*state);
    char name[16];
    const char *value;
    int taken;

    limit_file_size(wal_size(*state, store) + 400000);
    taken = fill(store);
    limit_file_size(RLIM_INFINITY);
    assert_in_range(taken, 1, 999);
    snprintf(name, sizeof name, "%d", taken - 1);
    assert_true(store_get(store, *state, name, &value));
    assert_non_null(value);
    snprintf(name, sizeof name, "%d", taken);
    assert_true(store_get(store, *state, name, &value));
    assert_null(value);
    assert_true(store_begin(store, 100));
    assert_true(store_set(store, name, "room"));
    assert_true(store_commit(store));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_database_is_for_its_owner_alone),
        TEST(a_store_in_memory_has_no_path),
        TEST(a_directory_that_is_not_there_is_named),
        TEST(a_reader_makes_no_database),
        TEST(an_url_of_another_kind_is_refused),
        TEST(what_is_no_database_is_refused_and_left_as_it_is),
        TEST(a_database_of_another_program_is_refused),
        TEST(an_empty_file_becomes_a_database),
        TEST(a_new_database_is_what_all_steps_make),
        TEST(a_newer_database_is_refused),
        TEST(a_message_that_an_older_program_kept_is_known_still),
        TEST(an_older_database_is_brought_up_to_date),
        TEST(a_database_of_the_seventh_schema_keeps_all_it_holds_under_new_names),
        TEST(the_answers_that_somebody_may_still_have_stay_the_same),
        TEST(the_first_words_of_older_cases_are_read_as_they_were),
        TEST(cases_of_an_older_database_stand_where_they_stood_and_go_on_from_there),
        TEST(steps_of_no_act_are_allowed_in_every_state),
        TEST(no_state_changes_without_a_step),
        TEST(a_word_that_a_column_does_not_know_is_refused),
        TEST(no_statement_adds_a_step_that_is_not_in_the_table),
        TEST(a_reader_refuses_an_older_database),
        TEST(what_was_committed_is_there_after_reopening),
        TEST(what_was_rolled_back_is_gone),
        TEST(a_transaction_goes_on_after_a_refused_statement),
        TEST(a_reader_sees_what_is_committed_while_another_writes),
        TEST(a_reader_cannot_write),
        TEST(a_writer_that_may_not_wait_is_told_who_is_in_the_way),
        TEST(a_writer_waits_for_another),
        TEST(programs_that_start_together_make_one_schema),
        TEST(a_killed_writer_leaves_what_it_committed),
        TEST(a_full_disk_refuses_loses_nothing_and_is_forgotten_when_there_is_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
