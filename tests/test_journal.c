#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/desk/desk.h"
#include "store/search/search.h"
#include "store/sql.h"
#include "store/calendar.h"
#include "store/cases.h"
#include "store/journal/journal.h"
#include "store/notices.h"
#include "store/people.h"
#include "store/journal/seal.h"
#include "store/upkeep/erase.h"
#include "store/upkeep/image.h"
#include "store/upkeep/retain.h"
#include "tests/support/office.h"
#include "tests/support/same_store.h"
#include "tests/support/support.h"

#define PHONE "+8613934567001"
#define DIGITS "13934567001"

struct world {
    struct office *office;
    char public_key[SEAL_KEY_SIZE], private_key[SEAL_KEY_SIZE];
};

static bool start(struct turn *turn, void *arg)
{
    struct world *world = arg;

    return store_set_recovery_key(turn->store, world->public_key);
}

static struct store *open_store(void *mem, const struct world *world)
{
    const char *error = "";
    struct store *store = store_open(mem, talloc_asprintf(mem, "sqlite:%s", world->office->path), &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    struct store *store;

    world->office = office_open(world);
    seal_new_key(world->public_key, world->private_key);
    assert_true(desk_do(world->office->desk, start, world));
    store = open_store(world, world);
    assert_true(store_journal_start(store, SEAL_RESTRICTED));
    talloc_free(store);
    office_restart(world->office);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    office_close(world->office);
    talloc_free(world);
    return 0;
}

static void text(struct world *world, const char *from, const char *words)
{
    static int n;
    void *mem = talloc_new(world);
    struct event event = office_text(mem, talloc_asprintf(mem, "t%d", n++), from, words);

    assert_true(desk_submit(world->office->desk, &event, 1));
    talloc_free(mem);
}

struct checking {
    struct journal_point last;
    char expected[JOURNAL_HASH_SIZE];
    long rows, blanked, sealed;
};

static bool check_row(const struct journal_row *row, void *arg)
{
    struct checking *checking = arg;
    char hash[JOURNAL_HASH_SIZE];

    assert_int_equal(row->seq, checking->last.seq + 1);
    journal_chain_hash(checking->last.hash, row, hash);
    assert_string_equal(row->hash, hash);
    if (row->body) {
        journal_body_hash(row->salt, row->body, hash);
        assert_string_equal(row->body_hash, hash);
    }
    checking->rows++;
    checking->blanked += row->body == NULL;
    checking->sealed += strcmp(row->kind, "sealed") == 0;
    checking->last.seq = row->seq;
    snprintf(checking->last.hash, sizeof checking->last.hash, "%s", row->hash);
    return true;
}

static struct checking check_chain(struct world *world)
{
    void *mem = talloc_new(NULL);
    struct store *store = open_store(mem, world);
    struct checking checking = { 0 };

    assert_true(store_each_journal_row(store, 0, check_row, &checking));
    talloc_free(mem);
    return checking;
}

struct imaging {
    struct image *image;
    const char *error;
};

static bool add_row(const struct journal_row *row, void *arg)
{
    struct imaging *imaging = arg;

    if (!image_add(imaging->image, row, &imaging->error))
        fail_msg("%s", imaging->error);
    return true;
}

static const char *make_image(void *mem, struct world *world, const char *key,
                              const struct image_takeover *takeover, struct image_result *result)
{
    struct store *store = open_store(mem, world);
    struct imaging imaging = { .error = "" };
    const char *path = talloc_asprintf(mem, "%s/image.db", temporary_directory(mem));

    imaging.image = image_begin(mem, path, key, &imaging.error);
    assert_non_null(imaging.image);
    assert_true(store_each_journal_row(store, 0, add_row, &imaging));
    if (!image_finish(imaging.image, takeover, result, &imaging.error))
        fail_msg("%s", imaging.error);
    talloc_free(imaging.image);
    talloc_free(store);
    return path;
}

/* How many cases are found by a word. */
static size_t found(void *mem, const char *path, const char *word)
{
    const char *error = "";
    struct store *store = store_open(mem, talloc_asprintf(mem, "sqlite:%s", path), &error);
    int64_t *ids;
    size_t n;

    assert_non_null(store);
    assert_true(store_search(store, mem, &(struct search){ .words = word }, &ids, &n));
    talloc_free(store);
    return n;
}

static void a_store_built_from_its_journal_is_equal_row_for_row(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct image_result result;

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    text(world, "+8613934567002", "村支书贪污低保款，我要举报");
    text(world, PHONE, "查");
    text(world, "+8613934567003", "路灯坏了\n\"引号\"\\和\ttab");
    struct checking checking = check_chain(world);
    assert_true(checking.rows > 20);
    assert_true(checking.sealed > 2);
    const char *path = make_image(mem, world, world->private_key, NULL, &result);
    same_store(world->office->path, path);
    assert_int_equal(result.sealed, 0);
    assert_int_equal(found(mem, path, "自来水停"), 1);
    talloc_free(mem);
}

#define ASK "INSERT INTO questions (phone, kind, case_id, data, asked_at, expires_at) VALUES "
#define LEAVE "INSERT INTO leaves (phone, since, until, stand_in) VALUES "

/* Rows that are inserted and then changed, removed, or never there after all. */
static bool write_and_undo(struct turn *turn, void *arg)
{
    struct store *store = turn->store;

    (void)arg;
    return sql_run(store, ASK "('1', 'kept', NULL, 'a', 1, 2)", NO_VALUES) &&
           sql_run(store, ASK "('2', 'changed', NULL, 'a', 1, 2)", NO_VALUES) &&
           sql_run(store, "UPDATE questions SET data = 'b' WHERE phone = '2'", NO_VALUES) &&
           sql_run(store, ASK "('4', 'changed twice', NULL, 'a', 1, 2)", NO_VALUES) &&
           sql_run(store, "UPDATE questions SET data = data || '\"' WHERE phone = '4'", NO_VALUES) &&
           sql_run(store, "UPDATE questions SET data = data || 'c', phone = '8' WHERE phone = '4'",
                   NO_VALUES) &&
           sql_run(store, ASK "('3', 'removed', NULL, 'a', 1, 2)", NO_VALUES) &&
           sql_run(store, "DELETE FROM questions WHERE phone = '3'", NO_VALUES);
}

static bool run_into_an_error(struct turn *turn, void *arg)
{
    (void)arg;
    return !sql_run(turn->store, ASK "('9', 'of no case', 999, 'a', 1, 2)", NO_VALUES) &&
           sql_run(turn->store, LEAVE "('5', 1, 2, '')", NO_VALUES);
}

static bool try_out(struct turn *turn, void *arg)
{
    struct store *store = turn->store;

    (void)arg;
    return store_begin_trial(store) && sql_run(store, ASK "('6', 'tried', NULL, 'a', 1, 2)", NO_VALUES) &&
           store_end_trial(store) && sql_run(store, LEAVE "('7', 1, 2, '')", NO_VALUES);
}

static void what_a_transaction_undid_is_not_in_its_rows(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct image_result result;

    assert_true(desk_do(world->office->desk, run_into_an_error, NULL));
    assert_true(desk_do(world->office->desk, try_out, NULL));
    assert_true(desk_do(world->office->desk, write_and_undo, NULL));
    assert_int_equal(office_count(world->office, "SELECT sum(phone) FROM questions"), 1 + 2 + 8);
    assert_int_equal(office_count(world->office, "SELECT sum(phone) FROM leaves"), 5 + 7);
    check_chain(world);
    same_store(world->office->path, make_image(mem, world, world->private_key, NULL, &result));
    talloc_free(mem);
}

/* Rows of an older program have all columns; those of this one lack what is usual. */
static void a_column_that_is_missing_has_its_usual_value(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *path = talloc_asprintf(mem, "%s/image.db", temporary_directory(mem));
    const char *about = talloc_asprintf(mem, "{\"version\":%d,\"epoch\":1}", schema_version());
    const struct journal_row rows[] = {
        { .kind = "schema", .entity = "", .body = about },
        { .kind = "units",
          .entity = "1",
          .body = "{\"id\":1,\"code\":\"1\",\"name\":\"a\",\"level\":\"county\",\"duty\":\"\"}" },
        { .kind = "units",
          .entity = "2",
          .body = "{\"id\":2,\"code\":\"2\",\"name\":\"b\",\"level\":\"office\",\"duty\":\"water\"}" },
        { .kind = "units",
          .entity = "3",
          .body = "{\"id\":3,\"code\":\"3\",\"name\":\"c\",\"level\":\"office\"}" },
        { .kind = "settings", .entity = "x", .body = "{\"name\":\"x\"}" },
        { .kind = "baseline", .entity = "", .body = about },
    };
    struct image *image = image_begin(mem, path, NULL, &error);
    struct image_result result;
    struct store *store;
    const char *text = NULL;

    (void)state;
    assert_non_null(image);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_true(image_add(image, &rows[i], &error));
    if (!image_finish(image, NULL, &result, &error))
        fail_msg("%s", error);
    talloc_free(image);
    store = store_open(mem, talloc_asprintf(mem, "sqlite:%s", path), &error);
    assert_non_null(store);
    assert_true(
        sql_text(store, mem,
                 "SELECT group_concat(id || duty || COALESCE(parent, '-')) || '/' || (SELECT value || '='"
                 " FROM settings WHERE name = 'x') FROM units ORDER BY id",
                 NO_VALUES, &text));
    assert_string_equal(text, "1-,2water-,3-/=");
    talloc_free(mem);
}

/* The box was given a newer program, and began its journal anew. */
static void rows_of_the_schema_before_the_last_are_no_hindrance(void **state)
{
    void *mem = talloc_new(NULL);
    const char *error = "", *path = talloc_asprintf(mem, "%s/image.db", temporary_directory(mem));
    const char *about = talloc_asprintf(mem, "{\"version\":%d,\"epoch\":1}", schema_version());
    const struct journal_row rows[] = {
        { .kind = "schema", .entity = "", .body = "{\"version\":1,\"epoch\":1}" },
        { .kind = "settings", .entity = "old", .body = "{\"name\":\"old\",\"value\":\"1\"}" },
        { .kind = "things of old", .entity = "1", .body = "{\"id\":1}" },
        { .kind = "baseline", .entity = "", .body = "{\"version\":1,\"epoch\":1}" },
        { .kind = "schema", .entity = "", .body = about },
        { .kind = "settings", .entity = "new", .body = "{\"name\":\"new\",\"value\":\"1\"}" },
        { .kind = "baseline", .entity = "", .body = about },
    };
    struct image *image = image_begin(mem, path, NULL, &error);
    struct image_result result;

    (void)state;
    assert_non_null(image);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(image_add(image, &rows[i], &error));
        assert_int_equal(image_is_whole(image, &error), i == 6);
    }
    assert_true(image_finish(image, NULL, &result, &error));
    assert_int_equal(result.rows, 1);
    talloc_free(mem);
}

static void without_the_key_only_restricted_rows_are_missing(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct image_result result;
    const char *path;

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    text(world, "+8613934567002", "村支书贪污低保款，我要举报");
    path = make_image(mem, world, NULL, NULL, &result);
    assert_true(result.sealed > 2);
    assert_true(file_holds(path, "自来水停了三天"));
    assert_false(file_holds(path, "贪污低保款"));
    talloc_free(mem);
}

static bool erase_now(struct world *world)
{
    void *mem = talloc_new(NULL);
    struct store *store = open_store(mem, world);
    struct erased erased;
    bool is_done = store_erase(store, PHONE, time(NULL), &erased);

    talloc_free(mem);
    return is_done && erased.was_known && erased.open == 0;
}

/* The only case is withdrawn, and who brought it is erased. */
static void erase_reporter(struct world *world)
{
    static const char *const withdrawal[] = {
        "INSERT OR IGNORE INTO transitions (state, step, next) VALUES ('new', 'withdrawn', 'withdrawn')",
        "INSERT INTO steps (case_id, at, actor, line, kind, words, transition, move, leads_to)"
        " SELECT cases.id, 1, '', '', step, '', transitions.id, 1, next FROM cases, transitions"
        " WHERE transitions.state = 'new' AND step = 'withdrawn'",
        "UPDATE cases SET state = 'withdrawn', moves = 1"
    };

    for (size_t i = 0; i < sizeof withdrawal / sizeof *withdrawal; i++)
        office_run(world->office, withdrawal[i]);
    office_restart(world->office);
    office_close(world->office);
    assert_true(erase_now(world));
}

static void erasing_blanks_the_rows_and_keeps_the_chain(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct image_result result;

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    erase_reporter(world);
    struct checking checking = check_chain(world);
    assert_true(checking.blanked > 3);
    assert_false(file_holds(world->office->path, DIGITS));
    assert_false(file_holds(world->office->path, "自来水停了三天"));
    assert_false(file_holds(talloc_asprintf(mem, "%s-wal", world->office->path), DIGITS));
    assert_false(file_holds(make_image(mem, world, world->private_key, NULL, &result), DIGITS));
    talloc_free(mem);
}

static void a_case_that_becomes_restricted_is_no_longer_read(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct image_result result;
    struct store *store;
    struct case_ *case_;

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    store = open_store(mem, world);
    assert_true(store_case(store, mem, 1, &case_));
    case_->is_guarded = true;
    assert_true(store_begin(store, 1000) && store_update_case(store, case_) && store_commit(store));
    talloc_free(store);
    check_chain(world);
    assert_false(file_holds(make_image(mem, world, NULL, NULL, &result), "自来水停了三天"));
    same_store(world->office->path, make_image(mem, world, world->private_key, NULL, &result));
    talloc_free(mem);
}

static void a_pruned_journal_goes_on_behind_its_checkpoint(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct store *store = open_store(mem, world);
    struct journal_point before, after;
    struct journal_size size;
    int n;

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    assert_true(store_journal_end(store, &before));
    assert_true(store_prune_journal(store, before.seq, 1000000, &n));
    assert_int_equal(n, before.seq);
    assert_true(store_journal_size(store, &size));
    assert_int_equal(size.rows, 0);
    assert_true(store_journal_end(store, &after));
    assert_int_equal(after.seq, before.seq);
    text(world, PHONE, "查");
    assert_true(store_journal_point(store, before.seq, &after));
    assert_string_equal(after.hash, before.hash);
    struct checking checking = { .last = before };
    assert_true(store_each_journal_row(store, before.seq, check_row, &checking));
    assert_true(checking.rows > 1);
    talloc_free(mem);
}

struct borders {
    int64_t ends, last; /* how many rows end a transaction; the last of them */
};

static bool note_border(const struct journal_row *row, void *arg)
{
    struct borders *borders = arg;

    if (!row->goes_on) {
        borders->ends++;
        borders->last = row->seq;
    }
    return true;
}

static struct borders borders(struct world *world, int64_t after)
{
    void *mem = talloc_new(NULL);
    struct borders borders = { 0 };

    assert_true(store_each_journal_row(open_store(mem, world), after, note_border, &borders));
    talloc_free(mem);
    return borders;
}

/* Its beginning, and one that is stored in many runs. */
static void a_long_transaction_has_one_end(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct store *store = open_store(mem, world);
    struct journal_point before, end;
    int64_t ends;
    const char *words = talloc_asprintf(mem, "%0999d", 0);

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    assert_true(store_journal_end(store, &before));
    ends = borders(world, 0).ends;
    assert_in_range(ends, 2, 20);
    assert_int_equal(borders(world, 0).last, before.seq);
    assert_true(store_begin(store, 1000));
    for (int i = 0; i < 200; i++)
        assert_true(store_set(store, talloc_asprintf(mem, "setting %d", i), words));
    assert_true(store_commit(store));
    assert_true(store_journal_end(store, &end));
    assert_int_equal(end.seq, before.seq + 200);
    assert_true(
        office_count(world->office, "SELECT count(*) FROM journal_runs WHERE length(octets) > 40000") > 3);
    assert_int_equal(borders(world, before.seq).ends, 1);
    assert_int_equal(borders(world, before.seq).last, end.seq);
    erase_reporter(world); /* which writes runs again */
    assert_true(check_chain(world).blanked > 3);
    assert_int_equal(borders(world, 0).ends - borders(world, end.seq).ends, ends + 1);
    talloc_free(mem);
}

static bool write_as_before(const struct journal_row *row, void *arg)
{
    return sql_run(arg,
                   "INSERT INTO journal (seq, at, kind, entity, body, salt, body_hash, hash)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                   VALUES(as_number(row->seq), as_number(row->at), as_text(row->kind), as_text(row->entity),
                          as_maybe(row->body), as_maybe(row->salt), as_text(row->body_hash),
                          as_text(row->hash)));
}

/* Until schema 46 each row of the journal was one of the table. */
static void rows_of_an_older_program_stay_in_front(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct checking before, after;
    struct journal_point end;
    struct store *store;

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    erase_reporter(world);
    before = check_chain(world);
    assert_true(before.blanked > 3);
    store = open_store(mem, world);
    assert_true(store_begin(store, 1000) && store_each_journal_row(store, 0, write_as_before, store) &&
                sql_run(store, "DELETE FROM journal_runs", NO_VALUES) &&
                sql_run(store, "UPDATE settings SET value = '45' WHERE name = 'journal'", NO_VALUES) &&
                store_commit(store));
    talloc_free(store);
    store = open_store(mem, world);
    after = check_chain(world);
    assert_true(after.rows > before.rows + 300); /* the store's rows have come again */
    assert_int_equal(after.blanked, before.blanked);
    assert_true(store_journal_point(store, before.last.seq, &end));
    assert_string_equal(end.hash, before.last.hash);
    assert_int_equal(office_count(world->office, "SELECT count(*) FROM journal"), 0);
    talloc_free(mem);
    office_restart(world->office);
    check_chain(world);
}

/* A command may be the first to open a store after a step of the schema. */
static void the_connection_that_begins_a_journal_writes_it_too(void **state)
{
    struct world *world = *state;
    struct journal_point begun, end;
    struct store *store;

    office_run(world->office, "UPDATE settings SET value = '45' WHERE name = 'journal'");
    store = open_store(world, world);
    assert_true(store_journal_end(store, &begun));
    assert_true(store_begin(store, 1000) && store_see_person(store, PHONE, "village", 1) &&
                store_commit(store));
    assert_true(store_journal_end(store, &end));
    assert_int_equal(end.seq, begun.seq + 1);
    talloc_free(store);
}

static void nothing_is_written_where_there_is_no_centre(void **state)
{
    struct office *office = office_open(NULL);
    struct event event = office_text(office, "one", PHONE, "自来水停了");

    (void)state;
    assert_true(desk_submit(office->desk, &event, 1));
    assert_int_equal(office_count(office, "SELECT count(*) FROM journal_runs"), 0);
    office_close(office);
    talloc_free(office);
}

static void a_take_over_sends_nothing_again_and_gives_no_number_twice(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    struct image_takeover takeover = { .epoch = 2, .recovery_key = world->public_key };
    struct image_result result;
    struct office *next = talloc_zero(mem, struct office);
    char number[16];

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    text(world, "+8613934567002", "路灯坏了");
    takeover.end.seq = 77;
    *next = *world->office;
    next->path = make_image(mem, world, world->private_key, &takeover, &result);
    assert_true(result.doubtful > 0);
    assert_int_equal(result.doubtful,
                     office_count(world->office, "SELECT count(*) FROM notices WHERE state IN"
                                                 " ('READY', 'CLAIMED', 'ARMED')"));
    assert_int_equal(office_count(next, "SELECT count(*) FROM notices WHERE state IN ('READY', 'CLAIMED',"
                                        " 'ARMED')"),
                     0);
    next->config.store_url = talloc_asprintf(mem, "sqlite:%s", next->path);
    next->config.database = next->path;
    next->desk = NULL;
    office_restart(next);
    struct event event = office_text(mem, "after", "+8613934567004", "井水浑了");
    assert_true(desk_submit(next->desk, &event, 1));
    snprintf(number, sizeof number, "%ld", office_count(next, "SELECT max(number) FROM cases"));
    assert_true(office_count(next, "SELECT max(number) FROM cases") / 10 -
                    office_count(world->office, "SELECT max(number) FROM cases") / 10 >
                99);
    assert_int_equal(office_count(next, "SELECT min(first_seq) FROM journal_runs"), 78);
    desk_stop(next->desk);
    talloc_free(mem);
}

static bool add_codes(struct turn *turn, void *arg)
{
    static const char *const names[] = { "confirm", "confirm-sender", "page-code", "filed-code",
                                         "hear-code" };
    bool is_done = true;

    (void)arg;
    for (size_t i = 0; i < sizeof names / sizeof *names && is_done; i++)
        is_done = store_add_notice(turn->store, &(struct notice){ .to = PHONE,
                                                                  .text = "确认请回505843",
                                                                  .data = "{\"code\":\"505843\"}",
                                                                  .name = names[i],
                                                                  .line = "",
                                                                  .why = "" });
    return is_done && store_add_notice(turn->store, &(struct notice){ .to = PHONE,
                                                                      .text = "水管修好了",
                                                                      .data = "{}",
                                                                      .name = "progress",
                                                                      .line = "",
                                                                      .why = "" });
}

struct looking {
    int codes, others;
};

static bool look_at_row(const struct journal_row *row, void *arg)
{
    struct looking *looking = arg;

    looking->codes += row->body && strstr(row->body, "505843") != NULL;
    looking->others += row->body && strstr(row->body, "水管修好了") != NULL;
    return true;
}

static void a_one_time_code_is_in_no_row(void **state)
{
    struct world *world = *state;
    struct looking looking = { 0 };
    void *mem = talloc_new(NULL);
    struct store *store;

    assert_true(desk_do(world->office->desk, add_codes, NULL));
    assert_int_equal(office_count(world->office, "SELECT count(*) FROM notices WHERE text LIKE '%505843%'"),
                     5);
    store = open_store(mem, world);
    assert_true(store_each_journal_row(store, 0, look_at_row, &looking));
    assert_int_equal(looking.codes, 0);
    assert_int_equal(looking.others, 1);
    talloc_free(mem);
}

static bool has_no_budget(const struct journal_row *row, void *arg)
{
    int *people = arg;

    *people += strcmp(row->kind, "people") == 0;
    assert_null(row->body ? strstr(row->body, "\"answer") : NULL);
    return true;
}

static void how_many_answers_somebody_may_have_is_in_no_row(void **state)
{
    struct world *world = *state;
    void *mem = talloc_new(NULL);
    int people = 0;

    text(world, PHONE, "响水河镇东陈村的自来水停了三天了");
    assert_int_equal(
        office_count(world->office, "SELECT answers_today FROM people WHERE phone = '" PHONE "'"), 1);
    assert_true(store_each_journal_row(open_store(mem, world), 0, has_no_budget, &people));
    assert_true(people > 0);
    talloc_free(mem);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

/* What others must be able to reckon, too: sha256 of the salt and the body, and of the lines of a row behind
 * the hash before it. */
static void the_hashes_are_of_what_the_header_says(void **state)
{
    const char body_hash[] = "0607a0dfea3b97e4a7003aa5f572658b94326880b4f9ec8a8816d302de10ad97";
    const struct journal_row row = {
        .seq = 7, .at = 1796000000, .kind = "cases", .entity = "26000010", .body_hash = body_hash
    };
    const struct journal_row first = {
        .seq = 1, .at = -1, .kind = "schema", .entity = "", .body_hash = body_hash
    };
    char hash[JOURNAL_HASH_SIZE];

    (void)state;
    journal_body_hash("0f1e2d3c4b5a69788796a5b4c3d2e1f0", "{\"number\":\"26000010\"}", hash);
    assert_string_equal(hash, body_hash);
    journal_chain_hash("abababababababababababababababababababababababababababababababab", &row, hash);
    assert_string_equal(hash, "7a4684c34d1e6da0d666b900092eed7354b6fa559f5cefa7a07f701cd03fea10");
    journal_chain_hash("", &first, hash);
    assert_string_equal(hash, "ec44859b5fc8d8276612cf8522e096b5c81308b8f3d5d4dbb91eded97feb2819");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_store_built_from_its_journal_is_equal_row_for_row),
        IN_A_WORLD(what_a_transaction_undid_is_not_in_its_rows),
        cmocka_unit_test(the_hashes_are_of_what_the_header_says),
        cmocka_unit_test(a_column_that_is_missing_has_its_usual_value),
        cmocka_unit_test(rows_of_the_schema_before_the_last_are_no_hindrance),
        IN_A_WORLD(a_long_transaction_has_one_end),
        IN_A_WORLD(without_the_key_only_restricted_rows_are_missing),
        IN_A_WORLD(erasing_blanks_the_rows_and_keeps_the_chain),
        IN_A_WORLD(a_case_that_becomes_restricted_is_no_longer_read),
        IN_A_WORLD(rows_of_an_older_program_stay_in_front),
        IN_A_WORLD(the_connection_that_begins_a_journal_writes_it_too),
        IN_A_WORLD(a_pruned_journal_goes_on_behind_its_checkpoint),
        IN_A_WORLD(a_take_over_sends_nothing_again_and_gives_no_number_twice),
        IN_A_WORLD(a_one_time_code_is_in_no_row),
        IN_A_WORLD(how_many_answers_somebody_may_have_is_in_no_row),
        cmocka_unit_test(nothing_is_written_where_there_is_no_centre),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
