/*
 * What goes wrong at either end of the link between a county and its centre: the county's gateway is killed,
 * a disk is full, a clock is years off, a program is older than the other. In the end the centre has every
 * row, and no text that was acknowledged is missing. XIANGYIN_FAULT=1: many times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "store/sql.h"
#include "store/upkeep/image.h"
#include "tests/support/gateway_process.h"
#include "tests/support/on_both.h"
#include "tests/support/province.h"
#include "tests/support/support.h"

#define CODE "141027"
#define PHONE "+8613934567001"

enum { YEAR = 365 * 86400 };

struct world {
    struct province *province;
    struct member *county;
    long acknowledged; /* texts */
};

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);

    world->province = province_new(world, on_both_url(*state));
    world->county = member_new(world, world->province, province_add(world->province, CODE, "", false));
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    member_end(world->county);
    province_stop(world->province);
    province_kill(world->province);
    talloc_free(world);
    return 0;
}

static bool submit(struct member *county, long n)
{
    void *mem = talloc_new(county);
    struct event event = office_text(mem, talloc_asprintf(mem, "f%ld", n), PHONE, "井水浑了，没人管");
    bool is_kept = desk_submit(county->office->desk, &event, 1);

    talloc_free(mem);
    return is_kept;
}

static void text(struct world *world)
{
    assert_true(submit(world->county, world->acknowledged++));
}

/* Everything that was acknowledged is in the county's store, and everything in that is at the centre. */
static void assert_nothing_missing(struct world *world)
{
    member_settle(world->county, world->province, CODE);
    assert_int_equal(office_count(world->county->office,
                                  talloc_asprintf(world,
                                                  "SELECT count(*) FROM events WHERE external_id LIKE 'f%%'"
                                                  " AND CAST(substr(external_id, 2) AS INTEGER) < %ld",
                                                  world->acknowledged)),
                     world->acknowledged);
}

/* A gateway of its own process: tells of each text that is acknowledged, until it fails or is killed. */
static void run_gateway(struct world *world, int told)
{
    long n = world->acknowledged;

    office_restart(world->county->office);
    member_link(world->county);
    while (submit(world->county, n++))
        if (write(told, "+", 1) != 1)
            break;
    _exit(0);
}

/* Lets such a gateway run for so long and kills it; 0: until it fails by itself. before: called in it first.
 */
static void run_and_kill(struct world *world, unsigned us, void (*before)(struct world *world))
{
    char octets[4096];
    int told[2];
    ssize_t n;
    pid_t pid;

    assert_int_equal(pipe(told), 0);
    pid = fork();
    if (pid == 0) {
        close(told[0]);
        if (before)
            before(world);
        run_gateway(world, told[1]);
    }
    close(told[1]);
    if (us > 0) {
        if (us % 4 && read(told[0], octets, 1) == 1) /* else perhaps while it starts */
            world->acknowledged++;
        usleep(us);
        kill(pid, SIGKILL);
    }
    while ((n = read(told[0], octets, sizeof octets)) > 0)
        world->acknowledged += n;
    close(told[0]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* The texts that are told of are numbered from 0 without a gap, as far as they were acknowledged. */
static void a_gateway_that_is_killed_lacks_nothing(void **state)
{
    struct world *world = *state;
    int kills = getenv("XIANGYIN_FAULT") ? 1000 : 20;

    office_close(world->county->office);
    province_spawn(world->province);
    srandom(13);
    for (int i = 0; i < kills; i++)
        run_and_kill(world, 20000 + (unsigned)(random() % 200000), NULL);
    printf("# %ld texts acknowledged by gateways that were killed %d times\n", world->acknowledged, kills);
    assert_true(world->acknowledged > 0);
    office_restart(world->county->office);
    member_link(world->county);
    text(world);
    assert_nothing_missing(world);
}

/* No file of this process can grow beyond what it has and some room: as on a full disk. */
static void fill_disk(const char *path, rlim_t room)
{
    struct stat about = { 0 };
    struct rlimit limit;

    stat(path, &about);
    limit.rlim_cur = limit.rlim_max = (rlim_t)about.st_size + room;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void fill_countys_disk(struct world *world)
{
    fill_disk(world->county->office->path, 300 * 1024);
}

static void a_county_with_a_full_disk_acknowledges_nothing_that_it_lacks(void **state)
{
    struct world *world = *state;

    text(world);
    office_close(world->county->office);
    province_spawn(world->province);
    run_and_kill(world, 0, fill_countys_disk);
    assert_true(world->acknowledged > 1);
    office_restart(world->county->office);
    member_link(world->county);
    text(world);
    assert_nothing_missing(world);
}

static void set_room(pid_t pid, rlim_t most)
{
    struct rlimit limit = { most, RLIM_INFINITY };

    assert_int_equal(prlimit(pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* The gateway notices nothing of it. */
static void a_centre_with_a_full_disk_gets_the_rest_once_it_has_room(void **state)
{
    struct world *world = *state;
    struct stat about;

    signal(SIGXFSZ, SIG_IGN);
    province_spawn(world->province);
    member_link(world->county);
    text(world);
    member_settle(world->county, world->province, CODE);
    assert_int_equal(stat(world->province->path, &about), 0);
    set_room(world->province->pid, (rlim_t)about.st_size + 64 * 1024);
    for (int waited = 0; waited < PATIENCE_MS && !*link_state(world->county->link).trouble; waited += 2) {
        text(world);
        sleep_ms(2); /* the link is to send as they come */
    }
    assert_non_null(strstr(link_state(world->county->link).trouble, "store does not answer"));
    text(world);
    set_room(world->province->pid, RLIM_INFINITY);
    assert_nothing_missing(world);
}

/* The clock of either end is ten years off: what counts are numbers of rows, never times. */
static void clocks_years_apart_lose_nothing(void **state)
{
    static const int64_t offs[] = { -3 * YEAR, 10 * (int64_t)YEAR };
    struct world *world = *state;
    const char *file = talloc_asprintf(world, "%s/clock", world->province->folder);

    for (size_t i = 0; i < 2; i++) {
        assert_true(clock_set(file, time(NULL) + offs[i]));
        setenv("XIANGYIN_CLOCK", file, 1);
        province_spawn(world->province);
        unsetenv("XIANGYIN_CLOCK");
        member_link(world->county);
        text(world);
        assert_nothing_missing(world);
        member_unlink(world->county);
        province_kill(world->province);
        province_spawn(world->province);
        setenv("XIANGYIN_CLOCK", file, 1);
        member_link(world->county);
        text(world);
        assert_nothing_missing(world);
        member_unlink(world->county);
        unsetenv("XIANGYIN_CLOCK");
        province_kill(world->province);
    }
}

/* The centre's older program does not start on the newer store; the county keeps its rows meanwhile. */
static void a_centre_older_than_its_store_does_not_start(void **state)
{
    struct world *world = *state;
    const char *error = "";
    struct store *store = province_store(world, world->province);

    member_link(world->county);
    text(world);
    assert_true(store_begin(store, 10000) &&
                sql_run(store, "UPDATE schema_version SET version = version + 1", NO_VALUES) &&
                store_commit(store));
    assert_null(centre_start(world, &world->province->config, &error));
    assert_non_null(strstr(error, "newer program"));
    text(world);
    assert_true(store_begin(store, 10000) &&
                sql_run(store, "UPDATE schema_version SET version = version - 1", NO_VALUES) &&
                store_commit(store));
    talloc_free(store);
    province_start(world->province);
    assert_nothing_missing(world);
}

/* A county of a newer program has a table that the centre's program does not know. */
static void rows_of_a_newer_county_are_kept_as_they_are(void **state)
{
    struct world *world = *state;
    struct journal_row whole = { .seq = 1, .kind = "baseline", .entity = "", .body = "{\"version\":999}" };
    struct store *store;
    struct image *image;
    const char *error = "";

    office_close(world->county->office);
    office_run(world->county->office, "CREATE TABLE novelties (id INTEGER PRIMARY KEY, words TEXT)");
    store = store_open(world, world->county->office->config.store_url, &error);
    assert_non_null(store);
    assert_true(store_begin(store, 10000) &&
                sql_run(store, "INSERT INTO novelties (words) VALUES ($1)", VALUES(as_text("新"))) &&
                store_commit(store));
    talloc_free(store);
    office_restart(world->county->office);
    province_start(world->province);
    member_link(world->county);
    text(world);
    assert_nothing_missing(world);
    assert_int_equal(province_count(world->province, "SELECT count(*) FROM journal WHERE kind = 'novelties'"),
                     1);
    image = image_begin(world, talloc_asprintf(world, "%s/image.db", world->province->folder), NULL, &error);
    assert_non_null(image);
    assert_true(image_add(image, &whole, &error));
    assert_false(image_is_whole(image, &error));
    assert_non_null(strstr(error, "999"));
    talloc_free(image);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_gateway_that_is_killed_lacks_nothing),
        IN_A_WORLD(a_county_with_a_full_disk_acknowledges_nothing_that_it_lacks),
        ON_SQLITE(a_centre_with_a_full_disk_gets_the_rest_once_it_has_room, open_world, close_world),
        IN_A_WORLD(clocks_years_apart_lose_nothing),
        IN_A_WORLD(a_centre_older_than_its_store_does_not_start),
        IN_A_WORLD(rows_of_a_newer_county_are_kept_as_they_are),
    };

    return on_both_run("centre_faults", tests, sizeof tests / sizeof tests[0]);
}
