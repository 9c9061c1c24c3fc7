/*
 * The real gateway on a machine whose clock stands still, is an hour behind or a year ahead, with and without
 * the monotonic clock: texts become cases and are answered once each, the calendar shows nothing, and when
 * the clock is right again all goes on. XIANGYIN_FAULT=1: the monotonic clock is wrong, too.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>
#include <talloc.h>

#include "gateway/knock.h"
#include "tests/fault/preload.h"
#include "tests/support/gateway_books.h"

enum { TEXTS = 5, NOTICES = 5 };

static const struct clock {
    const char *name, *fake; /* NULL: stands still now */
    bool has_monotonic;      /* that clock is faked too */
} clocks[] = {
    { "stands still", NULL, false },    { "stands still, wholly", NULL, true },
    { "an hour behind", "-1h", false }, { "an hour behind, wholly", "-1h", true },
    { "a year ahead", "+365d", false }, { "a year ahead, wholly", "+365d", true },
};

static const char *environment_of(void *mem, const char *library, const struct clock *clock)
{
    char now[32];
    time_t at = time(NULL);
    struct tm parts;

    gmtime_r(&at, &parts);
    strftime(now, sizeof now, "%Y-%m-%d %H:%M:%S", &parts);
    return talloc_asprintf(mem, "TZ=UTC LD_PRELOAD='%s' FAKETIME='%s' FAKETIME_DONT_FAKE_MONOTONIC=%d",
                           library, clock->fake ? clock->fake : now, !clock->has_monotonic);
}

/* More texts come and more notices go. One text was nine seconds on its way: only a stamp that is not the
 * moment of receiving is believed to be the network's. */
static void bring(struct gateway_process *gateway, const char *prefix, int first)
{
    gateway_tell(
        gateway,
        "{\"cmd\":\"flood\",\"n\":%d,\"first\":%d,\"from\":\"+86139035\",\"text\":\"第{n}户的自来水停了，"
        "请派人来看\"}",
        TEXTS - 1, first);
    gateway_tell(gateway,
                 "{\"cmd\":\"text\",\"from\":\"+8613903600%03d\",\"text\":\"村里的路灯坏了，第%d次\",\"scts_"
                 "offset\":-9}",
                 first, first);
    books_queue(gateway, prefix, NOTICES, talloc_asprintf(gateway, "%d：明天上午九点开村民会", first));
}

static void live_with(const char *library, const struct clock *clock)
{
    struct gateway_process *gateway = gateway_begin(NULL, "");
    struct books books;

    gateway_configure(gateway, "operator = \"+8613900000099\"\n");
    gateway_tell(gateway, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    preload_use(gateway, environment_of(gateway, library, clock));
    gateway_run(gateway);
    bring(gateway, "+86139007", 1);
    if (!gateway_wait(gateway, "SELECT count(*) FROM cases", TEXTS, PATIENCE_MS) ||
        !gateway_wait(gateway, "SELECT count(*) FROM notices WHERE state = 'SENT'", NOTICES, PATIENCE_MS))
        fail_msg("%s: see %s", clock->name, gateway->log);
    assert_int_equal(gateway_stop(gateway), 0);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM calendar_dates WHERE kind <> 'day'"), 0);
    assert_int_equal(gateway_count(gateway, "SELECT count(*) FROM cases WHERE shown_on IS NOT NULL"), 0);

    preload_use(gateway, NULL);
    gateway_run(gateway);
    bring(gateway, "+86139008", TEXTS + 1);
    assert_true(gateway_wait(gateway, "SELECT count(*) FROM cases", 2 * TEXTS, PATIENCE_MS));
    /* the stamps of these texts say that the clock is right: what waits for next year goes now */
    knock_send(gateway->url);
    if (!gateway_wait(gateway,
                      "SELECT count(*) FROM notices WHERE state = 'SENT' AND name IN ('received', 'send')",
                      2 * (TEXTS + NOTICES), PATIENCE_MS))
        fail_msg("%s, then right: see %s", clock->name, gateway->log);
    assert_int_equal(gateway_stop(gateway), 0);
    books_received(gateway, 2 * TEXTS);
    books = books_agree(gateway, NULL);
    assert_int_equal(books.failed + books.unknown, 0);
    /* a December of whatever year asks for the next one's free days */
    assert_in_range(
        gateway_count(gateway,
                      "SELECT count(*) FROM notices WHERE name LIKE 'alert%' AND name <> 'alert-holidays'"),
        0, 2);
    gateway_end(gateway);
}

static void a_wrong_clock_loses_nothing_and_is_lived_through(void **state)
{
    static const char *const paths[] = { "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
                                         "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1", NULL };
    const char *library = preload_find("faketime", paths);
    size_t n = sizeof clocks / sizeof *clocks;

    (void)state;
    for (size_t i = 0; library && i < n; i++)
        if (getenv("XIANGYIN_FAULT") || !clocks[i].has_monotonic)
            live_with(library, &clocks[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wrong_clock_loses_nothing_and_is_lived_through),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
