#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/knock.h"
#include "store/cases.h"
#include "store/notices.h"
#include "store/people.h"
#include "tests/support/program.h"
#include "tests/support/support.h"

/* A gateway's folder that is quiet around the clock, so that quiet hours would always show. */
struct world {
    const char *folder;
    struct store *store;
};

static int make_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *error;

    world->folder = temporary_directory(world);
    write_file(world, world->folder, "xiangyin.conf",
               "store { url = \"sqlite:x.db\" }\nsignature = \"【浮山】\"\nquiet_hours = \"00:00-23:59\"\n"
               "modem village { device = village }\nmodem ear { device = ear send = no }\n"
               "modem north { device = north prefixes = \"+86139\" }\n");
    world->store = store_open(world, talloc_asprintf(world, "sqlite:%s/x.db", world->folder), &error);
    assert_non_null(world->store);
    *state = world;
    return 0;
}

static int end_world(void **state)
{
    talloc_free(*state);
    return 0;
}

#define IN(world, ...) RUN(world, (world)->folder, NULL, __VA_ARGS__)

static struct notice *notice(struct world *world, int64_t id)
{
    struct notice *found;

    assert_true(store_notice(world->store, world, id, &found));
    assert_non_null(found);
    return found;
}

static void a_text_is_queued_at_once_whatever_the_hour(void **state)
{
    struct world *world = *state;
    int64_t before = time(NULL);
    struct outcome outcome = IN(world, "send", "138 0013 8000", "明天\x1b停水\u202e");

    assert_string_equal(outcome.err, "");
    assert_string_equal(outcome.out, "1\n");
    assert_string_equal(notice(world, 1)->to, "+8613800138000");
    assert_string_equal(notice(world, 1)->text, "【浮山】明天停水");
    assert_int_equal(notice(world, 1)->state, NOTICE_READY);
    assert_int_equal(notice(world, 1)->priority, PRIORITY_NOTICE);
    assert_in_range(notice(world, 1)->due_at, before, time(NULL));
}

static void somebody_who_wants_no_notices_gets_what_an_operator_sends(void **state)
{
    struct world *world = *state;

    assert_true(store_set_stopped(world->store, "+8613800138000", true));
    assert_string_equal(IN(world, "send", "13800138000", "x").out, "1\n");
    assert_string_equal(IN(world, "send", "10086", "YE").out, "2\n");
    assert_string_equal(notice(world, 2)->to, "10086");
}

static void a_text_goes_by_the_line_and_at_the_time_that_are_named(void **state)
{
    struct world *world = *state;

    IN(world, "send", "13900138000", "x");
    IN(world, "send", "13900138000", "x", "--line", "village", "--at", "2030-01-01 10:00");
    assert_string_equal(notice(world, 1)->line, "north");
    assert_string_equal(notice(world, 2)->line, "village");
    assert_int_equal(notice(world, 2)->due_at, 1893463200);
    assert_string_equal(IN(world, "send", "13900138000", "x", "--json").out,
                        "{\"id\":3,\"to\":\"+8613900138000\"}\n");
}

static void lines_are_queued_and_the_bad_ones_named(void **state)
{
    struct world *world = *state;
    struct outcome outcome = RUN(world, world->folder,
                                 "13800138001\t一\n"
                                 "13800138002 没有制表符\n"
                                 "\r\n"
                                 "hello\t三\r\n"
                                 "13800138004\t \n"
                                 "13800138005\t\xff\n"
                                 "13800138006\t六\t七\r\n",
                                 "send", "-");

    assert_string_equal(outcome.out, "1\n2\n");
    assert_string_equal(outcome.err, "xiangyin send: line 2: there is no tab between number and text\n"
                                     "xiangyin send: line 4: \"hello\" is not a phone number\n"
                                     "xiangyin send: line 5: the text is empty\n"
                                     "xiangyin send: line 6: the text is not UTF-8\n");
    assert_int_equal(outcome.status, 1);
    assert_string_equal(notice(world, 2)->to, "+8613800138006");
    assert_string_equal(notice(world, 2)->text, "【浮山】六 七");
    assert_int_equal(notice(world, 2)->priority, PRIORITY_BULK);
}

static void many_lines_are_all_queued_in_order(void **state)
{
    struct world *world = *state;
    char *lines = talloc_strdup(world, "");
    struct outcome outcome;

    for (int i = 0; i < 2500; i++)
        lines = talloc_asprintf_append(lines, "139%08d\t第%d条\n", i, i);
    outcome = RUN(world, world->folder, lines, "send", "-");
    assert_int_equal(outcome.status, 0);
    assert_string_equal(notice(world, 2500)->to, "+8613900002499");
    assert_string_equal(notice(world, 2500)->text, "【浮山】第2499条");
}

static void a_dash_for_the_text_is_standard_input(void **state)
{
    struct world *world = *state;

    assert_string_equal(RUN(world, world->folder, "一\n二\n", "send", "13800138000", "-").out, "1\n");
    assert_string_equal(notice(world, 1)->text, "【浮山】一\n二");
}

static void what_cannot_be_sent_is_refused_with_2(void **state)
{
    struct world *world = *state;
    char *endless = talloc_strdup(world, "");
    const struct {
        const char *const arguments[6];
        const char *error;
    } wrong[] = {
        { { "send" }, "send takes a number and a text, or -" },
        { { "send", "13800138000" }, "send takes a number and a text, or -" },
        { { "send", "13800138000", "a", "b" }, "send takes a number and a text, or -" },
        { { "send", "12", "a" }, "\"12\" is not a phone number" },
        { { "send", "13900000006;AT+CMGD=1", "a" }, "\"13900000006;AT+CMGD=1\" is not a phone number" },
        { { "send", "13900000006 ext. 5", "a" }, "\"13900000006 ext. 5\" is not a phone number" },
        { { "send", "13800138000", "" }, "the text is empty" },
        { { "send", "13800138000", "a", "--at", "soon" },
          "--at: invalid time 'soon' (expected 2026-12-01 or \"2026-12-01 09:00\")" },
        { { "send", "13800138000", "a", "--line", "south" }, "there is no line south" },
        { { "send", "13800138000", "a", "--line", "ear" }, "the line ear does not send" },
    };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct outcome outcome = program_run(world, world->folder, NULL, wrong[i].arguments);

        assert_string_equal(
            outcome.err,
            talloc_asprintf(world, "xiangyin send: %s\nTry: xiangyin send --help\n", wrong[i].error));
        assert_int_equal(outcome.status, 2);
    }
    for (int i = 0; i < 1800; i++)
        endless = talloc_strdup_append(endless, "一二三四五六七八九十");
    assert_string_equal(IN(world, "send", "13800138000", endless).err,
                        "xiangyin send: the text is longer than 255 parts\nTry: xiangyin send --help\n");
}

static void a_running_gateway_is_told_of_texts(void **state)
{
    struct world *world = *state;
    const char *database = talloc_asprintf(world, "%s/x.db", world->folder);
    int fd = knock_open(database);

    assert_true(fd >= 0);
    IN(world, "send", "13800138000", "x");
    assert_true(knock_wait(fd, 0));
    knock_close(fd, database);
}

/* A case that came in May and waits to be shown on 1 June 2026. */
static void add_case(struct world *world)
{
    struct case_ case_ = { .number = "26000011",
                           .reporter = "+8613800138000",
                           .line = "village",
                           .topic = "water",
                           .first_handler = "",
                           .handler = "",
                           .leader = "",
                           .text = "没水",
                           .received_at = 1779000000,
                           .touched_at = 1779000000 };

    assert_true(store_open_case(world->store, &case_));
}

static int64_t shown_on(struct world *world)
{
    struct case_ *case_;

    assert_true(store_case_by_number(world->store, world, "26000011", &case_));
    return case_->shown_on;
}

static void the_calendar_is_rehearsed_and_done(void **state)
{
    struct world *world = *state;
    struct outcome outcome;

    add_case(world);
    outcome = IN(world, "due", "--at", "2026-06-01 09:00", "--dry-run", "--json");
    assert_string_equal(outcome.err, "");
    assert_non_null(
        strstr(outcome.out, "\"date\":\"2026-06-01\",\"number\":\"26000011\",\"to\":\"+8613800138000\"}\n"));
    assert_int_equal(outcome.status, 0);
    assert_int_equal(shown_on(world), 0);

    outcome = IN(world, "due", "--at", "2026-06-01 09:00");
    assert_non_null(strstr(outcome.out, "2026-06-01  show"));
    assert_non_null(strstr(outcome.out, " done\n"));
    assert_int_not_equal(shown_on(world), 0);
    assert_string_equal(IN(world, "due", "--at", "2026-06-01 09:00").out, "0 done\n");
}

static void words_are_removed_only_where_the_configuration_says_when(void **state)
{
    struct world *world = *state;
    FILE *config;

    add_case(world);
    assert_int_equal(IN(world, "retain").status, 1);
    assert_non_null(strstr(IN(world, "retain", "--dry-run").err, "everything is kept for ever"));
    config = fopen(talloc_asprintf(world, "%s/xiangyin.conf", world->folder), "a");
    assert_non_null(config);
    fputs("retention { texts = \"1 year\" }\n", config);
    fclose(config);
    assert_non_null(strstr(IN(world, "retain", "--dry-run").out, "would be removed: the words of 0 cases"));
    assert_non_null(strstr(IN(world, "retain").out, "removed: the words of 0 cases"));
    assert_int_equal(IN(world, "retain", "now").status, 2);
}

static void a_moment_far_ahead_is_refused_until_it_is_confirmed(void **state)
{
    struct world *world = *state;
    struct outcome outcome;

    add_case(world);
    outcome = IN(world, "due", "--at", "2056-12-02");
    assert_int_equal(outcome.status, 1);
    assert_non_null(
        strstr(outcome.err, "more than three days ahead of the clock; if it is right, add --confirm"));
    assert_int_equal(shown_on(world), 0);
    assert_int_equal(IN(world, "due", "--at", "2056-12-02", "--dry-run").status, 0);
    outcome = IN(world, "due", "--at", "2056-12-02", "--confirm");
    assert_int_equal(outcome.status, 0);
    assert_int_not_equal(shown_on(world), 0);
    assert_string_equal(IN(world, "due").err, "");
    /* it was a mistake */
    assert_non_null(strstr(IN(world, "due", "--confirm").err, "repaired "));
    assert_string_equal(IN(world, "due", "--confirm").err, "");
}

static void a_wrong_moment_is_refused_with_2(void **state)
{
    struct world *world = *state;

    assert_int_equal(IN(world, "due", "--at", "soon").status, 2);
    assert_int_equal(IN(world, "due", "now").status, 2);
    assert_int_equal(IN(world, "due", "--at").status, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_text_is_queued_at_once_whatever_the_hour, make_world, end_world),
        cmocka_unit_test_setup_teardown(somebody_who_wants_no_notices_gets_what_an_operator_sends, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_text_goes_by_the_line_and_at_the_time_that_are_named, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(lines_are_queued_and_the_bad_ones_named, make_world, end_world),
        cmocka_unit_test_setup_teardown(many_lines_are_all_queued_in_order, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_dash_for_the_text_is_standard_input, make_world, end_world),
        cmocka_unit_test_setup_teardown(what_cannot_be_sent_is_refused_with_2, make_world, end_world),
        cmocka_unit_test_setup_teardown(a_running_gateway_is_told_of_texts, make_world, end_world),
        cmocka_unit_test_setup_teardown(the_calendar_is_rehearsed_and_done, make_world, end_world),
        cmocka_unit_test_setup_teardown(words_are_removed_only_where_the_configuration_says_when, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_moment_far_ahead_is_refused_until_it_is_confirmed, make_world,
                                        end_world),
        cmocka_unit_test_setup_teardown(a_wrong_moment_is_refused_with_2, make_world, end_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
