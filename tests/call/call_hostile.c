/*
 * Offers that PBXs make and should not, calls for which there is no room, and a gateway that stops during
 * calls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "tests/call/call_bench.h"

/* The status of the first final answer to an INVITE with this description; 0: none came. */
static int offer(struct call_bench *bench, const char *description)
{
    static int n;
    char answer[4096] = "";
    int status = 0;
    const char *text = talloc_asprintf(
        bench,
        "INVITE sip:110@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bKh%d\r\n"
        "Max-Forwards: 70\r\nFrom: <sip:13834500041@127.0.0.1>;tag=%d\r\nTo: <sip:110@127.0.0.1>\r\n"
        "Call-ID: h%d\r\nCSeq: 1 INVITE\r\nContact: <sip:x@127.0.0.1:9>\r\n"
        "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
        n, n, n, strlen(description), description);

    n++;
    sip_phone_datagram(bench->port, text, strlen(text), 5000, answer, sizeof answer);
    sscanf(answer, "SIP/2.0 %d", &status);
    return status;
}

#define SESSION "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"

static void an_offer_without_a_sound_that_we_know_is_refused(void **state)
{
    struct call_bench *bench = *state;

    assert_int_equal(offer(bench, SESSION "m=audio 5000 RTP/AVP 18 101\r\na=rtpmap:18 G729/8000\r\n"
                                          "a=rtpmap:101 telephone-event/8000\r\n"),
                     488);
    assert_int_equal(offer(bench, SESSION "m=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"), 488);
    assert_int_equal(offer(bench, SESSION "m=audio 0 RTP/AVP 8\r\n"), 488);
    assert_int_equal(offer(bench, "this is no description"), 400);
    assert_int_equal(offer(bench, SESSION "m=audio 5000 RTP/AVP 101 0\r\n"
                                          "a=rtpmap:101 telephone-event/8000\r\n"),
                     200);
}

/* Nothing that came by the network stands in the log as it came. */
static void what_peers_send_is_not_in_the_log(void **state)
{
    struct call_bench *bench = *state;
    const char *text =
        "CANCEL sip:secret@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bKc\r\n"
        "From: <sip:13834500045@127.0.0.1>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: c\r\n"
        "CSeq: 1 CANCEL\r\nContent-Length: 0\r\n\r\n";
    char answer[2048];

    assert_true(sip_phone_datagram(bench->port, text, strlen(text), 2000, answer, sizeof answer) > 0);
    FILE *log = fopen(bench->gateway->log, "r");

    assert_non_null(log);
    for (char line[512]; fgets(line, sizeof line, log);)
        assert_null(strstr(line, "secret"));
    fclose(log);
}

/* No file descriptor is left for its sound. */
static void a_call_for_which_there_is_no_room_is_refused_and_the_next_is_taken(void **state)
{
    struct call_bench *bench = *state;
    struct rlimit before, none = { 1, 1 };
    struct sip_phone_options options = call_bench_phone(bench, "13834500042");

    assert_int_equal(prlimit(bench->gateway->pid, RLIMIT_NOFILE, NULL, &before), 0);
    none.rlim_max = before.rlim_max;
    assert_int_equal(prlimit(bench->gateway->pid, RLIMIT_NOFILE, &none, NULL), 0);
    assert_int_equal(sip_phone_try(&options), 503);
    assert_int_equal(prlimit(bench->gateway->pid, RLIMIT_NOFILE, &before, NULL), 0);
    assert_int_equal(sip_phone_try(&options), 200);
}

/* Behind NAT a PBX may describe an address that is none of the peers'; its sound comes from one that is. */
static void what_we_say_goes_where_the_sound_comes_from(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500043");
    size_t n, prompt_n, at;

    options.described = "192.0.2.1";
    struct sip_phone *phone = sip_phone_call(bench, &options);
    const int16_t *prompt = call_bench_prompt(bench, "greeting", &prompt_n), *heard;

    assert_true(sip_phone_wait_for_silence(phone, 500, 30000));
    heard = sip_phone_heard(phone, &n);
    /* all but its first frames, which had nowhere to go */
    assert_true(call_bench_correlation(heard, n, prompt + 1600, prompt_n - 1600, &at) >= 0.99);
    sip_phone_hang_up(phone);
}

/* A port that was an ended call's until a moment ago, whose telephone has not noticed. */
static void sound_from_elsewhere_is_neither_heard_nor_answered(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500046");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    const char *media = strstr(sip_phone_answer(phone), "m=audio ");
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    uint8_t packet[12 + 160] = { 0x80, 8 };
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    size_t n, prompt_n, at;
    const int16_t *prompt = call_bench_prompt(bench, "greeting", &prompt_n);

    assert_non_null(media);
    to.sin_port = htons((uint16_t)atoi(media + strlen("m=audio ")));
    memset(packet + 12, 0x2a, 160); /* loud */
    assert_true(sip_phone_wait(phone, 60));
    for (int i = 0; i < 13 * 50; i++) { /* longer than the greeting */
        packet[2] = (uint8_t)(i >> 8), packet[3] = (uint8_t)i;
        packet[6] = (uint8_t)(i * 160 >> 8), packet[7] = (uint8_t)(i * 160);
        packet[5] = (uint8_t)(i * 160 >> 16);
        sendto(fd, packet, sizeof packet, 0, (struct sockaddr *)&to, sizeof to);
        assert_true(sip_phone_wait(phone, 20));
    }
    assert_int_equal(recv(fd, packet, sizeof packet, MSG_DONTWAIT), -1);
    const int16_t *heard = sip_phone_heard(phone, &n);

    assert_true(prompt_n > 3 * 8000); /* what is heard as speech ends the greeting within its first second */
    assert_true(call_bench_correlation(heard, n, prompt, 3 * 8000, &at) >= 0.99);
    sip_phone_hang_up(phone); /* who said nothing has no case */
    close(fd);
    assert_true(gateway_wait(bench->gateway,
                             "SELECT count(*) FROM events WHERE kind = 'call' AND sender = '+8613834500046'",
                             1, PATIENCE_MS));
    assert_int_equal(
        gateway_count(bench->gateway, "SELECT count(*) FROM cases WHERE reporter = '+8613834500046'"), 0);
}

/* As older PBXs hold a call (RFC 2543). */
static void a_call_whose_sound_shall_go_nowhere_is_on_hold(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone_options options = call_bench_phone(bench, "13834500044");
    struct sip_phone *phone = sip_phone_call(bench, &options);
    size_t before, n;

    assert_true(sip_phone_wait(phone, 300));
    sip_phone_describe(phone, "0.0.0.0");
    assert_int_equal(sip_phone_change(phone, "sendrecv"), 200);
    assert_true(sip_phone_wait(phone, 100));
    sip_phone_packets(phone, &before);
    assert_true(sip_phone_wait(phone, 400));
    sip_phone_packets(phone, &n);
    assert_int_equal(n, before);
    sip_phone_describe(phone, "127.0.0.1");
    assert_int_equal(sip_phone_change(phone, "sendrecv"), 200);
    assert_true(sip_phone_wait(phone, 400));
    sip_phone_packets(phone, &n);
    assert_true(n > before + 10);
    sip_phone_hang_up(phone);
}

static void a_gateway_that_stops_files_what_its_callers_said(void **state)
{
    struct call_bench *bench = *state;
    struct sip_phone *phones[6];

    for (int i = 0; i < 6; i++) {
        struct sip_phone_options options = call_bench_phone(bench, talloc_asprintf(bench, "1383450005%d", i));

        phones[i] = sip_phone_call(bench, &options);
    }
    for (int ms = 0; ms < 6000; ms += 20) {
        const int16_t *said = ms > 1500 ? bench->voice + (ms - 1500) * 8 : NULL;

        for (int i = 0; i < 6; i++) {
            if (ms == 400)
                sip_phone_key(phones[i], '1');
            sip_phone_frame(phones[i], said);
        }
        sleep_ms(20);
    }
    assert_int_equal(gateway_stop(bench->gateway), 0);
    gateway_run(bench->gateway);
    assert_true(gateway_wait(
        bench->gateway, "SELECT count(*) FROM cases WHERE reporter LIKE '+861383450005_'", 6, PATIENCE_MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_without_a_sound_that_we_know_is_refused),
        cmocka_unit_test(what_peers_send_is_not_in_the_log),
        cmocka_unit_test(a_call_for_which_there_is_no_room_is_refused_and_the_next_is_taken),
        cmocka_unit_test(what_we_say_goes_where_the_sound_comes_from),
        cmocka_unit_test(sound_from_elsewhere_is_neither_heard_nor_answered),
        cmocka_unit_test(a_call_whose_sound_shall_go_nowhere_is_on_hold),
        cmocka_unit_test(a_gateway_that_stops_files_what_its_callers_said),
    };

    return cmocka_run_group_tests(tests, call_bench_setup, call_bench_teardown);
}
