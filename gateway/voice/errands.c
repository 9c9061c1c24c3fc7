#include "gateway/voice/errands.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <talloc.h>

#include "gateway/case/responsible.h"
#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/recording/keep.h"
#include "gateway/recording/recording.h"
#include "gateway/voice/phone.h"
#include "gateway/turn/calling.h"
#include "gateway/turn/owner.h"
#include "gateway/turn/inquiry.h"
#include "store/cases.h"
#include "store/notices.h"
#include "store/people.h"

enum { THREADS = 4, CASES_MOST = 3, SOON_SECONDS = 3600 };

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

static void miss(struct errand_call *call)
{
    struct event event = { .kind = EVENT_CALL,
                           .line = call->caller.line,
                           .external_id = call->caller.call_id,
                           .from = *call->caller.caller ? call->caller.caller : RECORDING_WITHHELD,
                           .at = clock_now(),
                           .received_at = clock_now() };

    if (!desk_submit(call->errands->desk, &event, 1))
        log_warning("%s: a missed call could not be kept", call->caller.line);
}

struct promise {
    const char *phone;
    bool is_called_back;
};

static bool find_promise(struct turn *turn, void *arg)
{
    struct promise *promise = arg;
    struct notice *notice;

    if (!store_last_notice(turn->store, turn->mem, promise->phone, "call-back", &notice))
        return false;
    promise->is_called_back = notice && (notice->state == NOTICE_READY || notice->state == NOTICE_CLAIMED) &&
                              notice->due_at < turn->now + SOON_SECONDS;
    return true;
}

/* The words about a missed call: whether this caller is called back. */
static const char *words_of_missed(struct errand_call *call)
{
    struct promise promise = { .phone = call->caller.caller };

    return *promise.phone && desk_do(call->errands->desk, find_promise, &promise) && promise.is_called_back
               ? "call-back"
               : "call-again";
}

/* Ends a call without a recording. A person whom we called back is not called back once more. */
static const char *end_without_words(struct errand_call *call, const struct errand *errand)
{
    if (call->is_begun)
        file_recording(call, errand);
    else if (call->caller.reason == REASON_CALLER)
        miss(call);
    return words_of_missed(call);
}

/* For call_answer: the case's number, with its code where a caller without a number needs one. */
static const char *words_of_filed(struct errand_call *call, const char *number)
{
    const char *code = call->filing.recording.code;

    if (!*number)
        return words_of_missed(call);
    return code && *code ? talloc_asprintf(call, "%s %s", number, code) : number;
}

/* ---- cases ---- */

struct asking {
    struct errand_call *call;
    const char *number; /* of the one case asked about; NULL: the open ones */
    char *words;
    int n;
};

static const char *state_word(enum case_state state)
{
    static const char *const words[] = {
        [CASE_NEW] = "state-new",
        [CASE_IN_HAND] = "state-in-hand",
        [CASE_CLOSED] = "state-closed",
        [CASE_RATED] = "state-closed",
        [CASE_EXPLAINED] = "state-explained",
        [CASE_OUT_OF_SCOPE] = "state-refused",
        [CASE_MERGED] = "state-merged",
        [CASE_WITHDRAWN] = "state-withdrawn",
        [CASE_NO_COMPLAINT] = "state-no-complaint",
    };

    _Static_assert(sizeof words / sizeof *words == CASE_STATES, "each state is said");
    return words[state];
}

/* Number and stage, nothing else: whoever holds the phone may listen; of the number's former owner, nothing.
 */
static bool tell_case(const struct case_ *case_, void *arg)
{
    struct asking *asking = arg;

    if (asking->number ? strcmp(asking->number, case_->number) != 0 : asking->n == CASES_MOST)
        return true;
    asking->words =
        talloc_asprintf_append(asking->words, "case %s %s pause ", case_->number, state_word(case_->state));
    asking->n++;
    return true;
}

static bool ask_cases(struct turn *turn, void *arg)
{
    struct asking *asking = arg;
    struct person *person;

    if (!store_person(turn->store, turn->mem, asking->call->caller.caller, &person))
        return false;
    struct case_filter filter = { .reporter = asking->call->caller.caller,
                                  .states = asking->number ? 0 : OPEN_STATES,
                                  .since = person ? person->owner_since : 0 };

    asking->n = 0;
    asking->words = talloc_strdup(asking->call, "");
    return store_each_case(turn->store, &filter, tell_case, asking);
}

/* False: the store failed, or there is no case of this number that the caller reported. */
static bool tell_cases(struct errand_call *call, const char *number, const char **words)
{
    struct asking asking = { .call = call, .number = number };

    if (!*call->caller.caller || !desk_do(call->errands->desk, ask_cases, &asking))
        return false;
    *words = asking.n > 0 ? asking.words : "no-cases";
    return asking.n > 0 || !number;
}

/* ---- by the code that was read out ---- */

struct code_asking {
    struct errand_call *call;
    const char *number;
    struct inquiry inquiry;
    char *words;
};

static bool ask_by_code(struct turn *turn, void *arg)
{
    struct code_asking *asking = arg;
    struct case_ *case_;

    asking->inquiry.has_code = asking->inquiry.is_right = false;
    if (!store_case_by_number(turn->store, turn->mem, asking->number, &case_))
        return false;
    if (!case_)
        return true;
    if (!inquiry_try(turn, case_, &asking->inquiry))
        return false;
    asking->words =
        talloc_asprintf(asking->call, "case %s %s pause ", case_->number, state_word(case_->state));
    return true;
}

/* digits: a case's number, followed by the code that was keyed. */
static bool tell_status(struct errand_call *call, const char *digits, const char **words)
{
    size_t n = strcspn(digits, " ");
    struct code_asking asking = { .call = call,
                                  .number = talloc_strndup(call, digits, n),
                                  .inquiry.code = digits + n + strspn(digits + n, " ") };

    if (!*asking.inquiry.code && tell_cases(call, asking.number, words))
        return true;
    *words = "";
    if (!desk_do(call->errands->desk, ask_by_code, &asking))
        return false;
    if (asking.inquiry.is_right)
        *words = asking.words;
    else if (asking.inquiry.has_code && !*asking.inquiry.code)
        *words = "code";
    return asking.inquiry.is_right;
}

/* ---- calls that we made ---- */

struct news {
    struct errand_call *call;
    char *words;
    const char *number; /* of the case that may be rated; NULL: none */
};

/* Whether the case is of who has the number called, not of its former owner. */
static bool is_theirs(struct turn *turn, const struct case_ *case_, const char *phone, bool *is_so)
{
    bool is_past;

    if (!owner_of_phone_is_past(turn, phone, case_->received_at, &is_past))
        return false;
    *is_so = !is_past && strcmp(case_->reporter, phone) == 0;
    return true;
}

/* Gathers the news, each case once. The last closed case may be rated. */
static bool find_news(struct turn *turn, void *arg)
{
    struct news *news = arg;
    const struct errand_caller *caller = &news->call->caller;
    struct case_ *case_;

    news->number = NULL;
    news->words = talloc_strdup(news->call, "");
    for (size_t i = 0; i < caller->n_cases; i++) {
        bool is_told = false, is_so = false;

        for (size_t k = 0; k < i; k++)
            is_told |= caller->cases[k] == caller->cases[i];
        if (is_told)
            continue;
        if (!store_case(turn->store, turn->mem, caller->cases[i], &case_) ||
            (case_ && !is_theirs(turn, case_, caller->caller, &is_so)))
            return false;
        if (!is_so)
            continue;
        news->words =
            talloc_asprintf_append(news->words, "case %s %s pause ", case_->number, state_word(case_->state));
        if (case_->state == CASE_CLOSED)
            news->number = talloc_strdup(news->call, case_->number);
    }
    return true;
}

static bool tell_news(struct errand_call *call, const char **words)
{
    struct news news = { .call = call };

    if (!desk_do(call->errands->desk, find_news, &news) || !*news.words)
        return false;
    *words = talloc_asprintf(call, "%s%s", news.words, news.number ? "rate" : "hear-again");
    return true;
}

/* Files the rating as if it had been sent by text. */
static bool rate(struct errand_call *call, const char *key)
{
    struct news news = { .call = call };

    if (!desk_do(call->errands->desk, find_news, &news) || !news.number)
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

struct duty {
    struct errand_call *call;
    const char *phone;
};

struct speaker {
    struct errand_call *call;
    const char *language;
};

static bool find_speaker(struct turn *turn, void *arg)
{
    struct speaker *speaker = arg;
    struct person *person;

    if (!store_person(turn->store, turn->mem, speaker->call->caller.caller, &person))
        return false;
    speaker->language = person ? talloc_strdup(speaker->call, person->language) : "";
    return true;
}

/* The language that the caller has chosen. False: none. */
static bool find_language(struct errand_call *call, const char **language)
{
    struct speaker speaker = { .call = call };

    if (!*call->caller.caller || !desk_do(call->errands->desk, find_speaker, &speaker) || !*speaker.language)
        return false;
    *language = speaker.language;
    return true;
}

/* Finds the first officer on duty whom we may call. */
static bool find_officer(struct turn *turn, void *arg)
{
    struct duty *duty = arg;
    struct person *people;
    size_t n;

    duty->phone = NULL;
    if (!responsible_for_county(turn, &people, &n))
        return false;
    for (size_t i = 0; i < n && !duty->phone; i++)
        if (calling_may(turn->config, people[i].phone) &&
            strcmp(people[i].phone, duty->call->caller.caller) != 0)
            duty->phone = talloc_strdup(duty->call, people[i].phone);
    return true;
}

static bool find_on_duty(struct errand_call *call, const char **phone)
{
    struct duty duty = { .call = call };

    if (!desk_do(call->errands->desk, find_officer, &duty) || !duty.phone)
        return false;
    *phone = duty.phone;
    return true;
}

/* ---- threads ---- */

static void carry_out(const struct errand *errand)
{
    struct errand_call *call = errand->call;
    struct errand_answer answer = { .id = call->id, .want = errand->want, .words = "" };
    const char *number;

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
        number = file_recording(call, errand);
        answer.is_good = number != NULL;
        answer.words = number ? words_of_filed(call, number) : "";
        break;
    case WANT_OWN_CASES:
        answer.is_good = tell_cases(call, NULL, &answer.words);
        break;
    case WANT_STATUS:
        answer.is_good = tell_status(call, errand->digits, &answer.words);
        break;
    case WANT_OFFICER:
        answer.is_good = find_on_duty(call, &answer.words);
        break;
    case WANT_CALL_BACK:
        answer.words = end_without_words(call, errand);
        answer.is_good = true;
        break;
    case WANT_NEWS:
        answer.is_good = tell_news(call, &answer.words);
        break;
    case WANT_RATING:
        answer.is_good = rate(call, errand->digits);
        answer.words = answer.is_good ? "rated" : "not-rated";
        break;
    case WANT_LANGUAGE:
        answer.is_good = find_language(call, &answer.words);
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
