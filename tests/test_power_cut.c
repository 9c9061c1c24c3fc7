/*
 * The power goes while texts come in and notices go out. From whatever the disk may then hold, the store
 * opens and is whole, every acknowledged text is there once with its case and its notice, and no notice that
 * may have been sent waits to be sent. XIANGYIN_FAULT=1: 10,000 cuts instead of 100.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/desk/outbox.h"
#include "gateway/log.h"
#include "store/store.h"
#include "tests/fault/power.h"
#include "tests/support/office.h"
#include "tests/support/support.h"

enum { TEXTS = 120, MOST_ARMED = 2 * TEXTS, ONE_IN = 50, ONE_IN_LONG = 12 };

struct cutting {
    const char *image, *url, *path;
    atomic_int texts, n_armed; /* acknowledged; may be sent */
    int64_t armed[MOST_ARMED];
    int wanted, cuts, one_in, restarts;
    int armed_before; /* the latest cut */
    unsigned seed;
    pthread_mutex_t lock;
    char trouble[400]; /* what a cut showed first */
};

static void blame(struct cutting *cutting, const char *what, const char *detail)
{
    if (!*cutting->trouble)
        snprintf(cutting->trouble, sizeof cutting->trouble, "cut %d: %s: %s", cutting->cuts, what, detail);
}

static void expect(struct cutting *cutting, sqlite3 *database, const char *what, const char *sql,
                   const char *wanted)
{
    sqlite3_stmt *statement = NULL;
    const char *found = "no row";

    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK)
        found = sqlite3_errmsg(database);
    else if (sqlite3_step(statement) == SQLITE_ROW)
        found = (const char *)sqlite3_column_text(statement, 0);
    if (strcmp(found ? found : "", wanted) != 0)
        blame(cutting, what, found ? found : "");
    sqlite3_finalize(statement);
}

static void expect_promises(struct cutting *cutting, sqlite3 *database)
{
    char sql[300];
    int texts = atomic_load(&cutting->texts), n_armed = atomic_load(&cutting->n_armed);

    expect(cutting, database, "integrity", "PRAGMA integrity_check", "ok");
    expect(cutting, database, "foreign keys", "SELECT count(*) FROM pragma_foreign_key_check", "0");
    snprintf(sql, sizeof sql,
             "SELECT %d - count(*) FROM events WHERE kind = 'text' AND external_id NOT LIKE 'erased%%' AND"
             " CAST(external_id AS INTEGER) <= %d",
             texts, texts);
    expect(cutting, database, "acknowledged texts lost", sql, "0");
    expect(cutting, database, "texts twice",
           "SELECT count(*) - count(DISTINCT external_id) FROM events WHERE kind = 'text'", "0");
    expect(cutting, database, "texts without a case",
           "SELECT (SELECT count(*) FROM events WHERE kind = 'text') - (SELECT count(*) FROM cases)", "0");
    expect(
        cutting, database, "cases without a notice or step",
        "SELECT count(*) FROM cases WHERE id NOT IN (SELECT case_id FROM notices WHERE name = 'received') OR"
        " id NOT IN (SELECT case_id FROM steps)",
        "0");
    for (int i = 0; i < n_armed; i++) {
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM notices WHERE id = %lld AND state IN ('READY', 'CLAIMED')",
                 (long long)cutting->armed[i]);
        expect(cutting, database, "may be sent again", sql, "0");
    }
}

/* The store opens, and holds what was promised. */
static void check_image(struct cutting *cutting)
{
    void *mem = talloc_new(NULL);
    const char *error = "";
    struct store *store = store_open(mem, cutting->url, &error);
    sqlite3 *database = NULL;

    if (!store) {
        blame(cutting, "the store does not open", error);
    } else if (sqlite3_open(cutting->path, &database) == SQLITE_OK) {
        expect_promises(cutting, database);
    }
    sqlite3_close(database);
    talloc_free(mem);
}

static void clear_image(const struct cutting *cutting)
{
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[600];

        snprintf(path, sizeof path, "%s%s", cutting->path, ends[i]);
        remove(path);
    }
}

static void moment(void *arg)
{
    struct cutting *cutting = arg;

    pthread_mutex_lock(&cutting->lock);
    if (cutting->cuts < cutting->wanted && rand_r(&cutting->seed) % cutting->one_in == 0) {
        clear_image(cutting);
        power_cut(cutting->image, &cutting->seed);
        cutting->cuts++;
        cutting->armed_before = atomic_load(&cutting->n_armed);
        check_image(cutting);
    }
    pthread_mutex_unlock(&cutting->lock);
}

/* Texts come in, as many in one transaction as wait; each has a sender of its own and becomes a case. */
static void bring_texts(struct cutting *cutting, struct office *office, int n)
{
    void *mem = talloc_new(NULL);
    struct event *events = talloc_array(mem, struct event, (size_t)n);
    int first = atomic_load(&cutting->texts) + 1;

    for (int i = 0; i < n; i++)
        events[i] = office_text(mem, talloc_asprintf(mem, "%d", first + i),
                                talloc_asprintf(mem, "+86139%08d", first + i), "村里的水管坏了三天了");
    assert_true(desk_submit(office->desk, events, (size_t)n));
    atomic_store(&cutting->texts, first + n - 1);
    talloc_free(mem);
}

/* The network is handed each notice that could be armed. */
static void send_notices(struct cutting *cutting, struct office *office, int limit)
{
    void *mem = talloc_new(NULL);
    struct notice *notices;
    int64_t next_due;
    size_t n;

    assert_true(outbox_claim(office->desk, mem, "village", true, limit, &notices, &n, &next_due));
    for (size_t i = 0; i < n; i++) {
        int reference = (int)(notices[i].id & 0xff);

        if (!outbox_arm(office->desk, &notices[i], 1))
            continue;
        cutting->armed[atomic_load(&cutting->n_armed)] = notices[i].id;
        atomic_fetch_add(&cutting->n_armed, 1);
        if (rand_r(&cutting->seed) % 4)
            outbox_sent(office->desk, &notices[i], "village", &reference, 1);
    }
    talloc_free(mem);
}

/* What the log holds goes into the database: as far as it can, to the end, or after every page was written
 * anew. */
static void move_log(const struct office *office, int way)
{
    static const char *const ways[] = { "PRAGMA wal_checkpoint(PASSIVE)", "PRAGMA wal_checkpoint(TRUNCATE)",
                                        "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)" };
    sqlite3 *database;

    assert_int_equal(sqlite3_open(office->path, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 5000);
    sqlite3_exec(database, ways[way], NULL, NULL, NULL);
    sqlite3_close(database);
}

static void work(struct cutting *cutting, struct office *office)
{
    while (atomic_load(&cutting->texts) < TEXTS && cutting->cuts < cutting->wanted) {
        unsigned what = (unsigned)rand_r(&cutting->seed) % 20;

        if (what < 10)
            bring_texts(cutting, office, 1 + rand_r(&cutting->seed) % 4);
        else if (what < 17)
            send_notices(cutting, office, 1 + rand_r(&cutting->seed) % 4);
        else if (what < 19)
            move_log(office, rand_r(&cutting->seed) % 3);
        else
            office_restart(office);
    }
}

/* After the last cut: the gateway comes up on it, and the network brings everything once more. */
static void bring_everything_again(struct cutting *cutting, struct office *office)
{
    int texts = atomic_load(&cutting->texts);

    office->path = cutting->path;
    office->config.database = cutting->path;
    office->config.store_url = cutting->url;
    office_restart(office);
    atomic_store(&cutting->n_armed, cutting->armed_before);
    atomic_store(&cutting->texts, 0);
    while (atomic_load(&cutting->texts) < texts)
        bring_texts(cutting, office, 1);
    office_close(office);
    check_image(cutting);
    cutting->restarts++;
}

static struct cutting *make_cutting(bool is_long, unsigned seed)
{
    struct cutting *cutting = talloc_zero(NULL, struct cutting);

    cutting->image = temporary_directory(cutting);
    cutting->path = talloc_asprintf(cutting, "%s/desk.db", cutting->image);
    cutting->url = talloc_asprintf(cutting, "sqlite:%s", cutting->path);
    cutting->wanted = is_long ? 10000 : 100;
    cutting->one_in = is_long ? ONE_IN_LONG : ONE_IN;
    cutting->seed = seed;
    pthread_mutex_init(&cutting->lock, NULL);
    return cutting;
}

static void a_power_cut_loses_nothing_acknowledged_and_doubles_nothing(void **state)
{
    struct cutting *cutting = make_cutting(getenv("XIANGYIN_FAULT") != NULL, 20261129);
    int rounds = 0;

    (void)state;
    log_quiet(true);
    for (; cutting->cuts < cutting->wanted && !*cutting->trouble; rounds++) {
        struct office *office;

        atomic_store(&cutting->texts, 0);
        atomic_store(&cutting->n_armed, 0);
        power_watch(cutting->image, moment, cutting);
        office = office_open(NULL);
        work(cutting, office);
        office_close(office);
        power_end();
        if (!*cutting->trouble)
            bring_everything_again(cutting, office);
        talloc_free(office);
    }
    print_message("# %d power cuts in %d lives of a store, %d of them lived on from\n", cutting->cuts, rounds,
                  cutting->restarts);
    if (*cutting->trouble)
        fail_msg("%s", cutting->trouble);
    assert_int_equal(cutting->cuts, cutting->wanted);
    talloc_free(cutting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_power_cut_loses_nothing_acknowledged_and_doubles_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
