/* Two modems: what one cannot send goes by the other, and they share what names no line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <talloc.h>

#include "tests/support/gateway_books.h"

#define STATE(state) "SELECT count(*) FROM notices WHERE state = '" state "'"
#define UP "SELECT count(*) FROM settings WHERE name = 'line.village' AND value LIKE '%\"up\":true%'"
#define WORDS "明天上午九点开村民会"
#define BARRED "{\"cmd\":\"fault\",\"kind\":\"refuse_send\",\"count\":0,\"code\":8}"

struct pair {
    struct gateway_process *gateway;
    struct emulator *second;
    const char *logs[2];
};

static struct pair two_modems(const struct emulator_options *options, const char *extra)
{
    struct pair pair = { .gateway = gateway_begin(options, extra) };
    const char *device = talloc_asprintf(pair.gateway, "%s/second", pair.gateway->folder);

    pair.logs[0] = talloc_asprintf(pair.gateway, "%s/sent.second", pair.gateway->folder);
    pair.second = emulator_new(&(struct emulator_options){ .device = device, .log = pair.logs[0] });
    if (!emulator_start(pair.second))
        fail_msg("emulator: %s", emulator_error(pair.second));
    gateway_configure(pair.gateway,
                      talloc_asprintf(pair.gateway, "modem \"second\" { device = \"%s\" }\n", device));
    return pair;
}

static void end_pair(struct pair *pair)
{
    gateway_kill(pair->gateway);
    emulator_free(pair->second);
    gateway_end(pair->gateway);
}

/* So many that most of them still wait when the first dies, however slow we are to end it. */
enum { MANY = 60 };

static void what_waits_for_a_modem_that_dies_goes_once_by_another(void **state)
{
    (void)state;
    struct pair pair = two_modems(&(struct emulator_options){ .send_ms = 200 }, "send_timeout = 2");
    struct gateway_process *gateway = pair.gateway;

    gateway_run(gateway);
    books_queue_with(gateway, "--line village", "+86139036", MANY, WORDS);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 3, PATIENCE_MS));
    assert_true(gateway_wait(gateway, STATE("ARMED"), 1, PATIENCE_MS));
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"unplug\"}");
    assert_true(gateway_wait(gateway,
                             "SELECT NOT EXISTS (SELECT 1 FROM notices WHERE state IN ('READY',"
                             " 'CLAIMED', 'ARMED'))",
                             1, PATIENCE_MS));
    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"plug\"}");
    assert_true(gateway_wait(gateway, UP, 1, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    struct books books = books_agree(gateway, pair.logs);
    assert_int_equal(books.notices, MANY);
    assert_in_range(books.sent + books.delivered, MANY - 1, MANY);
    assert_in_range(books.unknown, 0, 1);
    assert_true(gateway_count(gateway, "SELECT count(DISTINCT notice_id) FROM sent_parts"
                                       " WHERE line = 'second'") >= 6);
    end_pair(&pair);
}

static void what_a_modem_without_network_cannot_send_goes_by_another(void **state)
{
    (void)state;
    struct pair pair = two_modems(NULL, "");
    struct gateway_process *gateway = pair.gateway;

    gateway_tell(gateway, "{\"cmd\":\"fault\",\"kind\":\"registration\",\"stat\":2}");
    gateway_run(gateway);
    books_queue_with(gateway, "--line village", "+86139036", 6, WORDS);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 6, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "sent"), 0);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, pair.logs);
    end_pair(&pair);
}

static void what_a_barred_sim_may_not_send_goes_by_another(void **state)
{
    (void)state;
    struct pair pair = two_modems(NULL, "");
    struct gateway_process *gateway = pair.gateway;

    gateway_tell(gateway, BARRED);
    gateway_run(gateway);
    books_queue_with(gateway, "--line village", "+86139036", 8, WORDS);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 8, PATIENCE_MS));
    assert_int_equal(emulator_stat(gateway->client, "sent"), 0);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, pair.logs);
    end_pair(&pair);
}

static void two_modems_share_what_names_no_line(void **state)
{
    (void)state;
    struct pair pair = two_modems(&(struct emulator_options){ .send_ms = 150 }, "");
    struct gateway_process *gateway = pair.gateway;

    gateway_run(gateway);
    books_queue(gateway, "+86139036", 100, WORDS);
    assert_true(gateway_wait(gateway, STATE("DELIVERED"), 100, PATIENCE_MS));
    /* each takes some, however late it came up */
    assert_in_range(emulator_stat(gateway->client, "sent"), 1, 99);
    assert_int_equal(gateway_stop(gateway), 0);
    books_agree(gateway, pair.logs);
    end_pair(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_for_a_modem_that_dies_goes_once_by_another),
        cmocka_unit_test(what_a_modem_without_network_cannot_send_goes_by_another),
        cmocka_unit_test(two_modems_share_what_names_no_line),
        cmocka_unit_test(what_a_barred_sim_may_not_send_goes_by_another),
    };

    if (getenv("ONLY_TEST"))
        cmocka_set_test_filter(getenv("ONLY_TEST"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
