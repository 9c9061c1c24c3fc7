#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <talloc.h>

#include "gateway/calendar/certificate.h"
#include "store/notices.h"
#include "tests/support/support.h"
#include "tests/support/world.h"

#define OPERATOR "+8613900000099"

static bool warn(struct turn *turn, void *arg)
{
    (void)arg;
    return certificate_warn(turn);
}

/* How many texts are queued so many days before the end. */
static int64_t told(struct world *world, int64_t end, int days)
{
    int64_t before[NOTICE_CANCELLED + 1], after[NOTICE_CANCELLED + 1];

    world->now = end - days * INT64_C(86400);
    assert_true(store_tally_notices(world->store, before));
    world_do(world, warn, NULL, false);
    assert_true(store_tally_notices(world->store, after));
    return after[NOTICE_READY] - before[NOTICE_READY];
}

static void operators_hear_in_time_and_once_a_day(void **state)
{
    static const struct {
        int days;
        bool is_said;
    } tries[] = { { 200, false }, { 22, false }, { 21, true }, { 20, false }, { 14, true }, { 7, true },
                  { 4, false },   { 3, true },   { 2, true },  { 0, true },   { -7, true }, { -9, false } };
    struct world *world = world_new(talloc_new(NULL));
    const char *folder = temporary_directory(world);
    const char *line = talloc_asprintf(
        world,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost "
        "-days 300 -keyout %s/key.pem -out %s/cert.pem 2>/dev/null",
        folder, folder);
    int64_t end;

    (void)state;
    if (system("command -v openssl >/dev/null") != 0) {
        print_message("openssl is not installed: no certificate was looked at\n");
        talloc_free(talloc_parent(world));
        return;
    }
    assert_int_equal(system(line), 0);
    world->config->operator_phone = OPERATOR;
    world->config->http_certificate = talloc_asprintf(world, "%s/cert.pem", folder);
    end = certificate_end(world->config->http_certificate);
    assert_true(end > 0);
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (told(world, end, tries[i].days) != tries[i].is_said)
            fail_msg("%d days before the end", tries[i].days);
    assert_int_equal(told(world, end, 21), 0); /* was said on that day */
    assert_int_equal(certificate_end(talloc_asprintf(world, "%s/key.pem", folder)), -1);
    assert_int_equal(certificate_end(folder), -1);
    talloc_free(talloc_parent(world));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_hear_in_time_and_once_a_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
