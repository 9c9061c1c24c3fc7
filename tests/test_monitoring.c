#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/support/gateway_process.h"
#include "tests/support/support.h"

static const char *const rules = "gateway/http/monitoring/alerts.yml";
static const char *const board = "gateway/http/monitoring/dashboard.json";

static const char *slurp(void *mem, const char *path)
{
    char text[65536];
    FILE *file = fopen(path, "r");
    size_t n;

    assert_non_null(file);
    n = fread(text, 1, sizeof text, file);
    fclose(file);
    return talloc_strndup(mem, text, n);
}

/* What /metrics of a running gateway with one modem prints. */
static const char *metrics(void *mem, int port)
{
    char text[65536];
    FILE *out = popen(talloc_asprintf(mem, "curl -sS http://127.0.0.1:%d/metrics", port), "r");
    size_t n = fread(text, 1, sizeof text, out);

    assert_int_equal(pclose(out), 0);
    return talloc_strndup(mem, text, n);
}

/* Every name xiangyin_... in the file is one that /metrics prints, if need be with the ending of a histogram.
 */
static int check_names(void *mem, const char *path, const char *printed)
{
    const char *text = slurp(mem, path);
    int n = 0;

    for (const char *at = strstr(text, "xiangyin_"); at; at = strstr(at + 1, "xiangyin_"), n++) {
        size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
        const char *name = talloc_strndup(mem, at, length);

        if (!strstr(printed, talloc_asprintf(mem, "\n%s ", name)) &&
            !strstr(printed, talloc_asprintf(mem, "\n%s{", name)))
            fail_msg("%s: /metrics does not print %s", path, name);
    }
    return n;
}

static void rules_and_dashboard_ask_for_what_is_measured(void **state)
{
    struct gateway_process *gateway = gateway_begin(NULL, "");
    struct json_object *parsed;
    const char *printed, *port;

    (void)state;
    gateway_configure(gateway, "http { listen = \"127.0.0.1:0\" }\n");
    gateway_run(gateway);
    assert_true(
        gateway_wait(gateway, "SELECT count(*) FROM settings WHERE name = 'line.village'", 1, PATIENCE_MS));
    port = strstr(slurp(gateway->mem, gateway->log), "http: port ");
    assert_non_null(port);
    printed = metrics(gateway->mem, atoi(port + strlen("http: port ")));
    assert_true(check_names(gateway->mem, rules, printed) >= 8);
    assert_true(check_names(gateway->mem, board, printed) >= 10);
    assert_int_equal(gateway_stop(gateway), 0);
    parsed = json_object_from_file(board);
    assert_true(json_object_array_length(json_object_object_get(parsed, "panels")) >= 8);
    json_object_put(parsed);
    gateway_end(gateway);
}

static void promtool_reads_the_rules(void **state)
{
    (void)state;
    if (system("command -v promtool >/dev/null") != 0) {
        print_message("promtool is not installed: the rules' language was not checked\n");
        return;
    }
    assert_int_equal(system("promtool check rules gateway/http/monitoring/alerts.yml >/dev/null"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_and_dashboard_ask_for_what_is_measured),
        cmocka_unit_test(promtool_reads_the_rules),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
