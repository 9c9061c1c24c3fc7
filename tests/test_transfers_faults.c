/* Cases are forwarded between counties whose boxes are killed or replaced: each once, and its reporter told
 * once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "store/events.h"
#include "tests/support/on_both.h"
#include "tests/support/two_counties.h"

static void submit(struct member *county, const char *id, const char *line, const char *from,
                   const char *words)
{
    struct event event = office_text(county, id, from, words);

    event.line = line;
    if (!desk_submit(county->office->desk, &event, 1))
        _exit(1);
}

/* A gateway of its own process, which lives until it is killed. round: it takes a text and forwards it; -1:
 * it does not. */
static pid_t run_gateway(struct member *county, int round, int started)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    office_restart(county->office);
    member_link(county);
    if (write(started, "+", 1) != 1)
        _exit(1);
    if (round >= 0) {
        submit(county, talloc_asprintf(county, "k%d", round), "village",
               talloc_asprintf(county, "+861393456%04d", round), "自来水停了三天了");
        submit(county, talloc_asprintf(county, "f%d", round), EVENT_LINE_PAGE, CADRE,
               talloc_asprintf(county, "转 %s 尧都区", county_last_number(county)));
    }
    for (;;)
        pause();
}

static void kill_gateway(pid_t pid)
{
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

#define NOBODY_TWICE                                                                                \
    "SELECT count(*) = 0 FROM (SELECT 1 FROM notices WHERE name = 'forwarded-out' GROUP BY case_id" \
    " HAVING count(*) <> 1)"

static void gateways_that_are_killed_forward_each_case_once(void **state)
{
    struct two_counties *world = *state;
    int rounds = getenv("XIANGYIN_FAULT") ? 300 : 8;
    long forwarded;
    int started[2];
    char both[2];

    assert_int_equal(pipe(started), 0);
    province_spawn(world->province);
    two_counties_link(world);
    member_unlink(world->here);
    member_unlink(world->there);
    office_close(world->here->office);
    office_close(world->there->office);
    srandom(17);
    for (int i = 0; i < rounds; i++) {
        pid_t here = run_gateway(world->here, i, started[1]),
              there = run_gateway(world->there, -1, started[1]);

        assert_int_equal(read(started[0], both, 1), 1);
        assert_int_equal(read(started[0], both, 1), 1);
        usleep((unsigned)(random() % 250000));
        kill_gateway(here);
        kill_gateway(there);
    }
    office_restart(world->here->office);
    office_restart(world->there->office);
    member_link(world->there);
    member_link(world->here);
    member_wait_for(world->here, "SELECT count(*) = 0 FROM transfers WHERE state = 'asked'");
    member_settle(world->here, world->province, HERE);
    member_settle(world->there, world->province, THERE);
    forwarded = office_count(world->here->office, "SELECT count(*) FROM transfers");
    printf("# %ld cases forwarded by gateways that were killed %d times\n", forwarded, 2 * rounds);
    assert_true(forwarded > 0);
    assert_int_equal(office_count(world->here->office, LINKED), forwarded);
    assert_int_equal(office_count(world->there->office, LINKED), forwarded);
    assert_int_equal(office_count(world->there->office, "SELECT count(*) FROM cases"), forwarded);
    assert_int_equal(
        office_count(world->here->office, "SELECT count(*) FROM notices WHERE name = 'forwarded-out'"),
        forwarded);
    assert_int_equal(office_count(world->here->office, NOBODY_TWICE), 1);
}

/* How often the boxes that were the county's until now may have told somebody: what is UNKNOWN is not sent.
 */
static long times_told(struct member *const *boxes, size_t n, const char *phone)
{
    long times = 0;

    for (size_t i = 0; i < n; i++)
        times += office_count(boxes[i]->office,
                              talloc_asprintf(boxes[i],
                                              "SELECT count(*) FROM notices WHERE name = 'forwarded-out' AND"
                                              " recipient = '%s' AND state <> 'UNKNOWN'",
                                              phone));
    return times;
}

/* Of each case there is one copy and one link at either end, and its reporter was told once, or may have been
 * by a box that was replaced. */
static void check_forwarded(struct two_counties *world, struct member *const *boxes, size_t n, int rounds)
{
    long forwarded = office_count(world->here->office, "SELECT count(*) FROM transfers");

    assert_true(forwarded > 0);
    assert_int_equal(office_count(world->here->office, LINKED), forwarded);
    assert_int_equal(office_count(world->there->office, LINKED), forwarded);
    assert_int_equal(office_count(world->there->office, "SELECT count(*) FROM cases"), forwarded);
    assert_int_equal(
        office_count(world->here->office, "SELECT count(*) FROM notices WHERE name = 'forwarded-out'"),
        forwarded);
    for (int i = 0; i < rounds; i++)
        assert_in_range(times_told(boxes, n, talloc_asprintf(world, "+861393456%04d", i)), 0, 1);
    printf("# %ld cases forwarded, %d boxes replaced\n", forwarded, rounds);
}

/* Ends the county's box, and gives it another with what the centre has. */
static struct member *replace(struct two_counties *world, struct member *county, const char *code, int round)
{
    member_end(county);
    return member_replace(world, county, world->province, code,
                          talloc_asprintf(world, "%s-%d.db", code, round));
}

static void a_box_is_replaced_at_any_moment_of_forwarding(void **state)
{
    struct two_counties *world = *state;
    int rounds = getenv("XIANGYIN_FAULT") ? 200 : 12;
    struct member **boxes = talloc_array(world, struct member *, (unsigned)rounds + 1);
    size_t n = 1;

    province_start(world->province);
    two_counties_link(world);
    member_settle(world->here, world->province, HERE);
    member_settle(world->there, world->province, THERE);
    boxes[0] = world->here;
    srandom(23);
    for (int i = 0; i < rounds; i++) {
        submit(world->here, talloc_asprintf(world, "k%d", i), "village",
               talloc_asprintf(world, "+861393456%04d", i), "自来水停了三天了");
        submit(world->here, talloc_asprintf(world, "f%d", i), EVENT_LINE_PAGE, CADRE,
               talloc_asprintf(world, "转 %s 尧都区", county_last_number(world->here)));
        usleep((unsigned)(random() % (random() % 2 ? 20000 : 200000)));
        if (random() % 2) {
            boxes[n++] = world->here = replace(world, world->here, HERE, i);
            member_link(world->here);
        } else {
            world->there = replace(world, world->there, THERE, i);
            member_link(world->there);
        }
    }
    member_wait_for(world->here, "SELECT count(*) = 0 FROM transfers WHERE state = 'asked'");
    member_settle(world->here, world->province, HERE);
    member_settle(world->there, world->province, THERE);
    check_forwarded(world, boxes, n, rounds);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, two_counties_open, two_counties_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(gateways_that_are_killed_forward_each_case_once),
        IN_A_WORLD(a_box_is_replaced_at_any_moment_of_forwarding),
    };

    return on_both_run("transfers_faults", tests, sizeof tests / sizeof tests[0]);
}
