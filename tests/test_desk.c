#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/desk/intake.h"
#include "gateway/desk/parts.h"
#include "gateway/desk/desk_private.h"
#include "tests/support/office.h"
#include "tests/support/support.h"

#define CASES "SELECT count(*) FROM cases"
#define BREAK                                                                    \
    "CREATE TRIGGER broken BEFORE INSERT ON cases WHEN new.text LIKE '%坏事%'" \
    " BEGIN SELECT RAISE(ABORT, 'this text breaks the store'); END"

static int set_up(void **state)
{
    *state = office_open(NULL);
    return 0;
}

static int tear_down(void **state)
{
    office_close(*state);
    talloc_free(*state);
    return 0;
}

static struct event part(struct office *office, int sequence, int total, const char *text)
{
    struct event event =
        office_text(office, talloc_asprintf(office, "part-%d", sequence), "+8613900000031", text);

    event.kind = EVENT_PART;
    event.reference = 77;
    event.sequence = sequence;
    event.total = total;
    return event;
}

/* 𠮷, a rare character of names, has two units of UTF-16: the phone cut between them. */
static void a_character_cut_between_two_parts_is_whole_in_the_case(void **state)
{
    struct office *office = *state;
    struct event parts[] = { part(office, 1, 2, "东陈村停水三天，报修人水\xEF\xBF\xBD"),
                             part(office, 2, 2, "\xEF\xBF\xBD家") };

    parts[0].raw = "00440D91683109000010F0000862119211000023220500034D02014E1C9648675162"
                   "E5505C6C344E095929FF0C4FEE6C34D842";
    parts[1].raw = "00440D91683109000010F00008621192110000230A0500034D0202DFB75BB6";
    assert_true(desk_submit(office->desk, &parts[0], 1));
    assert_true(desk_submit(office->desk, &parts[1], 1));
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE kind = 'text'"
                                          " AND text LIKE '%水𠮷家'"),
                     1);
}

static void an_event_brought_twice_is_kept_once(void **state)
{
    struct office *office = *state;
    struct event first = office_text(office, "one", "+8613900000021", "村里的路塌了，车过不去");
    struct event second = office_text(office, "one", "+8613900000021", "村里的路塌了，车过不去");

    assert_true(desk_submit(office->desk, &first, 1));
    assert_true(desk_submit(office->desk, &second, 1));
    assert_true(first.id > 0);
    assert_int_equal(second.id, 0);
    assert_int_equal(office_count(office, CASES), 1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM notices"), 1);
}

static void a_bad_event_fails_alone_and_is_kept(void **state)
{
    struct office *office = *state;
    struct event events[] = {
        office_text(office, "a", "+8613900000021", "村里的路塌了，车过不去"),
        office_text(office, "b", "+8613900000022", "这是一件坏事，谁来管一管"),
        office_text(office, "c", "+8613900000023", "自来水停了三天了，没有水喝"),
    };

    office_run(office, BREAK);
    assert_true(desk_submit(office->desk, events, 3));
    assert_int_equal(office_count(office, CASES), 2);
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE outcome = 'failed' AND"
                                          " external_id = 'b' AND why LIKE '%breaks the store%'"),
                     1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM events"), 3);
}

static bool nothing(struct turn *turn, void *arg)
{
    (void)turn;
    (void)arg;
    return true;
}

static void the_operator_hears_of_a_failed_event_and_handles_it_again(void **state)
{
    struct office *office = *state;
    struct event events[] = {
        office_text(office, "b", "+8613900000022", "这是一件坏事，谁来管一管"),
        office_text(office, "c", "+8613900000023", "又是一件坏事，谁来管一管"),
    };
    struct intake_redo redo, other = { .id = 99 };

    office->config.operator_phone = "+8613900000099";
    office_run(office, BREAK);
    assert_true(desk_submit(office->desk, events, 2));
    assert_true(desk_do(office->desk, nothing, NULL)); /* what was posted before is done */
    assert_int_equal(office_count(office, "SELECT count(*) FROM notices WHERE name = 'alert-event-failed'"),
                     1);
    redo = (struct intake_redo){ .id = events[0].id };
    assert_false(desk_do(office->desk, intake_redo, &redo)); /* it is still broken */
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE outcome = 'failed'"), 2);
    office_run(office, "DROP TRIGGER broken");
    assert_true(desk_do(office->desk, intake_redo, &redo));
    assert_true(redo.was_failed);
    assert_int_equal(office_count(office, CASES), 1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE outcome = 'case' AND id = 1"),
                     1);
    assert_int_equal(
        office_count(office,
                     "SELECT count(*) FROM notices WHERE recipient = '+8613900000022' AND name = 'received'"),
        1);
    assert_true(desk_do(office->desk, intake_redo, &redo));
    assert_false(redo.was_failed); /* once */
    assert_int_equal(office_count(office, CASES), 1);
    assert_true(desk_do(office->desk, intake_redo, &other));
    assert_null(other.event);
}

enum { SUBMITTERS = 8, EACH = 40 };

static void submit_range(struct office *office, int from, int n)
{
    for (int i = from; i < from + n; i++) {
        void *mem = talloc_new(NULL);
        char id[32], phone[32];
        snprintf(id, sizeof id, "many-%d", i);
        snprintf(phone, sizeof phone, "+86138%08d", i);
        struct event event =
            office_text(mem, id, phone, i % 10 == 0 ? "这是一件坏事，谁来管一管" : "村里的路塌了，车过不去");
        desk_submit(office->desk, &event, 1);
        talloc_free(mem);
    }
}

static void *submit_many(void *arg)
{
    submit_range(((void **)arg)[0], *(int *)((void **)arg)[1], EACH);
    return NULL;
}

static void *submit_one(void *arg)
{
    submit_range(((void **)arg)[0], *(int *)((void **)arg)[1], 1);
    return NULL;
}

static void bad_events_among_many_submitters_hurt_nobody_else(void **state)
{
    struct office *office = *state;
    pthread_t threads[SUBMITTERS];
    int from[SUBMITTERS];
    void *arguments[SUBMITTERS][2];

    office_run(office, BREAK);
    for (int i = 0; i < SUBMITTERS; i++) {
        from[i] = i * EACH;
        arguments[i][0] = office;
        arguments[i][1] = &from[i];
        assert_int_equal(pthread_create(&threads[i], NULL, submit_many, arguments[i]), 0);
    }
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(office_count(office, CASES), SUBMITTERS * EACH * 9 / 10);
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE outcome = 'failed'"),
                     SUBMITTERS * EACH / 10);
}

struct gate {
    sem_t entered, opened;
};

static bool wait_at_gate(struct turn *turn, void *arg)
{
    struct gate *gate = arg;

    (void)turn;
    sem_post(&gate->entered);
    while (sem_wait(&gate->opened) != 0)
        ;
    return true;
}

static void *keep_busy(void *arg)
{
    void **office_and_gate = arg;

    desk_do(((struct office *)office_and_gate[0])->desk, wait_at_gate, office_and_gate[1]);
    return NULL;
}

static int count_waiting(struct desk *desk)
{
    int n = 0;

    pthread_mutex_lock(&desk->lock);
    for (struct request *request = desk->first; request; request = request->next)
        n++;
    pthread_mutex_unlock(&desk->lock);
    return n;
}

/* One commit is one wait for the disk: who comes while the desk is busy waits for one, not for one each. */
static void what_waits_together_is_committed_together(void **state)
{
    struct office *office = *state;
    struct gate gate;
    void *arguments[SUBMITTERS][2], *busy[] = { office, &gate };
    pthread_t threads[SUBMITTERS], first;
    int from[SUBMITTERS];
    struct desk_counts before, after;

    sem_init(&gate.entered, 0, 0);
    sem_init(&gate.opened, 0, 0);
    assert_int_equal(pthread_create(&first, NULL, keep_busy, busy), 0);
    while (sem_wait(&gate.entered) != 0)
        ;
    before = desk_counts(office->desk);
    for (int i = 0; i < SUBMITTERS; i++) {
        from[i] = i;
        arguments[i][0] = office;
        arguments[i][1] = &from[i];
        assert_int_equal(pthread_create(&threads[i], NULL, submit_one, arguments[i]), 0);
    }
    while (count_waiting(office->desk) < SUBMITTERS)
        usleep(1000);
    sem_post(&gate.opened);
    pthread_join(first, NULL);
    for (int i = 0; i < SUBMITTERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(office_count(office, CASES), SUBMITTERS);
    after = desk_counts(office->desk);
    assert_int_equal(after.events - before.events, SUBMITTERS);
    assert_int_equal(after.commits - before.commits, 2); /* the job that kept it busy, and all of them */
    sem_destroy(&gate.entered);
    sem_destroy(&gate.opened);
}

static void while_another_process_holds_the_store_nothing_is_taken_and_then_all(void **state)
{
    struct office *office = *state;
    struct event event = office_text(office, "held", "+8613900000021", "村里的路塌了，车过不去");
    sqlite3 *other;

    assert_int_equal(sqlite3_open(office->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(desk_submit(office->desk, &event, 1));
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    assert_true(desk_submit(office->desk, &event, 1));
    assert_int_equal(office_count(office, CASES), 1);
}

static void parts_in_any_order_and_over_a_restart_make_one_case(void **state)
{
    struct office *office = *state;
    struct event parts[] = { part(office, 3, 3, "请派人来看看"), part(office, 1, 3, "我们村的自来水"),
                             part(office, 1, 3, "我们村的自来水"), part(office, 2, 3, "停了整整三天了，") };

    parts[2].external_id = "the same part again, stamped anew";
    assert_true(desk_submit(office->desk, &parts[0], 1));
    assert_true(desk_submit(office->desk, &parts[1], 2));
    assert_int_equal(office_count(office, CASES), 0);
    office_restart(office);
    assert_true(desk_submit(office->desk, &parts[3], 1));
    assert_int_equal(office_count(office, "SELECT count(*) FROM cases WHERE text ="
                                          " '我们村的自来水停了整整三天了，请派人来看看'"),
                     1);
    assert_int_equal(office_count(office, CASES), 1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE outcome = 'waiting'"), 0);
}

static void a_message_that_waited_too_long_is_delivered_with_its_gap_and_a_late_part_joins_it(void **state)
{
    struct office *office = *state;
    struct event parts[] = { part(office, 1, 3, "我们村的自来水停了"), part(office, 3, 3, "请派人来看看"),
                             part(office, 2, 3, "整整三天，老人没水喝") };

    office->config.part_timeout = 1;
    parts[0].received_at -= 5;
    parts[1].received_at -= 5;
    assert_true(desk_submit(office->desk, parts, 2));
    assert_true(desk_do(office->desk, parts_expire, NULL));
    assert_int_equal(office_count(office, CASES), 1);
    assert_int_equal(
        office_count(office,
                     "SELECT count(*) FROM cases WHERE text LIKE '我们村的自来水停了%2%请派人来看看'"),
        1);
    assert_true(desk_submit(office->desk, &parts[2], 1));
    assert_int_equal(office_count(office, CASES), 1);
    assert_int_equal(
        office_count(office, "SELECT count(*) FROM cases WHERE text LIKE '%整整三天，老人没水喝%'"), 1);
}

static void a_full_disk_refuses_events_and_marks_none_as_failed(void **state)
{
    struct office *office = *state;
    struct stat wal;
    int taken = 0;

    assert_int_equal(stat(talloc_asprintf(office, "%s-wal", office->path), &wal), 0);
    limit_file_size((rlim_t)wal.st_size + 300000);
    for (bool is_taken = true; is_taken && taken < 1000; taken += is_taken) {
        struct event event =
            office_text(office, talloc_asprintf(office, "full-%d", taken),
                        talloc_asprintf(office, "+86137%08d", taken), "村里的路塌了，车过不去");
        is_taken = desk_submit(office->desk, &event, 1);
    }
    limit_file_size(RLIM_INFINITY);
    assert_in_range(taken, 1, 999);
    struct event again = office_text(office, talloc_asprintf(office, "full-%d", taken),
                                     talloc_asprintf(office, "+86137%08d", taken), "村里的路塌了，车过不去");
    assert_true(desk_submit(office->desk, &again, 1));
    assert_int_equal(office_count(office, CASES), taken + 1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE outcome = 'failed'"), 0);
}

static bool count_job(struct turn *turn, void *arg)
{
    (void)arg;
    return store_set(turn->store, "posted", "done");
}

static void a_posted_job_is_done_when_the_store_can_again(void **state)
{
    struct office *office = *state;
    sqlite3 *other;

    assert_int_equal(sqlite3_open(office->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    desk_post(office->desk, count_job, talloc_new(NULL));
    /* until it was tried once, in vain */
    for (int i = 0; i < 600 && desk_counts(office->desk).failures == 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    assert_true(desk_counts(office->desk).failures > 0);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    for (int i = 0;
         i < 100 && office_count(office, "SELECT count(*) FROM settings WHERE name = 'posted'") == 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    assert_int_equal(office_count(office, "SELECT count(*) FROM settings WHERE name = 'posted'"), 1);
}

/* As after hours of a full disk: it was tried far more often than a job that fails by itself would be. */
static void a_posted_job_outlives_any_trouble_of_the_store(void **state)
{
    struct office *office = *state;
    sqlite3 *other;
    bool was_postponed = false;

    assert_int_equal(sqlite3_open(office->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    desk_post(office->desk, count_job, talloc_new(NULL));
    for (int i = 0; i < 12000 && !was_postponed; i++) {
        pthread_mutex_lock(&office->desk->lock);
        was_postponed = office->desk->postponed != NULL;
        if (was_postponed)
            office->desk->postponed->tries = 100 * POSTED_TRIES;
        pthread_mutex_unlock(&office->desk->lock);
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
    assert_true(was_postponed);
    /* it is tried once more, in vain */
    unsigned long failures = desk_counts(office->desk).failures;
    for (int i = 0; i < 4000 && desk_counts(office->desk).failures == failures; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    assert_true(desk_counts(office->desk).failures > failures);
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    for (int i = 0;
         i < 200 && office_count(office, "SELECT count(*) FROM settings WHERE name = 'posted'") == 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    assert_int_equal(office_count(office, "SELECT count(*) FROM settings WHERE name = 'posted'"), 1);
}

struct told {
    pthread_mutex_t lock;
    pthread_cond_t news;
    int kept;
};

static void count_told(bool is_kept, void *arg)
{
    struct told *told = arg;

    pthread_mutex_lock(&told->lock);
    told->kept += is_kept;
    pthread_cond_signal(&told->news);
    pthread_mutex_unlock(&told->lock);
}

static void who_does_not_wait_is_told_after_the_commit(void **state)
{
    struct office *office = *state;
    struct told told = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };
    struct event events[] = { office_text(office, "x", "+8613900000041", "村里的路塌了，车过不去"),
                              office_text(office, "y", "+8613900000042", "自来水停了三天了") };

    assert_true(desk_submit_then(office->desk, &events[0], 1, count_told, &told));
    assert_true(desk_submit_then(office->desk, &events[1], 1, count_told, &told));
    pthread_mutex_lock(&told.lock);
    while (told.kept < 2)
        pthread_cond_wait(&told.news, &told.lock);
    pthread_mutex_unlock(&told.lock);
    assert_int_equal(office_count(office, CASES), 2);
}

/* A board without a battery starts in 2000: a case numbered 00000013 is one that no command takes. */
static void while_the_clock_is_in_the_year_2000_nothing_is_taken_and_then_all(void **state)
{
    struct office *office = *state;
    const char *clock = talloc_asprintf(office, "%s/clock", office->folder);
    struct event event;
    char trouble[200];

    assert_true(clock_set(clock, 946684800));
    setenv("XIANGYIN_CLOCK", clock, 1);
    event = office_text(office, "one", "+8613900000021", "村里的路塌了，车过不去");
    assert_false(desk_submit(office->desk, &event, 1));
    assert_false(desk_submit_then(office->desk, &event, 1, NULL, NULL));
    desk_trouble(office->desk, trouble, sizeof trouble);
    assert_non_null(strstr(trouble, "the clock shows"));
    assert_int_equal(office_count(office, "SELECT count(*) FROM events"), 0);
    unsetenv("XIANGYIN_CLOCK");
    event = office_text(office, "one", "+8613900000021", "村里的路塌了，车过不去");
    assert_true(desk_submit(office->desk, &event, 1));
    assert_int_equal(office_count(office, CASES " WHERE number LIKE '2%'"), 1);
    desk_trouble(office->desk, trouble, sizeof trouble);
    assert_string_equal(trouble, "");
}

static void a_stopped_desk_takes_nothing(void **state)
{
    struct office *office = *state;
    struct event event = office_text(office, "late", "+8613900000021", "村里的路塌了，车过不去");

    desk_stop(office->desk);
    assert_false(desk_submit(office->desk, &event, 1));
    TALLOC_FREE(office->desk);
}

static void count_beat(void *arg)
{
    atomic_fetch_add((atomic_int *)arg, 1);
}

static void wait_for_beats(atomic_int *beats, int wanted)
{
    while (atomic_load(beats) < wanted)
        usleep(1000);
}

struct hanging {
    sem_t begun, may_end;
};

static bool hang(struct turn *turn, void *arg)
{
    struct hanging *hanging = *(struct hanging **)arg;

    (void)turn;
    sem_post(&hanging->begun);
    while (sem_wait(&hanging->may_end) != 0)
        ;
    return true;
}

static void a_desk_that_waits_beats_and_one_that_hangs_does_not(void **state)
{
    struct office *office = *state;
    struct hanging hanging, **arg = talloc(NULL, struct hanging *);
    atomic_int beats = 0;
    int before;

    sem_init(&hanging.begun, 0, 0);
    sem_init(&hanging.may_end, 0, 0);
    desk_beat(office->desk, 5, count_beat, &beats);
    wait_for_beats(&beats, 3);
    *arg = &hanging;
    desk_post(office->desk, hang, arg);
    while (sem_wait(&hanging.begun) != 0)
        ;
    before = atomic_load(&beats);
    usleep(100000);
    assert_int_equal(atomic_load(&beats), before);
    sem_post(&hanging.may_end);
    wait_for_beats(&beats, before + 2);

    desk_beat(office->desk, 0, NULL, NULL);
    before = atomic_load(&beats);
    usleep(100000);
    assert_int_equal(atomic_load(&beats), before);
}

static bool count_one(struct turn *turn, void *arg)
{
    (void)turn;
    atomic_fetch_add(*(atomic_int **)arg, 1);
    return true;
}

static void post_along(struct office *office, atomic_int *done)
{
    atomic_int **arg = talloc(NULL, atomic_int *);

    *arg = done;
    desk_post_along(office->desk, count_one, arg);
}

/* On a busy machine the desk may take it alone, because the next request comes too late. */
static void what_need_not_be_kept_at_once_goes_along_with_the_next_request(void **state)
{
    struct office *office = *state;
    atomic_int done = 0, others = 0, *other = &others;
    unsigned long commits = 0;

    for (int i = 1; i <= 100 && commits != 1; i++) {
        commits = desk_counts(office->desk).commits;
        post_along(office, &done);
        usleep(2000);
        assert_true(desk_do(office->desk, count_one, &other));
        assert_int_equal(atomic_load(&done), i);
        commits = desk_counts(office->desk).commits - commits;
    }
    assert_int_equal(commits, 1);
}

static void what_need_not_be_kept_at_once_is_kept_soon(void **state)
{
    struct office *office = *state;
    atomic_int done = 0;

    post_along(office, &done);
    for (int i = 0; i < 6000 && atomic_load(&done) == 0; i++)
        usleep(10000);
    assert_int_equal(atomic_load(&done), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_character_cut_between_two_parts_is_whole_in_the_case, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_event_brought_twice_is_kept_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_bad_event_fails_alone_and_is_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_operator_hears_of_a_failed_event_and_handles_it_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(bad_events_among_many_submitters_hurt_nobody_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_waits_together_is_committed_together, set_up, tear_down),
        cmocka_unit_test_setup_teardown(while_another_process_holds_the_store_nothing_is_taken_and_then_all,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(parts_in_any_order_and_over_a_restart_make_one_case, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_message_that_waited_too_long_is_delivered_with_its_gap_and_a_late_part_joins_it, set_up,
            tear_down),
        cmocka_unit_test_setup_teardown(a_full_disk_refuses_events_and_marks_none_as_failed, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_posted_job_is_done_when_the_store_can_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_posted_job_outlives_any_trouble_of_the_store, set_up, tear_down),
        cmocka_unit_test_setup_teardown(who_does_not_wait_is_told_after_the_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(while_the_clock_is_in_the_year_2000_nothing_is_taken_and_then_all,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_desk_that_waits_beats_and_one_that_hangs_does_not, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_need_not_be_kept_at_once_goes_along_with_the_next_request,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_need_not_be_kept_at_once_is_kept_soon, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stopped_desk_takes_nothing, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
