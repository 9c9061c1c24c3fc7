#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "tests/call/call_bench.h"

/* Calls that are recorded at once: what they cost the gateway, how late its ticks are, whether a frame is
 * missing. */

enum { SECONDS = 20, FRAMES = SECONDS * 50 };

static int64_t now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* CPU seconds of a process. */
static double cpu_of(pid_t pid)
{
    char path[64], line[1024] = "";
    unsigned long user = 0, system = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");

    if (file && fgets(line, sizeof line, file) && strrchr(line, ')'))
        sscanf(strrchr(line, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    if (file)
        fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void sleep_until(int64_t us)
{
    int64_t left = us - now_us();

    if (left > 0)
        nanosleep(&(struct timespec){ .tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000 }, NULL);
}

/* Every phone begins to record at once, by speaking. */
static void record(struct call_bench *bench, int n)
{
    struct sip_phone **phones = talloc_array(bench, struct sip_phone *, (size_t)n);
    char number[32];

    for (int i = 0; i < n; i++) {
        snprintf(number, sizeof number, "13%03d%06d", 800 + n % 100, i);
        struct sip_phone_options options = call_bench_phone(bench, talloc_strdup(bench, number));

        phones[i] = sip_phone_call(bench, &options);
    }
    unsigned long packets = 0;
    double cpu = cpu_of(bench->gateway->pid), ticks = call_bench_metric(bench, "xiangyin_voice_ticks_total"),
           late = call_bench_metric(bench, "xiangyin_voice_late_ticks_total");
    int64_t begun = now_us();

    for (int frame = 0; frame < FRAMES; frame++) {
        for (int i = 0; i < n; i++)
            sip_phone_frame(phones[i], bench->voice + frame % 1400 * 160);
        sleep_until(begun + (frame + 1) * 20000LL);
    }
    double seconds = (double)(now_us() - begun) / 1e6;

    cpu = cpu_of(bench->gateway->pid) - cpu;
    ticks = call_bench_metric(bench, "xiangyin_voice_ticks_total") - ticks;
    late = call_bench_metric(bench, "xiangyin_voice_late_ticks_total") - late;
    for (int i = 0; i < n; i++)
        packets += sip_phone_packets(phones[i]);
    printf("%d calls recorded for %.0f s: %.2f ms CPU a call-second, %.3f %% of ticks more than 20 ms late, "
           "%.2f %% of frames sent\n",
           n, seconds, cpu * 1000 / seconds / n, 100 * late / (ticks > 0 ? ticks : 1),
           100.0 * (double)packets / (seconds * 50 * n));
    for (int i = 0; i < n; i++)
        sip_phone_hang_up(phones[i]);
}

static void calls(void **state)
{
    struct call_bench *bench = call_bench_begin("calls = 1000");
    double cpu = cpu_of(bench->gateway->pid);

    (void)state;
    sleep(10);
    printf("an idle voice line: %.2f %% CPU\n", (cpu_of(bench->gateway->pid) - cpu) * 10);
    record(bench, 100);
    record(bench, 400);
    call_bench_end(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(calls) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
