#include "gateway/voice/modem_leg.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/voice/call.h"
#include "gateway/voice/errands.h"
#include "gateway/voice/prompts.h"
#include "gateway/voice/sound/sound_port.h"

/*
 * LATE_MS: how long to wait for a frame before time goes on without it. MUTE_MS: without any frame for so
 * long, the call ends. AHEAD_MS: how far sound may run ahead of time; a buffer's remains are taken at the
 * speed of speech. LANGUAGE_MS: how long the greeting may wait for the caller's language.
 */
enum { LATE_MS = 60, LANGUAGE_MS = 120, MUTE_MS = 6000, AHEAD_MS = 400, KEYS_MOST = 32, PRIORITY = 10 };

struct leg_answer {
    struct leg_answer *next;
    struct errand_answer answer;
};

struct modem_legs {
    const struct config *config;
    struct prompts *prompts;
    struct errands *errands;
    uint64_t ids;
    pthread_mutex_t lock;  /* guards now, and the answers brought to that leg */
    struct modem_leg *now; /* NULL: none */
};

struct modem_leg {
    struct modem_legs *legs;
    struct modem_leg_wish wish;
    uint64_t id;
    struct sound_port *port;
    struct call *call;
    struct call_host host;
    struct errand_call *errands;
    struct tape *tape;
    const char *language;
    char keys[3];       /* the pressed keys that had a meaning: 9 and 0 */
    int wait_ms;        /* until its first prompt: the language is being looked up */
    bool has_chosen;    /* the language, by key */
    bool wants_officer; /* cannot be connected: a modem has only one call */
    pthread_t thread;
    bool has_begun;
    atomic_bool is_stopping;
    atomic_int ended;

    struct leg_answer *first, **last; /* guarded by legs->lock, like the next two */
    char pressed[KEYS_MOST];
    size_t n_pressed;
};

/* ---- the call's host ---- */

static void note_key(struct modem_leg *leg, char key)
{
    size_t n = strlen(leg->keys);

    if (!strchr(leg->keys, key) && n + 1 < sizeof leg->keys)
        leg->keys[n] = key, leg->keys[n + 1] = '\0';
}

static void want(void *arg, enum call_want what, const char *digits)
{
    struct modem_leg *leg = arg;

    if (call_is_for_discipline(leg->call))
        note_key(leg, '9');
    if (what == WANT_LANGUAGE) {
        leg->language = strcmp(leg->language, "zh") == 0 ? "en" : "zh";
        leg->has_chosen = true;
    }
    if (what == WANT_OFFICER) {
        leg->wants_officer = true;
        note_key(leg, '0');
    }
    if (what == WANT_LANGUAGE || what == WANT_OFFICER)
        return;
    if (what == WANT_CASE || what == WANT_CALL_BACK || what == WANT_END)
        leg->tape = NULL; /* the errand closes it */
    errands_post(leg->errands, what, digits, leg->keys);
    if (what == WANT_END)
        leg->errands = NULL;
}

static void record(void *arg, const int16_t samples[FRAME_SAMPLES])
{
    struct modem_leg *leg = arg;

    if (leg->tape)
        tape_put(leg->tape, samples);
}

static struct clip prompt(void *arg, const char *id)
{
    const struct modem_leg *leg = arg;

    return prompts_find(leg->legs->prompts, leg->language, id);
}

/* ---- what other threads bring ---- */

static void bring(const struct errand_answer *answer, void *arg)
{
    struct modem_legs *legs = arg;

    pthread_mutex_lock(&legs->lock);
    if (legs->now && legs->now->id == answer->id) {
        struct leg_answer *copy = talloc_zero(NULL, struct leg_answer);

        copy->answer = *answer;
        copy->answer.words = talloc_strdup(copy, answer->words);
        *legs->now->last = copy;
        legs->now->last = &copy->next;
    }
    pthread_mutex_unlock(&legs->lock);
}

void modem_leg_key(struct modem_leg *leg, char key)
{
    pthread_mutex_lock(&leg->legs->lock);
    if (leg->n_pressed < KEYS_MOST)
        leg->pressed[leg->n_pressed++] = key;
    pthread_mutex_unlock(&leg->legs->lock);
}

static void take_answer(struct modem_leg *leg, const struct errand_answer *answer)
{
    if (answer->want == WANT_LANGUAGE) {
        if (answer->is_good && !leg->has_chosen)
            leg->language = strcmp(answer->words, "en") == 0 ? "en" : "zh";
        leg->wait_ms = 0;
        return;
    }
    if (!leg->errands || !call_awaits(leg->call, answer->want))
        return;
    if (answer->want == WANT_RECORDING)
        leg->tape = answer->tape;
    if (answer->want == WANT_REPLAY && answer->is_good)
        call_play(leg->call, answer->clip);
    call_answer(leg->call, answer->want, answer->is_good, answer->words);
}

static void take_brought(struct modem_leg *leg)
{
    char pressed[KEYS_MOST];

    pthread_mutex_lock(&leg->legs->lock);
    struct leg_answer *answer = leg->first;
    size_t n = leg->n_pressed;

    memcpy(pressed, leg->pressed, n);
    leg->first = NULL;
    leg->last = &leg->first;
    leg->n_pressed = 0;
    pthread_mutex_unlock(&leg->legs->lock);
    for (size_t i = 0; i < n; i++)
        call_key_notice(leg->call, pressed[i]);
    if (leg->wants_officer) /* the caller speaks to the tape, and is called back */
        call_answer(leg->call, WANT_OFFICER, false, "");
    leg->wants_officer = false;
    while (answer) {
        struct leg_answer *next = answer->next;

        take_answer(leg, &answer->answer);
        talloc_free(answer);
        answer = next;
    }
}

/* ---- the thread ---- */

static void amplify(int16_t *samples, double gain)
{
    for (int i = 0; gain != 1 && i < FRAME_SAMPLES; i++) {
        double louder = samples[i] * gain;

        samples[i] = (int16_t)(louder > 32767 ? 32767 : louder < -32768 ? -32768 : louder);
    }
}

static bool do_frame(struct modem_leg *leg, int16_t *heard)
{
    int16_t said[FRAME_SAMPLES] = { 0 };

    take_brought(leg);
    if (leg->wait_ms > 0) {
        leg->wait_ms -= FRAME_MS;
        return sound_port_write(leg->port, said);
    }
    if (heard)
        amplify(heard, leg->wish.gain_in);
    call_frame(leg->call, heard, said);
    amplify(said, leg->wish.gain_out);
    return sound_port_write(leg->port, said);
}

static enum modem_leg_end flow(struct modem_leg *leg)
{
    int64_t begun = clock_ticks_ms(), came = begun, done_ms = 0;
    int16_t heard[FRAME_SAMPLES];

    while (!atomic_load(&leg->is_stopping) && !call_is_over(leg->call)) {
        int64_t ahead = done_ms - (clock_ticks_ms() - begun) - AHEAD_MS;

        if (ahead > 0)
            nanosleep(&(struct timespec){ .tv_nsec = (ahead < FRAME_MS ? ahead : FRAME_MS) * 1000000 }, NULL);

        enum sound_got got = sound_port_read(leg->port, heard, LATE_MS);

        if (got == SOUND_GONE)
            return MODEM_LEG_GONE;
        if (got == SOUND_FRAME)
            came = clock_ticks_ms();
        if (clock_ticks_ms() - came > MUTE_MS)
            return MODEM_LEG_MUTE;
        do {
            if (!do_frame(leg, got == SOUND_FRAME ? heard : NULL))
                return MODEM_LEG_GONE;
            done_ms += FRAME_MS;
        } while (got != SOUND_FRAME && done_ms < clock_ticks_ms() - begun);
    }
    return call_is_over(leg->call) ? MODEM_LEG_SAID : MODEM_LEG_GOES_ON;
}

static void *run(void *arg)
{
    struct modem_leg *leg = arg;
    struct sched_param priority = { .sched_priority = PRIORITY };

    pthread_setschedparam(pthread_self(), SCHED_RR, &priority);

    enum modem_leg_end end = flow(leg);

    if (!call_is_over(leg->call))
        call_hung_up(leg->call);
    atomic_store(&leg->ended, end);
    leg->wish.over(leg->wish.arg);
    return NULL;
}

/* ---- for the line ---- */

struct modem_legs *modem_legs_start(void *mem, const struct config *config, struct desk *desk)
{
    struct modem_legs *legs = talloc_zero(mem, struct modem_legs);

    legs->config = config;
    pthread_mutex_init(&legs->lock, NULL);
    legs->prompts = prompts_start(legs, config);
    legs->errands = errands_start(legs, config, desk, bring, legs);
    return legs;
}

void modem_legs_stop(struct modem_legs *legs)
{
    errands_stop(legs->errands);
    pthread_mutex_destroy(&legs->lock);
    talloc_free(legs);
}

struct modem_leg *modem_leg_open(void *mem, struct modem_legs *legs, const struct modem_leg_wish *wish,
                                 const char **why)
{
    struct modem_leg *leg = talloc_zero(mem, struct modem_leg);
    struct errand_caller caller = {
        .line = wish->line, .call_id = wish->call_id, .caller = wish->caller, .called = wish->called
    };

    leg->port = sound_port_open(leg, wish->sound, why);
    if (!leg->port) {
        *why = talloc_strdup(mem, *why);
        talloc_free(leg);
        return NULL;
    }
    leg->legs = legs;
    leg->wish = *wish;
    leg->id = ++legs->ids;
    leg->last = &leg->first;
    leg->host = (struct call_host){ leg, want, record, prompt };
    leg->language = legs->config->language;
    leg->call = call_new(leg, &leg->host, call_number_of(wish->caller));
    leg->errands = errands_begin(legs->errands, leg->id, &caller);
    pthread_mutex_lock(&legs->lock);
    legs->now = leg; /* answers wait for its first frame */
    pthread_mutex_unlock(&legs->lock);
    if (*wish->caller) {
        leg->wait_ms = LANGUAGE_MS;
        errands_post(leg->errands, WANT_LANGUAGE, "", "");
    }
    return leg;
}

void modem_leg_begin(struct modem_leg *leg)
{
    leg->has_begun = pthread_create(&leg->thread, NULL, run, leg) == 0;
}

enum modem_leg_end modem_leg_ended(const struct modem_leg *leg)
{
    return atomic_load(&leg->ended);
}

void modem_leg_end(struct modem_leg *leg)
{
    struct modem_legs *legs = leg->legs;

    atomic_store(&leg->is_stopping, true);
    if (leg->has_begun)
        pthread_join(leg->thread, NULL);
    pthread_mutex_lock(&legs->lock);
    if (legs->now == leg)
        legs->now = NULL;
    while (leg->first) {
        struct leg_answer *next = leg->first->next;

        talloc_free(leg->first);
        leg->first = next;
    }
    pthread_mutex_unlock(&legs->lock);
    if (leg->errands) /* the leg was never begun: only end its errands */
        errands_post(leg->errands, WANT_END, "", "");
    talloc_free(leg);
}
