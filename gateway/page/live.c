#include "gateway/page/live.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/page/leases.h"
#include "gateway/page/marks.h"
#include "store/page/drafts.h"

enum { LOOK_MS = 400, BEAT_SECONDS = 5, LASTING_SECONDS = 50, ROOM = 512, PHONE_SIZE = 24, ENDING_MS = 3000 };

struct stream {
    struct live *live;
    struct stream *next;
    struct MHD_Connection *connection;
    char phone[PHONE_SIZE], secret[TOKEN_HEX + 1];
    int64_t case_id;     /* 0: of no case */
    struct marks told;   /* how far the browser has heard */
    int64_t looked_at;   /* the newest step of all when the store was asked last; -1: not yet */
    int64_t began, beat; /* ticks, seconds */
    char text[ROOM];     /* to be sent */
    size_t length;
    bool is_suspended, is_ending;
};

struct live {
    struct page *page;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows, and all streams */
    pthread_cond_t wake;
    struct stream *first;
    int n;
    int64_t last; /* step */
    bool is_stopping, is_woken;
};

static void say(struct stream *stream, const char *text)
{
    size_t length = strlen(text);

    if (stream->length + length < ROOM) {
        memcpy(stream->text + stream->length, text, length);
        stream->length += length;
    }
}

/* On libmicrohttpd's thread. */
static ssize_t read_stream(void *arg, uint64_t position, char *buffer, size_t size)
{
    struct stream *stream = arg;
    struct live *live = stream->live;
    ssize_t n = 0;

    (void)position;
    pthread_mutex_lock(&live->lock);
    if (stream->length > 0) {
        n = (ssize_t)(stream->length < size ? stream->length : size);
        memcpy(buffer, stream->text, (size_t)n);
        stream->length -= (size_t)n;
        memmove(stream->text, stream->text + n, stream->length);
    } else if (stream->is_ending || live->is_stopping) {
        n = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        stream->is_suspended = true;
        MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(&live->lock);
    return n;
}

/* libmicrohttpd calls it when the client has disconnected. */
static void forget_stream(void *arg)
{
    struct stream *stream = arg;
    struct live *live = stream->live;
    struct stream **at;

    pthread_mutex_lock(&live->lock);
    for (at = &live->first; *at && *at != stream; at = &(*at)->next)
        ;
    if (*at) {
        *at = stream->next;
        live->n--;
    }
    pthread_cond_broadcast(&live->wake);
    pthread_mutex_unlock(&live->lock);
    free(stream);
}

/* The lock is held. */
static void go_on(struct stream *stream)
{
    if (!stream->is_suspended || (stream->length == 0 && !stream->is_ending && !stream->live->is_stopping))
        return;
    stream->is_suspended = false;
    MHD_resume_connection(stream->connection);
}

static bool find_marks(const struct stream *stream, struct turn *turn, struct marks *now)
{
    struct person *person;

    return store_person(turn->store, turn->mem, stream->phone, &person) && person &&
           marks_now(turn, person, stream->secret, stream->case_id, now);
}

/* Writes the stream's next event, if there are steps it has not told yet. Call with the lock held. */
static bool tell(struct stream *stream, struct turn *turn, int64_t last)
{
    int64_t now = clock_ticks();
    struct marks marks = stream->told;
    char event[128];

    if (last != stream->looked_at && !find_marks(stream, turn, &marks))
        return false;
    stream->looked_at = last;
    if (strcmp(marks.last, stream->told.last) != 0) {
        snprintf(event, sizeof event, "id: %s.%s\ndata: %d\n\n", marks.last, marks.of_case,
                 strcmp(marks.of_case, stream->told.of_case) != 0);
        say(stream, event);
        stream->told = marks;
        stream->beat = now;
    } else if (now - stream->beat >= BEAT_SECONDS) {
        say(stream, ":\n\n");
        stream->beat = now;
        if (stream->case_id)
            leases_renew(stream->live->page->leases, stream->case_id, stream->phone, clock_now());
    }
    stream->is_ending |= now - stream->began >= LASTING_SECONDS;
    return true;
}

/* The lock is held. */
static bool tell_all(struct live *live, struct turn *turn)
{
    int64_t last;

    if (!store_newest_step_id(turn->store, &last))
        return false;
    live->last = last;
    for (struct stream *stream = live->first; stream; stream = stream->next) {
        if (!tell(stream, turn, last))
            return false;
        go_on(stream);
    }
    return true;
}

static void look(struct live *live, struct store **store)
{
    const char *error;
    void *mem = talloc_new(NULL);
    struct page *page = live->page;
    struct turn turn = { .mem = mem,
                         .config = page->config,
                         .words = page->words,
                         .understanding = desk_hold(page->desk),
                         .now = clock_now() };

    if (!*store)
        *store = talloc_steal(NULL, store_open_reader(mem, live->page->config->store_url, &error));
    turn.store = *store;
    if (!*store)
        log_error("page: %s", error);
    else if (!tell_all(live, &turn)) {
        log_error("page: %s", store_error(*store));
        talloc_free(*store);
        *store = NULL;
    }
    desk_release(page->desk, turn.understanding);
    talloc_free(mem);
}

static void *run(void *arg)
{
    struct live *live = arg;
    struct store *store = NULL;

    pthread_mutex_lock(&live->lock);
    while (!live->is_stopping) {
        struct timespec until = clock_ticks_after(LOOK_MS);

        if (live->first)
            pthread_cond_clockwait(&live->wake, &live->lock, CLOCK_MONOTONIC, &until);
        else
            pthread_cond_wait(&live->wake, &live->lock);
        if (live->first && !live->is_stopping) {
            look(live, &store);
            http_server_wake(live->page->server);
        }
    }
    pthread_mutex_unlock(&live->lock);
    talloc_free(store);
    return NULL;
}

struct live *live_start(struct page *page, const char **error)
{
    struct live *live = talloc_zero(page, struct live);

    live->page = page;
    pthread_mutex_init(&live->lock, NULL);
    pthread_cond_init(&live->wake, NULL);
    if (pthread_create(&live->thread, NULL, run, live) == 0)
        return live;
    *error = "page: cannot create a thread";
    return NULL;
}

void live_wake(struct live *live)
{
    pthread_mutex_lock(&live->lock);
    pthread_cond_broadcast(&live->wake);
    pthread_mutex_unlock(&live->lock);
}

void live_stop(struct live *live)
{
    struct timespec until = clock_ticks_after(ENDING_MS);

    pthread_mutex_lock(&live->lock);
    live->is_stopping = true;
    for (struct stream *stream = live->first; stream; stream = stream->next)
        go_on(stream);
    pthread_cond_broadcast(&live->wake);
    pthread_mutex_unlock(&live->lock);
    http_server_wake(live->page->server);
    pthread_join(live->thread, NULL);
    pthread_mutex_lock(&live->lock);
    while (live->first && pthread_cond_clockwait(&live->wake, &live->lock, CLOCK_MONOTONIC, &until) == 0)
        ;
    pthread_mutex_unlock(&live->lock);
}

/* The case of ?case=NUMBER, where the visitor may know of it; 0: none was named. False: answered already. */
static bool find_case(struct visit *visit, int64_t *id)
{
    const char *number = visit_query(visit, "case");
    struct case_ *case_ = NULL;
    unsigned standing = 0;

    *id = 0;
    if (!*number)
        return true;
    if (!store_case_by_number(visit->turn.store, visit->exchange, number, &case_) ||
        (case_ && !standing_of(&visit->turn, case_, visit->person, &standing)))
        visit_failed(visit);
    else if (!standing)
        visit_absent(visit);
    else
        *id = case_->id;
    return *id != 0;
}

/* How far the browser has heard: its Last-Event-ID, else what the page showed ("LAST.OFCASE"), else all. */
static struct marks told_before(struct visit *visit, const struct marks *now)
{
    const char *id = exchange_header(visit->exchange, "Last-Event-ID"), *dot;
    struct marks told = { .last = "" };

    if (!id)
        id = visit_query(visit, "since");
    if (!*id)
        return *now;
    dot = strchr(id, '.');
    snprintf(told.last, sizeof told.last, "%.*s", (int)strcspn(id, "."), id);
    snprintf(told.of_case, sizeof told.of_case, "%s", dot ? dot + 1 : "");
    return told;
}

void live_open(struct visit *visit)
{
    struct live *live = visit->page->live;
    int64_t case_id;
    struct stream *stream;
    struct marks now;
    bool has_room;

    if (!find_case(visit, &case_id))
        return;
    if (!marks_now(&visit->turn, visit->person, visit->session->csrf, case_id, &now)) {
        visit_failed(visit);
        return;
    }
    stream = calloc(1, sizeof *stream);
    stream->live = live;
    stream->connection = visit->exchange->connection;
    stream->case_id = case_id;
    stream->told = told_before(visit, &now);
    stream->looked_at = -1;
    stream->began = stream->beat = clock_ticks();
    snprintf(stream->phone, sizeof stream->phone, "%s", visit->person->phone);
    snprintf(stream->secret, sizeof stream->secret, "%s", visit->session->csrf);
    say(stream, "retry: 700\n\n");
    pthread_mutex_lock(&live->lock);
    has_room = live->n < STREAMS_MOST && !live->is_stopping;
    if (has_room) {
        stream->next = live->first;
        live->first = stream;
        live->n++;
        pthread_cond_broadcast(&live->wake);
    }
    pthread_mutex_unlock(&live->lock);
    visit_add_headers(visit->exchange);
    if (has_room) {
        exchange_stream(visit->exchange, "text/event-stream", read_stream, stream, forget_stream);
        return;
    }
    free(stream);
    exchange_add_header(visit->exchange, "Retry-After", "20");
    exchange_refuse(visit->exchange, 503, "too many streams: ask for changes from time to time");
}

void live_changes(struct visit *visit)
{
    struct marks now;
    int64_t case_id;

    if (!find_case(visit, &case_id))
        return;
    if (!marks_now(&visit->turn, visit->person, visit->session->csrf, case_id, &now)) {
        visit_failed(visit);
        return;
    }
    visit_add_headers(visit->exchange);
    exchange_answer(
        visit->exchange, 200, "application/json",
        talloc_asprintf(visit->exchange, "{\"last\":\"%s\",\"case\":\"%s\"}", now.last, now.of_case));
}
