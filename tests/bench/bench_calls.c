/*
 * Calls as those who call hear them, on the packets that come: the gateway has one core, the telephones have
 * another where there is one. Some telephones speak without a pause and are recorded; a few more call, press
 * a key in the middle of what is said to them, and hang up. CALLS: how many are recorded at once, "0 100 400
 * 600".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <math.h>
#include <sched.h>
#include <spandsp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/voice/sound/wav.h"
#include "tests/bench/measure.h"
#include "tests/call/call_bench.h"
#include "tests/support/support.h"

/* SAMPLES: of a frame. VOICE: its frames, said over and over. A visit is a call of the few, by the clock: its
 * keys, its end, and when the next one begins. */
enum {
    FRAMES_LEAST = 1000,
    FRAMES_MOST = 4000,
    SAMPLES = 160,
    FRAME_US = 20000,
    VOICE = 1400,
    IDLE_SECONDS = 30
};
enum {
    VISITS = 60,
    VISITORS = 3,
    VISIT_2_MS = 400,
    VISIT_KEY_MS = 900,
    VISIT_END_MS = 1300,
    VISIT_NEXT_MS = 440
};

struct visits {
    struct sip_phone *phone[VISITORS];
    int64_t begun_us[VISITORS], key_us[VISITORS];
    bool has_pressed_2[VISITORS];
    double packet_ms[VISITS + VISITORS], sound_ms[VISITS + VISITORS], silence_ms[VISITS + VISITORS];
    int64_t last_us; /* when the last began */
    int begun, ended, useless;
};

struct round {
    struct call_bench *bench;
    int number; /* of the round */
    struct sip_phone **phones;
    int n;
    int64_t frame;
    struct visits visits;
    double late_ms; /* of the telephones themselves, at most */
};

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void sleep_until(int64_t us)
{
    int64_t left = us - clock_us(CLOCK_MONOTONIC);

    if (left > 0)
        measure_sleep((double)left / 1e6);
}

/* ---- cores ---- */

/* From here on this process, and what it starts, uses the first or the last of the cores it was given. False:
 * they are one. */
static bool use_core(bool is_first)
{
    static cpu_set_t given;
    cpu_set_t one;
    int chosen = -1;

    if (CPU_COUNT(&given) == 0)
        assert_int_equal(sched_getaffinity(0, sizeof given, &given), 0);
    for (int core = 0; core < CPU_SETSIZE; core++)
        if (CPU_ISSET(core, &given) && (chosen < 0 || !is_first))
            chosen = core;
    CPU_ZERO(&one);
    CPU_SET(chosen, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    return CPU_COUNT(&given) > 1;
}

/* Whether a thread of the process has real-time priority. */
static bool is_real_time(int pid)
{
    char path[64];
    bool is_so = false;

    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);

    for (struct dirent *task; tasks && (task = readdir(tasks));)
        is_so |= task->d_name[0] != '.' && sched_getscheduler(atoi(task->d_name)) == SCHED_RR;
    if (tasks)
        closedir(tasks);
    return is_so;
}

/* ---- visits ---- */

static const char *number_of(void *mem, const char *prefix, int round, int i)
{
    return talloc_asprintf(mem, "%s%02d%06d", prefix, round, i);
}

static double ms_between(int64_t from_us, int64_t to_us)
{
    return (double)(to_us - from_us) / 1000;
}

static void measure_visit(struct visits *visits, int i)
{
    struct sip_phone *phone = visits->phone[i];
    size_t n, loud = 0, last;
    const struct sip_phone_packet *packets = sip_phone_packets(phone, &n);
    int64_t answered = sip_phone_answered_us(phone);

    while (loud < n && !packets[loud].is_loud)
        loud++;
    for (last = n; last > 0 && !packets[last - 1].is_loud;)
        last--;
    /* where the telephones are too slow for their own clock, what is said ends before the key */
    if (last == 0 || last == n || packets[last - 1].at_us < visits->key_us[i] - 2 * FRAME_US) {
        visits->useless++;
        return;
    }
    visits->packet_ms[visits->ended] = ms_between(answered, packets[0].at_us);
    visits->sound_ms[visits->ended] = ms_between(answered, packets[loud].at_us);
    visits->silence_ms[visits->ended] = ms_between(visits->key_us[i], packets[last].at_us);
    visits->ended++;
}

static void visit(struct round *round, int i)
{
    static const int16_t silence[SAMPLES];
    struct visits *visits = &round->visits;
    struct sip_phone *phone = visits->phone[i];

    int64_t now = clock_us(CLOCK_MONOTONIC), ms;

    if (!phone && visits->ended < VISITS && now - visits->last_us >= VISIT_NEXT_MS * 1000) {
        struct sip_phone_options options =
            call_bench_phone(round->bench, number_of(round->bench, "139", round->number, visits->begun++));

        visits->phone[i] = sip_phone_call(round->bench, &options);
        visits->begun_us[i] = visits->last_us = now;
        visits->has_pressed_2[i] = false;
        visits->key_us[i] = 0;
        return;
    }
    if (!phone)
        return;
    sip_phone_frame(phone, silence);
    ms = (now - visits->begun_us[i]) / 1000;
    if (ms >= VISIT_2_MS && !visits->has_pressed_2[i]) {
        sip_phone_key(phone, '2');
        visits->has_pressed_2[i] = true;
    } else if (ms >= VISIT_KEY_MS && !visits->key_us[i]) {
        visits->key_us[i] = clock_us(CLOCK_REALTIME);
        sip_phone_key(phone, '5');
    } else if (ms >= VISIT_END_MS) {
        measure_visit(visits, i);
        sip_phone_hang_up(phone);
        visits->phone[i] = NULL;
    }
}

static void print_visits(struct visits *visits)
{
    struct {
        const char *what;
        double *ms;
    } const lines[] = { { "answer to the first packet", visits->packet_ms },
                        { "answer to the first sound", visits->sound_ms },
                        { "key to silence", visits->silence_ms } };

    size_t n = (size_t)visits->ended;

    for (size_t i = 0; n > 0 && i < sizeof lines / sizeof *lines; i++)
        printf("  %s: %.0f ms, p99 %.0f ms, of %d calls (%d measured nothing)\n", lines[i].what,
               measure_median(lines[i].ms, n), measure_quantile(lines[i].ms, n, 0.99), visits->ended,
               visits->useless);
}

/* ---- recorded calls ---- */

static void begin_calls(struct round *round)
{
    round->phones = talloc_array(round->bench, struct sip_phone *, (size_t)round->n);
    for (int i = 0; i < round->n; i++) {
        struct sip_phone_options options =
            call_bench_phone(round->bench, number_of(round->bench, "138", round->number, i));

        options.keeps_no_sound = true;
        round->phones[i] = sip_phone_call(round->bench, &options);
    }
}

static void carry(struct round *round)
{
    int64_t begun = clock_us(CLOCK_MONOTONIC);

    while (round->frame < FRAMES_LEAST || (round->visits.ended < VISITS && round->frame < FRAMES_MOST)) {
        for (int i = 0; i < round->n; i++)
            sip_phone_frame(round->phones[i], round->bench->voice + round->frame % VOICE * SAMPLES);
        for (int i = 0; i < VISITORS; i++)
            visit(round, i);
        round->frame++;
        round->late_ms =
            fmax(round->late_ms, ms_between(begun + round->frame * FRAME_US, clock_us(CLOCK_MONOTONIC)));
        sleep_until(begun + round->frame * FRAME_US);
    }
}

/* How late each packet is behind the earliest of its call. */
static void print_lateness(const struct round *round)
{
    double *late_ms = NULL, most = 0;
    size_t n_late = 0, n_missing = 0, n_over = 0;

    for (int i = 0; i < round->n; i++) {
        size_t n, earliest = 0;
        const struct sip_phone_packet *packets = sip_phone_packets(round->phones[i], &n);

        late_ms = talloc_realloc(round->bench, late_ms, double, n_late + n);
        for (size_t k = 0; k < n; k++) {
            double due_ms = (double)(int32_t)(packets[k].timestamp - packets[0].timestamp) / 8;

            late_ms[n_late + k] = ms_between(packets[0].at_us, packets[k].at_us) - due_ms;
            if (late_ms[n_late + k] < late_ms[n_late + earliest])
                earliest = k;
        }
        double first = n > 0 ? late_ms[n_late + earliest] : 0;

        for (size_t k = 0; k < n; k++)
            late_ms[n_late + k] -= first;
        n_missing += n > 0 ? (packets[n - 1].timestamp - packets[0].timestamp) / SAMPLES + 1 - n : 1;
        n_late += n;
    }
    for (size_t k = 0; k < n_late; k++)
        n_over += late_ms[k] > 20;
    double p99 = measure_quantile(late_ms, n_late, 0.99);

    most = late_ms[n_late - 1];
    printf("  packets late by: %.1f ms, p99 %.1f ms, most %.0f ms; %.3f %% more than 20 ms; %zu of %zu "
           "missing\n",
           measure_median(late_ms, n_late), p99, most, 100.0 * (double)n_over / (double)n_late, n_missing,
           n_late + n_missing);
    talloc_free(late_ms);
}

/* How many frames of a recording are those that were sent, in order. */
static size_t count_right(const int16_t *sent, const int16_t *recorded, size_t n)
{
    size_t middle = n / 2, best = 0;

    for (size_t from = 0; from < VOICE; from++) {
        size_t right = 0;

        if (memcmp(recorded + middle * SAMPLES, sent + (from + middle) % VOICE * SAMPLES, SAMPLES * 2) != 0)
            continue;
        for (size_t i = 0; i < n; i++)
            right += memcmp(recorded + i * SAMPLES, sent + (from + i) % VOICE * SAMPLES, SAMPLES * 2) == 0;
        best = right > best ? right : best;
    }
    return best;
}

static void print_recordings(const struct round *round)
{
    size_t n_frames = 0, n_right = 0;
    int16_t *sent = talloc_array(round->bench, int16_t, VOICE * SAMPLES);

    for (size_t i = 0; i < VOICE * SAMPLES; i++)
        sent[i] = alaw_to_linear(linear_to_alaw(round->bench->voice[i]));
    for (int i = 0; i < round->n; i++) {
        void *mem = talloc_new(round->bench);
        size_t n;
        const int16_t *recorded = call_bench_recording_of(
            round->bench, talloc_asprintf(mem, "+86%s", number_of(mem, "138", round->number, i)), &n);

        n_frames += n / SAMPLES;
        n_right += count_right(sent, recorded, n / SAMPLES);
        talloc_free(mem);
    }
    printf("  recordings: %d, of %.1f s each; %zu of %zu frames are not as sent\n", round->n,
           (double)n_frames / 50 / round->n, n_frames - n_right, n_frames);
    talloc_free(sent);
}

static void try_calls(struct call_bench *bench, int number, int n)
{
    struct round *round = talloc_zero(bench, struct round);

    *round = (struct round){ .bench = bench, .number = number, .n = n };
    begin_calls(round);

    double cpu = measure_cpu(bench->gateway->pid), own = measure_cpu(getpid()), begun = measure_now();

    carry(round);
    double seconds = measure_now() - begun;

    cpu = measure_cpu(bench->gateway->pid) - cpu;
    own = measure_cpu(getpid()) - own;
    for (int i = 0; i < n; i++)
        sip_phone_hang_up(round->phones[i]);
    if (n > 0) {
        printf("%d calls recorded for %.0f s: %.2f ms CPU a call-second; the telephones used %.2f and were "
               "late by "
               "%.0f ms at most\n",
               n, seconds, cpu * 1000 / seconds / n, own * 1000 / seconds / n, round->late_ms);
        print_lateness(round);
        assert_true(gateway_wait(bench->gateway,
                                 talloc_asprintf(round,
                                                 "SELECT count(*) FROM recordings WHERE state = 'kept' AND "
                                                 "caller LIKE '+86138%02d%%'",
                                                 number),
                                 n, PATIENCE_MS));
        print_recordings(round);
    } else {
        printf("no calls beside these:\n");
    }
    print_visits(&round->visits);
    talloc_free(round->phones);
    talloc_free(round);
}

/* What is said after key 2 is one sound for 5 s, so that its end is the key's. */
static const char *write_prompts(void *mem)
{
    const char *folder = temporary_directory(mem), *language = talloc_asprintf(mem, "%s/zh", folder);
    int16_t *hum = talloc_array(mem, int16_t, 40000);

    for (int i = 0; i < 40000; i++)
        hum[i] = i / 10 % 2 ? 6000 : -6000;
    assert_int_equal(mkdir(language, 0700), 0);
    assert_null(
        wav_write(mem, talloc_asprintf(mem, "%s/no-cases.wav", language), (struct clip){ hum, 40000 }));
    return folder;
}

static void calls(void **state)
{
    const char *numbers = getenv("CALLS") ? getenv("CALLS") : "0 100 400 600";
    struct rlimit files;
    void *mem = talloc_new(NULL);

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    use_core(true);
    struct call_bench *bench =
        call_bench_begin(talloc_asprintf(mem, "calls = 1000\n prompts = \"%s\"", write_prompts(mem)));
    bool has_two = use_core(false);
    double cpu = measure_cpu(bench->gateway->pid);

    measure_sleep(IDLE_SECONDS);
    printf("an idle voice line: %.3f %% CPU\n",
           (measure_cpu(bench->gateway->pid) - cpu) * 100 / IDLE_SECONDS);
    for (int i = 0, n, length; sscanf(numbers, "%d%n", &n, &length) == 1; numbers += length)
        try_calls(bench, i++, n);
    printf("the gateway had one core, %s; its audio had %s priority\n",
           has_two ? "and the telephones another" : "which the telephones shared",
           is_real_time(bench->gateway->pid) ? "real-time" : "no");
    call_bench_end(bench);
    talloc_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(calls) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
