#include "gateway/voice/modem_leg.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/voice/answering.h"
#include "gateway/voice/sound/sound_port.h"

/*
 * LATE_MS: how long to wait for a frame before time goes on without it. MUTE_MS: without any frame for so
 * long, the call ends. AHEAD_MS: how far sound may run ahead of time; a buffer's remains are taken at the
 * speed of speech.
 */
enum { LATE_MS = 60, MUTE_MS = 6000, AHEAD_MS = 400, KEYS_MOST = 32, PRIORITY = 10 };

struct modem_legs {
    const struct config *config;
    struct prompts *prompts;
    struct errands *errands;
    uint64_t ids;
    struct answers answers; /* of the leg of now, or of one that has ended */
    pthread_mutex_t lock;   /* guards the keys pressed */
};

struct modem_leg {
    struct modem_legs *legs;
    struct modem_leg_wish wish;
    uint64_t id;
    struct sound_port *port;
    struct answering answering;
    struct call *call; /* the same as answering.call */
    pthread_t thread;
    bool has_begun;
    atomic_bool is_stopping;
    atomic_int ended;

    char pressed[KEYS_MOST]; /* guarded by legs->lock, like the next */
    size_t n_pressed;
};

/* ---- what other threads bring ---- */

static void bring(const struct errand_answer *answer, void *arg)
{
    struct modem_legs *legs = arg;

    answers_put(&legs->answers, answer);
}

void modem_leg_key(struct modem_leg *leg, char key)
{
    pthread_mutex_lock(&leg->legs->lock);
    if (leg->n_pressed < KEYS_MOST)
        leg->pressed[leg->n_pressed++] = key;
    pthread_mutex_unlock(&leg->legs->lock);
}

static void take_keys(struct modem_leg *leg)
{
    char pressed[KEYS_MOST];

    pthread_mutex_lock(&leg->legs->lock);
    size_t n = leg->n_pressed;

    memcpy(pressed, leg->pressed, n);
    leg->n_pressed = 0;
    pthread_mutex_unlock(&leg->legs->lock);
    for (size_t i = 0; i < n; i++)
        call_key_notice(leg->call, pressed[i]);
}

static void take_answers(struct modem_leg *leg)
{
    for (struct brought *brought; (brought = answers_next(&leg->legs->answers)) != NULL;) {
        if (brought->answer.id == leg->id)
            answering_take(&leg->answering, &brought->answer);
        talloc_free(brought);
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

    take_keys(leg);
    take_answers(leg);
    if (!answering_is_ready(&leg->answering))
        return sound_port_write(leg->port, said);
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
    answers_begin(&legs->answers);
    legs->prompts = prompts_start(legs, config);
    legs->errands = errands_start(legs, config, desk, bring, legs);
    return legs;
}

void modem_legs_stop(struct modem_legs *legs)
{
    errands_stop(legs->errands);
    answers_end(&legs->answers);
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
    answering_begin(&leg->answering, leg, legs->config, legs->errands, legs->prompts,
                    &(struct answering_wish){
                        .reason = REASON_CALLER, .id = leg->id, .caller = &caller, .language = "" });
    leg->call = leg->answering.call;
    if (*wish->caller)
        answering_ask_language(&leg->answering);
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
    atomic_store(&leg->is_stopping, true);
    if (leg->has_begun)
        pthread_join(leg->thread, NULL);
    if (leg->answering.errands) /* the leg was never begun: only end its errands */
        errands_post(leg->answering.errands, WANT_END, "", "");
    talloc_free(leg);
}
