#include <errno.h>
#include <spandsp.h>
#include <string.h>
#include <talloc.h>

#include "gateway/voice/sip_private.h"

enum {
    PORT_FIRST = 16384,
    PORT_LAST = 32766,
    PCMU = 0, /* RFC 3551 */
    PCMA = 8,
    EVENTS = 101,
    DEAD_MS = 30000,
    HELD_MOST_MS = 300000, /* in all: a PBX that forgets a call would keep its place for ever */
    SAMPLES_MOST = 960,    /* of a packet: 120 ms */
    BEHIND_MOST = 8,       /* frames of one tick */
    SOURCE_GONE_MS = 2000
};

static void decode(int16_t *samples, const uint8_t *octets, int n, int payload)
{
    for (int i = 0; i < n; i++)
        samples[i] = payload == PCMA ? alaw_to_linear(octets[i]) : ulaw_to_linear(octets[i]);
}

static bool is_event(const struct sip_call *call, int payload)
{
    const struct sdp_format *format = sdp_media_lformat(call->media, payload);

    return format && format->name && strcasecmp(format->name, "telephone-event") == 0;
}

/* On hold the peer wants none of our sound, or wants it nowhere (0.0.0.0, RFC 2543); what comes meanwhile is
 * its music. libre tells directions as ours. */
static bool is_held(const struct sip_call *call)
{
    const struct sa *peer = sdp_media_raddr(call->media);
    bool is_nowhere = sa_af(peer) == AF_INET && sa_in(peer) == 0 && sdp_media_rport(call->media) != 0;

    return is_nowhere || !(sdp_media_rdir(call->media) & SDP_SENDONLY);
}

/*
 * Whether this is where the call's sound comes from: the address described, or, as behind NAT that one is
 * another, the first that sends, as long as it does. What we say follows. A telephone whose call has ended
 * may go on sending to this port, which was its own.
 */
static bool is_its_own(struct sip_call *call, const struct sa *from)
{
    int64_t now = (int64_t)tmr_jiffies();
    bool is_described = sa_cmp(from, sdp_media_raddr(call->media), SA_ALL);
    bool is_source = sa_cmp(from, &call->source, SA_ALL);
    bool is_free = !call->is_described && now - call->source_at > SOURCE_GONE_MS;

    if (!is_described && !is_source && !is_free)
        return false;
    sa_cpy(&call->source, from);
    call->source_at = now;
    call->is_described |= is_described;
    return true;
}

static void received(const struct sa *from, const struct rtp_header *header, struct mbuf *packet, void *arg)
{
    struct sip_call *call = arg;
    const uint8_t *octets = mbuf_buf(packet);
    size_t n = mbuf_get_left(packet);
    struct in_addr address = { htonl(sa_in(from)) };
    int16_t samples[SAMPLES_MOST];

    if (!peers_have(&call->line->peers, address) || !is_its_own(call, from))
        return;
    call->heard_at = (int64_t)tmr_jiffies();
    if (is_held(call))
        return;
    if (header->pt == PCMA || header->pt == PCMU) {
        n = n < SAMPLES_MOST ? n : SAMPLES_MOST;
        decode(samples, octets, (int)n, header->pt);
        stream_put(call->stream, header->ts, samples, (int)n);
        sa_cpy(&call->peer, from);
        call->has_peer = true;
    } else if (n >= 4 && is_event(call, header->pt)) {
        if (header->ts != call->event_at) /* what was said before the key is heard before it */
            sip_media_drain(call);
        call->event_at = header->ts;
        call_key_event(call->call, octets[0], header->ts);
    }
}

static int describe(struct sip_call *call, const struct sa *local)
{
    int error = sdp_session_alloc(&call->sdp, local);

    if (!error)
        error = sdp_media_add(&call->media, call->sdp, sdp_media_audio, sa_port(rtp_local(call->rtp)),
                              sdp_proto_rtpavp);
    if (!error)
        error = sdp_format_add(NULL, call->media, false, "8", "PCMA", FRAME_RATE, 1, NULL, NULL, NULL, false,
                               NULL);
    if (!error)
        error = sdp_format_add(NULL, call->media, false, "0", "PCMU", FRAME_RATE, 1, NULL, NULL, NULL, false,
                               NULL);
    if (!error)
        error = sdp_format_add(NULL, call->media, false, "101", "telephone-event", FRAME_RATE, 1, NULL, NULL,
                               NULL, false, "0-15");
    if (!error)
        error = sdp_media_set_lattr(call->media, true, "ptime", "%d", FRAME_MS);
    return error;
}

int sip_media_open(struct sip_call *call, const struct sa *local)
{
    int error;

    call->stream = stream_new(call); /* what ends a call hears it out, also one that could not begin */
    error = rtp_listen(&call->rtp, IPPROTO_UDP, local, PORT_FIRST, PORT_LAST, false, received, NULL, call);
    if (error)
        return error;
    if (!peers_guard(&call->line->peers, udp_sock_fd(rtp_sock(call->rtp), AF_INET)))
        return errno;
    call->packet = mbuf_alloc(RTP_HEADER_SIZE + FRAME_SAMPLES);
    call->timestamp = rand_u32();
    call->heard_at = (int64_t)tmr_jiffies();
    return call->packet ? describe(call, local) : ENOMEM;
}

void sip_media_change(struct sip_call *call)
{
    const struct sa *peer = sdp_media_raddr(call->media);
    struct in_addr address = { htonl(sa_in(peer)) };

    call->has_peer = sa_isset(peer, SA_ALL) && peers_have(&call->line->peers, address);
    if (call->has_peer)
        sa_cpy(&call->peer, peer);
    call->heard_at = (int64_t)tmr_jiffies();
    sa_init(&call->source, AF_UNSPEC);
    call->is_described = false;
    call->source_at = 0;
}

int sip_media_coding(const struct sip_call *call)
{
    const struct list *formats = sdp_media_format_lst(call->media, false);

    for (struct le *le = sdp_media_rport(call->media) ? list_head(formats) : NULL; le; le = le->next) {
        const struct sdp_format *format = le->data;

        if (format->sup && (format->pt == PCMA || format->pt == PCMU))
            return format->pt;
    }
    return -1;
}

static void send_frame(struct sip_call *call, const int16_t *samples)
{
    int coding = sip_media_coding(call) == PCMU ? PCMU : PCMA;
    struct mbuf *packet = call->packet;

    call->timestamp += FRAME_SAMPLES;
    if (!call->has_peer || !(sdp_media_dir(call->media) & SDP_SENDONLY))
        return;
    packet->pos = packet->end = RTP_HEADER_SIZE;
    for (int i = 0; i < FRAME_SAMPLES; i++)
        mbuf_write_u8(packet, coding == PCMA ? linear_to_alaw(samples[i]) : linear_to_ulaw(samples[i]));
    packet->pos = RTP_HEADER_SIZE;
    rtp_send(call->rtp, &call->peer, false, !call->has_sent, (uint8_t)coding, call->timestamp, packet);
    call->has_sent = true;
}

void sip_media_tick(struct sip_call *call)
{
    int16_t heard[FRAME_SAMPLES], said[FRAME_SAMPLES];
    bool has_come;

    if (is_held(call)) { /* our time stands still */
        call->heard_at = (int64_t)tmr_jiffies();
        call->held_ms += FRAME_MS;
        return;
    }
    if (!answering_is_ready(&call->answering))
        return;
    has_come = stream_take(call->stream, heard) != STREAM_NONE;
    call_frame(call->call, has_come ? heard : NULL, said);
    memset(call->relayed, 0, sizeof call->relayed);
    if (has_come)
        memcpy(call->relayed, heard, sizeof call->relayed);
    if (call->other && call_is_joined(call->call) && call_is_joined(call->other->call))
        memcpy(said, call->other->relayed, sizeof said);
    send_frame(call, said);
    for (int i = 0; i < BEHIND_MOST && stream_is_behind(call->stream); i++)
        if (stream_take(call->stream, heard) != STREAM_NONE)
            call_hear(call->call, heard);
}

bool sip_media_is_dead(const struct sip_call *call)
{
    return call->held_ms > HELD_MOST_MS || (int64_t)tmr_jiffies() - call->heard_at > DEAD_MS;
}

void sip_media_drain(struct sip_call *call)
{
    int16_t heard[FRAME_SAMPLES];

    while (stream_drain(call->stream, heard) != STREAM_NONE)
        call_hear(call->call, heard);
}

void sip_media_close(struct sip_call *call)
{
    call->rtp = mem_deref(call->rtp);
    call->sdp = mem_deref(call->sdp);
    call->packet = mem_deref(call->packet);
}
