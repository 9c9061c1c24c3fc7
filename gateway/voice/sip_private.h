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

#include "gateway/voice/answering.h"
#include "gateway/voice/dialer.h"
#include "gateway/voice/peers.h"
#include "gateway/voice/sip_line.h"
#include "gateway/voice/sound/stream.h"

enum { SIP_LINE_PLACED = 64 };

struct sip_call {
    struct sip_call *next;
    struct sip_line *line;
    uint64_t id;
    struct answering answering;
    struct call *call; /* the same as answering.call */
    char caller[24];   /* E.164; "" withheld, or we called */

    struct sipsess *session; /* NULL: it has ended */
    struct sdp_session *sdp;
    struct sdp_media *media;

    struct rtp_sock *rtp;
    struct sa peer;    /* where its sound goes */
    struct sa source;  /* where sound came from last */
    int64_t source_at; /* by tmr_jiffies; 0: none came since the description */
    struct mbuf *packet;
    struct stream *stream;
    uint32_t timestamp, event_at; /* sent; of the last key */
    int64_t heard_at;             /* the last packet, by tmr_jiffies */
    int held_ms;                  /* on hold so far */
    bool has_peer, has_sent;
    bool is_described; /* sound has come from the address described */

    struct call_out *out; /* of a call that we made; NULL, also when it has been reported */
    enum call_reason reason;
    struct sip_call *other;         /* the caller and the officer who is rung for them */
    int16_t relayed[FRAME_SAMPLES]; /* heard last, for the other */
    const char *why;                /* why it was not heard */
    int ring_ms;
    bool is_counted_out; /* no longer counted among the current calls */
    bool is_up;          /* answered */
    bool is_unplaced;    /* the line could not */
};

struct sip_line {
    const struct config *config;
    const char *name;
    struct errands *errands;
    struct prompts *prompts;
    struct peers peers;
    struct sa address, trunk; /* trunk: unset if no calls go out */
    struct dialer *dialer;    /* NULL if no calls go out */
    const char **blocked;     /* numbers whose calls are refused, E.164 */
    size_t n_blocked;
    struct sipreg *registration;
    struct sip_request *probe; /* an OPTIONS under way */
    struct tmr probe_tick;
    uint32_t probes;
    atomic_bool is_trunk_up; /* it answers and, if we register, has accepted us */

    pthread_t thread;
    struct answers answers;
    struct mqueue *wakes;                       /* to this thread: answers have come, or the end */
    pthread_mutex_t lock;                       /* guards the members below, which other threads use */
    struct call_out *to_place[SIP_LINE_PLACED]; /* calls that the dialer wants */
    size_t n_to_place;
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
        atomic_ulong calls, placed, refused, ticks, late;
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
/* A new call in the line's list; caller: the person whose errands it may ask for, NULL: none. */
struct sip_call *sip_call_new(struct sip_line *line, enum call_reason reason,
                              const struct errand_caller *caller, const char *language);
/* For sipsess_connect: what happens to a session, arg is the call. */
int sip_call_offered(struct mbuf **description, const struct sip_msg *message, void *arg);
int sip_call_answered(const struct sip_msg *message, void *arg);
void sip_call_established(const struct sip_msg *message, void *arg);
void sip_call_closed(int error, const struct sip_msg *message, void *arg);
/* Ends the call and files its recording; the end of a call that we made is reported to the dialer. */
void sip_call_end(struct sip_call *call);

/* sip_trunk.c: registers if configured, and sends the PBX OPTIONS, every 30 s while it does not answer.
 * Returns an errno. */
int sip_trunk_begin(struct sip_line *line);
void sip_trunk_end(struct sip_line *line);
/* Our user name at the PBX. */
const char *sip_trunk_user(const struct sip_line *line);

/* sip_dialog.c: requests in a call that libre leaves to us. */
/* Answers UPDATE like a re-INVITE; 481 if there is no such call. */
void sip_dialog_updated(struct sip_line *line, const struct sip_msg *message);
/* Takes a key sent as INFO (application/dtmf-relay, application/dtmf); arg is the call. */
void sip_dialog_info(struct sip *sip, const struct sip_msg *message, void *arg);
/*
 * The type of our descriptions, with those headers behind it where this INVITE has a timer: libre adds no
 * header of ours to its answers to a re-INVITE, but gives all answers of the session this type. From mem.
 */
const char *sip_dialog_type(void *mem, const struct sip_msg *message);

/* sip_out.c: rings the person; the call ends with dialer_ended. */
void sip_out_place(struct sip_line *line, struct call_out *out);
/* Rings the officer on duty at this phone for a caller. False: it cannot. */
bool sip_out_ring_officer(struct sip_call *caller, const char *phone);
/* Our user and password at the PBX, for libre. */
int sip_out_authenticate(char **user, char **password, const char *realm, void *line);
/* Every 20 ms of a call that we made: gives up if it rings too long, connects a caller and an officer. */
void sip_out_tick(struct sip_call *call);
/* One of two connected calls has ended: tells the other. */
void sip_out_part(struct sip_call *call);
/* Reports to the dialer that a call we made has ended. */
void sip_out_report(struct sip_call *call);

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
