/*
 * What a call does whatever carries it: it asks errands for what takes time, takes their answers, puts on
 * tape what is heard and says prompts in the caller's language. A leg has one for each call; all of it is
 * used on the leg's thread.
 */
#ifndef GATEWAY_VOICE_ANSWERING_H
#define GATEWAY_VOICE_ANSWERING_H

#include <pthread.h>

#include "gateway/voice/call.h"
#include "gateway/voice/errands.h"
#include "gateway/voice/prompts.h"

struct answering {
    struct call *call;
    struct call_host host;
    struct errand_call *errands; /* NULL: an officer's leg, or a call that is over */
    struct prompts *prompts;
    struct tape *tape;    /* NULL: nothing is recorded now */
    const char *language; /* of its prompts */
    char keys[3];         /* pressed that mean something to those who listen: 9 and 0 */
    int wait_ms;          /* until its first frame: the language is being looked up */
    bool may_ring;        /* the line can ring the officer on duty beside this call */
    bool has_chosen;      /* the language, by key */
    bool is_refused;      /* the officer, whom the line cannot ring; said with the next look */
};

struct answering_wish {
    enum call_reason reason;
    uint64_t id;                        /* for errands_begin */
    const struct errand_caller *caller; /* NULL: no errand is asked for */
    const char *language;               /* known of the person; "": the configuration's */
    bool may_ring;
};

/* The call's parts are from mem; answering must outlive the call. */
void answering_begin(struct answering *answering, void *mem, const struct config *config,
                     struct errands *errands, struct prompts *prompts, const struct answering_wish *wish);
/* Asks for the language of the caller's record, for which the first frame waits a moment. */
void answering_ask_language(struct answering *answering);
/* Call it before each call_frame. False: the call still waits for its first frame. */
bool answering_is_ready(struct answering *answering);
/* Takes an answer. True: the officer on duty at this phone (answer->words) is to be rung. */
bool answering_take(struct answering *answering, const struct errand_answer *answer);

/* Answers on their way from the errands' threads to a leg's. */
struct answers {
    pthread_mutex_t lock;
    struct brought *first, **last;
};

struct brought {
    struct brought *next;
    struct errand_answer answer;
};

/* Empty; answers_end ends it. */
void answers_begin(struct answers *answers);
/* Copies the answer. Any thread. */
void answers_put(struct answers *answers, const struct errand_answer *answer);
/* The oldest, which the caller frees with talloc_free; NULL: none. */
struct brought *answers_next(struct answers *answers);
/* Frees what nobody took. */
void answers_end(struct answers *answers);

#endif
