#include "gateway/command/demo/caller.h"

#include <inttypes.h>
#include <spandsp.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>

/* libre's headers want inttypes.h before them, and these to be told */
#define HAVE_INTTYPES_H
#define HAVE_STDBOOL_H
#define HAVE_INET6
#include <re.h>

#include "gateway/command/demo/ear.h"
#include "gateway/voice/sound/wav.h"
#include "templates/embedded.h"

/*
 * BEFORE_KEY_MS: of what is said, before a key cuts it off. SILENT_MS: of silence, before the caller speaks
 * or hangs up. NOTHING_MS: without anything said, after which the caller gives up.
 */
enum {
    PORT_FIRST = 33000,
    PORT_LAST = 36000,
    HASH_SIZE = 8,
    PCMA = 8,
    EVENTS = 101,
    BEFORE_KEY_MS = 600,
    SILENT_MS = 300,
    NOTHING_MS = 30000,
    EVENT_PACKETS = 8
};

struct caller {
    const struct caller_wish *wish;
    const char *why;
    struct sip *sip;
    struct sipsess_sock *sessions;
    struct sipsess *session;
    struct sdp_session *sdp;
    struct sdp_media *media;
    struct rtp_sock *rtp;
    struct mbuf *packet;
    struct tmr tick;
    uint64_t tick_at;
    uint32_t timestamp, event_at;
    bool is_up;

    struct ear *ear;
    const char *next; /* of the script */
    char *keys;       /* waiting to be pressed */
    char key;         /* being pressed; 0: none */
    int key_packets;  /* of it so far */
    struct clip saying;
    size_t said;
    int loud_ms, since_ms; /* of sound, and of time, since the last thing done */
};

static void finish(struct caller *caller, const char *why)
{
    if (why && !caller->why)
        caller->why = why;
    re_cancel();
}

/* ---- what is done ---- */

static void show(struct caller *caller)
{
    void *mem = talloc_new(NULL);
    const char *text = ear_take(caller->ear, mem);

    if (text)
        caller->wish->show(caller->wish->arg, text);
    talloc_free(mem);
}

static void press(struct caller *caller, char key)
{
    caller->key = key;
    caller->key_packets = 0;
    caller->event_at = caller->timestamp;
    ear_cut(caller->ear);
    show(caller);
    caller->loud_ms = caller->since_ms = 0;
}

/* The recording of this name; n 0: there is none. */
static struct clip find_recording(struct caller *caller, const char *name)
{
    char *path = talloc_asprintf(caller, "gateway/demo/%s", name);
    const struct embedded_file *file = embedded_find(path);
    const char *why = "there is no such recording";
    struct clip clip = { 0 };

    if (file)
        clip = wav_decode(caller, file->data, file->size, &why);
    if (clip.n == 0)
        finish(caller, talloc_asprintf(caller, "%s: %s", path, why));
    return clip;
}

/* The next thing of the script, when it is its time. */
static void act(struct caller *caller)
{
    const char *word = caller->next;
    size_t length = strcspn(word, " ");
    bool is_silent = caller->loud_ms > 0 && ear_quiet_ms(caller->ear) >= SILENT_MS;

    if (length == 0 && is_silent && caller->wish->keyboard < 0)
        finish(caller, NULL);
    if (length == 0)
        return;
    if (length == 1 && caller->loud_ms < BEFORE_KEY_MS && !caller->saying.samples)
        return;
    if (length > 1 && !is_silent)
        return;
    caller->saying = (struct clip){ 0 };
    caller->said = 0;
    caller->loud_ms = caller->since_ms = 0;
    if (length == 1)
        press(caller, *word);
    else
        caller->saying = find_recording(caller, talloc_strndup(caller, word, length));
    caller->next = word + length + strspn(word + length, " ");
}

static void typed(int flags, void *arg)
{
    struct caller *caller = arg;
    char line[64];
    ssize_t n = read(caller->wish->keyboard, line, sizeof line - 1);

    (void)flags;
    if (n <= 1) {
        finish(caller, NULL);
        return;
    }
    line[n] = '\0';
    for (const char *at = line; *at; at++)
        if (strchr("0123456789*#", *at))
            caller->keys = talloc_asprintf_append(caller->keys, "%c", *at);
}

/* ---- sound ---- */

static void heard(const struct sa *from, const struct rtp_header *header, struct mbuf *packet, void *arg)
{
    struct caller *caller = arg;
    const uint8_t *octets = mbuf_buf(packet);
    int16_t samples[FRAME_SAMPLES];

    (void)from;
    if (header->pt != PCMA || mbuf_get_left(packet) != FRAME_SAMPLES)
        return;
    for (int i = 0; i < FRAME_SAMPLES; i++)
        samples[i] = alaw_to_linear(octets[i]);
    ear_hear(caller->ear, samples);
    if (ear_quiet_ms(caller->ear) == 0)
        caller->loud_ms += FRAME_MS;
    show(caller);
}

static void send_packet(struct caller *caller, int payload, uint32_t timestamp, bool is_first)
{
    caller->packet->pos = RTP_HEADER_SIZE;
    rtp_send(caller->rtp, sdp_media_raddr(caller->media), false, is_first, (uint8_t)payload, timestamp,
             caller->packet);
}

/* RFC 4733: the key's event goes on for 100 ms, and its end is sent three times. */
static void send_key(struct caller *caller)
{
    static const char names[] = "0123456789*#";
    int n = ++caller->key_packets, most = EVENT_PACKETS - 3;
    uint16_t duration = (uint16_t)((n < most ? n : most) * FRAME_SAMPLES);

    caller->packet->pos = caller->packet->end = RTP_HEADER_SIZE;
    mbuf_write_u8(caller->packet, (uint8_t)(strchr(names, caller->key) - names));
    mbuf_write_u8(caller->packet, n > most ? 0x8a : 0x0a);
    mbuf_write_u16(caller->packet, htons(duration));
    send_packet(caller, EVENTS, caller->event_at, n == 1);
    if (n == EVENT_PACKETS)
        caller->key = 0;
}

static void send_sound(struct caller *caller)
{
    struct clip *saying = &caller->saying;

    caller->packet->pos = caller->packet->end = RTP_HEADER_SIZE;
    for (int i = 0; i < FRAME_SAMPLES; i++, caller->said++)
        mbuf_write_u8(caller->packet,
                      linear_to_alaw(caller->said < saying->n ? saying->samples[caller->said] : 0));
    send_packet(caller, PCMA, caller->timestamp, false);
}

static void do_frame(struct caller *caller)
{
    bool speaks = caller->said < caller->saying.n;

    caller->since_ms += FRAME_MS;
    if (!speaks && !caller->key && *caller->keys) {
        press(caller, *caller->keys);
        memmove(caller->keys, caller->keys + 1, strlen(caller->keys));
    } else if (!speaks && !caller->key) {
        act(caller);
    }
    if (caller->key)
        send_key(caller);
    else
        send_sound(caller);
    caller->timestamp += FRAME_SAMPLES;
    if (caller->since_ms > NOTHING_MS && caller->wish->keyboard < 0)
        finish(caller, "nothing was said");
}

static void tick(void *arg)
{
    struct caller *caller = arg;
    uint64_t now = tmr_jiffies();

    for (; caller->tick_at <= now; caller->tick_at += FRAME_MS)
        do_frame(caller);
    tmr_start(&caller->tick, caller->tick_at - now, tick, caller);
}

/* ---- the session ---- */

static int offered(struct mbuf **description, const struct sip_msg *message, void *arg)
{
    (void)message;
    return sdp_encode(description, ((struct caller *)arg)->sdp, false);
}

static int answered(const struct sip_msg *message, void *arg)
{
    return sdp_decode(((struct caller *)arg)->sdp, message->mb, false);
}

static void established(const struct sip_msg *message, void *arg)
{
    struct caller *caller = arg;

    (void)message;
    caller->is_up = true;
    caller->tick_at = tmr_jiffies() + FRAME_MS;
    tmr_start(&caller->tick, FRAME_MS, tick, caller);
}

static void closed(int error, const struct sip_msg *message, void *arg)
{
    struct caller *caller = arg;

    caller->session = mem_deref(caller->session);
    if (caller->is_up)
        finish(caller, NULL);
    else if (message)
        finish(caller, talloc_asprintf(caller, "the call was refused: %u", message->scode));
    else
        finish(caller, strerror(error));
}

static int describe(struct caller *caller, const struct sa *local)
{
    int error =
        rtp_listen(&caller->rtp, IPPROTO_UDP, local, PORT_FIRST, PORT_LAST, false, heard, NULL, caller);

    if (!error)
        error = sdp_session_alloc(&caller->sdp, local);
    if (!error)
        error = sdp_media_add(&caller->media, caller->sdp, sdp_media_audio, sa_port(rtp_local(caller->rtp)),
                              sdp_proto_rtpavp);
    if (!error)
        error = sdp_format_add(NULL, caller->media, false, "8", "PCMA", FRAME_RATE, 1, NULL, NULL, NULL,
                               false, NULL);
    if (!error)
        error = sdp_format_add(NULL, caller->media, false, "101", "telephone-event", FRAME_RATE, 1, NULL,
                               NULL, NULL, false, "0-15");
    return error;
}

static int dial(struct caller *caller, const struct sa *local)
{
    const struct caller_wish *wish = caller->wish;
    char *to = talloc_asprintf(caller, "sip:line@%s", wish->config->voice_listen);
    char *from = talloc_asprintf(caller, "sip:%s@127.0.0.1", wish->number);
    struct mbuf *description = NULL;
    int error = sip_alloc(&caller->sip, NULL, HASH_SIZE, HASH_SIZE, HASH_SIZE, "Phone", NULL, NULL);

    if (!error)
        error = sip_transp_add(caller->sip, SIP_TRANSP_UDP, local);
    if (!error)
        error = sipsess_listen(&caller->sessions, caller->sip, HASH_SIZE, NULL, NULL);
    if (!error)
        error = describe(caller, local);
    if (!error)
        error = sdp_encode(&description, caller->sdp, true);
    if (!error)
        error = sipsess_connect(&caller->session, caller->sessions, to, NULL, from, wish->number, NULL, 0,
                                "application/sdp", description, NULL, NULL, false, offered, answered, NULL,
                                established, NULL, NULL, closed, caller, NULL);
    mem_deref(description);
    return error;
}

static int free_caller(struct caller *caller)
{
    tmr_cancel(&caller->tick);
    if (caller->wish->keyboard >= 0)
        fd_close(caller->wish->keyboard);
    mem_deref(caller->session); /* says BYE */
    mem_deref(caller->rtp);
    mem_deref(caller->sdp);
    mem_deref(caller->packet);
    if (caller->sessions)
        sipsess_close_all(caller->sessions);
    if (caller->sip)
        sip_close(caller->sip, false);
    mem_deref(caller->sessions);
    mem_deref(caller->sip);
    return 0;
}

static const char *call(void *mem, struct caller *caller)
{
    const struct caller_wish *wish = caller->wish;
    struct prompts_from from = prompts_of(caller, wish->config);
    struct sa local;

    caller->ear = ear_new(caller, prompts_open(caller, &from), wish->config->language);
    caller->keys = talloc_strdup(caller, "");
    caller->next = wish->script;
    caller->packet = mbuf_alloc(RTP_HEADER_SIZE + FRAME_SAMPLES);
    sa_set_str(&local, "127.0.0.1", 0);

    int error = dial(caller, &local);

    if (!error && wish->keyboard >= 0)
        error = fd_listen(wish->keyboard, FD_READ, typed, caller);
    if (!error)
        error = re_main(NULL);
    if (error)
        return talloc_strdup(mem, strerror(error));
    return caller->why ? talloc_strdup(mem, caller->why) : NULL;
}

const char *caller_call(void *mem, const struct caller_wish *wish)
{
    struct caller *caller = talloc_zero(NULL, struct caller);
    int error = libre_init();
    const char *why;

    caller->wish = wish;
    talloc_set_destructor(caller, free_caller);
    why = error ? talloc_strdup(mem, strerror(error)) : call(mem, caller);
    talloc_free(caller);
    libre_close();
    return why;
}
