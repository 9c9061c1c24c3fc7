/*
 * The whole program on eight emulated modems against one, each a process of its own; and how soon a modem
 * that was unplugged works again.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/bench/measure.h"
#include "tests/support/gateway_process.h"
#include "tests/support/support.h"

enum { MODEMS = 8, PATIENCE_SECONDS = 60 };

struct modem_process {
    pid_t pid;
    const char *device;
    struct emulator_client *client;
};

struct crowd {
    const char *folder, *config;
    struct modem_process modems[MODEMS];
    int n;
    pid_t gateway;
};

static pid_t spawn(const char *program, const char *const *arguments, const char *log)
{
    fflush(stdout); /* or the child would write it too */
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!freopen(log, "a", stderr) || !freopen(log, "a", stdout))
            _exit(127);
        execv(program, (char *const *)arguments);
        _exit(127);
    }
    return pid;
}

static void end(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void end_crowd(struct crowd *crowd)
{
    end(crowd->gateway);
    for (int i = 0; i < crowd->n; i++)
        end(crowd->modems[i].pid);
    talloc_free(crowd);
}

static void give_up(struct crowd *crowd, const char *why)
{
    printf("modems: %s\n", why);
    end_crowd(crowd);
    exit(1);
}

static void start_modem(struct crowd *crowd, int i, int latency_ms)
{
    struct modem_process *modem = &crowd->modems[i];
    const char *arguments[] = { "xiangyin", "emulator", NULL, "--latency", NULL, NULL };

    modem->device = talloc_asprintf(crowd, "%s/modem%d", crowd->folder, i);
    arguments[2] = modem->device;
    arguments[4] = talloc_asprintf(crowd, "%d", latency_ms);
    modem->pid = spawn(gateway_program(), arguments, talloc_asprintf(crowd, "%s/log", crowd->folder));
    modem->client = emulator_connect(crowd, modem->device, 5000);
    if (!modem->client)
        give_up(crowd, "an emulator does not start");
}

static struct crowd *start_crowd(int n, int latency_ms, int backlog)
{
    struct crowd *crowd = talloc_zero(NULL, struct crowd);
    FILE *config;

    crowd->folder = temporary_directory(crowd);
    crowd->config = talloc_asprintf(crowd, "%s/xiangyin.conf", crowd->folder);
    crowd->n = n;
    config = fopen(crowd->config, "w");
    if (!config)
        give_up(crowd, "no configuration can be written");
    fputs("timezone = \"Asia/Shanghai\"\nquiet_hours = \"off\"\nstore { url = \"sqlite:xiangyin.db\" }\n",
          config);
    for (int i = 0; i < n; i++) {
        start_modem(crowd, i, latency_ms);
        fprintf(config, "modem \"m%d\" {\n device = \"%s\"\n send = no\n}\n", i, crowd->modems[i].device);
        emulator_request(crowd->modems[i].client,
                         talloc_asprintf(crowd,
                                         "{\"cmd\":\"flood\",\"n\":%d,\"from\":\"+8613%d\",\"text\":"
                                         "\"第{n}户：村里的自来水停了三天，老人没有水喝，请派人来看看\"}",
                                         backlog, 500 + i));
    }
    fclose(config);
    return crowd;
}

static long deleted(const struct crowd *crowd)
{
    long sum = 0;

    for (int i = 0; i < crowd->n; i++)
        sum += emulator_stat(crowd->modems[i].client, "deleted");
    return sum;
}

static bool all_have_begun(const struct crowd *crowd)
{
    for (int i = 0; i < crowd->n; i++)
        if (emulator_stat(crowd->modems[i].client, "deleted") == 0)
            return false;
    return true;
}

static void wait_until_deleted(struct crowd *crowd, long wanted)
{
    double deadline = measure_now() + PATIENCE_SECONDS;

    while (deleted(crowd) < wanted) {
        measure_sleep(0.005);
        if (measure_now() > deadline)
            give_up(crowd, "not all messages were taken in");
    }
}

struct intake {
    double rate, cpu; /* messages a second, and the gateway's CPU seconds for a thousand */
};

/* While all modems are at work: from when each has begun until little is left. */
static struct intake take_backlog(int n, int latency_ms, int backlog)
{
    struct crowd *crowd = start_crowd(n, latency_ms, backlog);
    const char *arguments[] = { "xiangyin", "run", "-c", crowd->config, NULL };

    crowd->gateway = spawn(gateway_program(), arguments, talloc_asprintf(crowd, "%s/log", crowd->folder));
    while (!all_have_begun(crowd))
        wait_until_deleted(crowd, deleted(crowd) + 1);
    long first = deleted(crowd);
    double start = measure_now(), cpu = measure_cpu(crowd->gateway);
    wait_until_deleted(crowd, (long)n * backlog * 9 / 10);
    double messages = (double)(deleted(crowd) - first);
    struct intake intake = { messages / (measure_now() - start),
                             (measure_cpu(crowd->gateway) - cpu) / messages * 1000 };
    wait_until_deleted(crowd, (long)n * backlog);
    end_crowd(crowd);
    return intake;
}

/* One and eight in turn, so that what else the machine does weighs on both. */
static void bench_ratio(int latency_ms, int backlog)
{
    double ones[RUNS], eights[RUNS], ratios[RUNS], cpus[RUNS];

    for (int i = 0; i < RUNS; i++) {
        struct intake one = take_backlog(1, latency_ms, backlog),
                      all = take_backlog(MODEMS, latency_ms, backlog);

        ones[i] = one.rate;
        eights[i] = all.rate;
        cpus[i] = all.cpu;
        ratios[i] = eights[i] / ones[i];
    }
    printf("backlog of %d a modem, %d ms latency: one %.0f messages/s, %d together %.0f, ratio %.2f, "
           "%.3f s CPU per 1,000\n",
           backlog, latency_ms, measure_median(ones, RUNS), MODEMS, measure_median(eights, RUNS),
           measure_median(ratios, RUNS), measure_median(cpus, RUNS));
}

/* From the return of the port until the message that came meanwhile is kept and deleted. */
static double come_back(void)
{
    struct gateway_process *gateway = gateway_begin(NULL, "send = no");

    gateway_run(gateway);
    emulator_request(gateway->client, "{\"cmd\":\"fault\",\"kind\":\"unplug\"}");
    emulator_text(gateway->client, "+8613903570001", "村里的路灯不亮了");
    measure_sleep(1.5);
    emulator_request(gateway->client, "{\"cmd\":\"fault\",\"kind\":\"plug\"}");
    double start = measure_now(), seconds = 0;
    while (emulator_stat(gateway->client, "deleted") < 1 && seconds < PATIENCE_SECONDS) {
        measure_sleep(0.002);
        seconds = measure_now() - start;
    }
    gateway_end(gateway);
    return seconds;
}

static void bench_return(void)
{
    double seconds[RUNS];

    for (int i = 0; i < RUNS; i++)
        seconds[i] = come_back();
    printf("unplugged and back: first message kept and deleted after %.3f s\n",
           measure_median(seconds, RUNS));
}

int main(void)
{
    bench_ratio(5, 250);
    bench_ratio(0, 1000);
    bench_return();
    return 0;
}
