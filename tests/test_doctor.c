#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/knock.h"
#include "store/county/refused_orders.h"
#include "tests/support/gateway_process.h"
#include "tests/support/program.h"

enum { MONDAY = 1795395600 /* 2026-11-23 09:00 in China */ };

static const char *doctor(struct gateway_process *gateway, int *code)
{
    return gateway_command(gateway, code, "doctor --json");
}

static bool says(const char *findings, const char *health, const char *part)
{
    char text[80];

    snprintf(text, sizeof text, "{\"health\":\"%s\",\"part\":\"%s\"", health, part);
    return strstr(findings, text) != NULL;
}

/* Well: it runs, the modem is up, today's copy is there. Then, one after the other, what goes wrong. */
static void what_is_well_and_what_is_not_is_said(void **state)
{
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *found;
    int code;

    (void)state;
    setenv("XIANGYIN_CLOCK", talloc_asprintf(gateway->mem, "%s/clock", gateway->folder), 1);
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY));
    gateway_configure(gateway, "backup { folder = \"copies\" }\n");
    assert_true(says(doctor(gateway, &code), "bad", "store"));
    assert_int_equal(code, 2);

    gateway_run(gateway);
    assert_true(gateway_wait(
        gateway, "SELECT count(*) FROM settings WHERE name = 'line.village' AND value LIKE '%\"up\":true%'",
        1, PATIENCE_MS));
    assert_true(says(doctor(gateway, &code), "watch", "copies"));
    assert_int_equal(utimensat(AT_FDCWD, gateway->config,
                               (struct timespec[]){ { MONDAY - 3 * 86400, 0 }, { MONDAY - 3 * 86400, 0 } },
                               0),
                     0);
    assert_true(says(doctor(gateway, &code), "bad", "copies"));
    gateway_command(gateway, &code, "backup --daily");
    assert_int_equal(code, 0);
    found = doctor(gateway, &code);
    assert_true(says(found, "good", "store") && says(found, "good", "gateway") &&
                says(found, "good", "line") && says(found, "good", "queue") && says(found, "good", "copies"));
    assert_false(says(found, "bad", "clock") || says(found, "bad", "disk"));

    assert_int_equal(gateway_stop(gateway), 0);
    gateway_command(gateway, &code, "send 13900000031 开会");
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY + 3 * 3600));
    found = doctor(gateway, &code);
    assert_int_equal(code, 2);
    assert_true(says(found, "bad", "gateway") && says(found, "bad", "queue") && says(found, "watch", "line"));
    assert_true(clock_set(getenv("XIANGYIN_CLOCK"), MONDAY + 30 * 86400));
    found = doctor(gateway, &code);
    assert_true(says(found, "bad", "clock"));
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

/* It is written for a centre that nobody can reach. */
static void what_waits_for_the_centre_is_counted(void **state)
{
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const struct refused_order refused[] = {
        { .id = 1, .kind = "unit", .why = "there is no such unit", .made_at = time(NULL) - 31 * 86400 },
        { .id = 2, .kind = "model", .why = "the model has another hash", .made_at = time(NULL) }
    };
    const char *found, *error = "";
    struct store *store;
    int code;

    (void)state;
    setenv("CENTRE_TOKEN", "t", 1);
    gateway_configure(gateway, "centre { url = \"http://127.0.0.1:1\" token = \"env:CENTRE_TOKEN\" }\n");
    gateway_command(gateway, &code, "centre key");
    assert_int_equal(code, 0);
    gateway_run(gateway);
    assert_true(gateway_wait(gateway, "SELECT max(last_seq) FROM journal_runs", 300, PATIENCE_MS));
    assert_int_equal(gateway_stop(gateway), 0);
    found = doctor(gateway, &code);
    assert_true(says(found, "good", "centre"));
    assert_non_null(
        strstr(found, talloc_asprintf(gateway->mem, "%ld 行、0 MB",
                                      gateway_count(gateway, "SELECT max(last_seq) - min(first_seq)"
                                                             " + 1 FROM journal_runs"))));
    assert_false(says(found, "watch", "centre"));
    store = store_open(gateway->mem, talloc_asprintf(gateway->mem, "sqlite:%s", gateway->url), &error);
    assert_true(store && store_begin(store, PATIENCE_MS) && store_put_refused_order(store, &refused[0]) &&
                store_put_refused_order(store, &refused[1]) && store_commit(store));
    talloc_free(store);
    found = doctor(gateway, &code);
    assert_true(says(found, "watch", "centre"));
    assert_non_null(strstr(found, "有 1 件没有照办；最近一件：model：模型的校验值不对"));
    gateway_end(gateway);
}

static void certificates_that_end_soon_are_named(void **state)
{
    static const struct {
        int days;
        const char *health;
    } tries[] = { { 10, "watch" }, { 299, "good" }, { 0, "bad" } };
    struct gateway_process *gateway = gateway_begin(NULL, "");
    const char *line = talloc_asprintf(
        gateway->mem,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
        "-days 300 -keyout %s/key.pem -out %s/cert.pem 2>/dev/null && chmod 600 %s/key.pem",
        gateway->folder, gateway->folder, gateway->folder);
    int code;

    (void)state;
    if (system("command -v openssl >/dev/null") != 0) {
        print_message("openssl is not installed: no certificate was looked at\n");
        gateway_end(gateway);
        return;
    }
    gateway_configure(gateway,
                      "http { listen = \"127.0.0.1:1\" certificate = \"cert.pem\" key = \"key.pem\" }\n");
    setenv("XIANGYIN_CLOCK", talloc_asprintf(gateway->mem, "%s/clock", gateway->folder), 1);
    assert_int_equal(system(line), 0);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        assert_true(clock_set(getenv("XIANGYIN_CLOCK"), time(NULL) + (300 - tries[i].days) * INT64_C(86400) +
                                                            (tries[i].days ? 60 : 120)));
        assert_true(says(doctor(gateway, &code), tries[i].health, "certificate"));
    }
    unsetenv("XIANGYIN_CLOCK");
    gateway_end(gateway);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_well_and_what_is_not_is_said),
        cmocka_unit_test(what_waits_for_the_centre_is_counted),
        cmocka_unit_test(certificates_that_end_soon_are_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
