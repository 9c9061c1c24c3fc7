/* What waits in the store when the clock has been set back by an hour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/desk/waits.h"
#include "tests/support/office.h"

#define AT "1795395600" /* NOW */

enum { NOW = 1795395600 /* 2026-11-23 09:00 in China */, HOUR = 3600 };

/* A notice due and made so many seconds behind NOW. */
#define NOTICE(id, due, attempts, made)                                                               \
    "INSERT INTO notices (id, recipient, text, name, line, state, priority, due_at, attempts, parts," \
    " reference, created_at, why, lease_until) VALUES (" id ", '+861', 'a', 'x', '', 'READY', 1, " AT \
    " + " due ", " attempts ", 0, -1, " AT " + " made ", '', 0)",                                     \
        "SELECT due_at FROM notices WHERE id = " id

/* A row made by the clock that was an hour ahead, and where its time is now. */
static const struct wait {
    const char *name, *insert, *select;
    int64_t kept; /* seconds behind NOW */
} waits[] = {
    { "a text that was due when it was made", NOTICE("1", "3600", "0", "3600"), 0 },
    { "a text for the end of the quiet hours", NOTICE("2", "3601", "0", "3600"), HOUR + 1 },
    { "a text that was tried once", NOTICE("3", "3605", "1", "3600"), 5 },
    { "a text that was tried four times", NOTICE("4", "4200", "4", "0"), 600 },
    { "a text that was tried nine times", NOTICE("5", "25200", "9", "0"), 21600 },
    { "a text that is due sooner than it may be", NOTICE("6", "599", "4", "0"), 599 },
    { "the parts of a message",
      "INSERT INTO part_groups (line, sender, reference, total, present, first_at, sent_at, is_delivered)"
      " VALUES ('', '', 1, 2, 1, " AT " + 3600, " AT ", 0)",
      "SELECT first_at FROM part_groups", 0 },
    { "an alarm",
      "INSERT INTO cases (number, state, reporter, is_anonymous, line, category, confidence, topic, urgency,"
      " is_guarded, text, received_at, touched_at, reopened, rating, alarm_at) VALUES "
      "('26000010', "
      "'new',"
      " '', 0, '', '民生', 1, '', 'urgent', 0, '', " AT ", 0, 0, 0, " AT " + 4200)",
      "SELECT alarm_at FROM cases", 600 },
    { "a recording that nobody has heard",
      "INSERT INTO recordings (state, line, external_id, caller, called, at, begun_at, is_growing, "
      "is_sealed, keys,"
      " file, copy, format, sha256, octets, ms, sound_ms, heard_by, written_by, ring_at) VALUES ('kept', '', "
      "'',"
      " '', '', " AT ", " AT " + 3600, 0, 0, '', 'a', '', '', '', 0, 0, 0, '', '', " AT " + 4200)",
      "SELECT ring_at FROM recordings", 600 },
    { "nothing of a person",
      "INSERT INTO people (phone, name, title, roles, language, is_stopped, is_greeted, line, seen_at, "
      "muted_until)"
      " VALUES ('+861', '', '', 0, '', 0, 0, '', 0, 0)",
      "SELECT seen_at + " AT " FROM people", 0 },
    { "who is locked out",
      "INSERT INTO sender_lines (phone, line, locked_until, trusted_until) VALUES ('+861', 'a', " AT
      " + 7200, "
      "" AT ")",
      "SELECT locked_until FROM sender_lines WHERE line = 'a'", HOUR },
    { "a wrong code",
      "INSERT INTO page_tries (phone, address, at, is_known) VALUES ('+861', 'a', " AT " + 3600, 1)",
      "SELECT at FROM page_tries", 0 },
    { "who is trusted",
      "INSERT INTO sender_lines (phone, line, locked_until, trusted_until) VALUES ('+861', 'b', " AT ", " AT
      " + "
      "46800)",
      "SELECT trusted_until FROM sender_lines WHERE line = 'b'", 12 * HOUR },
    { "the answers that somebody may have", "UPDATE people SET answers_filled_at = " AT " + 3600",
      "SELECT answers_filled_at FROM people", 0 },
};

static void nothing_waits_longer_than_it_would_have_by_the_right_clock(void **state)
{
    struct office *office = office_open(NULL);

    (void)state;
    setenv("XIANGYIN_CLOCK", talloc_asprintf(office, "%s/clock", office->folder), 1);
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), NOW));
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        office_run(office, waits[i].insert);
    assert_true(desk_do(office->desk, waits_shorten, NULL));
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        long at = office_count(office, waits[i].select);

        if (at != NOW + waits[i].kept)
            fail_msg("%s waits %ld seconds", waits[i].name, at - NOW);
    }
    office_close(office);
    unsetenv("XIANGYIN_CLOCK");
    talloc_free(office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_waits_longer_than_it_would_have_by_the_right_clock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
