/*
 * Polls a provider for new texts. Some providers hand each text out only once, so an answer is saved to disk
 * before it is parsed, and kept until its events are committed.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/line/provider.h"
#include "gateway/log.h"
#include "gateway/provider/fields.h"
#include "gateway/provider/request.h"

enum { STORE_PAUSE_MS = 5000, CURSOR_MOST = 4096 };

struct asked {
    struct web_task task;
    const struct provider_poll *poll;
    const char *body_path, *cursor_path; /* NULL: the store is in memory */
    char *cursor;
    char *waiting; /* an answer whose events are not yet committed; NULL: none */
    size_t waiting_length;
    int64_t due_at; /* of the monotonic clock, in milliseconds */
    int failures;
    bool is_under_way;
};

struct polling {
    struct asked *all;
    size_t n;
};

static char *read_file(void *mem, const char *path, size_t most, size_t *length)
{
    FILE *file = path ? fopen(path, "rb") : NULL;
    char *text;

    *length = 0;
    if (!file)
        return NULL;
    text = talloc_size(mem, most + 1);
    *length = fread(text, 1, most, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}

static bool sync_folder(const char *path)
{
    char *copy = strdup(path);
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_synced = folder >= 0 && fsync(folder) == 0;

    if (folder >= 0)
        close(folder);
    free(copy);
    return is_synced;
}

/* Writes all or nothing; true once it is synced to disk. */
static bool write_file(const char *path, const char *text, size_t length)
{
    char *new_path = talloc_asprintf(NULL, "%s.new", path);
    int fd = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_written = fd >= 0;

    for (size_t done = 0; is_written && done < length;) {
        ssize_t n = write(fd, text + done, length - done);

        is_written = n > 0 || (n < 0 && errno == EINTR);
        done += n > 0 ? (size_t)n : 0;
    }
    is_written = is_written && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    is_written = is_written && rename(new_path, path) == 0 && sync_folder(path);
    talloc_free(new_path);
    return is_written;
}

static void begin(void *mem, struct asked *asked, const struct config *config,
                  const struct provider_config *provider)
{
    size_t length;

    asked->cursor = talloc_strdup(mem, "");
    if (!config->database)
        return;
    asked->body_path =
        talloc_asprintf(mem, "%s.%s.%s.answer", config->database, provider->name, asked->poll->name);
    asked->cursor_path =
        talloc_asprintf(mem, "%s.%s.%s.cursor", config->database, provider->name, asked->poll->name);
    asked->waiting = read_file(mem, asked->body_path, WEB_ANSWER_MOST, &asked->waiting_length);
    char *cursor = read_file(mem, asked->cursor_path, CURSOR_MOST, &length);
    if (cursor)
        asked->cursor = cursor;
}

struct polling *polling_new(void *mem, const struct config *config, const struct provider_config *provider)
{
    const struct provider_kind *kind = provider_kind_find(provider->kind);
    struct polling *polling = talloc_zero(mem, struct polling);

    while (kind->polls[polling->n].name)
        polling->n++;
    polling->all = talloc_zero_array(polling, struct asked, (unsigned)polling->n);
    for (size_t i = 0; i < polling->n; i++) {
        polling->all[i].poll = &kind->polls[i];
        begin(polling->all, &polling->all[i], config, provider);
    }
    return polling;
}

static void wait_for(struct asked *asked, int ms)
{
    asked->due_at = clock_ticks_ms() + ms;
}

static void failed(struct line *line, struct asked *asked, int retry_after, const char *why)
{
    const struct provider_config *provider = line->settings;
    int pause = line_backoff_ms(++asked->failures);
    void *mem = talloc_new(NULL);

    if (asked->failures == 1)
        log_warning("%s: polling %s: %s", line->name, asked->poll->name, log_words(mem, why));
    if (pause < provider->poll_seconds * 1000)
        pause = provider->poll_seconds * 1000;
    if (pause < retry_after * 1000)
        pause = retry_after * 1000;
    wait_for(asked, pause);
    talloc_free(mem);
}

/* Adds the raw answer as an event of its own: the provider may not hand it out again. */
static void add_answer(void *mem, const struct asked *asked, struct pulled *pulled)
{
    const char *body = asked->waiting;
    struct event event = { .kind = EVENT_NOTIFICATION,
                           .external_id = key_of(mem, &body, 1),
                           .is_key_derived = true,
                           .from = "",
                           .raw = body };

    events_add(mem, &pulled->events, &pulled->n, &event);
}

static void keep_unread(void *mem, struct line *line, const struct asked *asked, struct pulled *pulled)
{
    log_warning("%s: polling %s: cannot parse the answer, stored it as received: %s", line->name,
                asked->poll->name, pulled->why ? pulled->why : "");
    pulled->n = 0;
    pulled->events = NULL;
    pulled->cursor = asked->cursor;
    pulled->has_more = false;
    add_answer(mem, asked, pulled);
}

/* Some entries cannot be parsed: keeps the raw answer beside the events of the others. */
static void keep_unread_entries(void *mem, struct line *line, const struct asked *asked,
                                struct pulled *pulled)
{
    log_warning("%s: polling %s: cannot parse %zu entries, stored the answer as received", line->name,
                asked->poll->name, pulled->n_unread);
    add_answer(mem, asked, pulled);
}

/* Drops entries that are not texts; the first event keeps the raw answer as evidence. */
static void complete_events(void *mem, struct line *line, const struct asked *asked, struct pulled *pulled)
{
    size_t n = 0;

    for (size_t i = 0; i < pulled->n; i++) {
        if (provider_complete_event(mem, &pulled->events[i], line->name, clock_now()))
            pulled->events[n++] = pulled->events[i];
        else
            log_warning("%s: polling %s: skipped an entry that is not a text", line->name, asked->poll->name);
    }
    pulled->n = n;
    if (n > 0 && !pulled->events[0].raw)
        pulled->events[0].raw = asked->waiting;
}

static void keep_cursor(struct line *line, struct asked *asked, const char *cursor)
{
    if (strcmp(asked->cursor, cursor) == 0 || strlen(cursor) > CURSOR_MOST)
        return;
    talloc_free(asked->cursor);
    asked->cursor = talloc_strdup(line->state, cursor);
    if (asked->cursor_path && !write_file(asked->cursor_path, cursor, strlen(cursor)))
        log_warning("%s: cannot write %s: %s", line->name, asked->cursor_path, strerror(errno));
}

/* Commits the events of the waiting answer, then deletes the answer. */
static void take_in(struct line *line, struct asked *asked)
{
    struct provider_line *state = line->state;
    void *mem = talloc_new(NULL);
    struct web_answer answer = { .status = 200, .body = asked->waiting, .length = asked->waiting_length };
    struct pulled pulled = { .cursor = asked->cursor };

    if (!asked->poll->read(mem, state->config, &answer, &pulled))
        keep_unread(mem, line, asked, &pulled);
    else if (pulled.n_unread > 0)
        keep_unread_entries(mem, line, asked, &pulled);
    complete_events(mem, line, asked, &pulled);
    if (!pulled.refusal && pulled.n > 0 && !desk_submit(line->desk, pulled.events, pulled.n)) {
        wait_for(asked, STORE_PAUSE_MS);
        talloc_free(mem);
        return;
    }
    if (asked->body_path)
        unlink(asked->body_path);
    TALLOC_FREE(asked->waiting);
    if (pulled.refusal) {
        failed(line, asked, 0, pulled.refusal);
    } else {
        asked->failures = 0;
        keep_cursor(line, asked, pulled.cursor);
        wait_for(asked, pulled.has_more ? 0 : state->config->poll_seconds * 1000);
    }
    talloc_free(mem);
}

static void ended(struct line *line, struct web_task *task, const struct web_end *end)
{
    struct asked *asked = (struct asked *)task;

    asked->is_under_way = false;
    if (end->fate != WEB_ANSWERED) {
        failed(line, asked, 0, end->why);
        return;
    }
    if (end->answer.status < 200 || end->answer.status > 299) {
        char why[40];

        snprintf(why, sizeof why, "HTTP status %d", end->answer.status);
        failed(line, asked, end->retry_after, why);
        return;
    }
    if (asked->body_path && !write_file(asked->body_path, end->answer.body, end->answer.length))
        log_error("%s: cannot write %s: %s", line->name, asked->body_path, strerror(errno));
    asked->waiting = talloc_memdup(line->state, end->answer.body, end->answer.length + 1);
    asked->waiting_length = end->answer.length;
    take_in(line, asked);
}

static void ask(struct line *line, struct asked *asked)
{
    struct provider_line *state = line->state;
    void *mem = talloc_new(NULL);
    struct web_request request = { 0 };
    struct outgoing_text now = { .now = clock_now(), .nonce = line_nonce(mem), .hook_url = state->hook_url };

    asked->task.end = ended;
    wait_for(asked, state->config->poll_seconds * 1000);
    if (now.nonce && asked->poll->build(mem, state->config, asked->cursor, &now, &request))
        asked->is_under_way = web_start(state->web, &request, asked);
    talloc_free(mem);
}

void polling_ask(struct line *line)
{
    struct polling *polling = ((struct provider_line *)line->state)->polling;
    int64_t now = clock_ticks_ms();

    for (size_t i = 0; i < polling->n; i++) {
        struct asked *asked = &polling->all[i];

        if (asked->is_under_way || asked->due_at > now)
            continue;
        if (asked->waiting)
            take_in(line, asked);
        else
            ask(line, asked);
    }
}

int polling_timeout(const struct line *line)
{
    const struct polling *polling = ((const struct provider_line *)line->state)->polling;
    int64_t now = clock_ticks_ms(), soonest = -1;

    for (size_t i = 0; i < polling->n; i++) {
        int64_t left = polling->all[i].due_at - now;

        if (polling->all[i].is_under_way)
            continue;
        if (soonest < 0 || left < soonest)
            soonest = left > 0 ? left : 0;
    }
    return (int)soonest;
}
