#include "tests/support/sip_phone.h"

#include <arpa/inet.h>
#include <poll.h>
#include <spandsp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <cmocka.h>

enum { FRAME = 160, FRAME_MS = 20, LATER_MOST = 64, TEXT = 4096, HEADER = 12, LOUD = 300 };

struct later {
    int64_t at;
    uint8_t packet[12 + FRAME];
    size_t n;
};

struct sip_phone {
    struct sip_phone_options options;
    int sip, rtp;
    struct sockaddr_in gateway, media; /* where it sends: requests, sound */
    int own_sip, own_rtp;              /* ports */
    char call_id[256], from[256], to[256];
    char invite[TEXT]; /* taken; "" none */
    char answer[TEXT]; /* the last final response */
    int cseq;
    uint16_t sequence;
    uint32_t timestamp;
    int64_t next_ms;
    struct later later[LATER_MOST];
    int16_t *heard;
    size_t n_heard;
    uint32_t first_heard;
    struct sip_phone_packet *packets;
    size_t n_packets;
    bool *lost;
    size_t n_sent;
    int64_t answered_us;
    bool has_heard, was_hung_up;
    int64_t loud_ms; /* when the last sound came that is not silence */
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int bound_socket(int *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), yes = 1;

    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

/* recvfrom, with the kernel's time of the datagram. */
static ssize_t receive(int fd, void *octets, size_t size, struct sockaddr_in *from, int64_t *at_us)
{
    char control[CMSG_SPACE(sizeof(struct timespec))];
    struct iovec room = { octets, size };
    struct msghdr message = { .msg_name = from,
                              .msg_namelen = from ? sizeof *from : 0,
                              .msg_iov = &room,
                              .msg_iovlen = 1,
                              .msg_control = control,
                              .msg_controllen = sizeof control };
    ssize_t n = recvmsg(fd, &message, MSG_DONTWAIT);
    struct cmsghdr *note = n >= 0 ? CMSG_FIRSTHDR(&message) : NULL;
    struct timespec at = { 0 };

    if (note && note->cmsg_level == SOL_SOCKET && note->cmsg_type == SCM_TIMESTAMPNS)
        memcpy(&at, CMSG_DATA(note), sizeof at);
    *at_us = at.tv_sec * 1000000LL + at.tv_nsec / 1000;
    return n;
}

/* ---- SIP ---- */

static char *describe(void *mem, const struct sip_phone *phone, const char *direction)
{
    int coding = phone->options.uses_ulaw ? 0 : 8;
    const char *address = phone->options.described ? phone->options.described : "127.0.0.1";

    return talloc_asprintf(mem,
                           "v=0\r\no=- 1 %d IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
                           "m=audio %d RTP/AVP %d 101\r\na=rtpmap:%d %s/8000\r\n"
                           "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=%s\r\n",
                           phone->cseq, address, phone->own_rtp, coding, coding, coding ? "PCMA" : "PCMU",
                           direction);
}

/* more: further headers, whole lines; a body without a type among them is a description. */
static void request_with(struct sip_phone *phone, const char *method, int cseq, const char *more,
                         const char *body)
{
    const struct sip_phone_options *options = &phone->options;
    void *mem = talloc_new(NULL);
    char *asserted = options->asserted ? talloc_asprintf(mem, "P-Asserted-Identity: <sip:%s@127.0.0.1>\r\n",
                                                         options->asserted)
                                       : talloc_strdup(mem, "");
    char *text = talloc_asprintf(
        mem,
        "%s sip:110@127.0.0.1:%d SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK%s%s%d\r\n"
        "Max-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: %d %s\r\n"
        "Contact: <sip:%s@127.0.0.1:%d>\r\n%s%sContent-Length: %zu\r\n\r\n%s",
        method, options->port, phone->own_sip, phone->call_id, method, cseq, phone->from, phone->to,
        phone->call_id, cseq, method, options->number, phone->own_sip, asserted,
        *body && !strstr(more, "Content-Type")
            ? talloc_asprintf(mem, "%sContent-Type: application/sdp\r\n", more)
            : more,
        strlen(body), body);

    sendto(phone->sip, text, strlen(text), 0, (struct sockaddr *)&phone->gateway, sizeof phone->gateway);
    talloc_free(mem);
}

static void request(struct sip_phone *phone, const char *method, int cseq, const char *body)
{
    request_with(phone, method, cseq, "", body);
}

/* The value of the first header of this name, into value. */
static bool header(const char *text, const char *name, char *value, size_t size)
{
    char *line = strcasestr(text, name);

    if (!line)
        return false;
    line += strlen(name);
    line += strspn(line, " ");
    snprintf(value, size, "%.*s", (int)strcspn(line, "\r\n"), line);
    return true;
}

/* All headers of this name, whole lines: a proxy adds its own Via. */
static void copy_headers(const char *text, const char *name, char *lines, size_t size)
{
    size_t n = 0;

    lines[0] = '\0';
    for (const char *at = text; (at = strcasestr(at, name)) != NULL && n + 1 < size;) {
        at += 2;
        n += (size_t)snprintf(lines + n, size - n, "%.*s\r\n", (int)strcspn(at, "\r"), at);
    }
}

static void reply(const struct sip_phone *phone, const char *text, const struct sockaddr_in *from, int status,
                  const char *body)
{
    char via[1024], from_[512], to[512], id[256], cseq[64], answer[TEXT], route[512] = "";
    bool is_invite = strncmp(text, "INVITE ", 7) == 0;

    copy_headers(text, "\r\nVia:", via, sizeof via);
    copy_headers(text, "\r\nRecord-Route:", route, sizeof route);
    if (!header(text, "\r\nFrom:", from_, sizeof from_) || !header(text, "\r\nTo:", to, sizeof to) ||
        !header(text, "\r\nCall-ID:", id, sizeof id) || !header(text, "\r\nCSeq:", cseq, sizeof cseq))
        return;
    snprintf(answer, sizeof answer,
             "SIP/2.0 %d Words\r\n%s%sFrom: %s\r\nTo: %s%s\r\nCall-ID: %s\r\nCSeq: %s\r\n"
             "Contact: <sip:phone@127.0.0.1:%d>\r\n%sContent-Length: %zu\r\n\r\n%s",
             status, via, route, from_, to, is_invite ? ";tag=phone" : "", id, cseq, phone->own_sip,
             *body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
    sendto(phone->sip, answer, strlen(answer), 0, (const struct sockaddr *)from, sizeof *from);
}

/* Answers with 200, and remembers the end of the call. */
static void take_request(struct sip_phone *phone, const char *text, const struct sockaddr_in *from)
{
    if (strncmp(text, "ACK ", 4) == 0 || strncmp(text, "INVITE ", 7) == 0)
        return;
    phone->was_hung_up |= strncmp(text, "BYE ", 4) == 0 || strncmp(text, "CANCEL ", 7) == 0;
    reply(phone, text, from, 200, "");
}

/* What comes on the SIP socket within ms. The status of a final response to our request, else 0. */
static int take_sip(struct sip_phone *phone, int cseq, int ms)
{
    struct pollfd wait = { .fd = phone->sip, .events = POLLIN };
    struct sockaddr_in from;
    char text[TEXT], value[256];
    int status = 0, number = 0;
    int64_t at_us;

    if (poll(&wait, 1, ms) <= 0)
        return 0;
    ssize_t n = receive(phone->sip, text, sizeof text - 1, &from, &at_us);

    text[n > 0 ? n : 0] = '\0';
    if (sscanf(text, "SIP/2.0 %d", &status) != 1) {
        take_request(phone, text, &from);
        return 0;
    }
    if (!header(text, "\r\nCSeq:", value, sizeof value) || sscanf(value, "%d", &number) != 1 ||
        number != cseq || status < 200)
        return 0;
    if (header(text, "\r\nTo:", value, sizeof value))
        snprintf(phone->to, sizeof phone->to, "%s", value);

    const char *media = strstr(text, "m=audio ");

    snprintf(phone->answer, sizeof phone->answer, "%s", text);
    phone->answered_us = phone->answered_us ? phone->answered_us : at_us;
    if (media) {
        phone->media = phone->gateway;
        phone->media.sin_port = htons((uint16_t)atoi(media + 8));
    }
    return status;
}

static int invite(struct sip_phone *phone, const char *direction, int most_ms)
{
    void *mem = talloc_new(NULL);
    int status = 0, cseq = ++phone->cseq;

    request(phone, "INVITE", cseq, describe(mem, phone, direction));
    for (int64_t until = now_ms() + most_ms; status == 0 && now_ms() < until;)
        status = take_sip(phone, cseq, 50);
    if (status)
        request(phone, "ACK", cseq, "");
    talloc_free(mem);
    return status;
}

static int free_phone(struct sip_phone *phone)
{
    close(phone->sip);
    close(phone->rtp);
    return 0;
}

static struct sip_phone *new_phone(void *mem, const struct sip_phone_options *options)
{
    static unsigned calls;
    struct sip_phone *phone = talloc_zero(mem, struct sip_phone);

    phone->options = *options;
    phone->sip = bound_socket(&phone->own_sip);
    phone->rtp = bound_socket(&phone->own_rtp);
    phone->gateway = (struct sockaddr_in){ .sin_family = AF_INET,
                                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                           .sin_port = htons((uint16_t)options->port) };
    snprintf(phone->call_id, sizeof phone->call_id, "%d-%u-%lld", (int)getpid(), ++calls,
             (long long)now_ms());
    snprintf(phone->from, sizeof phone->from, "<sip:%s@127.0.0.1>;tag=phone", options->number);
    snprintf(phone->to, sizeof phone->to, "<sip:110@127.0.0.1>");
    phone->timestamp = 0xffff0000u + options->seed;
    phone->heard = talloc_zero_array(phone, int16_t, 0);
    talloc_set_destructor(phone, free_phone);
    return phone;
}

int sip_phone_try(const struct sip_phone_options *options)
{
    struct sip_phone *phone = new_phone(NULL, options);
    int status = invite(phone, "sendrecv", 2000);

    if (status == 200)
        sip_phone_hang_up(phone);
    talloc_free(phone);
    return status;
}

struct sip_phone *sip_phone_call(void *mem, const struct sip_phone_options *options)
{
    struct sip_phone *phone = new_phone(mem, options);

    assert_int_equal(invite(phone, "sendrecv", 5000), 200);
    phone->next_ms = now_ms();
    phone->loud_ms = phone->next_ms;
    return phone;
}

struct sip_phone *sip_phone_await(void *mem, int *port)
{
    struct sip_phone *phone = new_phone(mem, &(struct sip_phone_options){ .number = "phone", .seed = 9 });

    *port = phone->own_sip;
    return phone;
}

/* The other side of the dialog that this INVITE opens. */
static void take_dialog(struct sip_phone *phone, const char *text, const struct sockaddr_in *from)
{
    const char *media = strstr(text, "m=audio ");
    char to[200];

    phone->gateway = phone->media = *from;
    phone->options.port = ntohs(from->sin_port);
    phone->media.sin_port = htons((uint16_t)(media ? atoi(media + 8) : 0));
    phone->was_hung_up = phone->has_heard = false;
    phone->n_heard = phone->n_packets = 0;
    if (header(text, "\r\nTo:", to, sizeof to))
        snprintf(phone->from, sizeof phone->from, "%s;tag=phone", to);
    header(text, "\r\nFrom:", phone->to, sizeof phone->to);
    header(text, "\r\nCall-ID:", phone->call_id, sizeof phone->call_id);
}

const char *sip_phone_take(struct sip_phone *phone, void *mem, int status, int ms)
{
    char user[128] = "";

    for (int64_t until = now_ms() + ms; now_ms() < until && !*user;) {
        struct pollfd wait = { .fd = phone->sip, .events = POLLIN };
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        char text[TEXT];
        ssize_t n = poll(&wait, 1, 50) > 0
                        ? recvfrom(phone->sip, text, sizeof text - 1, 0, (struct sockaddr *)&from, &size)
                        : 0;

        text[n > 0 ? n : 0] = '\0';
        if (n > 0 && sscanf(text, "INVITE sip:%127[^@]", user) != 1)
            take_request(phone, text, &from);
        if (!*user)
            continue;
        snprintf(phone->invite, sizeof phone->invite, "%s", text);
        take_dialog(phone, text, &from);
        reply(phone, text, &from, status, status == 200 ? describe(mem, phone, "sendrecv") : "");
    }
    phone->next_ms = phone->loud_ms = now_ms();
    return *user ? talloc_strdup(mem, user) : NULL;
}

const char *sip_phone_invite(const struct sip_phone *phone)
{
    return phone->invite;
}

int sip_phone_request(struct sip_phone *phone, const char *method, const char *headers, const char *body)
{
    int status = 0, cseq = ++phone->cseq;

    request_with(phone, method, cseq, headers, body);
    for (int64_t until = now_ms() + 2000; status == 0 && now_ms() < until;)
        status = take_sip(phone, cseq, 50);
    return status;
}

const char *sip_phone_answer(const struct sip_phone *phone)
{
    return phone->answer;
}

int sip_phone_change(struct sip_phone *phone, const char *direction)
{
    return invite(phone, direction, 2000);
}

void sip_phone_describe(struct sip_phone *phone, const char *address)
{
    phone->options.described = address;
}

void sip_phone_hang_up(struct sip_phone *phone)
{
    int cseq = ++phone->cseq;

    request(phone, "BYE", cseq, "");
    for (int64_t until = now_ms() + 2000; now_ms() < until && take_sip(phone, cseq, 50) == 0;)
        continue;
}

bool sip_phone_was_hung_up(const struct sip_phone *phone)
{
    return phone->was_hung_up;
}

/* ---- sound ---- */

static int16_t decode(const struct sip_phone *phone, uint8_t octet)
{
    return phone->options.uses_ulaw ? ulaw_to_linear(octet) : alaw_to_linear(octet);
}

static void keep(struct sip_phone *phone, uint32_t timestamp, const uint8_t *octets, size_t n)
{
    if (!phone->has_heard)
        phone->first_heard = timestamp;
    phone->has_heard = true;

    size_t at = timestamp - phone->first_heard, had = phone->n_heard;

    if (at > 8000 * 600)
        return;
    if (at + n > had) {
        phone->heard = talloc_realloc(phone, phone->heard, int16_t, at + n);
        memset(phone->heard + had, 0, (at + n - had) * sizeof *phone->heard);
        phone->n_heard = at + n;
    }
    for (size_t i = 0; i < n; i++)
        phone->heard[at + i] = decode(phone, octets[i]);
}

static bool is_loud(const struct sip_phone *phone, const uint8_t *octets, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (abs(decode(phone, octets[i])) > LOUD)
            return true;
    return false;
}

static void take_packet(struct sip_phone *phone, const uint8_t *packet, size_t n, int64_t at_us)
{
    uint32_t timestamp = (uint32_t)packet[4] << 24 | packet[5] << 16 | packet[6] << 8 | packet[7];
    bool loud = is_loud(phone, packet + HEADER, n - HEADER);
    size_t had = phone->n_packets++;

    if (had == talloc_array_length(phone->packets))
        phone->packets = talloc_realloc(phone, phone->packets, struct sip_phone_packet, had + had / 2 + 64);
    phone->packets[had] = (struct sip_phone_packet){ at_us, timestamp, loud };
    if (loud)
        phone->loud_ms = now_ms();
    if (!phone->options.keeps_no_sound)
        keep(phone, timestamp, packet + HEADER, n - HEADER);
}

static void take_sound(struct sip_phone *phone)
{
    uint8_t packet[2048];
    int64_t at_us;
    ssize_t n;

    while ((n = receive(phone->rtp, packet, sizeof packet, NULL, &at_us)) > 0)
        if (n > HEADER)
            take_packet(phone, packet, (size_t)n, at_us);
}

static void send_packet(struct sip_phone *phone, const uint8_t *packet, size_t n)
{
    sendto(phone->rtp, packet, n, 0, (struct sockaddr *)&phone->media, sizeof phone->media);
}

static void send_later(struct sip_phone *phone, bool all)
{
    for (int i = 0; i < LATER_MOST; i++)
        if (phone->later[i].n > 0 && (all || phone->later[i].at <= now_ms())) {
            send_packet(phone, phone->later[i].packet, phone->later[i].n);
            phone->later[i].n = 0;
        }
}

static bool is_lost(struct sip_phone *phone)
{
    size_t at = phone->n_sent++;

    if (at == talloc_array_length(phone->lost))
        phone->lost = talloc_realloc(phone, phone->lost, bool, at + at / 2 + 64);
    phone->lost[at] = rand_r(&phone->options.seed) % 100 < phone->options.lost_percent;
    return phone->lost[at];
}

static void send_rtp(struct sip_phone *phone, int payload, bool marker, uint32_t timestamp,
                     const uint8_t *octets, size_t n)
{
    uint8_t packet[12 + FRAME] = { 0x80, (uint8_t)(payload | (marker ? 0x80 : 0)) };

    phone->sequence++;
    packet[2] = (uint8_t)(phone->sequence >> 8), packet[3] = (uint8_t)phone->sequence;
    for (int i = 0; i < 4; i++)
        packet[4 + i] = (uint8_t)(timestamp >> (24 - 8 * i));
    packet[11] = 7; /* SSRC */
    memcpy(packet + 12, octets, n);
    if (payload != 101 && is_lost(phone))
        return;
    if (phone->options.reorder_ms > 0) {
        for (int i = 0; i < LATER_MOST; i++)
            if (phone->later[i].n == 0) {
                phone->later[i].at = now_ms() + rand_r(&phone->options.seed) % phone->options.reorder_ms;
                phone->later[i].n = 12 + n;
                memcpy(phone->later[i].packet, packet, 12 + n);
                return;
            }
    }
    send_packet(phone, packet, 12 + n);
}

/* Waits until the next 20 ms begin, and hears meanwhile. False: the other side hung up. */
static bool next_frame(struct sip_phone *phone)
{
    phone->next_ms += FRAME_MS;
    do {
        int64_t left = phone->next_ms - now_ms();
        struct pollfd waits[] = { { .fd = phone->rtp, .events = POLLIN },
                                  { .fd = phone->sip, .events = POLLIN } };

        poll(waits, 2, left > 5 ? 5 : left > 0 ? (int)left : 0);
        take_sound(phone);
        take_sip(phone, -1, 0);
        send_later(phone, false);
    } while (now_ms() < phone->next_ms);
    phone->timestamp += FRAME;
    return !phone->was_hung_up;
}

static void say_frame(struct sip_phone *phone, const int16_t *samples)
{
    int payload = phone->options.uses_ulaw ? 0 : 8;
    uint8_t octets[FRAME];

    for (int i = 0; i < FRAME; i++)
        octets[i] = payload ? linear_to_alaw(samples[i]) : linear_to_ulaw(samples[i]);
    send_rtp(phone, payload, false, phone->timestamp, octets, FRAME);
}

void sip_phone_frame(struct sip_phone *phone, const int16_t *samples)
{
    if (samples)
        say_frame(phone, samples);
    phone->timestamp += FRAME;
    take_sound(phone);
    take_sip(phone, -1, 0);
}

const struct sip_phone_packet *sip_phone_packets(const struct sip_phone *phone, size_t *n)
{
    *n = phone->n_packets;
    return phone->packets;
}

const bool *sip_phone_lost(const struct sip_phone *phone, size_t *n)
{
    *n = phone->n_sent;
    return phone->lost;
}

int64_t sip_phone_answered_us(const struct sip_phone *phone)
{
    return phone->answered_us;
}

bool sip_phone_say(struct sip_phone *phone, const int16_t *samples, size_t n)
{
    for (size_t at = 0; at + FRAME <= n; at += FRAME) {
        if (!phone->options.is_mute)
            say_frame(phone, samples + at);
        if (!next_frame(phone))
            return false;
    }
    return true;
}

bool sip_phone_wait(struct sip_phone *phone, int ms)
{
    static const int16_t silence[FRAME];

    for (; ms > 0; ms -= FRAME_MS)
        if (!sip_phone_say(phone, silence, FRAME))
            return false;
    return true;
}

bool sip_phone_wait_for_silence(struct sip_phone *phone, int ms, int most_ms)
{
    for (int waited = 0; waited < most_ms; waited += FRAME_MS) {
        if (!sip_phone_wait(phone, FRAME_MS))
            return false;
        if (waited > ms && now_ms() - phone->loud_ms >= ms)
            return true;
    }
    return false;
}

void sip_phone_key(struct sip_phone *phone, char key)
{
    static const char names[] = "0123456789*#ABCD";
    uint8_t event[4] = { (uint8_t)(strchr(names, key) - names), 0x8a, 3, 0x20 };

    send_rtp(phone, 101, true, phone->timestamp, event, sizeof event);
}

bool sip_phone_press(struct sip_phone *phone, char key)
{
    static const char names[] = "0123456789*#ABCD";
    uint32_t begin = phone->timestamp;
    uint8_t event[4] = { (uint8_t)(strchr(names, key) - names), 10 };

    for (int i = 1; i <= 7; i++) {
        int duration = (i < 5 ? i : 5) * FRAME;

        event[1] = i >= 5 ? 0x8a : 0x0a;
        event[2] = (uint8_t)(duration >> 8), event[3] = (uint8_t)duration;
        send_rtp(phone, 101, i == 1, begin, event, sizeof event);
        if (!next_frame(phone))
            return false;
    }
    return true;
}

void sip_phone_send_raw(struct sip_phone *phone, const void *octets, size_t n)
{
    send_packet(phone, octets, n);
}

const int16_t *sip_phone_heard(const struct sip_phone *phone, size_t *n)
{
    *n = phone->n_heard;
    return phone->heard;
}

size_t sip_phone_datagram(int port, const void *octets, size_t n, int ms, char *answer, size_t size)
{
    int own, fd = bound_socket(&own);
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                              .sin_port = htons((uint16_t)port) };
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    ssize_t came = 0;

    sendto(fd, octets, n, 0, (struct sockaddr *)&to, sizeof to);
    if (poll(&wait, 1, ms) > 0)
        came = recv(fd, answer, size - 1, 0);
    close(fd);
    answer[came > 0 ? came : 0] = '\0';
    return came > 0 ? (size_t)came : 0;
}
