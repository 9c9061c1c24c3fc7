/*
 * Kamailio as the office's registrar and proxy: the line registers with digest, is called through it, and
 * calls through it with its password. baresip is the caller: a telephone of other people's making.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>

#include "tests/call/call_bench.h"
#include "tests/call/peer.h"
#include "tests/support/ports.h"

struct office {
    struct call_bench *bench;
    struct sip_phone *phone; /* whom the proxy rings for all that the line calls */
    const char *folder;
    int port; /* the proxy's */
    pid_t proxy;
};

static const char proxy_config[] =
    "debug=1\nlog_stderror=yes\nfork=no\nchildren=1\ndisable_tcp=yes\nauto_aliases=no\n"
    "listen=udp:127.0.0.1:%d\n"
    "loadmodule \"tm.so\"\nloadmodule \"sl.so\"\nloadmodule \"rr.so\"\nloadmodule \"pv.so\"\n"
    "loadmodule \"usrloc.so\"\nloadmodule \"registrar.so\"\nloadmodule \"auth.so\"\n"
    "loadmodule \"siputils.so\"\nloadmodule \"textops.so\"\n"
    "request_route {\n"
    " if (is_method(\"OPTIONS\") && !has_totag()) { sl_send_reply(\"200\", \"OK\"); exit; }\n"
    " if (has_totag()) {\n"
    "  if (loose_route()) { t_relay(); exit; }\n"
    "  if (is_method(\"ACK\")) { if (t_check_trans()) t_relay(); exit; }\n"
    "  sl_send_reply(\"481\", \"Unknown\"); exit;\n"
    " }\n"
    " if (is_method(\"CANCEL\")) { if (t_check_trans()) t_relay(); exit; }\n"
    " if (is_method(\"REGISTER\")) {\n"
    "  if (!pv_www_authenticate(\"county\", \"a long word\", \"0\")) { www_challenge(\"county\", \"0\"); "
    "exit; }\n"
    "  save(\"location\"); exit;\n"
    " }\n"
    " record_route();\n"
    " if ($fU == \"800\") {\n"
    "  if (!pv_proxy_authenticate(\"county\", \"a long word\", \"0\")) { proxy_challenge(\"county\", \"0\"); "
    "exit; }\n"
    "  consume_credentials(); $du = \"sip:127.0.0.1:%d\"; t_relay(); exit;\n"
    " }\n"
    " $rU = \"800\";\n"
    " if (!lookup(\"location\")) { sl_send_reply(\"404\", \"Nobody\"); exit; }\n"
    " t_relay();\n"
    "}\n";

static int open_office(void **state)
{
    struct office *office = talloc_zero(NULL, struct office);
    int phone_port;

    setenv("SIP_PASSWORD", "a long word", 1);
    office->port = ports_reserve(1);
    office->phone = sip_phone_await(office, &phone_port);
    office->bench = call_bench_begin(talloc_asprintf(
        office,
        "trunk = \"127.0.0.1:%d\" user = \"800\" password = \"env:SIP_PASSWORD\" register = yes\n"
        "call_hours = \"00:00-23:59\"",
        office->port));
    office->folder = office->bench->gateway->folder;
    const char *config =
        peer_file(office, office->folder, "kamailio.cfg", proxy_config, office->port, phone_port);

    /* only now: what the line sends before is lost, and it tries again */
    office->proxy = peer_start(office, office->folder, NULL, "kamailio", "-f", config, "-DD", "-E", "-w",
                               office->folder, "-Y", office->folder, NULL);
    *state = office;
    return 0;
}

static int close_office(void **state)
{
    struct office *office = *state;

    peer_stop(office->proxy);
    call_bench_end(office->bench);
    talloc_free(office);
    return 0;
}

static bool log_holds(struct office *office, const char *words)
{
    char line[512];
    bool holds = false;

    for (int waited = 0; waited < PATIENCE_MS && !holds; waited += 100) {
        FILE *log = fopen(office->bench->gateway->log, "r");

        while (log && !holds && fgets(line, sizeof line, log))
            holds = strstr(line, words) != NULL;
        if (log)
            fclose(log);
        sleep_ms(100);
    }
    return holds;
}

/* What baresip says: silence until the tone, the voice, silence. */
static const char *voice_file(struct office *office, int before_ms, int voice_ms)
{
    const char *path = talloc_asprintf(office, "%s/voice.wav", office->folder);
    SF_INFO info = { .samplerate = 8000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_16 };
    SNDFILE *file = sf_open(path, SFM_WRITE, &info);
    int16_t *silence = talloc_zero_array(office, int16_t, before_ms * 8);

    assert_non_null(file);
    sf_write_short(file, silence, before_ms * 8);
    sf_write_short(file, office->bench->voice, voice_ms * 8);
    sf_write_short(file, silence, 2000 * 8);
    sf_close(file);
    return path;
}

static pid_t start_baresip(struct office *office, const char *number, int port, int seconds)
{
    const char *voice = voice_file(office, 16000, 6000);
    const char *folder = talloc_asprintf(office, "%s/baresip", office->folder);

    mkdir(folder, 0700);
    peer_file(office, folder, "config",
              "sip_listen 127.0.0.1:%d\nnet_interface 127.0.0.1\ncall_max_calls 4\n"
              "audio_source aufile,%s\naudio_player aufile,%s/heard.wav\naudio_alert aufile,%s/alert.wav\n"
              "ausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\n"
              "module_path /usr/lib/baresip/modules\nmodule g711.so\nmodule aufile.so\n"
              "module_app account.so\nmodule_app menu.so\n",
              ports_reserve(1), voice, folder, folder);
    peer_file(office, folder, "accounts", "<sip:%s@127.0.0.1:%d>;regint=0;audio_codecs=pcma\n", number, port);
    peer_file(office, folder, "contacts", "\n");
    return peer_start(office, office->folder, NULL, "baresip", "-f", folder, "-t",
                      talloc_asprintf(office, "%d", seconds), "-e",
                      talloc_asprintf(office, "/dial sip:12345@127.0.0.1:%d", port), NULL);
}

static void the_line_registers_with_its_password(void **state)
{
    struct office *office = *state;

    assert_true(log_holds(office, "the PBX at 127.0.0.1"));
}

static void a_telephone_of_other_people_is_recorded_through_the_proxy(void **state)
{
    struct office *office = *state;
    pid_t baresip = start_baresip(office, "13834500131", office->port, 26);
    size_t n, at;

    assert_true(gateway_wait(office->bench->gateway,
                             "SELECT count(*) FROM cases WHERE reporter = '+8613834500131'", 1, PATIENCE_MS));
    peer_stop(baresip);
    const int16_t *recorded = call_bench_recording(office->bench, 0, &n);
    double same = call_bench_correlation(recorded, n, office->bench->voice, 5 * 8000, &at);

    print_message("baresip through kamailio: correlation %.4f\n", same);
    assert_true(same >= 0.99);
}

/* The proxy asks for the password, and stays between both. */
static void calls_go_out_through_the_proxy(void **state)
{
    struct office *office = *state;
    struct sip_phone_options options = call_bench_phone(office->bench, "13834500132");
    struct sip_phone *caller = sip_phone_call(office->bench, &options);

    sip_phone_wait(caller, 200);
    sip_phone_hang_up(caller);
    assert_true(gateway_wait(office->bench->gateway,
                             "SELECT count(*) FROM notices WHERE name = 'call-back' AND state = 'READY'", 1,
                             PATIENCE_MS));
    call_bench_sql(office->bench, "UPDATE notices SET due_at = due_at - 60 WHERE name = 'call-back'");
    gateway_kill(office->bench->gateway);
    gateway_run(office->bench->gateway);
    const char *user = sip_phone_take(office->phone, office, 200, PATIENCE_MS);

    assert_non_null(user);
    assert_string_equal(user, "13834500132");
    assert_true(sip_phone_wait(office->phone, 1500));
    assert_true(sip_phone_press(office->phone, '1'));
    assert_true(sip_phone_wait_for_silence(office->phone, 600, 5000));
    assert_true(sip_phone_say(office->phone, office->bench->voice, 3 * 8000));
    assert_true(sip_phone_press(office->phone, '#'));
    sip_phone_wait(office->phone, 1000);
    assert_true(sip_phone_press(office->phone, '1'));
    sip_phone_wait(office->phone, 30000);
    assert_true(sip_phone_was_hung_up(office->phone));
    assert_int_equal(
        gateway_count(office->bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500132'"),
        1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_registers_with_its_password),
        cmocka_unit_test(a_telephone_of_other_people_is_recorded_through_the_proxy),
        cmocka_unit_test(calls_go_out_through_the_proxy),
    };

    if (!peer_is_there("kamailio") || !peer_is_there("baresip")) {
        print_message("1..0 # SKIP Kamailio or baresip is not installed\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, open_office, close_office);
}
