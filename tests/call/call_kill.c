#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/call/call_bench.h"

/* Calls in each round, as many as CALLS says. */
static int calls(void)
{
    const char *words = getenv("CALLS");

    return words ? atoi(words) : 12;
}

/* A caller of its own process, whose gateway will die in the middle of the call. */
static pid_t call(struct call_bench *bench, int round, int i)
{
    pid_t child = fork();
    char number[32];
    struct sip_phone_options options;

    if (child != 0)
        return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    snprintf(number, sizeof number, "139%04d%04d", 1000 + round, i);
    options = call_bench_phone(bench, number);
    struct sip_phone *phone = sip_phone_call(bench, &options);

    sip_phone_wait(phone, 300 + i % 7 * 100);
    sip_phone_press(phone, '1');
    sip_phone_wait(phone, 600);
    sip_phone_say(phone, bench->voice, 12 * 8000);
    _exit(0);
}

static long count(struct call_bench *bench, const char *sql)
{
    return gateway_count(bench->gateway, sql);
}

static size_t parts(struct call_bench *bench)
{
    glob_t found;
    size_t n = 0;

    if (glob(talloc_asprintf(bench, "%s.recordings/*.wav.part", bench->gateway->url), 0, NULL, &found) == 0)
        n = found.gl_pathc;
    globfree(&found);
    return n;
}

static void kill_in_the_middle(struct call_bench *bench, int round, long ms)
{
    pid_t *children = talloc_array(bench, pid_t, (size_t)calls());

    for (int i = 0; i < calls(); i++)
        children[i] = call(bench, round, i);
    sleep_ms(ms);
    gateway_kill(bench->gateway);
    for (int i = 0; i < calls(); i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
}

/* Every row that was committed before a tone becomes one case or one missed call; the caller of a case is
 * told. */
static void after_a_kill_every_recording_is_one_case(void **state)
{
    struct call_bench *bench = *state;

    for (int round = 0; round < 3; round++) {
        kill_in_the_middle(bench, round, 3000 + round * 2200);
        long begun = count(bench, "SELECT count(*) FROM recordings");

        gateway_run(bench->gateway);
        assert_true(gateway_wait(bench->gateway,
                                 "SELECT count(*) = 0 FROM recordings WHERE state = 'begun' AND begun_at < "
                                 "strftime('%s','now') + 1000",
                                 1, PATIENCE_MS));
        assert_int_equal(parts(bench), 0);
        print_message("round %d: %ld recordings, %ld cases\n", round, begun,
                      count(bench, "SELECT count(*) FROM cases"));
    }
    assert_int_equal(
        count(bench, "SELECT count(*) FROM recordings WHERE sound_ms >= 2000 AND case_id IS NULL"), 0);
    assert_int_equal(/* with less a missed call, once */
                     count(bench, "SELECT count(*) FROM recordings r WHERE sound_ms < 2000 AND (case_id IS "
                                  "NOT NULL OR (SELECT "
                                  "count(*) FROM events e WHERE e.id = r.event_id AND e.kind = 'call' AND "
                                  "e.case_id IS NULL) <> 1)"),
                     0);
    assert_int_equal(
        count(bench,
              "SELECT count(*) FROM (SELECT event_id FROM recordings GROUP BY event_id HAVING count(*) > 1)"),
        0);
    assert_true(count(bench, "SELECT count(*) FROM cases") > 0);
    /* one case a caller, one receipt a case */
    assert_int_equal(
        count(bench,
              "SELECT count(*) FROM (SELECT reporter FROM cases GROUP BY reporter HAVING count(*) > 1)"),
        0);
    assert_int_equal(
        count(bench, "SELECT count(*) FROM cases c WHERE (SELECT count(*) FROM notices n WHERE n.recipient = "
                     "c.reporter AND n.text LIKE '%收到，编号' || c.number || '%') <> 1"),
        0);
    assert_int_equal(count(bench,
                           "SELECT count(*) FROM recordings WHERE state = 'kept' AND case_id IS NULL AND "
                           "event_id IS NULL"),
                     0);
}

static int begin(void **state)
{
    *state = call_bench_begin("calls = 400");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_a_kill_every_recording_is_one_case),
    };

    return cmocka_run_group_tests(tests, begin, call_bench_teardown);
}
