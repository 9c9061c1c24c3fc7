#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/store_lock.h"
#include "store/upkeep/backup.h"
#include "store/cases.h"
#include "store/notices.h"
#include "store/steps.h"
#include "tests/support/ledger.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

struct place {
    const char *folder, *database, *url, *file, *aside;
};

static int make_place(void **state)
{
    struct place *place = talloc_zero(NULL, struct place);

    place->folder = temporary_directory(place);
    place->database = talloc_asprintf(place, "%s/x.db", place->folder);
    place->url = talloc_asprintf(place, "sqlite:%s", place->database);
    place->file = talloc_asprintf(place, "%s/backup", place->folder);
    place->aside = talloc_asprintf(place, "%s/x.db.old", place->folder);
    write_file(place, place->folder, "xiangyin.conf", "store { url = \"sqlite:x.db\" }\n");
    *state = place;
    return 0;
}

static int end_place(void **state)
{
    talloc_free(*state);
    return 0;
}

static struct store *open_store(struct place *place)
{
    const char *error = "";
    struct store *store = store_open(place, place->url, &error);

    if (!store)
        fail_msg("%s", error);
    return store;
}

static void fill(struct place *place)
{
    struct store *store = open_store(place);

    ledger_fill(place, store);
    talloc_free(store);
}

static struct backup_count take(struct place *place)
{
    struct backup_count count;
    const char *error = "";

    if (!backup_take(place, place->database, place->file, &count, &error))
        fail_msg("%s", error);
    return count;
}

static struct backup_restore put_back(struct place *place)
{
    struct backup_restore restore = {
        .file = place->file, .database = place->database, .aside = place->aside, .now = 2000000000
    };
    const char *error = "";

    if (!backup_restore(place, &restore, &error))
        fail_msg("%s", error);
    return restore;
}

/* Why it is refused. */
static const char *refusal(struct place *place)
{
    struct backup_restore restore = {
        .file = place->file, .database = place->database, .aside = place->aside, .now = 2000000000
    };
    const char *error = "";

    assert_false(backup_restore(place, &restore, &error));
    return error;
}

static void spoil(const char *path, off_t at)
{
    int fd = open(path, O_WRONLY);

    assert_int_equal(pwrite(fd, "spoilt spoilt spoilt spoilt spoilt", 34, at), 34);
    close(fd);
}

static void set(struct place *place, const char *name, const char *value)
{
    struct store *store = open_store(place);

    assert_true(store_set(store, name, value));
    talloc_free(store);
}

static const char *get(struct place *place, const char *name)
{
    struct store *store = open_store(place);
    const char *value;

    assert_true(store_get(store, place, name, &value));
    talloc_free(store);
    return value ? value : "nothing";
}

static void a_copy_has_every_row_and_is_its_owners_alone(void **state)
{
    struct place *place = *state;
    struct backup_count count, found;
    struct stat status;
    const char *error = "";

    fill(place);
    count = take(place);
    assert_int_equal(count.cases, 11);
    assert_int_equal(count.people, 3);
    assert_true(backup_check(place, place->file, &found, &error));
    assert_memory_equal(&count, &found, sizeof count);
    assert_int_equal(stat(place->file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_file_that_is_there_is_never_replaced(void **state)
{
    struct place *place = *state;
    struct backup_count count;
    const char *error = "";

    fill(place);
    write_file(place, place->folder, "backup", "precious");
    assert_false(backup_take(place, place->database, place->file, &count, &error));
    assert_non_null(strstr(error, "already exists"));
    assert_int_equal(access(place->database, F_OK), 0);
}

/* Writes cases with a step each, until told to stop. */
struct writer {
    struct place *place;
    atomic_bool is_over;
    atomic_int n;
};

static void *write_cases(void *arg)
{
    struct writer *writer = arg;
    void *mem = talloc_new(NULL);
    const char *error = "";
    struct store *store = store_open(mem, writer->place->url, &error);
    char number[16];

    for (int i = 0; store && !atomic_load(&writer->is_over); i++) {
        struct case_ case_ = { .number = number,
                               .reporter = "+8613934567003",
                               .line = "",
                               .topic = "water",
                               .text = "停水",
                               .received_at = i + 1 };
        struct step step = { .actor = "", .line = "", .kind = "received", .words = "停水", .at = i + 1 };

        snprintf(number, sizeof number, "27%06d", i);
        if (!store_begin(store, 5000) || !store_open_case(store, &case_) ||
            (step.case_id = case_.id, false) || !store_add_step(store, &step) || !store_commit(store))
            break;
        atomic_fetch_add(&writer->n, 1);
    }
    talloc_free(mem);
    return NULL;
}

static void a_copy_taken_while_another_writes_is_of_one_moment(void **state)
{
    struct place *place = *state;
    struct writer writer = { .place = place };
    struct backup_count first;
    pthread_t thread;

    fill(place);
    first = take(place);
    unlink(place->file);
    assert_int_equal(pthread_create(&thread, NULL, write_cases, &writer), 0);
    for (int i = 0; i < 5; i++) {
        int before = atomic_load(&writer.n);
        struct backup_count count = take(place);
        int64_t received = count.cases - first.cases;

        assert_true(received >= before);
        /* a step for each further case: none is torn apart */
        assert_int_equal(count.steps, first.steps + received);
        unlink(place->file);
        while (atomic_load(&writer.n) == before)
            usleep(1000);
    }
    atomic_store(&writer.is_over, true);
    pthread_join(thread, NULL);
}

static void what_is_put_back_is_as_it_was_and_the_old_one_stays_beside_it(void **state)
{
    struct place *place = *state;
    struct backup_count old;
    const char *error = "";

    fill(place);
    set(place, "mark", "first");
    take(place);
    set(place, "mark", "second");
    assert_int_equal(put_back(place).count.cases, 11);
    assert_string_equal(get(place, "mark"), "first");
    assert_true(backup_check(place, place->aside, &old, &error));
    assert_int_equal(old.cases, 11);
}

static void a_store_that_is_lost_is_put_back_too(void **state)
{
    struct place *place = *state;
    struct backup_restore restore;

    fill(place);
    take(place);
    assert_int_equal(unlink(place->database), 0);
    restore = put_back(place);
    assert_false(restore.has_aside);
    assert_int_equal(restore.count.cases, 11);
    assert_int_equal(access(place->aside, F_OK), -1);
}

static void a_store_that_is_no_database_any_more_is_put_aside_as_it_is(void **state)
{
    struct place *place = *state;

    fill(place);
    take(place);
    spoil(place->database, 0);
    assert_true(put_back(place).has_aside);
    assert_int_equal(access(place->aside, F_OK), 0);
    assert_string_equal(get(place, "mark"), "nothing");
}

static void a_damaged_copy_is_refused_and_nothing_is_changed(void **state)
{
    struct place *place = *state;
    struct stat status;

    fill(place);
    set(place, "mark", "first");
    take(place);
    assert_int_equal(stat(place->file, &status), 0);
    for (off_t at = 4096; at < status.st_size; at += 4096)
        spoil(place->file, at);
    refusal(place);
    assert_string_equal(get(place, "mark"), "first");
    assert_int_equal(access(place->aside, F_OK), -1);
}

static void what_is_no_store_of_ours_is_refused(void **state)
{
    struct place *place = *state;

    fill(place);
    write_file(place, place->folder, "backup", "");
    assert_non_null(strstr(refusal(place), "not a Xiangyin database"));
}

static void nothing_is_put_back_under_somebody_who_has_it_open(void **state)
{
    struct place *place = *state;
    struct store *store;

    fill(place);
    take(place);
    store = open_store(place);
    assert_true(store_set(store, "mark", "mine"));
    assert_non_null(strstr(refusal(place), "another program has it open"));
    assert_true(store_set(store, "mark", "still mine"));
    talloc_free(store);
    assert_string_equal(get(place, "mark"), "still mine");
    put_back(place);
}

static void numbers_given_since_are_not_given_again(void **state)
{
    struct place *place = *state;
    struct store *store;
    int64_t value, last = 0;

    fill(place);
    take(place);
    store = open_store(place);
    for (int i = 0; i < 7; i++)
        assert_true(store_next(store, "case 2026", &last));
    talloc_free(store);
    put_back(place);
    store = open_store(place);
    assert_true(store_next(store, "case 2026", &value));
    assert_int_equal(value, last + 1);
    talloc_free(store);
}

static int64_t add_notice(struct store *store, int64_t due_at)
{
    struct notice notice = { .to = "+8613934567001",
                             .text = "x",
                             .name = "send",
                             .line = "",
                             .due_at = due_at,
                             .reference = -1,
                             .created_at = 1,
                             .why = "" };

    assert_true(store_add_notice(store, &notice));
    return notice.id;
}

static enum notice_state state_of(struct place *place, int64_t id)
{
    struct store *store = open_store(place);
    struct notice *notice;
    enum notice_state found;

    assert_true(store_notice(store, place, id, &notice));
    found = notice->state;
    talloc_free(store);
    return found;
}

static void what_may_have_gone_out_since_is_not_sent_by_itself(void **state)
{
    struct place *place = *state;
    struct store *store;
    int64_t due, later;

    fill(place);
    store = open_store(place);
    due = add_notice(store, 1900000000);
    later = add_notice(store, 2100000000);
    talloc_free(store);
    take(place);
    assert_int_equal(put_back(place).doubtful, 1);
    assert_int_equal(state_of(place, due), NOTICE_UNKNOWN);
    assert_int_equal(state_of(place, later), NOTICE_READY);
}

static void the_program_refuses_while_a_gateway_runs(void **state)
{
    struct place *place = *state;
    struct outcome outcome;
    int fd;

    fill(place);
    assert_int_equal(RUN(place, place->folder, NULL, "backup", "b").status, 0);
    fd = store_lock_take(place->database, 0);
    outcome = RUN(place, place->folder, NULL, "restore", "b");
    assert_int_equal(outcome.status, 1);
    assert_non_null(strstr(outcome.err, "a gateway runs"));
    /* the centre is not even asked: it would give this gateway's place to the store that is put back */
    write_file(
        place, place->folder, "county.conf",
        "store { url = \"sqlite:x.db\" }\ncentre { url = \"http://127.0.0.1:1\" token = \"file:token\" }\n");
    write_file(place, place->folder, "token", "xyc_1\n");
    outcome = RUN(place, place->folder, NULL, "restore", "--from-centre", "-c", "county.conf");
    assert_non_null(strstr(outcome.err, "a gateway runs"));
    store_lock_drop(fd); /* its path stays, as after a crash */
    outcome = RUN(place, place->folder, NULL, "restore", "b");
    assert_string_equal(outcome.err, "");
    assert_non_null(strstr(outcome.out, "b: 0 events, 11 cases"));
    assert_non_null(strstr(outcome.out, "the old store is "));
    assert_int_equal(RUN(place, place->folder, NULL, "restore").status, 2);
    assert_int_equal(RUN(place, place->folder, NULL, "backup").status, 2);
}

/* Made by root, it would keep out the gateway's own user. */
static void the_program_makes_no_lock(void **state)
{
    struct place *place = *state;

    fill(place);
    assert_int_equal(RUN(place, place->folder, NULL, "backup", "b").status, 0);
    assert_int_equal(RUN(place, place->folder, NULL, "restore", "b").status, 0);
    assert_int_not_equal(access(talloc_asprintf(place, "%s.lock", place->database), F_OK), 0);
}

int main(void)
{
#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, end_place)
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(a_copy_has_every_row_and_is_its_owners_alone),
        IN_A_PLACE(a_file_that_is_there_is_never_replaced),
        IN_A_PLACE(a_copy_taken_while_another_writes_is_of_one_moment),
        IN_A_PLACE(what_is_put_back_is_as_it_was_and_the_old_one_stays_beside_it),
        IN_A_PLACE(a_store_that_is_lost_is_put_back_too),
        IN_A_PLACE(a_store_that_is_no_database_any_more_is_put_aside_as_it_is),
        IN_A_PLACE(a_damaged_copy_is_refused_and_nothing_is_changed),
        IN_A_PLACE(what_is_no_store_of_ours_is_refused),
        IN_A_PLACE(nothing_is_put_back_under_somebody_who_has_it_open),
        IN_A_PLACE(numbers_given_since_are_not_given_again),
        IN_A_PLACE(what_may_have_gone_out_since_is_not_sent_by_itself),
        IN_A_PLACE(the_program_refuses_while_a_gateway_runs),
        IN_A_PLACE(the_program_makes_no_lock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
