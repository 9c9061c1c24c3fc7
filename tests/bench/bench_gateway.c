/*
 * The whole program on emulated modems: taking in a backlog, sending, doing nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "tests/bench/measure.h"
#include "tests/support/gateway_process.h"

enum {
    BACKLOG = 2000,
    OUTGOING = 500,
    SETTLE_SECONDS = 10, /* the first look at network and storages comes 5 s after the start */
    IDLE_SECONDS = 60,   /* so that what happens once a minute counts once */
    PATIENCE_SECONDS = 60
};

static void wait_for_stat(struct gateway_process *gateway, const char *name, long wanted)
{
    double deadline = measure_now() + PATIENCE_SECONDS;

    while (emulator_stat(gateway->client, name) < wanted) {
        measure_sleep(0.002);
        if (measure_now() > deadline) {
            printf("%s: %ld of %ld after %d s\n", name, emulator_stat(gateway->client, name), wanted,
                   PATIENCE_SECONDS);
            gateway_end(gateway);
            exit(1);
        }
    }
}

struct backlog {
    double rate, commands, cpu;
};

/* From the first message gone from the SIM to the last: start-up is measured apart. */
static struct backlog take_backlog(void)
{
    struct gateway_process *gateway = gateway_begin(NULL, "send = no");
    struct backlog result;

    emulator_request(gateway->client,
                     "{\"cmd\":\"flood\",\"n\":2000,\"from\":\"+86139\","
                     "\"text\":\"第{n}户：村里的自来水停了三天，老人没有水喝，请派人来看看\"}");
    gateway_spawn(gateway);
    wait_for_stat(gateway, "deleted", 1);
    long first = emulator_stat(gateway->client, "deleted"),
         commands = emulator_stat(gateway->client, "commands");
    double start = measure_now(), cpu = measure_cpu(gateway->pid);
    wait_for_stat(gateway, "deleted", BACKLOG);
    double n = (double)(BACKLOG - first), seconds = measure_now() - start;
    result.rate = n / seconds;
    result.commands = (double)(emulator_stat(gateway->client, "commands") - commands) / n;
    result.cpu = (measure_cpu(gateway->pid) - cpu) / n * 1000;
    if (gateway_count(gateway, "SELECT count(*) FROM cases") != BACKLOG)
        printf("backlog: some of the messages made no case\n");
    gateway_end(gateway);
    return result;
}

static void bench_backlog(void)
{
    double rates[RUNS], commands[RUNS], cpus[RUNS];

    for (int i = 0; i < RUNS; i++) {
        struct backlog result = take_backlog();
        rates[i] = result.rate;
        commands[i] = result.commands;
        cpus[i] = result.cpu;
    }
    printf("backlog of %d: %.0f messages/s, %.3f AT commands a message, %.3f s CPU per 1,000\n", BACKLOG,
           measure_median(rates, RUNS), measure_median(commands, RUNS), measure_median(cpus, RUNS));
}

static double send_all(void)
{
    struct gateway_process *gateway = gateway_begin(NULL, "");
    char *path = talloc_asprintf(gateway, "%s/out.tsv", gateway->folder);
    FILE *out = fopen(path, "w");

    emulator_request(gateway->client, "{\"cmd\":\"report\",\"mode\":\"never\"}");
    for (int i = 0; out && i < OUTGOING; i++)
        fprintf(out, "+86139%08d\t第%d户：明天上午九点在村委会开会\n", i, i);
    if (out)
        fclose(out);
    gateway_command(gateway, NULL, "send - < '%s'", path);
    gateway_spawn(gateway);
    wait_for_stat(gateway, "sent", 1);
    long first = emulator_stat(gateway->client, "sent");
    double start = measure_now();
    wait_for_stat(gateway, "sent", OUTGOING);
    double rate = (double)(OUTGOING - first) / (measure_now() - start);
    gateway_end(gateway);
    return rate;
}

static void bench_sending(void)
{
    double rates[RUNS];

    for (int i = 0; i < RUNS; i++)
        rates[i] = send_all();
    printf("sending %d: %.0f texts/s\n", OUTGOING, measure_median(rates, RUNS));
}

static double start_once(void)
{
    struct gateway_process *gateway = gateway_begin(NULL, "");

    gateway_run(gateway); /* the store is made */
    gateway_stop(gateway);
    emulator_text(gateway->client, "+8613903570001", "村里的路灯不亮了");
    double start = measure_now();
    gateway_spawn(gateway);
    wait_for_stat(gateway, "deleted", 1);
    double seconds = measure_now() - start;
    gateway_end(gateway);
    return seconds;
}

static void bench_start(void)
{
    double seconds[RUNS];

    for (int i = 0; i < RUNS; i++)
        seconds[i] = start_once();
    printf("start to first message kept and deleted: %.3f s\n", measure_median(seconds, RUNS));
}

/* With a modem that has two storages and announces what it stores. */
static void bench_idle(void)
{
    struct gateway_process *gateway = gateway_begin(&(struct emulator_options){ .modem_slots = 20 }, "");

    gateway_run(gateway);
    measure_sleep(SETTLE_SECONDS);
    long before = measure_status(gateway->pid, "voluntary_ctxt_switches", 1);
    measure_sleep(IDLE_SECONDS);
    long after = measure_status(gateway->pid, "voluntary_ctxt_switches", 1);
    printf("idle: %.2f wake-ups/s, RssAnon %.1f MB\n", (double)(after - before) / IDLE_SECONDS,
           (double)measure_status(gateway->pid, "RssAnon", 0) / 1024);
    gateway_end(gateway);
}

int main(void)
{
    bench_backlog();
    bench_sending();
    bench_start();
    bench_idle();
    return 0;
}
