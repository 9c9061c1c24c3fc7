/*
 * A peer that sends nonsense: SIP and RTP that are nearly right, and answers to the line's own requests that
 * are not. SECONDS says for how long (5); with a program built for it (make asan's), that is where faults
 * show.
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
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>

#include "tests/call/call_bench.h"

enum { TEXT = 4096, CALL_PACKETS = 400 };

struct foe {
    struct call_bench *bench;
    int fd; /* the line's trunk */
    unsigned seed;
    unsigned long sent, answered;
};

static unsigned any(struct foe *foe, unsigned n)
{
    return (unsigned)rand_r(&foe->seed) % n;
}

#define SOUND                                                                           \
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"         \
    "m=audio 40000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n" \
    "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"

/* A request that is right. */
static size_t compose(struct foe *foe, char *text)
{
    static const char *const methods[] = { "INVITE", "INVITE", "INVITE", "OPTIONS", "UPDATE",
                                           "INFO",   "BYE",    "CANCEL", "ACK",     "REGISTER",
                                           "REFER",  "NOTIFY", "PRACK",  "MESSAGE", "SUBSCRIBE" };
    static const char *const more[] = {
        "",
        "Supported: timer\r\nSession-Expires: 1800;refresher=uac\r\n",
        "P-Asserted-Identity: <sip:+8613834500001@127.0.0.1>\r\nPrivacy: none\r\n",
        "Require: 100rel\r\n",
        "Record-Route: <sip:127.0.0.1;lr>\r\n",
        "Privacy: id\r\n",
        "Authorization: Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"d\", response=\"e\"\r\n",
        "P-Asserted-Identity: tel:+8613834500001;phone-context=x\r\nExpires: 60\r\nEvent: refer\r\n"
    };
    const char *method = methods[any(foe, sizeof methods / sizeof *methods)];
    unsigned call = any(foe, 40);
    const char *body = any(foe, 3) ? SOUND : "Signal=5\r\nDuration=160\r\n";
    const char *type = *body == 'v' ? "application/sdp" : "application/dtmf-relay";

    return (size_t)snprintf(
        text, TEXT,
        "%s sip:12345@127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK%x\r\n"
        "Max-Forwards: 70\r\nFrom: \"x\" <sip:1383450%04u@127.0.0.1>;tag=%u\r\nTo: "
        "<sip:12345@127.0.0.1>%s\r\n"
        "Call-ID: foe%u\r\nCSeq: %u %s\r\nContact: <sip:x@127.0.0.1:9>\r\n%sContent-Type: %s\r\n"
        "Content-Length: %zu\r\n\r\n%s",
        method, foe->bench->port, any(foe, 1u << 30), call, call, any(foe, 2) ? "" : ";tag=1", call,
        any(foe, 100), method, more[any(foe, sizeof more / sizeof *more)], type, strlen(body), body);
}

/* A few octets of it are changed, left out, doubled or put in. */
static size_t spoil(struct foe *foe, char *text, size_t n)
{
    static const char *const odd[] = { "\r\n",
                                       ";",
                                       "=",
                                       ",",
                                       "<",
                                       ">",
                                       "\"",
                                       "%",
                                       "%00",
                                       ":",
                                       "@",
                                       "4294967296",
                                       "-1",
                                       "\xff",
                                       "\r\n\r\n",
                                       "[::1]",
                                       "\\",
                                       "\t",
                                       "////",
                                       "0.0.0.0",
                                       "*",
                                       "a=fmtp:",
                                       "m=audio 1 RTP/AVP 8\r\n" };

    for (unsigned times = any(foe, 4); times > 0 && n > 2; times--) {
        size_t at = any(foe, (unsigned)n), length = any(foe, 40);
        const char *words = odd[any(foe, sizeof odd / sizeof *odd)];

        length = at + length > n ? n - at : length;
        switch (any(foe, 5)) {
        case 0:
            text[at] = (char)any(foe, 256);
            break;
        case 1:
            memmove(text + at, text + at + length, n - at - length);
            n -= length;
            break;
        case 2:
            if (n + length < TEXT) {
                memmove(text + at + length, text + at, n - at);
                n += length;
            }
            break;
        case 3:
            length = strlen(words);
            if (n + length < TEXT) {
                memmove(text + at + length, text + at, n - at);
                memcpy(text + at, words, length);
                n += length;
            }
            break;
        default:
            n = any(foe, 8) ? n : at;
        }
    }
    return n;
}

static void send_to_line(struct foe *foe, const char *text, size_t n)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                              .sin_port = htons((uint16_t)foe->bench->port) };

    sendto(foe->fd, text, n, 0, (struct sockaddr *)&to, sizeof to);
    foe->sent++;
}

/* The line's own requests get answers, some of them right. */
static void answer(struct foe *foe)
{
    static const char *const words[] = { "100 Trying", "180 Ringing",  "183 Progress", "200 OK",
                                         "200 OK",     "202 Accepted", "302 Moved",    "401 Unauthorized",
                                         "407 Proxy",  "423 Brief",    "481 Gone",     "486 Busy",
                                         "487 End",    "500 No",       "603 No" };
    char text[TEXT], reply[TEXT];
    ssize_t came;

    while ((came = recv(foe->fd, text, sizeof text - 1, MSG_DONTWAIT)) > 0) {
        text[came] = '\0';
        char *line = strstr(text, "\r\n"), *body = strstr(text, "\r\n\r\n");

        if (strncmp(text, "SIP/", 4) == 0 || !line || !body)
            continue;
        body[2] = '\0';
        size_t n = (size_t)snprintf(
            reply, sizeof reply,
            "SIP/2.0 %s%sWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5\r\n"
            "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\nMin-Expires: 60\r\n"
            "Contact: <sip:y@127.0.0.1:9>\r\nContent-Type: application/sdp\r\n\r\n%s",
            words[any(foe, sizeof words / sizeof *words)], line, SOUND);

        foe->answered++;
        send_to_line(foe, reply, spoil(foe, reply, n < TEXT ? n : TEXT - 1));
    }
}

/* A call that is right, with sound that is not. */
static void call(struct foe *foe)
{
    struct sip_phone_options options = call_bench_phone(foe->bench, "13834500141");
    void *mem = talloc_new(NULL);
    struct sip_phone *phone;

    if (sip_phone_try(&options) != 200) { /* all places are taken by calls that the nonsense began */
        talloc_free(mem);
        return;
    }
    phone = sip_phone_call(mem, &options);
    for (int i = 0; i < CALL_PACKETS; i++) {
        uint8_t packet[400];
        size_t n = any(foe, sizeof packet);

        for (size_t k = 0; k < n; k++)
            packet[k] = (uint8_t)any(foe, 256);
        if (n > 2 && any(foe, 4)) {
            packet[0] = any(foe, 8) ? 0x80 : packet[0];
            packet[1] = (uint8_t)(any(foe, 3) == 0 ? 101 : any(foe, 2) ? 8 : 0);
        }
        sip_phone_send_raw(phone, packet, n);
        if (i % 20 == 0)
            sip_phone_frame(phone, foe->bench->voice);
    }
    sip_phone_hang_up(phone);
    talloc_free(mem);
}

static bool lives(struct foe *foe)
{
    char text[TEXT], ping[TEXT];
    unsigned once = any(foe, 1u << 30);

    snprintf(ping, sizeof ping,
             "OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;rport;branch=z9hG4bK%x\r\n"
             "From: <sip:pbx@127.0.0.1>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nCall-ID: lives%x\r\n"
             "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
             once, once);
    return sip_phone_datagram(foe->bench->port, ping, strlen(ping), 20000, text, sizeof text) > 0;
}

static void nonsense_from_a_peer_changes_nothing(void **state)
{
    struct foe *foe = *state;
    int seconds = getenv("SECONDS") ? atoi(getenv("SECONDS")) : 5;
    char text[TEXT];

    for (time_t end = time(NULL) + seconds; time(NULL) < end;) {
        for (int i = 0; i < 200; i++) {
            send_to_line(foe, text, spoil(foe, text, compose(foe, text)));
            answer(foe);
            if (i % 20 == 0)
                sleep_ms(2);
        }
        call(foe);
        assert_true(lives(foe));
    }
    print_message("%lu messages sent, %lu requests answered\n", foe->sent, foe->answered);
}

static int begin(void **state)
{
    struct foe *foe = talloc_zero(NULL, struct foe);
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;

    foe->seed = (unsigned)time(NULL);
    foe->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(foe->fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(foe->fd, (struct sockaddr *)&at, &size), 0);
    setenv("SIP_PASSWORD", "a long word", 1);
    foe->bench = call_bench_begin(talloc_asprintf(
        foe,
        "calls = 60 trunk = \"127.0.0.1:%d\" user = \"800\" password = \"env:SIP_PASSWORD\" register = yes\n"
        "call_hours = \"00:00-23:59\"",
        ntohs(at.sin_port)));
    *state = foe;
    return 0;
}

static int end(void **state)
{
    struct foe *foe = *state;

    call_bench_end(foe->bench); /* it must have lived, and stop */
    talloc_free(foe);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nonsense_from_a_peer_changes_nothing) };

    return cmocka_run_group_tests(tests, begin, end);
}
