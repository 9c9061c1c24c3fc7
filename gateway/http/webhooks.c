#include "gateway/http/webhooks.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/http/api.h"
#include "gateway/log.h"
#include "gateway/provider/fields.h"
#include "store/steps.h"
#include "store/webhooks.h"

/*
 * AT_ONCE: cases posted at the same time. LOOK_MS: how often new steps are looked for. A step that was not
 * accepted is repeated after FIRST_PAUSE seconds, then after twice that, at most LONGEST_PAUSE, and given up
 * when it is GIVE_UP seconds old. WHOLE_SECONDS: limit of one transfer; ANSWER_MOST: octets of its answer.
 */
enum {
    AT_ONCE = 32,
    LOOK_MS = 500,
    FIRST_PAUSE = 1,
    LONGEST_PAUSE = 3600,
    GIVE_UP = 3 * 24 * 3600,
    CONNECT_SECONDS = 5,
    WHOLE_SECONDS = 15,
    ANSWER_MOST = 65536
};

struct teller {
    struct webhooks *outgoing;
    const struct webhook_config *webhook;
    struct store *store; /* NULL while it cannot be opened */
    CURLM *multi;
    bool is_failing; /* or cannot be told, and the log says so */
    pthread_t thread;
};

struct webhooks {
    struct http_server *server;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    atomic_bool is_stopping;
    size_t n;
    struct teller tellers[];
};

/* One delivery to one program. */
struct transfer {
    struct webhook_delivery *delivery;
    int64_t step_at;
    CURL *curl;
    struct curl_slist *headers;
    size_t heard;
    CURLcode result;
    bool is_done;
};

static size_t drop_answer(char *data, size_t size, size_t n, void *arg)
{
    struct transfer *transfer = arg;

    (void)data;
    transfer->heard += size * n;
    return transfer->heard > ANSWER_MOST ? 0 : size * n;
}

/* False: the store failed. NULL each: it is gone. */
static bool read_step(void *mem, const struct teller *teller, const struct webhook_delivery *delivery,
                      struct case_ **case_, struct step **step)
{
    return store_case(teller->store, mem, delivery->case_id, case_) &&
           store_step(teller->store, mem, delivery->step_id, step);
}

static const char *make_body(void *mem, const struct teller *teller, const struct case_ *case_,
                             const struct step *step)
{
    struct json_object *body = json_object_new_object();
    const char *text;

    json_object_object_add(body, "webhook", json_object_new_string(teller->webhook->name));
    json_object_object_add(body, "step", view_step(case_, step));
    json_object_object_add(body, "case", view_case(mem, teller->store, case_));
    text = talloc_strdup(mem, json_object_to_json_string_ext(body, JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(body);
    return text;
}

/* The signature covers the time, a full stop, and the body. */
static struct curl_slist *make_headers(void *mem, const struct teller *teller,
                                       const struct webhook_delivery *delivery, const char *body)
{
    long long now = clock_now();
    const char *data = talloc_asprintf(mem, "%lld.%s", now, body);
    const char *lines[] = {
        "Content-Type: application/json",
        talloc_asprintf(mem, "X-Xiangyin-Timestamp: %lld", now),
        talloc_asprintf(mem, "X-Xiangyin-Delivery: %lld", (long long)delivery->id),
        talloc_asprintf(mem, "X-Xiangyin-Signature: sha256=%s",
                        hmac_hex(mem, "sha256", teller->webhook->secret, data, strlen(data))),
    };
    struct curl_slist *headers = NULL;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        headers = curl_slist_append(headers, lines[i]);
    return headers;
}

static bool start_transfer(void *mem, struct teller *teller, struct transfer *transfer, const char *body)
{
    transfer->headers = make_headers(mem, teller, transfer->delivery, body);
    transfer->curl = curl_easy_init();
    if (!transfer->curl)
        return false;
    curl_easy_setopt(transfer->curl, CURLOPT_URL, teller->webhook->url);
    curl_easy_setopt(transfer->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(transfer->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(transfer->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (teller->webhook->authority)
        curl_easy_setopt(transfer->curl, CURLOPT_CAINFO, teller->webhook->authority);
    curl_easy_setopt(transfer->curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(transfer->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    curl_easy_setopt(transfer->curl, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(transfer->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(transfer->curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(transfer->curl, CURLOPT_TIMEOUT, (long)WHOLE_SECONDS);
    curl_easy_setopt(transfer->curl, CURLOPT_USERAGENT, "xiangyin");
    curl_easy_setopt(transfer->curl, CURLOPT_WRITEFUNCTION, drop_answer);
    curl_easy_setopt(transfer->curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(transfer->curl, CURLOPT_PRIVATE, transfer);
    return curl_multi_add_handle(teller->multi, transfer->curl) == CURLM_OK;
}

static void end_transfer(struct teller *teller, struct transfer *transfer)
{
    if (transfer->curl) {
        curl_multi_remove_handle(teller->multi, transfer->curl);
        curl_easy_cleanup(transfer->curl);
    }
    curl_slist_free_all(transfer->headers);
}

static void take_results(CURLM *multi)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(multi, &left))) {
        struct transfer *transfer = NULL;

        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        transfer->result = message->data.result;
        transfer->is_done = true;
    }
}

/* Seconds until the next try: doubled each time, varied by a fifth so that retries spread; asked_for at
 * least. */
static int64_t pause_after(int attempts, curl_off_t asked_for)
{
    int64_t pause = attempts < 12 ? (int64_t)FIRST_PAUSE << attempts : LONGEST_PAUSE;

    if (pause > LONGEST_PAUSE)
        pause = LONGEST_PAUSE;
    pause += pause * (random() % 41 - 20) / 100;
    return asked_for > pause ? asked_for : pause;
}

static void note_result(void *mem, struct teller *teller, struct transfer *transfer)
{
    struct webhook_delivery *delivery = transfer->delivery;
    struct counters *counters = &teller->outgoing->server->counters;
    int64_t now = clock_now();
    curl_off_t asked_for = 0;
    long status = 0;

    curl_easy_getinfo(transfer->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(transfer->curl, CURLINFO_RETRY_AFTER, &asked_for);
    delivery->attempts++;
    if (transfer->result == CURLE_OK && status / 100 == 2) {
        delivery->settled_at = now;
        delivery->why = "";
        atomic_fetch_add(&counters->told, 1);
        return;
    }
    atomic_fetch_add(&counters->untold, 1);
    delivery->why = transfer->result == CURLE_OK ? talloc_asprintf(mem, "HTTP status %ld", status)
                                                 : curl_easy_strerror(transfer->result);
    delivery->due_at =
        now + pause_after(delivery->attempts - 1, asked_for < LONGEST_PAUSE ? asked_for : LONGEST_PAUSE);
    if (transfer->step_at + GIVE_UP < now)
        delivery->settled_at = now;
}

/* Logs once when a webhook begins to fail, and once when it works again. */
static void log_change(struct teller *teller, const struct transfer *transfer)
{
    bool is_failing = transfer->result != CURLE_OK || *transfer->delivery->why;

    if (is_failing && transfer->delivery->settled_at)
        log_error("webhook %s: gave up on a step: %s", teller->webhook->name, transfer->delivery->why);
    if (is_failing && !teller->is_failing)
        log_warning("webhook %s: %s; will retry", teller->webhook->name, transfer->delivery->why);
    else if (!is_failing && teller->is_failing)
        log_info("webhook %s: works again", teller->webhook->name);
    teller->is_failing = is_failing;
}

struct recording {
    struct webhook_delivery **deliveries;
    size_t n;
};

static bool record(struct turn *turn, void *arg)
{
    const struct recording *recording = arg;

    for (size_t i = 0; i < recording->n; i++)
        if (!store_update_webhook_delivery(turn->store, recording->deliveries[i]))
            return false;
    return true;
}

static void wait_for_all(struct teller *teller)
{
    int running = 1;

    while (running > 0 && !teller->outgoing->is_stopping) {
        curl_multi_perform(teller->multi, &running);
        take_results(teller->multi);
        if (running > 0)
            curl_multi_poll(teller->multi, NULL, 0, 200, NULL);
    }
}

/* Settles what will never be told. Art. 30: a case may have become restricted since its step was queued. */
static bool is_untold(struct teller *teller, struct webhook_delivery *delivery, const struct case_ *case_,
                      const struct step *step)
{
    bool is_gone = !case_ || !step;

    if (!is_gone && (teller->webhook->guarded || !case_->is_guarded))
        return false;
    delivery->settled_at = clock_now();
    delivery->why = is_gone ? "the step is gone" : "restricted";
    if (is_gone)
        log_error("webhook %s: gave up on a step: %s", teller->webhook->name, delivery->why);
    return true;
}

/* Begins to tell it, or settles it. False, logged once: neither can be done now, and it waits. */
static bool begin_telling(void *mem, struct teller *teller, struct transfer *transfer)
{
    const char *why = "no transfer can begin";
    struct case_ *case_;
    struct step *step;

    if (!read_step(mem, teller, transfer->delivery, &case_, &step)) {
        why = store_error(teller->store);
    } else if (is_untold(teller, transfer->delivery, case_, step)) {
        return true;
    } else {
        transfer->step_at = step->at;
        if (start_transfer(mem, teller, transfer, make_body(mem, teller, case_, step)))
            return true;
    }
    if (!teller->is_failing)
        log_warning("webhook %s: %s; will retry", teller->webhook->name, why);
    teller->is_failing = true;
    return false;
}

/* False: nothing was posted or settled. */
static bool tell_all(void *mem, struct teller *teller, struct webhook_delivery *deliveries, size_t n)
{
    struct transfer *transfers = talloc_zero_array(mem, struct transfer, n);
    struct recording recording = { talloc_array(mem, struct webhook_delivery *, n), 0 };

    for (size_t i = 0; i < n; i++) {
        transfers[i].delivery = &deliveries[i];
        if (begin_telling(mem, teller, &transfers[i]) && deliveries[i].settled_at)
            recording.deliveries[recording.n++] = &deliveries[i];
    }
    wait_for_all(teller);
    for (size_t i = 0; i < n; i++) {
        if (transfers[i].is_done) {
            note_result(mem, teller, &transfers[i]);
            log_change(teller, &transfers[i]);
            recording.deliveries[recording.n++] = &deliveries[i];
        }
        end_transfer(teller, &transfers[i]);
    }
    if (recording.n > 0 && !desk_do(teller->outgoing->server->desk, record, &recording))
        log_warning("webhook %s: cannot record deliveries; they will be repeated", teller->webhook->name);
    return recording.n > 0;
}

static bool queue_steps(struct turn *turn, void *arg)
{
    const struct webhook_config *webhook = arg;
    const struct webhook_filter filter = { .hook = webhook->name,
                                           .steps = webhook->steps,
                                           .n_steps = webhook->n_steps,
                                           .guarded = webhook->guarded,
                                           .imported = webhook->imported };
    int n;

    return store_queue_webhook_deliveries(turn->store, &filter, turn->now, &n);
}

static void queue(const struct teller *teller)
{
    desk_do(teller->outgoing->server->desk, queue_steps, (void *)teller->webhook);
}

/* Whether anything was posted or settled. */
static bool work(void *mem, struct teller *teller)
{
    struct webhook_delivery *deliveries = NULL;
    int64_t next_due;
    bool has_new;
    size_t n = 0;

    if (!store_has_new_steps(teller->store, mem, teller->webhook->name, &has_new))
        return false;
    if (has_new)
        queue(teller);
    if (!store_due_webhook_deliveries(teller->store, mem, teller->webhook->name, clock_now(), AT_ONCE,
                                      &deliveries, &n, &next_due))
        return false;
    return n > 0 && tell_all(mem, teller, deliveries, n);
}

static void rest(struct webhooks *outgoing)
{
    struct timespec until = clock_ticks_after(LOOK_MS);

    pthread_mutex_lock(&outgoing->lock);
    if (!outgoing->is_stopping)
        pthread_cond_clockwait(&outgoing->stop, &outgoing->lock, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&outgoing->lock);
}

static void *run(void *arg)
{
    struct teller *teller = arg;
    const char *error = "";

    while (!teller->outgoing->is_stopping) {
        void *mem = talloc_new(NULL);

        if (!teller->store)
            teller->store = talloc_steal(
                NULL, store_open_reader(mem, teller->outgoing->server->config->store_url, &error));
        if (!teller->store || !work(mem, teller))
            rest(teller->outgoing);
        talloc_free(mem);
    }
    talloc_free(teller->store);
    return NULL;
}

struct webhooks *webhooks_start(void *mem, struct http_server *server, const char **error)
{
    const struct config *config = server->config;
    struct webhooks *outgoing =
        talloc_zero_size(mem, sizeof *outgoing + config->n_webhooks * sizeof *outgoing->tellers);

    *error = "http: libcurl cannot be initialised";
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return NULL;
    *error = "http: cannot create a thread for a webhook";
    outgoing->server = server;
    pthread_mutex_init(&outgoing->lock, NULL);
    pthread_cond_init(&outgoing->stop, NULL);
    for (; outgoing->n < config->n_webhooks; outgoing->n++) {
        struct teller *teller = &outgoing->tellers[outgoing->n];

        teller->outgoing = outgoing;
        teller->webhook = &config->webhooks[outgoing->n];
        teller->multi = curl_multi_init();
        queue(teller); /* a new one is told what happens from now on, however late its thread begins */
        if (!teller->multi || pthread_create(&teller->thread, NULL, run, teller) != 0) {
            curl_multi_cleanup(teller->multi);
            webhooks_stop(outgoing);
            return NULL;
        }
    }
    return outgoing;
}

void webhooks_stop(struct webhooks *outgoing)
{
    pthread_mutex_lock(&outgoing->lock);
    outgoing->is_stopping = true;
    pthread_cond_broadcast(&outgoing->stop);
    pthread_mutex_unlock(&outgoing->lock);
    for (size_t i = 0; i < outgoing->n; i++) {
        pthread_join(outgoing->tellers[i].thread, NULL);
        curl_multi_cleanup(outgoing->tellers[i].multi);
    }
    pthread_cond_destroy(&outgoing->stop);
    pthread_mutex_destroy(&outgoing->lock);
    talloc_free(outgoing);
    curl_global_cleanup();
}
