#include "gateway/voice/errands.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/recording/keep.h"
#include "gateway/recording/recording.h"
#include "gateway/voice/phone.h"
#include "gateway/voice/told/caller.h"
#include "gateway/voice/told/case_words.h"
#include "gateway/voice/told/hear.h"
#include "gateway/voice/sound/wav.h"
#include "gateway/turn/calling.h"

enum { THREADS = 4 };

struct errand {
    struct errand *next;
    struct errand_call *call;
    enum call_want want;
    const char *digits, *keys;
};

/* A thread and what waits for it. */
struct worker {
    struct errands *errands;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t has_work;
    struct errand *first, **last;
    bool is_stopping;
};

struct errands {
    const struct config *config;
    struct desk *desk;
    struct recorder recorder;
    struct tapes *tapes;
    void (*bring)(const struct errand_answer *answer, void *arg);
    void *arg;
    struct worker workers[THREADS];
};

struct errand_call {
    struct errands *errands;
    struct worker *worker;
    uint64_t id;
    struct errand_caller caller;
    struct filing filing;
    struct tape *tape;
    struct clip replay; /* of what is on the tape; n 0: not heard yet */
    bool is_begun;      /* the row stands */
    bool has_texted;    /* details of the caller's cases */
    bool is_proven;     /* the caller may listen: the code was right */
    int64_t heard;      /* the recording that was played last; 0: none */
};

/* ---- recordings ---- */

/* keys: a 9 seals the recording from its first second, whatever happens before it is filed. */
static bool begin_recording(struct errand_call *call, const char *keys)
{
    struct errands *errands = call->errands;
    struct recording *recording = &call->filing.recording;
    const char *why = keep_is_ready(call, errands->config, 0);

    if (why) {
        log_warning("%s: no recording: %s", call->caller.line, why);
        return false;
    }
    *recording =
        (struct recording){ .line = call->caller.line,
                            .external_id = call->caller.call_id,
                            .caller = *call->caller.caller ? call->caller.caller : RECORDING_WITHHELD,
                            .called = call->caller.called,
                            .at = clock_now(),
                            .keys = talloc_strdup(call, keys),
                            .is_growing = true };
    call->is_begun = recording_begin(&errands->recorder, call, &call->filing);
    if (!call->is_begun) {
        log_warning("%s: no recording: %s", call->caller.line, call->filing.why);
        return false;
    }
    call->tape = tape_open(errands->tapes, keep_part_path(call, errands->config, recording->file));
    if (!call->tape)
        log_warning("%s: no recording: %s", call->caller.line, strerror(errno));
    return call->tape != NULL;
}

static void forget_replay(struct errand_call *call)
{
    talloc_free((void *)call->replay.samples);
    call->replay = (struct clip){ 0 };
}

/* Once begun, the same recording is said again. A replay of it has been cut off by the key that asks for
 * this. */
static bool get_recording(struct errand_call *call, const char *keys)
{
    forget_replay(call);
    return call->tape ? tape_rewind(call->tape) : begin_recording(call, keys);
}

/* Kept: however often a caller asks for it, it is in memory once. */
static struct clip get_replay(struct errand_call *call)
{
    if (call->tape && call->replay.n == 0) {
        forget_replay(call);
        call->replay = tape_replay(call->tape, call);
    }
    return call->replay;
}

/* The caller's own number, or the mobile keyed by a caller who withholds it or calls from a landline. */
static const char *caller_of(struct errand_call *call, const char *digits)
{
    const char *keyed = phone_of(call, digits);
    bool may_key = !*call->caller.caller || calling_is_landline(call->caller.caller);

    return may_key && *keyed ? keyed : call->filing.recording.caller;
}

/* Files what was recorded, with less than 2 s of sound as a missed call. The case's number, "" of a missed
 * call; NULL: it is not filed. */
static const char *file_recording(struct errand_call *call, const struct errand *errand)
{
    bool is_whole = !call->tape || tape_close(call->tape);
    enum filed filed;

    call->tape = NULL;
    call->is_begun = false;
    call->filing.recording.keys = talloc_strdup(call, errand->keys);
    call->filing.recording.caller = caller_of(call, errand->digits);
    filed = recording_file(&call->errands->recorder, call, &call->filing);
    if (!is_whole)
        log_warning("%s: the recording %s is not whole", call->caller.line, call->filing.recording.file);
    if (filed != FILED && filed != FILED_MISSED && filed != FILED_BEFORE)
        log_error("%s: the recording %s stays as it is: %s", call->caller.line, call->filing.recording.file,
                  call->filing.why);
    return *call->filing.number || filed == FILED_MISSED ? call->filing.number : NULL;
}

static bool miss(struct errand_call *call)
{
    struct event event = { .kind = EVENT_CALL,
                           .line = call->caller.line,
                           .external_id = call->caller.call_id,
                           .from = *call->caller.caller ? call->caller.caller : RECORDING_WITHHELD,
                           .at = clock_now(),
                           .received_at = clock_now() };

    if (desk_submit(call->errands->desk, &event, 1))
        return true;
    log_warning("%s: a missed call could not be kept", call->caller.line);
    return false;
}

/* The words about a missed call: whether this caller is called back. */
static const char *words_of_missed(struct errand_call *call)
{
    return caller_is_called_back(call->errands->desk, call->caller.caller) ? "call-back" : "call-again";
}

/* Ends a call without a recording. A person whom we called back is not called back once more. False: not even
 * the call is kept. */
static bool end_without_words(struct errand_call *call, const struct errand *errand, const char **words)
{
    if (call->is_begun)
        file_recording(call, errand);
    else if (call->caller.reason == REASON_CALLER && !miss(call))
        return false;
    *words = words_of_missed(call);
    return true;
}

/* For call_answer: the case's number, with its code where a caller without a number needs one. */
static const char *words_of_filed(struct errand_call *call, const char *number)
{
    const char *code = call->filing.recording.code;

    if (!*number)
        return words_of_missed(call);
    return code && *code ? talloc_asprintf(call, "%s %s", number, code) : number;
}

static bool file_case(struct errand_call *call, const struct errand *errand, const char **words)
{
    const char *number = file_recording(call, errand);

    if (number)
        *words = words_of_filed(call, number);
    return number != NULL;
}

/* ---- how cases stand ---- */

/* Sends the details of what is told to the caller's own phone, as if they had been asked for by text; each
 * case once a call. Whether such a text went out. */
static bool text_details(struct errand_call *call, const struct case_told *told)
{
    const char *phone = call->caller.caller;
    struct event events[CASE_WORDS_MOST];
    int64_t now = clock_now();

    for (size_t i = 0; i < told->n; i++)
        events[i] = (struct event){ .kind = EVENT_TEXT,
                                    .line = call->caller.line,
                                    .external_id = talloc_asprintf(call, "asked %s %s", told->numbers[i],
                                                                   call->caller.call_id),
                                    .from = phone,
                                    .text = talloc_asprintf(call, "查 %s", told->numbers[i]),
                                    .at = now,
                                    .received_at = now };
    if (told->n == 0 || !desk_submit(call->errands->desk, events, told->n))
        return false;
    call->has_texted |= caller_was_texted(call->errands->desk, phone, "status", now);
    return call->has_texted;
}

/* Of the caller's open cases, or of the case keyed. False: there is none to tell of. */
static bool tell_cases(struct errand_call *call, const struct errand *errand, const char **words)
{
    struct desk *desk = call->errands->desk;
    const char *phone = call->caller.caller;
    struct case_told told = { .words = "" };
    bool is_told =
        errand->want == WANT_OWN_CASES
            ? case_words_open(call, desk, phone, &told)
            : case_words_status(call, desk, &(struct case_asked){ phone, call->caller.line, errand->digits },
                                &told);

    *words = told.words;
    if (is_told && text_details(call, &told))
        *words = talloc_asprintf(call, "%s details-by-text", told.words);
    return is_told;
}

/* ---- whoever listens ---- */

/* Good with "no-recordings" when none is left; not good when the code is wrong or the store failed. */
static bool get_next(struct errand_call *call, const char *code, const char **words)
{
    struct errands *errands = call->errands;
    struct hear_found found;
    const char *why;

    call->is_proven = call->is_proven || hear_prove(errands->desk, call->caller.caller, code);
    forget_replay(call);
    if (!call->is_proven || !hear_next(call, errands->desk, call->caller.caller, call->heard, &found))
        return false;
    *words = "no-recordings";
    if (found.id == 0)
        return true;
    call->heard = found.id;
    call->replay = wav_read(call, keep_path(call, errands->config, found.file), &why);
    if (call->replay.n == 0)
        log_warning("%s: the recording %s cannot be played: %s", call->caller.line, found.file, why);
    *words = talloc_asprintf(call, "case %s pause", found.number);
    return true;
}

static bool send_up(struct errand_call *call)
{
    return call->is_proven && call->heard &&
           hear_send_up(call->errands->desk, call->caller.caller, call->heard);
}

/* ---- calls that we made ---- */

static bool find_news(struct errand_call *call, struct case_news *news)
{
    const struct errand_caller *caller = &call->caller;

    return case_words_news(call, call->errands->desk, caller->caller, caller->cases, caller->n_cases, news);
}

static bool tell_news(struct errand_call *call, const char **words)
{
    struct case_news news = { 0 };

    if (!find_news(call, &news) || !*news.words)
        return false;
    *words = talloc_asprintf(call, "%s%s", news.words, news.number ? "rate" : "hear-again");
    return true;
}

/* Files the rating as if it had been sent by text. */
static bool rate(struct errand_call *call, const char *key)
{
    struct case_news news = { 0 };

    if (!find_news(call, &news) || !news.number)
        return false;
    struct event event = { .kind = EVENT_TEXT,
                           .line = call->caller.line,
                           .external_id = talloc_asprintf(call, "rated %s", call->caller.call_id),
                           .from = call->caller.caller,
                           .text = talloc_asprintf(call, "评 %s %s", news.number, key),
                           .at = clock_now(),
                           .received_at = clock_now() };

    return desk_submit(call->errands->desk, &event, 1);
}

/* ---- threads ---- */

static void carry_out(const struct errand *errand)
{
    struct errand_call *call = errand->call;
    struct errand_answer answer = { .id = call->id, .want = errand->want, .words = "" };
    struct desk *desk = call->errands->desk;
    const char *phone = call->caller.caller;

    switch (errand->want) {
    case WANT_RECORDING:
        answer.is_good = get_recording(call, errand->keys);
        answer.tape = call->tape;
        break;
    case WANT_REPLAY:
        answer.clip = get_replay(call);
        answer.is_good = answer.clip.n > 0;
        break;
    case WANT_CASE:
        answer.is_good = file_case(call, errand, &answer.words);
        break;
    case WANT_OWN_CASES:
    case WANT_STATUS:
        answer.is_good = tell_cases(call, errand, &answer.words);
        break;
    case WANT_OFFICER:
        answer.is_good = caller_officer(call, desk, phone, &answer.words);
        break;
    case WANT_CALL_BACK:
        answer.is_good = end_without_words(call, errand, &answer.words);
        break;
    case WANT_NEWS:
        answer.is_good = tell_news(call, &answer.words);
        break;
    case WANT_RATING:
        answer.is_good = rate(call, errand->digits);
        answer.words = answer.is_good ? "rated" : "not-rated";
        break;
    case WANT_LISTENER:
        answer.is_good = hear_begin(desk, phone);
        break;
    case WANT_NEXT:
        answer.is_good = get_next(call, errand->digits, &answer.words);
        answer.clip = call->replay;
        break;
    case WANT_SEND_UP:
        answer.is_good = send_up(call);
        answer.words = answer.is_good ? "sent-up" : "";
        break;
    case WANT_LANGUAGE:
        answer.is_good = caller_language(call, desk, phone, &answer.words);
        break;
    case WANT_END:
        if (call->is_begun) /* nothing else became of it */
            file_recording(call, errand);
        talloc_free(call);
        return;
    }
    call->errands->bring(&answer, call->errands->arg);
}

static struct errand *next_errand(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    while (!worker->first && !worker->is_stopping)
        pthread_cond_wait(&worker->has_work, &worker->lock);

    struct errand *errand = worker->first;

    if (errand) {
        worker->first = errand->next;
        if (!worker->first)
            worker->last = &worker->first;
    }
    pthread_mutex_unlock(&worker->lock);
    return errand;
}

static void *work(void *arg)
{
    struct errand *errand;

    while ((errand = next_errand(arg)) != NULL) {
        carry_out(errand);
        talloc_free(errand);
    }
    return NULL;
}

struct errands *errands_start(void *mem, const struct config *config, struct desk *desk,
                              void (*bring)(const struct errand_answer *answer, void *arg), void *arg)
{
    struct errands *errands = talloc_zero(mem, struct errands);

    *errands = (struct errands){ .config = config,
                                 .desk = desk,
                                 .recorder = recorder_of_desk(config, desk),
                                 .tapes = tapes_start(errands),
                                 .bring = bring,
                                 .arg = arg };
    for (int i = 0; i < THREADS; i++) {
        struct worker *worker = &errands->workers[i];

        worker->errands = errands;
        worker->last = &worker->first;
        pthread_mutex_init(&worker->lock, NULL);
        pthread_cond_init(&worker->has_work, NULL);
        pthread_create(&worker->thread, NULL, work, worker);
    }
    return errands;
}

void errands_stop(struct errands *errands)
{
    for (int i = 0; i < THREADS; i++) {
        struct worker *worker = &errands->workers[i];

        pthread_mutex_lock(&worker->lock);
        worker->is_stopping = true;
        pthread_cond_signal(&worker->has_work);
        pthread_mutex_unlock(&worker->lock);
        pthread_join(worker->thread, NULL);
        pthread_cond_destroy(&worker->has_work);
        pthread_mutex_destroy(&worker->lock);
    }
    tapes_stop(errands->tapes);
    talloc_free(errands);
}

struct errand_call *errands_begin(struct errands *errands, uint64_t id, const struct errand_caller *caller)
{
    struct errand_call *call = talloc_zero(NULL, struct errand_call);

    call->errands = errands;
    call->worker = &errands->workers[id % THREADS];
    call->id = id;
    call->caller = (struct errand_caller){ .line = talloc_strdup(call, caller->line),
                                           .call_id = talloc_strdup(call, caller->call_id),
                                           .caller = talloc_strdup(call, caller->caller),
                                           .called = talloc_strdup(call, caller->called),
                                           .reason = caller->reason,
                                           .n_cases = caller->n_cases };
    if (caller->n_cases > 0)
        call->caller.cases = talloc_memdup(call, caller->cases, caller->n_cases * sizeof *caller->cases);
    return call;
}

void errands_post(struct errand_call *call, enum call_want want, const char *digits, const char *keys)
{
    struct worker *worker = call->worker;
    struct errand *errand = talloc_zero(NULL, struct errand);

    *errand = (struct errand){ .call = call,
                               .want = want,
                               .digits = talloc_strdup(errand, digits),
                               .keys = talloc_strdup(errand, keys) };
    pthread_mutex_lock(&worker->lock);
    *worker->last = errand;
    worker->last = &errand->next;
    pthread_cond_signal(&worker->has_work);
    pthread_mutex_unlock(&worker->lock);
}
