/* Two of our own lines: once a day one calls the other, which does not answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "tests/support/gateway_process.h"

#define ALERTS "SELECT count(*) FROM notices WHERE text LIKE '%线路village接不了电话%'"
#define SOUNDLESS "SELECT count(*) FROM notices WHERE name = 'alert-sound' AND text LIKE "
#define TRIED "SELECT count(*) FROM settings WHERE name = 'tried.village'"

struct two_lines {
    struct gateway_process *gateway; /* with the line village */
    struct emulator *emulator;       /* of the line town */
    struct emulator_client *town;
};

/* At two minutes past ten, when it is the town's turn to call. */
static struct two_lines *begin(void)
{
    struct two_lines *lines = talloc_zero(NULL, struct two_lines);
    struct gateway_process *gateway =
        gateway_begin(NULL, "voice = yes\n audio = \"/dev/null\"\n number = \"+8613800000001\"");
    const char *device = talloc_asprintf(lines, "%s/town", gateway->folder);
    const struct emulator_options options = { .device = device };
    const char *clock = talloc_asprintf(lines, "%s/clock", gateway->folder);

    lines->gateway = gateway;
    lines->emulator = emulator_new(&options);
    assert_true(emulator_start(lines->emulator));
    lines->town = emulator_connect(lines, device, PATIENCE_MS);
    assert_non_null(lines->town);
    gateway_tell(gateway, "{\"cmd\":\"voice\",\"maker\":\"Quectel\",\"model\":\"EC25\"}");
    assert_true(
        emulator_request(lines->town, "{\"cmd\":\"voice\",\"maker\":\"Quectel\",\"model\":\"EC25\"}"));
    gateway_configure(gateway, talloc_asprintf(lines,
                                               "operator = \"+8613900000099\"\nmodem \"town\" {\n device = "
                                               "\"%s\"\n voice = yes\n number = \"+8613800000002\"\n}\n",
                                               device));
    assert_true(clock_set(clock, 1795140120));
    setenv("XIANGYIN_CLOCK", clock, 1);
    gateway_run(gateway);
    return lines;
}

static void end(struct two_lines *lines)
{
    assert_int_equal(gateway_stop(lines->gateway), 0);
    gateway_end(lines->gateway);
    emulator_free(lines->emulator);
    talloc_free(lines);
}

/* The network between the two: the town's call reaches the village, or does not. */
static void connect(struct two_lines *lines, bool is_reached)
{
    for (int waited = 0; emulator_stat(lines->town, "dialled") == 0; waited += 50) {
        assert_true(waited < 3 * PATIENCE_MS);
        sleep_ms(50);
    }
    if (is_reached)
        gateway_tell(lines->gateway, "{\"cmd\":\"call\",\"from\":\"+8613800000002\",\"rings\":5}");
}

static void a_line_that_rings_is_well_and_nobody_pays(void **state)
{
    struct two_lines *lines = begin();

    (void)state;
    connect(lines, true);
    assert_true(gateway_wait(lines->gateway, TRIED, 1, PATIENCE_MS));
    assert_int_equal(emulator_stat(lines->gateway->client, "calls"), 0);
    assert_int_equal(gateway_count(lines->gateway, "SELECT count(*) FROM events WHERE kind = 'call'"), 0);
    assert_int_equal(gateway_count(lines->gateway, ALERTS), 0);
    end(lines);
}

static void a_line_that_does_not_ring_is_an_alert(void **state)
{
    struct two_lines *lines = begin();

    (void)state;
    connect(lines, false);
    assert_true(gateway_wait(lines->gateway, ALERTS, 1, PATIENCE_MS));
    /* the town's modem has no device for sound; the village's has one, as far as can be seen without a call
     */
    assert_true(gateway_wait(lines->gateway, SOUNDLESS "'%town%'", 1, PATIENCE_MS));
    assert_int_equal(gateway_count(lines->gateway, SOUNDLESS "'%village%'"), 0);
    end(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_rings_is_well_and_nobody_pays),
        cmocka_unit_test(a_line_that_does_not_ring_is_an_alert),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
