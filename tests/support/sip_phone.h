/*
 * A telephone that calls by SIP, for tests: it knows no more of the protocol than a call needs, shares no
 * code with the gateway, and keeps all that it hears. Sound goes out a packet of 20 ms at a time, in real
 * time.
 */
#ifndef TESTS_SUPPORT_SIP_PHONE_H
#define TESTS_SUPPORT_SIP_PHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sip_phone;

struct sip_phone_options {
    int port;              /* of the gateway, at 127.0.0.1 */
    const char *number;    /* in From; "anonymous" to withhold it */
    const char *asserted;  /* P-Asserted-Identity; NULL */
    const char *described; /* the address of its sound, as it says; NULL: the right one */
    int lost_percent;      /* of the packets sent */
    int reorder_ms;        /* packets are sent up to so much later */
    bool is_mute;          /* never sends sound */
    bool keeps_no_sound;   /* of what it hears, only when it came */
    bool uses_ulaw;
    unsigned seed;
};

/* Calls and waits for the answer; fails the test when there is none within 5 s. From mem. */
struct sip_phone *sip_phone_call(void *mem, const struct sip_phone_options *options);
/* The status of the final response to an INVITE, without going on: 200, 486 ... 0: none came in 2 s. */
int sip_phone_try(const struct sip_phone_options *options);

/* One frame without waiting for its time: sends these 160 samples, NULL nothing, and takes what came. For
 * many phones in one loop. */
void sip_phone_frame(struct sip_phone *phone, const int16_t *samples);
/* A packet of sound: when it came, in microseconds of the real-time clock, as the kernel noted; the phone may
 * read it later. */
struct sip_phone_packet {
    int64_t at_us;
    uint32_t timestamp; /* of RTP */
    bool is_loud;       /* not silence */
};
/* All that came so far. Moves with the next. */
const struct sip_phone_packet *sip_phone_packets(const struct sip_phone *phone, size_t *n);
/* Which of the packets of sound sent so far the network lost; *n: how many were sent. Moves with the next. */
const bool *sip_phone_lost(const struct sip_phone *phone, size_t *n);
/* When the answer to its INVITE came, by that clock. */
int64_t sip_phone_answered_us(const struct sip_phone *phone);

/* Sends silence for so long, and hears. Ends early when the other side hangs up: false. */
bool sip_phone_wait(struct sip_phone *phone, int ms);
/* Sends these samples. */
bool sip_phone_say(struct sip_phone *phone, const int16_t *samples, size_t n);
/* A key as RFC 4733 events, of 100 ms, its last packet three times. */
bool sip_phone_press(struct sip_phone *phone, char key);
/* The same at once, without waiting: one packet, which says that the key is up. */
void sip_phone_key(struct sip_phone *phone, char key);
/* Waits until the other side has been silent for ms, at most `most_ms`. */
bool sip_phone_wait_for_silence(struct sip_phone *phone, int ms, int most_ms);
/* A telephone at a port of its own (*port), which the gateway calls as its PBX. From mem. */
struct sip_phone *sip_phone_await(void *mem, int *port);
/* Waits for an INVITE for at most ms, and answers it with this status; 180 lets it ring. The user that is
 * called, from mem; NULL: none came. */
const char *sip_phone_take(struct sip_phone *phone, void *mem, int status, int ms);
/* The last INVITE taken, as it came; "" none. */
const char *sip_phone_invite(const struct sip_phone *phone);
/* Another request within the call; headers: whole lines. The status of its answer, 0: none in 2 s. */
int sip_phone_request(struct sip_phone *phone, const char *method, const char *headers, const char *body);
/* The last final response, as it came. */
const char *sip_phone_answer(const struct sip_phone *phone);
/* Re-INVITE with this direction ("sendonly" holds the call, "sendrecv" goes on). The status of the answer. */
int sip_phone_change(struct sip_phone *phone, const char *direction);
/* What it says of the address of its sound from the next offer on. */
void sip_phone_describe(struct sip_phone *phone, const char *address);
void sip_phone_hang_up(struct sip_phone *phone);
bool sip_phone_was_hung_up(const struct sip_phone *phone);

/* Octets to where the sound goes, whatever they are. */
void sip_phone_send_raw(struct sip_phone *phone, const void *octets, size_t n);

/* All samples of the call heard so far, by timestamp. */
const int16_t *sip_phone_heard(const struct sip_phone *phone, size_t *n);

/* Sends octets to the gateway's port and returns how many octets came back within ms; 0 none. */
size_t sip_phone_datagram(int port, const void *octets, size_t n, int ms, char *answer, size_t size);

#endif
