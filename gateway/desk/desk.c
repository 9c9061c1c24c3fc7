#include "gateway/desk/desk_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/case/lifecycle_guard.h"
#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/understand/intent.h"
#include "store/notices.h"

/* COMPANY_MS: how long a job of desk_post_along waits for another request. */
enum { RETRY_MS = 1000, COMPANY_MS = 20 };

static const char wrong_clock[] =
    "the clock shows a time before this program was released: nothing is taken in until it is set";

void desk_refresh(struct desk *desk)
{
    void *mem = talloc_new(NULL);
    const char *error;
    struct store *store = store_open_reader(mem, desk->config->store_url, &error);

    if (!store || !snapshot_renew(desk->snapshot, store, desk->config, mem, &error))
        log_warning("cannot reload units and people: %s", error);
    talloc_free(mem);
}

/* The lock is held, but not during the beat. False: the last one is not so old. */
static bool beat_after(struct desk *desk, int ms)
{
    void (*beat)(void *) = desk->beat;
    void *arg = desk->beat_arg;

    if (!beat || desk->is_stopping || clock_ticks_ms() < desk->beaten_at + ms)
        return false;
    desk->beaten_at = clock_ticks_ms();
    desk->is_beating = true;
    pthread_mutex_unlock(&desk->lock);
    beat(arg);
    pthread_mutex_lock(&desk->lock);
    desk->is_beating = false;
    pthread_cond_signal(&desk->beaten);
    return true;
}

/* Whether a request waits that is worth a commit of its own. */
static bool has_work(const struct desk *desk)
{
    const struct request *request = desk->first;

    while (request && request->alone_at > clock_ticks_ms())
        request = request->next;
    return request != NULL;
}

/* Until something arrives, has waited for company long enough, or the next beat or postponed jobs are due;
 * retry_at 0: there are none. */
static void wait_for_arrival(struct desk *desk, int64_t retry_at)
{
    int64_t until = desk->beat ? desk->beaten_at + desk->beat_ms : INT64_MAX, left;

    if (retry_at && retry_at < until)
        until = retry_at;
    if (desk->first && desk->first->alone_at < until)
        until = desk->first->alone_at;
    left = until - clock_ticks_ms();
    if (until == INT64_MAX) {
        pthread_cond_wait(&desk->arrival, &desk->lock);
    } else if (left > 0) {
        struct timespec at = clock_ticks_after((int)left);

        pthread_cond_clockwait(&desk->arrival, &desk->lock, CLOCK_MONOTONIC, &at);
    }
}

/* Waits for work, or a second when postponed jobs want another try; those then come first. */
static void wait_for_work(struct desk *desk)
{
    int64_t retry_at = desk->postponed ? clock_ticks_ms() + RETRY_MS : 0;

    while (!has_work(desk) && !desk->is_stopping && (!retry_at || clock_ticks_ms() < retry_at))
        if (!beat_after(desk, desk->beat_ms))
            wait_for_arrival(desk, retry_at);
    beat_after(desk, desk->beat_ms / 4); /* because the work may be long */
    while (desk->postponed) {
        struct request *request = desk->postponed;
        desk->postponed = request->next;
        request->next = desk->first;
        if (!desk->first)
            desk->last = &request->next;
        desk->first = request;
    }
}

/* Takes all waiting requests, at most BATCH_MOST; NULL when the desk stops. */
static struct request *take_waiting(struct desk *desk)
{
    struct request *first, *end;
    size_t n = 1;

    pthread_mutex_lock(&desk->lock);
    wait_for_work(desk);
    first = end = desk->first;
    while (end && end->next && n++ < BATCH_MOST)
        end = end->next;
    if (end) {
        desk->first = end->next;
        end->next = NULL;
    }
    if (!desk->first)
        desk->last = &desk->first;
    pthread_mutex_unlock(&desk->lock);
    return first;
}

static void free_request(struct desk *desk, struct request *request)
{
    if (request->understanding)
        snapshot_release(desk->snapshot, request->understanding);
    talloc_free(request->understood);
    talloc_free(request->job ? request->arg : NULL);
    free(request);
}

/* A posted job is never dropped for the store's sake, unless the desk stops. The lock is held. */
static bool may_try_again(const struct desk *desk, struct request *request)
{
    if (desk->is_stopping)
        return request->tries_at_stop++ < 1;
    if (request->is_store_down || request->tries++ < POSTED_TRIES)
        return true;
    log_error("desk: gave up a job after %d tries: %s", POSTED_TRIES, desk->failure);
    return false;
}

/* After this, whoever waits may have left its stack. */
static void wake_all(struct request *waiting)
{
    while (waiting) {
        struct request *request = waiting;
        waiting = request->next;
        sem_post(&request->done);
    }
}

static void answer(struct desk *desk, struct request *first)
{
    struct request *waiting = NULL, **last = &waiting;

    for (struct request *request = first; request; request = request->next)
        if (request->then)
            request->then(request->is_good, request->then_arg);
    pthread_mutex_lock(&desk->lock);
    desk->counts.commits++;
    while (first) {
        struct request *request = first;
        first = request->next;
        desk->counts.jobs += request->job != NULL;
        desk->counts.events += request->n;
        if (!request->is_posted) {
            *last = request;
            last = &request->next;
        } else if (request->job && !request->is_good && may_try_again(desk, request)) {
            request->next = desk->postponed;
            desk->postponed = request;
        } else {
            free_request(desk, request);
        }
    }
    pthread_mutex_unlock(&desk->lock);
    *last = NULL;
    wake_all(waiting);
}

static void count_batch(struct desk *desk, const struct request *first, long microseconds)
{
    size_t n = 0;
    int size = 0, time = 0;

    for (const struct request *request = first; request; request = request->next)
        n++;
    while (size + 1 < DESK_BATCH_BUCKETS && n > (size_t)1 << size)
        size++;
    while (time < DESK_TIME_BUCKETS && microseconds > 500L << time)
        time++;
    pthread_mutex_lock(&desk->lock);
    desk->counts.requests += n;
    desk->counts.batches[size]++;
    desk->counts.microseconds += (unsigned long)microseconds;
    desk->counts.times[time]++;
    pthread_mutex_unlock(&desk->lock);
}

/* Runs between two transactions, so that no turn uses what it frees. */
static void take_renewed(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    bool is_new = desk->renewed.mem != NULL;
    void *old = is_new ? desk->means.mem : NULL;
    if (is_new)
        desk->means = desk->renewed;
    desk->renewed = (struct desk_means){ 0 };
    pthread_mutex_unlock(&desk->lock);
    if (is_new)
        desk_keep_texts(desk);
    talloc_free(old);
}

static void *run(void *arg)
{
    struct desk *desk = arg;
    struct request *first;

    pthread_setname_np(pthread_self(), "desk");
    while ((first = take_waiting(desk))) {
        int64_t started_at = clock_ticks_us();

        take_renewed(desk);

        desk_work(desk, first);
        count_batch(desk, first, (long)(clock_ticks_us() - started_at));
        answer(desk, first);
    }
    return NULL;
}

/* False when the desk stops. */
static bool enqueue(struct desk *desk, struct request *request)
{
    pthread_mutex_lock(&desk->lock);
    bool is_open = !desk->is_stopping;
    if (is_open) {
        *desk->last = request;
        desk->last = &request->next;
        pthread_cond_signal(&desk->arrival);
    }
    pthread_mutex_unlock(&desk->lock);
    return is_open;
}

static bool enqueue_and_wait(struct desk *desk, struct request *request)
{
    sem_init(&request->done, 0, 0);
    bool is_open = enqueue(desk, request);
    while (is_open && sem_wait(&request->done) != 0)
        ; /* a signal came */
    sem_destroy(&request->done);
    return is_open && request->is_good;
}

/* Most senders were asked nothing. So their intent is read here, and the one writer need not read it. */
static void read_unasked(const struct understanding *understanding, void *mem, struct understood *understood)
{
    struct intent *intent = talloc(mem, struct intent);

    intent_read(understanding, mem, understood, SITUATION_NONE, intent);
    understood->unasked = intent;
}

/* Understands the events on the calling thread. understood has no talloc parent: another thread may free it.
 */
static void understand_all(struct desk *desk, struct request *request)
{
    request->understanding = snapshot_hold(desk->snapshot);
    request->understood = talloc_zero_array(NULL, struct understood, request->n);
    for (size_t i = 0; i < request->n; i++) {
        struct understood *understood = &request->understood[i];

        if (!request->events[i].text)
            continue;
        understand(request->understanding, request->understood, request->events[i].text, understood);
        if (understood->kind == TEXT_CASE)
            read_unasked(request->understanding, request->understood, understood);
    }
}

/* A case that a clock in 1970 or 2000 made would have a number that no command takes: the sender keeps it. */
static bool clock_is_right(struct desk *desk)
{
    if (clock_is_plausible(clock_now()))
        return true;
    pthread_mutex_lock(&desk->lock);
    bool is_news = strcmp(desk->trouble, wrong_clock) != 0;
    snprintf(desk->trouble, sizeof desk->trouble, "%s", wrong_clock);
    pthread_mutex_unlock(&desk->lock);
    if (is_news)
        log_error("desk: %s", wrong_clock);
    return false;
}

bool desk_submit(struct desk *desk, struct event *events, size_t n)
{
    struct request request = { .events = events, .n = n };
    bool is_good;

    if (!clock_is_right(desk))
        return false;
    understand_all(desk, &request);
    is_good = enqueue_and_wait(desk, &request);
    snapshot_release(desk->snapshot, request.understanding);
    talloc_free(request.understood);
    return is_good;
}

bool desk_submit_then(struct desk *desk, struct event *events, size_t n,
                      void (*done)(bool is_kept, void *arg), void *arg)
{
    if (!clock_is_right(desk))
        return false;
    struct request *request = calloc(1, sizeof *request);

    *request = (struct request){ .events = events, .n = n, .is_posted = true, .then = done, .then_arg = arg };
    understand_all(desk, request);
    if (enqueue(desk, request))
        return true;
    free_request(desk, request);
    return false;
}

bool desk_do(struct desk *desk, desk_job *job, void *arg)
{
    struct request request = { .job = job, .arg = arg };

    return enqueue_and_wait(desk, &request);
}

static void post(struct desk *desk, desk_job *job, void *arg, int64_t alone_at)
{
    struct request *request = calloc(1, sizeof *request);

    *request = (struct request){ .job = job, .arg = arg, .is_posted = true, .alone_at = alone_at };
    if (enqueue(desk, request))
        return;
    free(request);
    talloc_free(arg);
}

void desk_post(struct desk *desk, desk_job *job, void *arg)
{
    post(desk, job, arg, 0);
}

void desk_post_along(struct desk *desk, desk_job *job, void *arg)
{
    post(desk, job, arg, clock_ticks_ms() + COMPANY_MS);
}

static bool do_nothing(struct turn *turn, void *arg)
{
    (void)turn, (void)arg;
    return true;
}

void desk_renew(struct desk *desk, void *mem, const struct config *config, const struct words *words)
{
    pthread_mutex_lock(&desk->lock);
    void *overtaken = desk->renewed.mem;
    desk->renewed = (struct desk_means){ .mem = mem, .config = config, .words = words };
    pthread_mutex_unlock(&desk->lock);
    talloc_free(overtaken);
    desk_do(desk, do_nothing, NULL); /* only the round matters, even if the store fails */
}

int desk_answers_per_day(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    int limit = desk->means.config->all_answers_per_day;
    pthread_mutex_unlock(&desk->lock);
    return limit;
}

void desk_on_change(struct desk *desk, void (*tell)(int changes, void *arg), void *arg)
{
    pthread_mutex_lock(&desk->lock);
    desk->tell = tell;
    desk->tell_arg = arg;
    pthread_mutex_unlock(&desk->lock);
}

void desk_beat(struct desk *desk, int ms, void (*beat)(void *arg), void *arg)
{
    pthread_mutex_lock(&desk->lock);
    desk->beat = beat;
    desk->beat_arg = arg;
    desk->beat_ms = ms;
    desk->beaten_at = clock_ticks_ms() - ms;
    pthread_cond_signal(&desk->arrival);
    while (!beat && desk->is_beating)
        pthread_cond_wait(&desk->beaten, &desk->lock);
    pthread_mutex_unlock(&desk->lock);
}

const struct understanding *desk_hold(struct desk *desk)
{
    return snapshot_hold(desk->snapshot);
}

void desk_release(struct desk *desk, const struct understanding *understanding)
{
    snapshot_release(desk->snapshot, understanding);
}

void desk_trouble(struct desk *desk, char *buffer, size_t size)
{
    pthread_mutex_lock(&desk->lock);
    snprintf(buffer, size, "%s", desk->trouble);
    pthread_mutex_unlock(&desk->lock);
}

struct desk_counts desk_counts(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    struct desk_counts counts = desk->counts;
    pthread_mutex_unlock(&desk->lock);
    return counts;
}

/* Recovers from a crash: claimed notices were certainly not sent, armed ones may have been. */
static bool recover(struct desk *desk)
{
    int readied = 0, unknown = 0;

    if (!store_begin(desk->store, STORE_BUSY_MS) ||
        !store_recover_notices(desk->store, clock_now(), &readied, &unknown) || !store_commit(desk->store)) {
        store_rollback(desk->store);
        return false;
    }
    if (readied || unknown)
        log_warning("recovered after the last stop: %d texts had not been sent and will be; whether %d "
                    "others were sent is unknown",
                    readied, unknown);
    return true;
}

const struct words *desk_words(const struct desk *desk)
{
    return desk->first_words;
}

struct desk *desk_start(void *mem, const struct config *config, const struct words *words, const char **error)
{
    struct desk *desk = talloc_zero(mem, struct desk);

    desk->config = config;
    desk->first_words = words;
    desk->means = (struct desk_means){ .config = config, .words = words };
    desk->last = &desk->first;
    pthread_mutex_init(&desk->lock, NULL);
    pthread_cond_init(&desk->arrival, NULL);
    pthread_cond_init(&desk->beaten, NULL);
    desk->store = store_open(desk, config->store_url, error);
    if (!desk->store)
        return NULL;
    if (!lifecycle_guard_write(desk->store) || !recover(desk)) {
        *error = store_error(desk->store);
        return NULL;
    }
    desk_keep_texts(desk);
    desk->snapshot = snapshot_new(desk);
    if (!snapshot_renew(desk->snapshot, desk->store, config, mem, error))
        return NULL;
    if (pthread_create(&desk->thread, NULL, run, desk) != 0) {
        *error = "cannot start the desk's thread";
        return NULL;
    }
    return desk;
}

void desk_stop(struct desk *desk)
{
    pthread_mutex_lock(&desk->lock);
    desk->is_stopping = true;
    pthread_cond_signal(&desk->arrival);
    pthread_mutex_unlock(&desk->lock);
    pthread_join(desk->thread, NULL);
    talloc_free(desk->renewed.mem);
    talloc_free(desk->kept_mem);
    talloc_free(desk->means.mem);
    desk->renewed = desk->means = (struct desk_means){ 0 };
}
