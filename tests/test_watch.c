#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <cmocka.h>

#include "gateway/line/watch.h"
#include "tests/support/logged.h"
#include "tests/support/office.h"

#define ALERTS(name) "SELECT count(*) FROM notices WHERE recipient = '+8613900000099' AND name = '" name "'"

static const struct modem_config modems[] = { { .name = "village", .sends = true },
                                              { .name = "spare", .sends = true } };

static int set_up(void **state)
{
    struct office *office = office_open(NULL);

    office->config.operator_phone = "+8613900000099";
    office->config.modems = (struct modem_config *)modems;
    office->config.n_modems = 2;
    *state = office;
    return 0;
}

static int tear_down(void **state)
{
    office_close(*state);
    talloc_free(*state);
    return 0;
}

static struct line line_of(struct office *office)
{
    return (struct line){
        .name = "village", .desk = office->desk, .config = &office->config, .settings = &modems[0]
    };
}

static bool nothing(struct turn *turn, void *arg)
{
    (void)turn;
    (void)arg;
    return true;
}

/* What was posted before is done when this is. */
static void settle(struct office *office)
{
    assert_true(desk_do(office->desk, nothing, NULL));
}

static void an_outage_is_told_once_by_another_line_and_so_is_its_end(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch watch = { 0 };
    struct modem_state modem = { .registration = -1, .signal = 99 };

    watch_down(&line, &watch, &modem, "no such device");
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-line-down")), 0);
    watch.down_since = time(NULL) - 11 * 60;
    watch_down(&line, &watch, &modem, "no such device");
    watch_down(&line, &watch, &modem, "no such device");
    settle(office);
    assert_int_equal(
        office_count(office, ALERTS("alert-line-down") " AND line = 'spare' AND text LIKE '%11%'"), 1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM settings WHERE name = 'line.village' AND"
                                          " value LIKE '%\"up\":false%'"),
                     1);
    watch_up(&line, &watch, &modem);
    watch_up(&line, &watch, &modem);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-line-up")), 1);
    assert_int_equal(office_count(office, "SELECT count(*) FROM settings WHERE name = 'line.village' AND"
                                          " value LIKE '%\"up\":true%'"),
                     1);
}

static void silence_is_told_once_until_something_comes(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch watch = { .received_at = time(NULL) - 25 * 3600 };

    office->config.silence_hours = 24;
    watch_tick(&line, &watch, NULL);
    watch_tick(&line, &watch, NULL);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 1);
    watch_received(&watch);
    watch_tick(&line, &watch, NULL);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 1);
    watch.received_at -= 25 * 3600;
    watch_tick(&line, &watch, NULL);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 2);
}

/* Not a minute before; in the second itself. */
static void silence_and_outage_are_told_at_their_time(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch watch = { .received_at = time(NULL) - 24 * 3600 + 60 };
    struct modem_state modem = { .registration = -1, .signal = 99 };

    office->config.silence_hours = 24;
    watch_tick(&line, &watch, NULL);
    watch.down_since = time(NULL) - 9 * 60;
    watch_down(&line, &watch, &modem, "no such device");
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 0);
    assert_int_equal(office_count(office, ALERTS("alert-line-down")), 0);
    watch.received_at = time(NULL) - 24 * 3600;
    watch_tick(&line, &watch, NULL);
    watch.down_since = time(NULL) - 10 * 60;
    watch_down(&line, &watch, &modem, "no such device");
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 1);
    assert_int_equal(office_count(office, ALERTS("alert-line-down")), 1);
}

/* Everything a run knew is known to the next: nothing is told twice, and no silence or outage begins anew. */
static void what_was_told_before_a_restart_is_not_told_again(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch before = { .received_at = time(NULL) - 25 * 3600, .down_since = time(NULL) - 11 * 60 },
                 after = { 0 }, later = { 0 };
    struct modem_state modem = { .registration = -1, .signal = 99 };

    office->config.silence_hours = 24;
    watch_down(&line, &before, &modem, "no such device");
    watch_tick(&line, &before, NULL);
    before.is_balance_alerted = true;
    before.balance_at = 1234567890;
    watch_tick(&line, &before, NULL);
    watch_recall(&line, &after);
    assert_true(after.is_balance_alerted);
    assert_int_equal(after.balance_at, 1234567890);
    watch_down(&line, &after, &modem, "no such device");
    watch_tick(&line, &after, NULL);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-line-down")), 1);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 1);
    watch_up(&line, &after, &modem);
    watch_recall(&line, &later);
    assert_int_equal(later.down_since, 0);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-line-up")), 1);
}

static void all_that_outlives_a_run_is_recalled(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    static bool watch_flags[6];
    struct watch before = { .received_at = time(NULL),
                            .down_since = 1001,
                            .balance_at = 1002,
                            .balance = 1003,
                            .pin_refused = 1004 };
    bool *const flags[] = { &before.has_balance,        &before.is_outage_alerted,
                            &before.is_silence_alerted, &before.is_balance_alerted,
                            &before.is_clogged_alerted, &before.is_failing_alerted };

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        struct watch after = { 0 };

        for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
            watch_flags[k] = *flags[k] = k == i;
        watch_tick(&line, &before, NULL);
        watch_recall(&line, &after);
        assert_int_equal(after.received_at, before.received_at);
        assert_int_equal(after.down_since, 1001);
        assert_int_equal(after.balance_at, 1002);
        assert_int_equal(after.balance, 1003);
        assert_int_equal(after.pin_refused, 1004);
        assert_int_equal(after.has_balance, watch_flags[0]);
        assert_int_equal(after.is_outage_alerted, watch_flags[1]);
        assert_int_equal(after.is_silence_alerted, watch_flags[2]);
        assert_int_equal(after.is_balance_alerted, watch_flags[3]);
        assert_int_equal(after.is_clogged_alerted, watch_flags[4]);
        assert_int_equal(after.is_failing_alerted, watch_flags[5]);
    }
}

static void a_silence_is_not_told_before_what_waited_could_come_in(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch watch = { .received_at = time(NULL) - 25 * 3600 };
    struct modem_state modem = { .registration = 1, .signal = 20 };

    office->config.silence_hours = 24;
    watch_up(&line, &watch, &modem);
    watch_tick(&line, &watch, NULL);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 0);
    watch.up_at -= 11 * 60;
    watch_tick(&line, &watch, NULL);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-silence")), 1);
}

static void a_storage_full_of_what_nobody_can_read_is_told_once(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch watch = { 0 }, next = { 0 };
    struct modem_state modem = { .registration = 1, .signal = 20, .unread = 3 };

    watch_state(&line, &watch, &modem);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-storage")), 0);
    assert_int_equal(atomic_load(&line.unread), 3);
    assert_int_equal(office_count(office, "SELECT count(*) FROM settings WHERE name = 'line.village' AND"
                                          " value LIKE '%\"unread\":3%'"),
                     1);
    modem.unread = 40;
    modem.is_clogged = true;
    watch_state(&line, &watch, &modem);
    watch_state(&line, &watch, &modem);
    watch_recall(&line, &next);
    watch_state(&line, &next, &modem);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-storage") " AND text LIKE '%40%'"), 1);
}

/* Each is said when there are more of them, not whenever the modem says something. */
static void what_stays_in_the_modem_is_logged_when_it_becomes_more(void **state)
{
    static const struct {
        int unread, stuck, told_unread, told_stuck;
    } states[] = { { 0, 0, 0, 0 }, { 0, 1, 0, 1 }, { 0, 1, 0, 1 }, { 1, 1, 1, 1 }, { 1, 1, 1, 1 },
                   { 2, 3, 2, 2 }, { 1, 2, 2, 2 }, { 2, 3, 3, 3 }, { 0, 0, 3, 3 }, { 0, 0, 3, 3 } };
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch watch = { 0 };
    struct logged logged = logged_begin(office);

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct modem_state modem = {
            .registration = 1, .signal = 20, .unread = states[i].unread, .stuck = states[i].stuck
        };

        watch_state(&line, &watch, &modem);
        assert_int_equal(logged_count(&logged, "cannot be read and stay there"), states[i].told_unread);
        assert_int_equal(logged_count(&logged, "the modem does not delete"), states[i].told_stuck);
    }
    settle(office);
    logged_end(&logged);
}

static void the_amount_stands_behind_its_word(void **state)
{
    static const struct {
        const char *answer;
        double amount;
    } answers[] = {
        { "尊敬的客户，您的账户余额为12.50元，截至2026年11月20日", 12.5 },
        { "20/11/2026 Your balance is 3.20 yuan", 3.2 },
        { "Balance: -5.00", -5 },
        { "45元", 45 },
    };
    double amount;

    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_true(watch_amount(answers[i].answer, &amount));
        assert_true(amount == answers[i].amount);
    }
    assert_false(watch_amount("系统忙，请稍后再试", &amount));
}

static void a_storage_that_refuses_to_be_read_is_told_once_until_it_answers(void **state)
{
    struct office *office = *state;
    struct line line = line_of(office);
    struct watch watch = { 0 };
    struct modem_state modem = { .registration = 1, .signal = 20, .failing_storage = "ME" };

    for (int i = 0; i < 3; i++)
        watch_state(&line, &watch, &modem);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-unread") " AND text LIKE '%ME%'"), 1);
    modem.failing_storage[0] = '\0';
    watch_state(&line, &watch, &modem);
    modem.failing_storage[0] = 'M';
    watch_state(&line, &watch, &modem);
    settle(office);
    assert_int_equal(office_count(office, ALERTS("alert-unread")), 2);
}

static void what_a_line_cannot_read_is_kept_and_told_once_an_hour(void **state)
{
    struct office *office = *state;
    const int64_t now = time(NULL);
    const int64_t at[] = { now, now + 60, now + 3600 };

    for (size_t i = 0; i < 3; i++) {
        struct event event = { .kind = EVENT_NOTIFICATION,
                               .line = "village",
                               .external_id = i == 0   ? "a"
                                              : i == 1 ? "b"
                                                       : "c",
                               .from = "",
                               .raw = "0891683108200505F0040D9168",
                               .why = "octet 10: the address is cut off",
                               .at = at[i],
                               .received_at = at[i],
                               .is_unreadable = true };

        assert_true(desk_submit(office->desk, &event, 1));
    }
    assert_int_equal(office_count(office, "SELECT count(*) FROM events WHERE outcome = 'failed' AND"
                                          " why LIKE '%address%' AND raw LIKE '0891%'"),
                     3);
    assert_int_equal(office_count(office, ALERTS("alert-unreadable")), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_outage_is_told_once_by_another_line_and_so_is_its_end, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(silence_is_told_once_until_something_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(silence_and_outage_are_told_at_their_time, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_told_before_a_restart_is_not_told_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(all_that_outlives_a_run_is_recalled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_silence_is_not_told_before_what_waited_could_come_in, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_stays_in_the_modem_is_logged_when_it_becomes_more, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_storage_full_of_what_nobody_can_read_is_told_once, set_up,
                                        tear_down),
        cmocka_unit_test(the_amount_stands_behind_its_word),
        cmocka_unit_test_setup_teardown(a_storage_that_refuses_to_be_read_is_told_once_until_it_answers,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_a_line_cannot_read_is_kept_and_told_once_an_hour, set_up,
                                        tear_down),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
