#include "gateway/voice/answering.h"

#include <string.h>
#include <talloc.h>

/* The first prompt must come within 200 ms. */
enum { LANGUAGE_MS = 120 };

/* ---- the call's host ---- */

static void note_key(struct answering *answering, char key)
{
    size_t n = strlen(answering->keys);

    if (!strchr(answering->keys, key) && n + 1 < sizeof answering->keys)
        answering->keys[n] = key, answering->keys[n + 1] = '\0';
}

static void change_language(struct answering *answering)
{
    answering->language = strcmp(answering->language, "zh") == 0 ? "en" : "zh";
    answering->has_chosen = true;
}

/* Whoever listens sees that the caller wanted to speak to somebody. */
static void refuse_officer(struct answering *answering)
{
    note_key(answering, '0');
    answering->is_refused = true;
}

static void want(void *arg, enum call_want what, const char *digits)
{
    struct answering *answering = arg;

    if (call_is_for_discipline(answering->call))
        note_key(answering, '9');
    if (what == WANT_CASE || what == WANT_CALL_BACK || what == WANT_END)
        answering->tape = NULL; /* the errand closes it */
    if (what == WANT_LANGUAGE) {
        change_language(answering);
    } else if (what == WANT_OFFICER && !answering->may_ring) {
        refuse_officer(answering);
    } else if (answering->errands) {
        errands_post(answering->errands, what, digits, answering->keys);
        if (what == WANT_END)
            answering->errands = NULL;
    }
}

static void record(void *arg, const int16_t samples[FRAME_SAMPLES])
{
    struct answering *answering = arg;

    if (answering->tape)
        tape_put(answering->tape, samples);
}

static struct clip prompt(void *arg, const char *id)
{
    const struct answering *answering = arg;
    bool is_greeting = strcmp(id, "greeting") == 0;

    return prompts_find(answering->prompts, answering->language,
                        is_greeting && answering->may_ring ? "greeting-officer" : id);
}

/* ---- for the leg ---- */

static const char *known_language(const char *language)
{
    return strcmp(language, "en") == 0 ? "en" : "zh";
}

void answering_begin(struct answering *answering, void *mem, const struct config *config,
                     struct errands *errands, struct prompts *prompts, const struct answering_wish *wish)
{
    const struct errand_caller *caller = wish->caller;

    *answering = (struct answering){
        .host = { answering, want, record, prompt, config->voice_office },
        .prompts = prompts,
        .language = *wish->language ? known_language(wish->language) : config->language,
        .may_ring = wish->may_ring,
    };
    answering->call =
        call_new(mem, &answering->host, wish->reason, call_number_of(caller ? caller->caller : ""));
    answering->errands = caller ? errands_begin(errands, wish->id, caller) : NULL;
}

void answering_ask_language(struct answering *answering)
{
    answering->wait_ms = LANGUAGE_MS;
    errands_post(answering->errands, WANT_LANGUAGE, "", "");
}

bool answering_is_ready(struct answering *answering)
{
    if (answering->is_refused) {
        answering->is_refused = false;
        call_answer(answering->call, WANT_OFFICER, false, "");
    }
    if (answering->wait_ms <= 0)
        return true;
    answering->wait_ms -= FRAME_MS;
    return false;
}

bool answering_take(struct answering *answering, const struct errand_answer *answer)
{
    if (!answering->errands) /* the call has ended, and its last errand files what there is */
        return false;
    if (answer->want == WANT_LANGUAGE) {
        if (answer->is_good && !answering->has_chosen)
            answering->language = known_language(answer->words);
        answering->wait_ms = 0;
        return false;
    }
    if (!call_awaits(answering->call, answer->want)) /* nor is its tape: a later errand may have closed it */
        return false;
    if (answer->want == WANT_RECORDING)
        answering->tape = answer->tape;
    if ((answer->want == WANT_REPLAY || answer->want == WANT_NEXT) && answer->is_good)
        call_play(answering->call, answer->clip);
    if (answer->want == WANT_OFFICER && answer->is_good)
        return true;
    call_answer(answering->call, answer->want, answer->is_good, answer->words);
    return false;
}

/* ---- answers on their way ---- */

void answers_begin(struct answers *answers)
{
    pthread_mutex_init(&answers->lock, NULL);
    answers->first = NULL;
    answers->last = &answers->first;
}

void answers_put(struct answers *answers, const struct errand_answer *answer)
{
    struct brought *brought = talloc_zero(NULL, struct brought);

    brought->answer = *answer;
    brought->answer.words = talloc_strdup(brought, answer->words);
    pthread_mutex_lock(&answers->lock);
    *answers->last = brought;
    answers->last = &brought->next;
    pthread_mutex_unlock(&answers->lock);
}

struct brought *answers_next(struct answers *answers)
{
    pthread_mutex_lock(&answers->lock);
    struct brought *brought = answers->first;

    if (brought) {
        answers->first = brought->next;
        if (!answers->first)
            answers->last = &answers->first;
    }
    pthread_mutex_unlock(&answers->lock);
    return brought;
}

void answers_end(struct answers *answers)
{
    for (struct brought *brought; (brought = answers_next(answers)) != NULL;)
        talloc_free(brought);
    pthread_mutex_destroy(&answers->lock);
}
