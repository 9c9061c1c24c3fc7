/*
 * The thread that works on the centre's store.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/centre_private.h"
#include "gateway/clock.h"
#include "gateway/log.h"
#include "store/sql/transaction.h"

enum { LOOK_MS = 1000, SILENCE_LOOK_SECONDS = 30, SHRED_SECONDS = 3600 };

static struct ask *take_all(struct centre *centre)
{
    struct timespec until = clock_ticks_after(LOOK_MS);
    struct ask *first;

    pthread_mutex_lock(&centre->lock);
    if (!centre->first && !centre->is_stopping)
        pthread_cond_clockwait(&centre->arrival, &centre->lock, CLOCK_MONOTONIC, &until);
    first = centre->first;
    centre->first = NULL;
    centre->last = &centre->first;
    pthread_mutex_unlock(&centre->lock);
    return first;
}

struct turn_of_work {
    struct centre *centre;
    struct ask *first;
    size_t most; /* asks; 0: all */
};

/* How many asks fit into one transaction of TRANSACTION_ROWS rows. */
static size_t count_together(const struct ask *first)
{
    size_t n = 0, rows = 0;

    for (; first; first = first->next, n++) {
        rows += first->take.batch ? first->take.batch->n : 1;
        if (rows > TRANSACTION_ROWS && n > 0)
            break;
    }
    return n;
}

static bool work_on(struct store *store, void *arg)
{
    const struct turn_of_work *turn = arg;
    size_t n = 0;

    for (struct ask *ask = turn->first; ask && n < turn->most; ask = ask->next, n++) {
        ask->take.orders_at_start = turn->centre->orders_at_start;
        if (!take(store, ask, &ask->take))
            return false;
        if (ask->take.alert) {
            const struct centre_alert alert = { ask->take.gateway, "alert-county-stopped", ask->take.alert };

            if (!centre_tell(turn->centre, store, ask, &alert, ask->take.now))
                return false;
        }
    }
    return true;
}

/* Renders the page from the figures, or adds this process's own metrics. */
static const char *dress(struct centre *centre, struct ask *ask)
{
    const char *error = "", *language = centre->config->language ? centre->config->language : WORDS_LANGUAGE;
    struct json_object *figures;
    const char *text;

    if (ask->take.kind == TAKE_METRICS)
        return talloc_asprintf(
            ask,
            "%s# HELP xiangyin_centre_rows_taken_total Journal rows taken since the start.\n"
            "# TYPE xiangyin_centre_rows_taken_total counter\n"
            "xiangyin_centre_rows_taken_total %ld\n"
            "# HELP xiangyin_centre_held_octets Octets held of requests' bodies.\n"
            "# TYPE xiangyin_centre_held_octets gauge\n"
            "xiangyin_centre_held_octets %zu\n",
            ask->take.answer, atomic_load(&centre->rows), admission_held(centre->admission));
    if (ask->take.kind != TAKE_PAGE)
        return ask->take.answer;
    figures = json_tokener_parse(ask->take.answer);
    text = words_render(ask, centre->words, language, "province.html", figures, &error);
    json_object_put(figures);
    if (text)
        return text;
    log_error("centre: %s", error);
    ask->status = 500;
    return "{\"error\":\"the page cannot be made\"}";
}

static void end_wait(struct centre *centre, struct ask *ask, const char *answer)
{
    ask->status = 200;
    ask->answer = answer;
    centre_answer(centre, ask);
}

/* A county has one wait, its newest: who holds more has lost sight of the others, or takes up room. It rests,
 * so that two who have one token do not end each other's waits all the time. */
static void end_older_waits(struct centre *centre, const struct ask *newest)
{
    struct ask **at = &centre->waiting;

    while (*at) {
        struct ask *ask = *at;

        if (strcmp(ask->take.gateway, newest->take.gateway) != 0) {
            at = &ask->next;
            continue;
        }
        *at = ask->next;
        end_wait(centre, ask, "{\"orders\":[],\"rest_ms\":1000}");
    }
}

static void finish(struct centre *centre, struct ask *ask, bool is_committed)
{
    bool is_waiting = is_committed && ask->take.kind == TAKE_WAIT && !ask->take.answer;

    if (is_waiting) {
        if (ask->until == 0)
            ask->until = clock_ticks() + WIRE_WAIT_SECONDS;
        end_older_waits(centre, ask);
        ask->next = centre->waiting;
        centre->waiting = ask;
        return;
    }
    if (is_committed && ask->take.gateway)
        admission_learn(centre->admission, ask->take.token_hash);
    if (is_committed && ask->take.alert)
        log_warning("%s: %s", ask->take.gateway, ask->take.alert);
    ask->status = is_committed ? ask->take.status : 503;
    ask->answer = is_committed ? ask->take.answer : "{\"error\":\"the centre's store does not answer\"}";
    if (is_committed && ask->status == 200)
        ask->answer = dress(centre, ask);
    if (is_committed && ask->take.kind == TAKE_ROWS && ask->status == 200) {
        atomic_fetch_add(&centre->batches, 1);
        atomic_fetch_add(&centre->rows, (long)ask->take.batch->n);
    }
    centre_answer(centre, ask);
}

/* If the asks fail together, each is tried alone. */
static void work_through(struct centre *centre, struct ask *first)
{
    while (first) {
        struct turn_of_work turn = { centre, first, count_together(first) };
        enum fate fate = transaction_run(centre->store, CENTRE_PATIENCE_MS, work_on, &turn);
        bool is_apart = fate != FATE_COMMITTED && turn.most > 1 && !store_is_out_of_order(centre->store);

        if (fate != FATE_COMMITTED)
            log_error("centre: %s", store_error(centre->store));
        for (size_t i = 0; i < turn.most; i++) {
            struct turn_of_work alone = { centre, first, 1 };
            struct ask *next = first->next;

            if (is_apart)
                fate = transaction_run(centre->store, CENTRE_PATIENCE_MS, work_on, &alone);
            finish(centre, first, fate == FATE_COMMITTED);
            first = next;
        }
    }
}

bool centre_renew_tokens(struct centre *centre, void *mem)
{
    struct feed *feeds;
    size_t n;

    if (!centre_feeds(centre->store, mem, &feeds, &n))
        return false;
    admission_renew(centre->admission, feeds, n);
    return true;
}

/* Whether there is a new order or a new list of counties since the last call. */
static bool has_news(struct centre *centre)
{
    void *mem = talloc_new(NULL);
    int64_t last = centre->last_order;
    const char *version = "";
    bool is_so = centre_last_order(centre->store, &last) && last != centre->last_order;

    centre->last_order = last;
    if (centre_counties_version(centre->store, mem, &version) && strcmp(version, centre->counties) != 0) {
        if (centre_renew_tokens(centre, mem))
            snprintf(centre->counties, sizeof centre->counties, "%s", version);
        is_so = true;
    }
    talloc_free(mem);
    return is_so;
}

/*
 * Whether the box has closed the connection, perhaps to restart. Handling its wait would raise a false
 * alert: its session has ended by now, as if a copy of the box were running.
 */
static bool has_hung_up(const struct ask *ask)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(ask->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct pollfd one = { .fd = info ? info->connect_fd : -1, .events = POLLRDHUP };

    return poll(&one, 1, 0) > 0;
}

/* Works again on waits that are over or whose county may have an order. */
static void look_at_waits(struct centre *centre, bool is_ending)
{
    int64_t now = clock_ticks();
    bool has_orders = has_news(centre);
    struct ask **at = &centre->waiting, *again = NULL;

    while (*at) {
        struct ask *ask = *at;

        if (!is_ending && !has_orders && ask->until > now) {
            at = &ask->next;
            continue;
        }
        *at = ask->next;
        if (is_ending || ask->until <= now || has_hung_up(ask)) {
            end_wait(centre, ask, "{\"orders\":[]}");
        } else {
            ask->next = again;
            again = ask;
        }
    }
    work_through(centre, again);
}

static bool watch(struct store *store, void *arg)
{
    struct centre *centre = arg;
    void *mem = talloc_new(NULL);
    bool is_done;

    (void)store;
    is_done = centre_watch(centre, mem, clock_now());
    talloc_free(mem);
    return is_done;
}

/* At most once an hour, because a large store is rewritten as a whole. */
static void shred(struct centre *centre)
{
    if (centre->shredded_at && clock_ticks() < centre->shredded_at + SHRED_SECONDS)
        return;
    centre->shredded_at = clock_ticks();
    if (!centre_shred(centre->store))
        log_warning("centre: what was erased is still in the store's files: %s", store_error(centre->store));
}

void *centre_work(void *arg)
{
    struct centre *centre = arg;
    bool is_ending = false;

    while (!is_ending) {
        struct ask *first = take_all(centre);

        work_through(centre, first);
        pthread_mutex_lock(&centre->lock);
        is_ending = centre->is_stopping && !centre->first;
        pthread_mutex_unlock(&centre->lock);
        look_at_waits(centre, is_ending);
        if (clock_ticks() >= centre->looked_at + SILENCE_LOOK_SECONDS) {
            centre->looked_at = clock_ticks();
            transaction_run(centre->store, CENTRE_PATIENCE_MS, watch, centre);
            shred(centre);
        }
    }
    return NULL;
}
