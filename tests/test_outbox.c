#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/desk/delivery.h"
#include "gateway/desk/outbox.h"
#include "gateway/turn/notify.h"
#include "tests/support/office.h"

#define PHONE "+8613900000021"
#define BLANKED "SELECT count(*) FROM notices WHERE text LIKE '%******%' AND text NOT LIKE '%123456%'"

static int set_up(void **state)
{
    *state = office_open(NULL);
    return 0;
}

static int tear_down(void **state)
{
    unsetenv("XIANGYIN_CLOCK");
    office_close(*state);
    talloc_free(*state);
    return 0;
}

static bool put_code(struct turn *turn, void *arg)
{
    struct notify what = { .to = PHONE, .name = "confirm", .priority = PRIORITY_ANSWER };

    (void)arg;
    return notify_words(turn, &what, "将办结26000010，确认请回123456", NULL);
}

/* A notice with a one-time code, claimed and armed by the line "village". */
static struct notice *armed_code(struct office *office)
{
    struct notice *notices;
    int64_t next_due;
    size_t n;

    assert_true(desk_do(office->desk, put_code, NULL));
    assert_true(outbox_claim(office->desk, office, "village", true, 1, &notices, &n, &next_due));
    assert_int_equal(n, 1);
    assert_true(outbox_arm(office->desk, notices, 1));
    return notices;
}

static bool nothing(struct turn *turn, void *arg)
{
    (void)turn, (void)arg;
    return true;
}

/* What was posted before is committed. */
static void settle(struct office *office)
{
    assert_true(desk_do(office->desk, nothing, NULL));
}

static void a_code_that_was_sent_is_kept_no_longer(void **state)
{
    struct office *office = *state;
    int reference = 7;

    outbox_sent(office->desk, armed_code(office), "village", &reference, 1);
    settle(office);
    assert_int_equal(office_count(office, BLANKED " AND state = 'SENT'"), 1);
}

static void a_code_that_a_provider_took_is_kept_no_longer(void **state)
{
    struct office *office = *state;
    const char *id = "p-1";

    outbox_sent_as(office->desk, armed_code(office), "village", &id, 1);
    settle(office);
    assert_int_equal(office_count(office, BLANKED " AND state = 'SENT'"), 1);
}

static void a_code_that_may_have_arrived_or_never_will_is_kept_no_longer(void **state)
{
    struct office *office = *state;

    outbox_unknown(office->desk, armed_code(office), "village", NULL, 0, "no answer");
    outbox_refused(office->desk, armed_code(office), true, "no such number");
    settle(office);
    assert_int_equal(office_count(office, BLANKED " AND state IN ('UNKNOWN', 'FAILED')"), 2);
}

static void a_code_that_is_tried_again_keeps_its_digits(void **state)
{
    struct office *office = *state;

    outbox_refused(office->desk, armed_code(office), false, "busy");
    settle(office);
    assert_int_equal(
        office_count(office, "SELECT count(*) FROM notices WHERE text LIKE '%123456%' AND state = 'READY'"),
        1);
}

static bool put_text(struct turn *turn, void *arg)
{
    struct notify what = { .to = PHONE, .name = "send", .is_operators = true };

    (void)arg;
    return notify_words(turn, &what, "水费可以在村委会交", NULL);
}

static void count_changes(int changes, void *arg)
{
    atomic_fetch_add((atomic_int *)arg, (changes & DESK_NOTICES) != 0);
}

/* Another program holds the store for longer than the desk waits. */
static void a_notice_that_could_not_be_armed_is_ready_again_and_the_lines_hear_of_it(void **state)
{
    struct office *office = *state;
    struct notice *notices;
    int64_t next_due;
    atomic_int changes = 0;
    sqlite3 *other;
    size_t n;

    assert_true(desk_do(office->desk, put_text, NULL));
    assert_true(outbox_claim(office->desk, office, "village", true, 9, &notices, &n, &next_due));
    assert_int_equal(n, 1);
    desk_on_change(office->desk, count_changes, &changes);
    assert_int_equal(sqlite3_open(office->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_false(outbox_arm(office->desk, notices, 1));
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    for (int i = 0;
         i < 400 && office_count(office, "SELECT count(*) FROM notices WHERE state = 'READY'") == 0; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
    assert_int_equal(office_count(office, "SELECT count(*) FROM notices WHERE state = 'READY'"), 1);
    settle(office);
    assert_int_equal(atomic_load(&changes), 1);
}

/* ---- reports ---- */

static int64_t queue_text(struct office *office)
{
    assert_true(desk_do(office->desk, put_text, NULL));
    return office_count(office, "SELECT max(id) FROM notices");
}

static void assert_state(struct office *office, int64_t id, enum notice_state state)
{
    settle(office);
    if (office_count(office, talloc_asprintf(office, "SELECT state = '%s' FROM notices WHERE id = %lld",
                                             notice_state_name(state), (long long)id)) != 1)
        fail_msg("notice %lld is not %s", (long long)id, notice_state_name(state));
}

/* From now on the clock stands still, so much later. */
static void later(struct office *office, int seconds)
{
    const char *file = talloc_asprintf(office, "%s/clock", office->folder);
    int64_t now = clock_now();

    assert_true(clock_set(file, now + seconds));
    setenv("XIANGYIN_CLOCK", file, 1);
}

/* Claims and arms the only notice that is due; a line that did not answer gives no reference (-1). */
static void send_next(struct office *office, int reference)
{
    struct notice *notices;
    int64_t next_due;
    size_t n;

    assert_true(outbox_claim(office->desk, office, "village", true, 9, &notices, &n, &next_due));
    assert_int_equal(n, 1);
    assert_true(outbox_arm(office->desk, notices, 1));
    if (reference < 0)
        outbox_unknown(office->desk, notices, "village", NULL, 0, "no answer");
    else
        outbox_sent(office->desk, notices, "village", &reference, 1);
    settle(office);
}

/* The report on a text that the centre took at sent_at; each is another message of the network's. */
static void report_from(struct office *office, const char *from, int reference, int status, int64_t sent_at)
{
    static int reports;
    struct event event = { .kind = EVENT_RECEIPT,
                           .line = "village",
                           .external_id = talloc_asprintf(office, "report %d", ++reports),
                           .from = from,
                           .at = sent_at,
                           .received_at = clock_now(),
                           .reference = reference,
                           .status = status };

    assert_true(desk_submit(office->desk, &event, 1));
}

static void report(struct office *office, int reference, int status, int64_t sent_at)
{
    report_from(office, PHONE, reference, status, sent_at);
}

/* Its type of address says international, its digits are national. */
static void a_report_on_a_national_number_typed_as_international_is_paired(void **state)
{
    struct office *office = *state;
    int64_t id = queue_text(office);

    send_next(office, 5);
    report_from(office, "+23900000021", 5, 0, clock_now() + 1);
    assert_state(office, id, NOTICE_SENT);
    report_from(office, "+13900000021", 5, 0, clock_now() + 1);
    assert_state(office, id, NOTICE_DELIVERED);
}

/* A text without an answer, and one that the network gave up for now and that was sent again. */
static int64_t doubtful_and_repeated(struct office *office, int64_t *again)
{
    int64_t doubtful = queue_text(office);

    send_next(office, -1);
    assert_state(office, doubtful, NOTICE_UNKNOWN);
    later(office, 20);
    *again = queue_text(office);
    send_next(office, 5);
    report(office, 5, 0x61, clock_now() + 1);
    assert_state(office, *again, NOTICE_READY);
    later(office, 60);
    send_next(office, 6);
    assert_state(office, *again, NOTICE_SENT);
    return doubtful;
}

static void a_repeated_failure_of_a_former_attempt_sends_nothing_again(void **state)
{
    struct office *office = *state;
    int64_t again, doubtful = doubtful_and_repeated(office, &again);

    report(office, 5, 0x61, clock_now() - 59);
    assert_state(office, doubtful, NOTICE_UNKNOWN);
    assert_state(office, again, NOTICE_SENT);
    report(office, 6, 0, clock_now() + 1);
    assert_state(office, doubtful, NOTICE_UNKNOWN);
    assert_state(office, again, NOTICE_DELIVERED);
}

static void a_former_attempt_that_arrived_after_all_delivers_its_own_text_only(void **state)
{
    struct office *office = *state;
    int64_t again, doubtful = doubtful_and_repeated(office, &again);

    report(office, 5, 0, clock_now() - 59);
    assert_state(office, doubtful, NOTICE_UNKNOWN);
    assert_state(office, again, NOTICE_DELIVERED);
}

static void a_text_without_an_answer_is_never_sent_twice_for_a_report(void **state)
{
    struct office *office = *state;
    int64_t doubtful = queue_text(office);

    send_next(office, -1);
    report(office, 9, 0x61, clock_now() + 1);
    assert_state(office, doubtful, NOTICE_FAILED);
}

static void a_report_on_a_text_of_days_ago_settles_no_text_of_today(void **state)
{
    struct office *office = *state;
    int64_t doubtful = queue_text(office);

    send_next(office, -1);
    report(office, 9, 0x46, clock_now() - 4 * 86400);
    assert_state(office, doubtful, NOTICE_UNKNOWN);
}

/* A text of three parts whose first one the modem has not answered. */
static struct notice *unanswered_part(struct office *office)
{
    static const int references[] = { -1, -1, -1 };
    struct notice *notices;
    int64_t next_due;
    size_t n;

    queue_text(office);
    assert_true(outbox_claim(office->desk, office, "village", true, 9, &notices, &n, &next_due));
    assert_true(outbox_arm(office->desk, notices, 3));
    outbox_partly(office->desk, notices, "village", references, 3, 1, "no answer");
    assert_state(office, notices->id, NOTICE_READY);
    return notices;
}

static void a_part_that_was_refused_after_its_time_is_sent_again_with_the_rest(void **state)
{
    struct office *office = *state;
    struct notice *notice = unanswered_part(office);
    const struct attempted_part part = { .notice_id = notice->id, .attempt = 1, .part = 1, .parts = 3 };

    outbox_refused_late(office->desk, &part, false, 42);
    assert_state(office, notice->id, NOTICE_READY);
    assert_int_equal(office_count(office, "SELECT parts_sent FROM notices"), 0);
}

static void a_part_that_was_refused_after_the_rest_was_sent_leaves_the_text_unknown(void **state)
{
    struct office *office = *state;
    static const int references[] = { -1, 8, 9 };
    const struct attempted_part part = {
        .notice_id = unanswered_part(office)->id, .attempt = 1, .part = 1, .parts = 3
    };
    struct notice *notices;
    int64_t next_due;
    size_t n;

    later(office, 60);
    assert_true(outbox_claim(office->desk, office, "village", true, 9, &notices, &n, &next_due));
    assert_int_equal(notices->parts_sent, 1);
    assert_true(outbox_arm(office->desk, notices, 3));
    assert_true(outbox_arm_part(office->desk, notices, 3, references[1]));
    outbox_sent(office->desk, notices, "village", references, 3);
    assert_state(office, part.notice_id, NOTICE_UNKNOWN);
    outbox_refused_late(office->desk, &part, false, 42);
    assert_state(office, part.notice_id, NOTICE_UNKNOWN);
    outbox_late(office->desk, &part, 7); /* an answer that says it was sent */
    assert_state(office, part.notice_id, NOTICE_SENT);
}

static void the_first_tries_follow_soon_and_the_later_ones_seldom(void **state)
{
    (void)state;
    assert_true(delivery_backoff(1) <= 10);
    for (int attempts = 1; attempts < 12; attempts++)
        assert_true(delivery_backoff(attempts) <= delivery_backoff(attempts + 1));
    assert_int_equal(delivery_backoff(12), 6 * 3600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_code_that_was_sent_is_kept_no_longer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_code_that_a_provider_took_is_kept_no_longer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_code_that_may_have_arrived_or_never_will_is_kept_no_longer, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_code_that_is_tried_again_keeps_its_digits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_notice_that_could_not_be_armed_is_ready_again_and_the_lines_hear_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_report_on_a_national_number_typed_as_international_is_paired,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_repeated_failure_of_a_former_attempt_sends_nothing_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_former_attempt_that_arrived_after_all_delivers_its_own_text_only,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_text_without_an_answer_is_never_sent_twice_for_a_report, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_report_on_a_text_of_days_ago_settles_no_text_of_today, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_part_that_was_refused_after_its_time_is_sent_again_with_the_rest,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_part_that_was_refused_after_the_rest_was_sent_leaves_the_text_unknown, set_up, tear_down),
        cmocka_unit_test(the_first_tries_follow_soon_and_the_later_ones_seldom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
