/*
 * SIPp as the caller: a tester of other people's making, which says each message of a call as it is written
 * here. All its calls go on at once; each must end as SIPp expects, and leave in the store what it should.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <spandsp.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/call/call_bench.h"
#include "tests/call/peer.h"
#include "tests/support/ports.h"

/* ---- SIPp's language ---- */

#define LINES(branch, to, cseq, method)                                                              \
    "Via: SIP/2.0/UDP [local_ip]:[local_port];branch=" branch "\n"                                   \
    "From: <sip:[service]@[local_ip]:[local_port]>;tag=[pid]x[call_number]\n"                        \
    "To: <sip:110@[remote_ip]:[remote_port]>" to "\nCall-ID: [call_id]\nCSeq: " cseq " " method "\n" \
    "Contact: <sip:[service]@[local_ip]:[local_port]>\nMax-Forwards: 70\n"
#define REQUEST(method, branch, to, cseq, more, body)                                          \
    method " sip:110@[remote_ip]:[remote_port] SIP/2.0\n" LINES(branch, to, cseq, method) more \
        "Content-Length: [len]\n\n" body
#define SEND(text) "<send><![CDATA[\n" text "]]></send>\n"
#define PATIENT(text) "<send retrans=\"500\"><![CDATA[\n" text "]]></send>\n"
#define TAKE(status) "<recv response=\"" status "\" rtd=\"true\"/>\n"
#define DO(action) "<nop><action><exec " action "/></action></nop>\n"
#define WAIT(ms) "<pause milliseconds=\"" ms "\"/>\n"
#define SOUND(port, direction)                                                                    \
    "v=0\no=- 1 [call_number] IN IP4 [local_ip]\ns=-\nc=IN IP4 [local_ip]\nt=0 0\n"               \
    "m=audio [" port "] RTP/AVP 8 101\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\n" \
    "a=fmtp:101 0-15\na=" direction "\n"

#define OFFER "Content-Type: application/sdp\n"
#define PORT "rtpstream_audio_port"
#define INVITE_TEXT(port, branch) REQUEST("INVITE", branch, "", "1", OFFER, SOUND(port, "sendrecv"))
#define INVITE \
    PATIENT(INVITE_TEXT(PORT, "[branch]")) "<recv response=\"100\" optional=\"true\"/>\n" TAKE("200")
#define ACK SEND(REQUEST("ACK", "[branch]", "[peer_tag_param]", "1", "", ""))
#define CHANGE(cseq, direction)                                                                     \
    PATIENT(REQUEST("INVITE", "[branch]", "[peer_tag_param]", cseq, OFFER, SOUND(PORT, direction))) \
    "<recv response=\"100\" optional=\"true\"/>\n" TAKE("200")                                      \
        SEND(REQUEST("ACK", "[branch]", "[peer_tag_param]", cseq, "", ""))
#define INFO(cseq, key)                                                                                     \
    PATIENT(REQUEST("INFO", "[branch]", "[peer_tag_param]", cseq, "Content-Type: application/dtmf-relay\n", \
                    "Signal=" key "\nDuration=160\n"))                                                      \
    TAKE("200")
/* The peer's timer of the session (RFC 4028), and an answer that agrees to it. */
#define TIMER "Supported: timer\nSession-Expires: 90;refresher=uac\n"
#define AGREED                                                                            \
    "<recv response=\"200\"><action><ereg regexp=\"90;refresher=uac\" search_in=\"hdr\" " \
    "header=\"Session-Expires:\" check_it=\"true\" assign_to=\"timer\"/>"                 \
    "<log message=\"[$timer]\"/></action></recv>\n"
#define REFRESH(cseq)                                                                                      \
    PATIENT(REQUEST("INVITE", "[branch]", "[peer_tag_param]", cseq, OFFER TIMER, SOUND(PORT, "sendrecv"))) \
    "<recv response=\"100\" optional=\"true\"/>\n" AGREED SEND(                                            \
        REQUEST("ACK", "[branch]", "[peer_tag_param]", cseq, "", ""))
#define UPDATE(cseq) PATIENT(REQUEST("UPDATE", "[branch]", "[peer_tag_param]", cseq, TIMER, "")) AGREED
#define HANG_UP(cseq) PATIENT(REQUEST("BYE", "[branch]", "[peer_tag_param]", cseq, "", "")) TAKE("200")
/* SIPp answers with the headers that came. */
#define HUNG_UP                                                                                  \
    "<recv request=\"BYE\"/>\n" SEND(                                                            \
        "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n" \
        "Content-Length: 0\n\n")
#define SPEAK DO("rtp_stream=\"voice.alaw,1,8\"")
#define SIPP_SOUND "/usr/share/sip-tester/"
#define PCAP(name) DO("play_pcap_audio=\"" SIPP_SOUND name ".pcap\"")
#define TONE WAIT("2000")

/* ---- calls ---- */

enum end { NOTHING, MISSED, CASE };

struct dialogue {
    const char *name, *number; /* the caller's */
    enum end end;
    bool is_raw; /* SIPp sends its recordings by raw sockets: root only */
    const char *steps;
};

static const struct dialogue dialogues[] = {
    { "hangs-up-while-recording", "13834500301", CASE, false,
      INVITE ACK WAIT("600") INFO("2", "1") TONE SPEAK WAIT("6500") HANG_UP("3") },
    { "keys-as-events", "13834500302", CASE, true,
      PATIENT(INVITE_TEXT("media_port", "[branch]")) TAKE("200") ACK WAIT("600") PCAP("dtmf_2833_1")
          TONE PCAP("g711a") WAIT("8500") PCAP("dtmf_2833_pound") WAIT("1500") PCAP("dtmf_2833_1") HUNG_UP },
    { "options", "13834500303", NOTHING, false,
      PATIENT(REQUEST("OPTIONS", "[branch]", "", "1", "Accept: application/sdp\n", "")) TAKE("200") },
    { "hold-and-back", "13834500304", CASE, false,
      INVITE ACK WAIT("600") INFO("2", "1") TONE SPEAK WAIT("2500") CHANGE("3", "sendonly") WAIT("1000")
          CHANGE("4", "sendrecv") WAIT("4000") HANG_UP("5") },
    /* the line answers at once: a CANCEL comes too late, and the caller hangs up (RFC 3261, 9.1 and 15) */
    { "cancels", "13834500305", MISSED, false,
      SEND(INVITE_TEXT(PORT, "z9hG4bK-[pid]-c")) TAKE("200")
          SEND(REQUEST("CANCEL", "z9hG4bK-[pid]-c", "", "1", "", "")) TAKE("200") ACK HANG_UP("2") },
    { "never-sends-sound", "13834500306", MISSED, false, INVITE ACK HUNG_UP },
    { "acknowledges-late", "13834500307", CASE, false,
      INVITE WAIT("2500") ACK WAIT("600") INFO("2", "1") TONE SPEAK WAIT("6500") HANG_UP("3") },
    /* of no call that we have: we go on asking for the right one, and hang up after 32 s */
    { "acknowledges-wrongly", "13834500308", MISSED, false,
      INVITE SEND(REQUEST("ACK", "[branch]", ";tag=wrong", "1", "", "")) HUNG_UP },
    { "refreshes-by-its-timer", "13834500310", MISSED, false,
      PATIENT(REQUEST("INVITE", "[branch]", "", "1", OFFER TIMER, SOUND(PORT, "sendrecv"))) AGREED ACK WAIT(
          "300") REFRESH("2") WAIT("300") UPDATE("3") WAIT("300") REFRESH("4") WAIT("300") HANG_UP("5") },
    { "invites-twice", "13834500309", MISSED, false,
      SEND(INVITE_TEXT(PORT, "z9hG4bK-[pid]-t")) TAKE("200") SEND(INVITE_TEXT(PORT, "z9hG4bK-[pid]-t"))
          WAIT("300") ACK WAIT("1500") HANG_UP("2") },
};

enum {
    DIALOGUES = sizeof dialogues / sizeof *dialogues,
    PORTS_EACH = 8, /* SIP, and two of sound */
    SPOKEN = 8 * 8000
};

static void write_voice(const struct call_bench *bench)
{
    FILE *file = fopen(talloc_asprintf(bench->gateway->mem, "%s/voice.alaw", bench->gateway->folder), "w");

    assert_non_null(file);
    for (size_t i = 0; i < SPOKEN; i++)
        fputc(linear_to_alaw(bench->voice[i]), file);
    assert_int_equal(fclose(file), 0);
}

static pid_t start(struct call_bench *bench, const struct dialogue *dialogue, int port)
{
    const char *folder = bench->gateway->folder;
    const char *scenario =
        peer_file(bench, folder, dialogue->name,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"%s\">\n%s</scenario>\n",
                  dialogue->name, dialogue->steps);

    return peer_start(bench, folder, NULL, "sipp", talloc_asprintf(bench, "127.0.0.1:%d", bench->port), "-sf",
                      scenario, "-s", dialogue->number, "-i", "127.0.0.1", "-p",
                      talloc_asprintf(bench, "%d", port), "-mi", "127.0.0.1", "-mp",
                      talloc_asprintf(bench, "%d", port + 2), "-m", "1", "-nostdin", "-timeout", "100s",
                      "-timeout_error", "-trace_err", "-error_file",
                      talloc_asprintf(bench, "%s.errors", scenario), "-nd", NULL);
}

/* Why it says that the call failed. */
static void show_errors(const struct call_bench *bench, const struct dialogue *dialogue)
{
    FILE *file = fopen(
        talloc_asprintf(bench->gateway->mem, "%s/%s.errors", bench->gateway->folder, dialogue->name), "r");

    for (char line[512]; file && fgets(line, sizeof line, file);)
        print_message("%s: %s", dialogue->name, line);
    if (file)
        fclose(file);
}

/* Ended as SIPp expects, and as the store should have it: each call is one event, at most, and one case. */
static void check(struct call_bench *bench, const struct dialogue *dialogue, pid_t pid)
{
    const char *calls = talloc_asprintf(
        bench, "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+86%s'", dialogue->number);
    const char *cases =
        talloc_asprintf(bench, "SELECT count(*) FROM cases WHERE reporter = '+86%s'", dialogue->number);
    int code = peer_wait(pid, PATIENCE_MS);

    print_message("%s: %s\n", dialogue->name, code == 0 ? "as SIPp expects" : "not as SIPp expects");
    if (code != 0)
        show_errors(bench, dialogue);
    assert_int_equal(code, 0);
    if (dialogue->end != NOTHING)
        assert_true(gateway_wait(bench->gateway, calls, 1, PATIENCE_MS));
    assert_int_equal(gateway_count(bench->gateway, calls), dialogue->end != NOTHING);
    assert_int_equal(gateway_count(bench->gateway, cases), dialogue->end == CASE);
}

static void each_call_ends_as_it_should(void **state)
{
    struct call_bench *bench = *state;
    bool is_root = geteuid() == 0;
    pid_t pids[DIALOGUES] = { 0 };

    int ports = ports_reserve(DIALOGUES * PORTS_EACH);

    write_voice(bench);
    for (size_t i = 0; i < DIALOGUES; i++)
        if (is_root || !dialogues[i].is_raw)
            pids[i] = start(bench, &dialogues[i], ports + (int)i * PORTS_EACH);
        else
            print_message("left out, as it needs root: %s\n", dialogues[i].name);
    for (size_t i = 0; i < DIALOGUES; i++)
        if (pids[i] > 0)
            check(bench, &dialogues[i], pids[i]);
}

/* The recording of this caller holds this sound. */
static void check_sound(struct call_bench *bench, const char *caller, const int16_t *said, int ms)
{
    size_t n, at;
    const int16_t *recorded = call_bench_recording_of(bench, caller, &n);
    double same = call_bench_correlation(recorded, n, said, (size_t)ms * 8, &at);

    print_message("%s: correlation %.4f of %d ms\n", caller, same, ms);
    assert_true(same >= 0.99);
}

static void what_was_said_is_recorded(void **state)
{
    struct call_bench *bench = *state;

    check_sound(bench, "+8613834500301", bench->voice + 4000, 4500);
    check_sound(bench, "+8613834500304", bench->voice + 2400, 1500); /* before it was held, and after */
    check_sound(bench, "+8613834500304", bench->voice + 44000, 1500);
    check_sound(bench, "+8613834500307", bench->voice + 4000, 4500);
}

/* The samples of SIPp's own recording: a pcap of Ethernet, IP, UDP and RTP without options. */
static int16_t *read_pcap(void *mem, const char *path, size_t *n)
{
    enum { FILE_HEADER = 24, RECORD_HEADER = 16, HEADERS = 14 + 20 + 8 + 12, PACKET_MOST = 1500 };
    uint8_t packet[PACKET_MOST];
    uint32_t record[RECORD_HEADER / 4];
    int16_t *samples = talloc_array(mem, int16_t, 0);
    FILE *file = fopen(path, "r");

    *n = 0;
    assert_non_null(file);
    assert_int_equal(fseek(file, FILE_HEADER, SEEK_SET), 0);
    while (fread(record, RECORD_HEADER, 1, file) == 1) {
        assert_true(record[2] > HEADERS && record[2] <= PACKET_MOST);
        assert_int_equal(fread(packet, record[2], 1, file), 1);
        samples = talloc_realloc(mem, samples, int16_t, *n + record[2] - HEADERS);
        for (uint32_t i = HEADERS; i < record[2]; i++)
            samples[(*n)++] = alaw_to_linear(packet[i]);
    }
    fclose(file);
    return samples;
}

/* By key 1 the recording begins before SIPp speaks, and by # it ends before 6 s of silence would end it. */
static void keys_as_events_begin_and_end_a_recording(void **state)
{
    struct call_bench *bench = *state;
    size_t n;

    if (geteuid() != 0)
        return;
    const int16_t *said = read_pcap(bench, SIPP_SOUND "g711a.pcap", &n);

    check_sound(bench, "+8613834500302", said, (int)(n / 8));
    assert_true(gateway_count(bench->gateway, "SELECT ms FROM recordings WHERE caller = '+8613834500302'") <
                (long)(n / 8) + 5000);
}

/* What SIPp sent twice is one call. */
static void no_call_is_counted_twice(void **state)
{
    struct call_bench *bench = *state;
    int n = 0;

    for (size_t i = 0; i < DIALOGUES; i++)
        n += dialogues[i].end != NOTHING && (geteuid() == 0 || !dialogues[i].is_raw);
    assert_int_equal((int)call_bench_metric(bench, "xiangyin_voice_calls_total"), n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_ends_as_it_should),
        cmocka_unit_test(what_was_said_is_recorded),
        cmocka_unit_test(keys_as_events_begin_and_end_a_recording),
        cmocka_unit_test(no_call_is_counted_twice),
    };

    if (!peer_is_there("sipp")) {
        print_message("1..0 # SKIP SIPp is not installed (package sip-tester)\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, call_bench_setup, call_bench_teardown);
}
