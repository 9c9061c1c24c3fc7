/*
 * What calls ask for that takes time: rows, files, cases, answers from the store. A few threads carry it out,
 * each call's in the order asked, and bring the answers back.
 */
#ifndef GATEWAY_VOICE_ERRANDS_H
#define GATEWAY_VOICE_ERRANDS_H

#include "gateway/desk/desk.h"
#include "gateway/voice/call.h"
#include "gateway/voice/sound/tape.h"

struct errands;
/* The errands of one call. */
struct errand_call;

/* What is known when a call comes. */
struct errand_caller {
    const char *line;
    const char *call_id; /* unique on the line: of SIP the Call-ID */
    const char *caller;  /* E.164; "" withheld */
    const char *called;  /* "" not known */
    enum call_reason reason;
    const int64_t *cases; /* of REASON_NEWS: ids */
    size_t n_cases;
};

struct errand_answer {
    uint64_t id; /* of the call, as errands_begin was given it */
    enum call_want want;
    bool is_good;
    const char *words; /* for call_answer; for WANT_OFFICER the phone of the officer on duty */
    struct tape *tape; /* of WANT_RECORDING */
    struct clip clip;  /* of WANT_REPLAY; kept until the call's WANT_END is done */
};

/* bring is called on the errands' threads and copies the answer; arg is its last argument. From mem. */
struct errands *errands_start(void *mem, const struct config *config, struct desk *desk,
                              void (*bring)(const struct errand_answer *answer, void *arg), void *arg);
/* Carries out what still waits. Every call must have sent its WANT_END. */
void errands_stop(struct errands *errands);

/* Of a call that begins; caller is copied. Ended by WANT_END. */
struct errand_call *errands_begin(struct errands *errands, uint64_t id, const struct errand_caller *caller);
/* Asks for an errand without waiting; may be called on any thread. WANT_LANGUAGE: the language of the
 * caller's record. keys: pressed so far. After WANT_END the call is freed. */
void errands_post(struct errand_call *call, enum call_want want, const char *digits, const char *keys);

#endif
