/*
 * linphone as the caller: a telephone of other people's making, which plays a sound file into the call.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sndfile.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/call/call_bench.h"
#include "tests/call/peer.h"
#include "tests/support/ports.h"

enum { HEARD_MS = 6000 };

struct linphone {
    const char *folder;
    pid_t pid;
    int commands;
};

/* Its home must have the folder of its books, or it never listens. */
static const char *make_home(struct call_bench *bench, const char *number, int port)
{
    static const char *const folders[] = { ".local", ".local/share", ".local/share/linphone" };
    const char *folder = bench->gateway->folder;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        mkdir(talloc_asprintf(bench, "%s/%s", folder, folders[i]), 0700);
    return peer_file(bench, folder, "linphone.conf",
                     "[sip]\nsip_port=%d\nsip_tcp_port=0\nsip_tls_port=0\nbind_address=127.0.0.1\n"
                     "auto_net_state_mon=0\nguess_hostname=0\ncontact=sip:%s@127.0.0.1\n"
                     "[rtp]\naudio_rtp_port=%d\n[net]\nfirewall_policy=0\n",
                     port, number, port + 2);
}

static struct linphone *start(struct call_bench *bench, const char *number)
{
    struct linphone *linphone = talloc_zero(bench, struct linphone);
    const char *config = make_home(bench, number, ports_reserve(4));

    linphone->folder = bench->gateway->folder;
    linphone->pid =
        peer_start(bench, linphone->folder, &linphone->commands, "linphone-daemon", "--config", config, NULL);
    return linphone;
}

static void command(const struct linphone *linphone, const char *words)
{
    assert_int_equal(dprintf(linphone->commands, "%s\n", words), strlen(words) + 1);
}

/* It has said this by now, so many times. */
static bool says(const struct linphone *linphone, const char *words, int times)
{
    const char *path = talloc_asprintf(linphone, "%s/linphone-daemon.log", linphone->folder);
    int n = 0;

    for (int waited = 0; waited < PATIENCE_MS && n < times; waited += 100) {
        FILE *log = fopen(path, "r");

        n = 0;
        for (char line[512]; log && fgets(line, sizeof line, log);)
            n += strstr(line, words) != NULL;
        if (log)
            fclose(log);
        sleep_ms(100);
    }
    return n >= times;
}

/* Longer than the call: linphone 5.1 dies at the end of a file that it plays. */
static const char *write_voice(struct call_bench *bench)
{
    const char *path = talloc_asprintf(bench, "%s/voice.wav", bench->gateway->folder);
    SF_INFO info = { .samplerate = 8000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16 };
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);

    assert_non_null(file);
    sf_write_short(file, bench->voice, (sf_count_t)bench->voice_n);
    sf_close(file);
    return path;
}

/* Key 1, some seconds of a voice, hold and back (its own re-INVITEs), and it hangs up. */
static void what_linphone_plays_is_recorded(void **state)
{
    struct call_bench *bench = *state;
    const char *voice = write_voice(bench);
    struct linphone *linphone = start(bench, "13834500401");
    size_t n, at;

    command(linphone, talloc_asprintf(bench, "call sip:110@127.0.0.1:%d", bench->port));
    assert_true(says(linphone, "StreamsRunning", 1));
    command(linphone, "dtmf 1");
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM recordings", 1, PATIENCE_MS));
    sleep_ms(1000); /* the tone */
    command(linphone, talloc_asprintf(bench, "incall-player-start %s", voice));
    sleep_ms(HEARD_MS + 1000);
    command(linphone, "call-pause 1");
    assert_true(says(linphone, "LinphoneCallPaused", 1));
    command(linphone, "call-resume 1");
    assert_true(says(linphone, "StreamsRunning", 2));
    command(linphone, "terminate");
    assert_true(gateway_wait(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500401'",
                             1, PATIENCE_MS));
    command(linphone, "quit");
    assert_int_equal(peer_wait(linphone->pid, PATIENCE_MS), 0);
    close(linphone->commands);
    const int16_t *recorded = call_bench_recording(bench, 0, &n);
    double same = call_bench_correlation(recorded, n, bench->voice + 800, (HEARD_MS - 500) * 8, &at);

    print_message("linphone: correlation %.4f\n", same);
    assert_true(same >= 0.99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_linphone_plays_is_recorded),
    };

    if (!peer_is_there("linphone-daemon")) {
        print_message("1..0 # SKIP linphone is not installed (package linphone-cli)\n");
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); /* if linphone dies, the test says so */
    return cmocka_run_group_tests(tests, call_bench_setup, call_bench_teardown);
}
