#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/store_lock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/print/table.h"
#include "gateway/command/subcommands.h"
#include "tests/support/program.h"
#include "tests/support/support.h"
#include "tests/support/old_store.h"

/* What check says of how long words are kept when the configuration does not. */
#define KEPT                                                                                           \
    "all words are kept for ever; retention { texts = \"5 years\" } would remove those of old cases\n" \
    "phone numbers of reporters are kept until xiangyin erase, figures for ever\n"

struct world {
    const char *folder;
};

static int make_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->folder = temporary_directory(world);
    write_file(world, world->folder, "good.conf",
               "store { url = \"sqlite:x.db\" }\nmodem m { device = m per_day = 9 }\n");
    write_file(world, world->folder, "bad.conf", "langage = zh\nmodem m {\n");
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(*state);
    return 0;
}

#define IN(world, ...) RUN(world, (world)->folder, NULL, __VA_ARGS__)

static void every_subcommand_has_its_help(void **state)
{
    struct world *world = *state;
    const char *all = IN(world, "--help").out;

    for (const struct command *const *command = subcommands; *command; command++) {
        struct outcome outcome = IN(world, (*command)->name, "--help");

        assert_int_equal(outcome.status, 0);
        assert_string_equal(outcome.err, "");
        assert_string_equal(outcome.out, (*command)->usage);
        assert_int_equal(strncmp(outcome.out, "usage: xiangyin ", 16), 0);
        assert_int_equal(outcome.out[strlen(outcome.out) - 1], '\n');
        assert_non_null(strstr(all, (*command)->summary));
    }
}

static void without_a_subcommand_the_summary_is_said_and_2_returned(void **state)
{
    struct world *world = *state;
    struct outcome outcome = IN(world, NULL);

    assert_int_equal(outcome.status, 2);
    assert_string_equal(outcome.err, IN(world, "--help").out);
    outcome = IN(world, "dance");
    assert_int_equal(outcome.status, 2);
    assert_string_equal(outcome.err, "xiangyin: unknown subcommand dance\nTry: xiangyin --help\n");
}

static void the_configuration_is_named_anywhere(void **state)
{
    struct world *world = *state;

    assert_string_equal(IN(world, "check", "-c", "good.conf").out, "good.conf: good\n" KEPT);
    assert_string_equal(IN(world, "-c", "good.conf", "check").out, "good.conf: good\n" KEPT);
    assert_string_equal(IN(world, "check", "--config=good.conf").out, "good.conf: good\n" KEPT);
    assert_string_equal(IN(world, "check", "--config", "good.conf").out, "good.conf: good\n" KEPT);
    assert_int_equal(IN(world, "import", "-c", "good.conf", "units", "x.csv").status, 1);
    assert_int_equal(IN(world, "import", "units", "x.csv", "-c", "bad.conf").status, 2);
    assert_string_equal(IN(world, "check", "-c").err,
                        "xiangyin check: -c needs a file\nTry: xiangyin check --help\n");
}

static void check_names_what_is_wrong_and_returns_2(void **state)
{
    struct world *world = *state;
    struct outcome outcome = IN(world, "check", "-c", "bad.conf");

    assert_int_equal(outcome.status, 2);
    assert_string_equal(outcome.out, "");
    assert_string_equal(
        outcome.err,
        "bad.conf:1: unknown option langage; did you mean language?\n"
        "bad.conf:2: modem \"m\" is never closed with }\n"
        "bad.conf:2: modem \"m\" has no device\n"
        "bad.conf:2: warning: modem \"m\" has neither per_minute nor per_day: nothing limits what it sends\n"
        "bad.conf: errors: 3\n");
    outcome = IN(world, "check", "-c", "none.conf");
    assert_int_equal(outcome.status, 2);
    assert_string_equal(outcome.err,
                        "none.conf: cannot be read: No such file or directory\nnone.conf: errors: 1\n");
}

static void run_refuses_what_check_refuses(void **state)
{
    struct world *world = *state;
    struct outcome outcome = IN(world, "run", "-c", "bad.conf");

    assert_int_equal(outcome.status, 2);
    assert_non_null(strstr(outcome.err, "bad.conf:1: unknown option langage; did you mean language?\n"));
    assert_non_null(strstr(outcome.err, "bad.conf:2: modem \"m\" is never closed with }\n"));
}

static void check_reads_standard_input_too(void **state)
{
    struct world *world = *state;
    struct outcome outcome = RUN(world, world->folder, "baud = 1\n", "check", "-c", "-");

    assert_string_equal(outcome.err, "-:1: unknown option baud\n-: errors: 1\n");
}

static void check_lists_every_option(void **state)
{
    struct world *world = *state;
    struct outcome outcome = IN(world, "check", "--options");

    assert_int_equal(outcome.status, 0);
    assert_non_null(strstr(outcome.out, "\n    send_timeout     number 1 to 600; 60 when not given\n"));
    assert_int_equal(IN(world, "check", "good.conf").status, 2);
    assert_int_equal(IN(world, "check", "--options=1").status, 2);
}

static void moments_are_read_in_the_zone_or_with_an_offset(void **state)
{
    static const struct {
        const char *text;
        int64_t at;
    } moments[] = {
        { "2026-06-01", 1780243200 },
        { "2026-06-01 08:00", 1780272000 },
        { "2026-06-01T08:00:30", 1780272030 },
        { "2026-06-01T00:00:00Z", 1780272000 },
        { "2026-06-01 00:00+00:00", 1780272000 },
        { "2026-06-01T03:00:00+03", 1780272000 },
        { "2026-05-31T19:00:00-05:00", 1780272000 },
    };
    static const char *const wrong[] = { "",
                                         "today",
                                         "2026-13-01",
                                         "2026-02-31",
                                         "2026-06-01 25:00",
                                         "2026-06-01 08:00 x",
                                         "2026-06-01T08:00:00+25",
                                         "2026-06-01Z",
                                         "1780272000" };
    int64_t at;

    (void)state;
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        assert_true(argument_time(moments[i].text, &at));
        assert_int_equal(at, moments[i].at);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (argument_time(wrong[i], &at))
            fail_msg("%s was read as %lld", wrong[i], (long long)at);
}

static void a_moment_is_written_with_its_offset(void **state)
{
    struct world *world = *state;

    setenv("TZ", "Asia/Kathmandu", 1);
    tzset();
    assert_string_equal(json_time_text(world, 1780272000), "2026-06-01T05:45:00+05:45");
    assert_string_equal(json_time_text(world, 0), "");
    setenv("TZ", "Asia/Shanghai", 1);
    tzset();
    assert_string_equal(json_time_text(world, 1780272000), "2026-06-01T08:00:00+08:00");
}

static void a_store_that_an_older_gateway_serves_is_left_as_it_is(void **state)
{
    struct world *world = *state;
    const char *path = talloc_asprintf(world, "%s/x.db", world->folder), *error;
    struct outcome outcome;
    int lock;

    assert_true(old_store_make(world, path, OLDEST_PACKAGED, 1, &error));
    lock = store_lock_take(path, 0);
    assert_true(lock >= 0);
    for (int i = 0; i < 2; i++) {
        outcome = IN(world, "token", "add", "county", "cases", "-c", "good.conf");
        assert_int_equal(outcome.status, 1);
        assert_non_null(strstr(outcome.err, "restarting the gateway brings it up to date"));
    }
    store_lock_drop(lock);
    outcome = IN(world, "token", "add", "county", "cases", "-c", "good.conf");
    assert_int_equal(outcome.status, 0);

    lock = store_lock_take(path, 0);
    assert_true(lock >= 0);
    outcome = IN(world, "token", "add", "other", "cases", "-c", "good.conf");
    assert_int_equal(outcome.status, 0);
    store_lock_drop(lock);
}

/* Made by root, say during set-up, it would keep out the gateway's own user. */
static void the_lock_is_the_gateways_to_make(void **state)
{
    struct world *world = *state;

    assert_int_equal(IN(world, "token", "add", "county", "cases", "-c", "good.conf").status, 0);
    assert_int_equal(access(talloc_asprintf(world, "%s/x.db", world->folder), F_OK), 0);
    assert_int_not_equal(access(talloc_asprintf(world, "%s/x.db.lock", world->folder), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_subcommand_has_its_help, make_world, end_world),
        cmocka_unit_test_setup_teardown(without_a_subcommand_the_summary_is_said_and_2_returned, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(the_configuration_is_named_anywhere, make_world, end_world),
        cmocka_unit_test_setup_teardown(check_names_what_is_wrong_and_returns_2, make_world, end_world),
        cmocka_unit_test_setup_teardown(run_refuses_what_check_refuses, make_world, end_world),
        cmocka_unit_test_setup_teardown(check_reads_standard_input_too, make_world, end_world),
        cmocka_unit_test_setup_teardown(check_lists_every_option, make_world, end_world),
        cmocka_unit_test_setup_teardown(moments_are_read_in_the_zone_or_with_an_offset, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_moment_is_written_with_its_offset, make_world, end_world),
        cmocka_unit_test_setup_teardown(the_lock_is_the_gateways_to_make, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_store_that_an_older_gateway_serves_is_left_as_it_is, make_world,
                                        end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
