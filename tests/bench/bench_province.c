/*
 * A province's centre on PostgreSQL: how long a row waits until the centre has acknowledged it, with a
 * synchronous standby on the same machine and without; one gateway that catches up; and a nation. After each
 * the centre has every row as it was sent. Everything runs on one machine, the gateways too.
 *     bench_province [province | catch-up | standby | nation]
 * BENCH_SECONDS: how long each lasts.
 */
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <talloc.h>

#include "tests/bench/boxes.h"
#include "tests/bench/measure.h"
#include "tests/support/postgres.h"

static void measure(const char *name, const char *url, int n, int rows_per_second, double seconds)
{
    struct world world;
    struct province *province = boxes_begin(&world, url, n);
    double processor, took, before;

    boxes_play(&world, rows_per_second, 2, 0); /* every connection is open */
    processor = measure_cpu(province->pid);
    before = measure_now();
    boxes_play(&world, rows_per_second, seconds, 0);
    took = measure_now() - before;
    processor = measure_cpu(province->pid) - processor;
    boxes_compare(&world, province);
    printf("%s: %d gateways, %d rows/s for %.0f s: acknowledged after %.1f ms (median), %.1f ms (99 of 100); "
           "the centre: %.0f %% of a processor, %ld MB; %d requests repeated, %d refused for a second; each "
           "row is there "
           "as it was sent\n",
           name, n, rows_per_second, seconds, boxes_part(&world, .5), boxes_part(&world, .99),
           processor / took * 100, measure_status(province->pid, "RssAnon", 0) / 1024, world.repeated,
           world.refused);
    fflush(stdout);
    boxes_end(&world, province);
}

static void measure_catching_up(const char *url, int64_t rows, double seconds)
{
    struct world world;
    struct province *province = boxes_begin(&world, url, 200);
    double alone, begin_at;

    boxes_play(&world, 500, 2, 1);
    boxes_play(&world, 500, seconds, 1);
    alone = boxes_part(&world, .99);
    world.boxes[0].catch_up = rows;
    begin_at = measure_now();
    boxes_send(&world, &world.boxes[0]);
    world.n_waits = 0;
    boxes_play(&world, 500, seconds, 1);
    printf(
        "PostgreSQL: one of 200 gateways catches up with %lld rows: %.0f rows/s; the others' 500 rows/s are "
        "acknowledged after %.1f ms (99 of 100), %.1f ms before\n",
        (long long)rows, (double)rows / (world.boxes[0].caught_up_at - begin_at), boxes_part(&world, .99),
        alone);
    fflush(stdout);
    boxes_compare(&world, province);
    boxes_end(&world, province);
}

static const char settings[] = "fsync = on\nfull_page_writes = on\nshared_buffers = 256MB\n"
                               "max_wal_size = 4GB\n";

static void measure_province(double seconds)
{
    struct postgres *server = postgres_start(NULL, settings);

    measure("PostgreSQL", server->url, 200, 500, seconds);
    talloc_free(server);
}

static void measure_catch_up(double seconds)
{
    struct postgres *server = postgres_start(NULL, settings);

    measure_catching_up(server->url, (int64_t)(seconds * 20000), seconds);
    talloc_free(server);
}

static void measure_standby(double seconds)
{
    struct postgres *server = postgres_start(NULL, settings);

    postgres_start_standby(server, server);
    measure("PostgreSQL with a synchronous standby", server->url, 200, 500, seconds);
    talloc_free(server);
}

static void measure_nation(double seconds)
{
    const struct rlimit files = { 20000, 20000 };
    struct postgres *server;

    if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
        printf("# left out: a nation (too few open files allowed)\n");
        return;
    }
    server = postgres_start(NULL, settings);
    measure("PostgreSQL, a nation", server->url, 2800, 5000, seconds);
    talloc_free(server);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*measure)(double seconds);
    } all[] = { { "province", measure_province },
                { "catch-up", measure_catch_up },
                { "standby", measure_standby },
                { "nation", measure_nation } };
    double seconds = getenv("BENCH_SECONDS") ? atof(getenv("BENCH_SECONDS")) : 10;

    if (!postgres_is_there())
        return 0;
    signal(SIGPIPE, SIG_IGN);
    curl_global_init(CURL_GLOBAL_ALL);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (argc < 2 || strcmp(argv[1], all[i].name) == 0)
            all[i].measure(seconds);
    return 0;
}
