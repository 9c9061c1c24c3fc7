/*
 * The desk's transactions: all requests together, or one at a time when that fails.
 */
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/desk/desk_private.h"
#include "gateway/desk/intake.h"
#include "gateway/log.h"
#include "gateway/turn/kept_means.h"

enum { ALERT_SECONDS = 3600 };

static void forget_attempt(struct request *request)
{
    for (size_t i = 0; i < request->n; i++) {
        request->events[i].id = 0;
        request->events[i].case_id = 0;
        request->events[i].outcome = NULL;
        request->events[i].why = NULL;
    }
}

static bool do_request(struct turn *turn, struct request *request)
{
    if (request->job) {
        turn->now = clock_now();
        return request->job(turn, request->arg);
    }
    for (size_t i = 0; i < request->n; i++)
        if (!intake(turn, &request->events[i], &request->understood[i]))
            return false;
    return true;
}

static struct turn new_turn(struct desk *desk)
{
    return (struct turn){ .mem = talloc_new(NULL),
                          .store = desk->store,
                          .config = desk->means.config,
                          .words = desk->kept ? desk->kept : desk->means.words,
                          .understanding = snapshot_hold(desk->snapshot),
                          .now = clock_now() };
}

static void end_turn(struct desk *desk, struct turn *turn)
{
    snapshot_release(desk->snapshot, turn->understanding);
    talloc_free(turn->mem);
}

static void note_trouble(struct desk *desk, const char *trouble)
{
    pthread_mutex_lock(&desk->lock);
    bool is_news = strncmp(desk->trouble, trouble, sizeof desk->trouble - 1) != 0;
    snprintf(desk->trouble, sizeof desk->trouble, "%s", trouble);
    desk->counts.failures += *trouble != '\0';
    pthread_mutex_unlock(&desk->lock);
    if (is_news && *trouble)
        log_event(LOG_EVENT_STORE_FAILS, "desk: %s", trouble);
    else if (is_news)
        log_event(LOG_EVENT_STORE_WORKS, "desk: the store works again");
}

void desk_keep_texts(struct desk *desk)
{
    void *old = desk->kept_mem, *mem = talloc_new(desk);
    const struct words *kept = kept_words(mem, desk->store, desk->means.words);

    if (!kept) {
        log_warning("cannot read the texts that the operator keeps: %s", store_error(desk->store));
        talloc_free(mem);
        mem = NULL;
    }
    desk->kept_mem = mem;
    desk->kept = kept;
    talloc_free(old);
}

static void tell_changes(struct desk *desk, const struct turn *turn)
{
    const char *error;
    int changes = DESK_ROWS | (turn->has_notices ? DESK_NOTICES : 0) | (turn->has_parts ? DESK_PARTS : 0);

    if (turn->has_new_names && !snapshot_renew(desk->snapshot, desk->store, desk->config, turn->mem, &error))
        log_warning("cannot reload units and people: %s", error);
    if (turn->has_new_texts)
        desk_keep_texts(desk);
    pthread_mutex_lock(&desk->lock);
    void (*tell)(int, void *) = desk->tell;
    void *arg = desk->tell_arg;
    pthread_mutex_unlock(&desk->lock);
    if (tell)
        tell(changes, arg);
}

/* Up to most requests from first on (0: all), in one transaction. False: rolled back, nothing is kept. */
static bool do_together(struct desk *desk, struct request *first, size_t most, bool *is_store_shut)
{
    struct turn turn = new_turn(desk);
    bool is_good = store_begin(desk->store, STORE_BUSY_MS);

    *is_store_shut = !is_good;
    if (is_good)
        turn.config = kept_config(turn.mem, desk->store, turn.config);
    is_good = is_good && turn.config;
    if (is_good) {
        size_t done = 0;
        for (struct request *request = first; request && is_good && (most == 0 || done < most);
             request = request->next, done++)
            is_good = do_request(&turn, request);
        is_good = is_good && store_commit(desk->store);
    }
    if (is_good) {
        note_trouble(desk, "");
        tell_changes(desk, &turn);
    } else {
        snprintf(desk->failure, sizeof desk->failure, "%s", turn_error(&turn));
        /* a full disk is not the event's fault: its line keeps it and submits it again */
        *is_store_shut = *is_store_shut || store_is_out_of_order(desk->store);
        store_rollback(desk->store);
    }
    if (*is_store_shut)
        note_trouble(desk, desk->failure);
    end_turn(desk, &turn);
    return is_good;
}

/* At most once an hour: what breaks one event often breaks many. */
static void alert_failed(struct desk *desk, const struct event *event)
{
    int64_t now = clock_ticks();

    if (desk->alerted_at && now - desk->alerted_at < ALERT_SECONDS)
        return;
    desk->alerted_at = now;
    alert_post(desk, "alert-event-failed", event->line, (long)event->id, "");
}

static bool keep_as_failed(struct desk *desk, struct event *event)
{
    struct turn turn = new_turn(desk);
    bool is_kept = store_begin(desk->store, STORE_BUSY_MS) && intake_failed(&turn, event, desk->failure) &&
                   store_commit(desk->store);

    if (is_kept) {
        log_event(LOG_EVENT_TEXT_FAILED, "event %lld of %s: handling failed, stored as failed: %s",
                  (long long)event->id, event->line, desk->failure);
        alert_failed(desk, event);
    } else {
        note_trouble(desk, turn_error(&turn));
        store_rollback(desk->store);
    }
    event->why = NULL;
    end_turn(desk, &turn);
    return is_kept;
}

/* Executes each event alone; one that still fails is stored as failed. */
static bool do_apart(struct desk *desk, struct request *request)
{
    struct request single = { .events = request->events, .understood = request->understood, .n = 1 };

    for (size_t i = 0; i < request->n; i++, single.events++, single.understood++) {
        bool is_store_shut;

        forget_attempt(&single);
        if (do_together(desk, &single, 1, &is_store_shut))
            continue;
        forget_attempt(&single);
        if (is_store_shut || !keep_as_failed(desk, single.events))
            return false;
    }
    return true;
}

static bool do_job(struct desk *desk, struct request *request, bool *is_store_shut)
{
    bool is_good = do_together(desk, request, 1, is_store_shut);

    if (!is_good && !*is_store_shut && request->tries == 0)
        log_error("desk: a job failed: %s", desk->failure);
    return is_good;
}

static void do_one_by_one(struct desk *desk, struct request *first)
{
    bool is_store_shut = false;

    for (struct request *request = first; request; request = request->next) {
        if (is_store_shut)
            request->is_good = false;
        else if (request->job)
            request->is_good = do_job(desk, request, &is_store_shut);
        else
            request->is_good = do_apart(desk, request);
        request->is_store_down = is_store_shut;
    }
}

void desk_work(struct desk *desk, struct request *first)
{
    bool is_store_shut;
    bool is_good = do_together(desk, first, 0, &is_store_shut);

    for (struct request *request = first; request; request = request->next)
        request->is_good = is_good, request->is_store_down = is_store_shut;
    if (!is_good && !is_store_shut)
        do_one_by_one(desk, first);
}
