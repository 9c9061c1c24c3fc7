/*
 * A call over SIP and the line that it came by. All of it belongs to the line's thread.
 */
#ifndef GATEWAY_VOICE_SIP_PRIVATE_H
#define GATEWAY_VOICE_SIP_PRIVATE_H

#include <inttypes.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <pthread.h>

/* libre's headers want inttypes.h before them, and these to be told */
#define HAVE_INTTYPES_H
#define HAVE_STDBOOL_H
#define HAVE_INET6
#include <re.h>

#include "gateway/voice/call.h"
#include "gateway/voice/errands.h"
#include "gateway/voice/peers.h"
#include "gateway/voice/prompts.h"
#include "gateway/voice/sip_line.h"
#include "gateway/voice/stream.h"

enum { SIP_LINE_KEYS = 64 };

struct sip_call {
    struct sip_call *next;
    struct sip_line *line;
    uint64_t id;
    struct call *call;
    struct call_host host;
    struct errand_call *errands;
    struct tape *tape;
    char keys[SIP_LINE_KEYS + 1]; /* pressed that meant something: 9 */

    struct sipsess *session; /* NULL: it has ended */
    struct sdp_session *sdp;
    struct sdp_media *media;

    struct rtp_sock *rtp;
    struct sa peer; /* where its sound goes */
    struct mbuf *packet;
    struct stream *stream;
    uint32_t timestamp, event_at; /* sent; of the last key */
    int64_t heard_at;             /* the last packet, by tmr_jiffies */
    int held_ms;                  /* on hold so far */
    bool has_peer, has_sent;
};

/* An answer of the errands on its way to the line's thread. */
struct sip_answer {
    struct sip_answer *next;
    struct errand_answer answer;
};

struct sip_line {
    const struct config *config;
    const char *name;
    struct errands *errands;
    struct prompts *prompts;
    struct peers peers;
    struct sa address;

    pthread_t thread;
    struct mqueue *wakes; /* to this thread: answers have come, or the end */
    pthread_mutex_t lock; /* over the two below, which the errands use until they are stopped */
    struct sip_answer *first, **last;
    bool is_closed; /* nobody takes answers any more */
    struct sip *sip;
    struct sip_lsnr *listener;
    struct sipsess_sock *sessions;
    struct tmr tick;
    uint64_t tick_at;
    struct sip_call *calls;
    uint64_t ids;
    bool is_stopping;
    sem_t is_started;
    int failed; /* an errno, once it has started */
    struct {
        atomic_ulong calls, refused, ticks, late;
        atomic_int now;
    } counts;
};

/* sip_line.c: ticks begin with the first call and end with the last. */
void sip_line_tick(struct sip_line *line);

/* sip_call.c: a new INVITE. */
void sip_call_come(const struct sip_msg *message, void *line);
/* 20 ms of every call; ends those that are over. */
void sip_call_tick_all(struct sip_line *line);
void sip_call_answer(struct sip_line *line, const struct errand_answer *answer);
/* As if everybody hung up. */
void sip_call_end_all(struct sip_line *line);

/* sip_media.c: opens the RTP port and describes it. An errno. */
int sip_media_open(struct sip_call *call, const struct sa *local);
/* The coding that the peer prefers of ours, PCMA (8) or PCMU (0); -1: it knows neither, or wants no sound. */
int sip_media_coding(const struct sip_call *call);
/* What the peer's description says has changed. */
void sip_media_change(struct sip_call *call);
/* One tick: what came is heard, what is said goes out. */
void sip_media_tick(struct sip_call *call);
/* Nothing came for 30 s although it should, or the call has been on hold for too long. */
bool sip_media_is_dead(const struct sip_call *call);
/* Hears what still waits. */
void sip_media_drain(struct sip_call *call);
void sip_media_close(struct sip_call *call);

#endif
