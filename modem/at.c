#include "modem/at_private.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

/* A line that lacks only its end is taken as whole after this silence. */
enum { QUIET_MS = 150, WRITE_MS = 1000, HURRY_MS = 1000 };

int64_t at_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct at *at_new(void *mem, int wake_fd, at_heard *heard, at_late *late, void *context)
{
    struct at *at = talloc_zero(mem, struct at);

    at->reader = at_reader_new(at);
    at->fd = -1;
    at->wake_fd = wake_fd;
    at->heard = heard;
    at->late = late;
    at->context = context;
    at->patience_ms = 5000;
    at->last_reference = -1;
    return at;
}

void at_attach(struct at *at, int fd)
{
    at->fd = fd;
    at->is_lost = at->is_void = at->restarted = at->was_woken = false;
    at->owed = at->owed_others = at->strays = at->refusals = at->slow_ms = 0;
    at->has_probe_line = at->has_old_probes = at->has_read = at->has_number = at->is_terse = false;
    at->swallow_until = 0;
    at->header_code = NULL;
    at_reader_reset(at->reader);
}

void at_detach(struct at *at)
{
    at->fd = -1;
    at->is_lost = true;
}

bool at_fail(struct at *at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(at->error, sizeof at->error, format, args);
    va_end(args);
    return false;
}

/* What was asked before is never answered: the modem restarted, or its port is gone. */
static void forget_sends(struct at *at)
{
    at->unanswered = at->skipped = 0;
    at->last_reference = -1;
}

static bool lose(struct at *at, const char *why)
{
    at->is_lost = true;
    forget_sends(at);
    return at_fail(at, "the port is gone: %s", why);
}

/* A hurried dialogue has one second left, counted from when this thread first knew. */
static int64_t hurried_deadline(struct at *at, int64_t deadline)
{
    if (!atomic_load(&at->is_hurried))
        return deadline;
    if (at->hurried_at == 0)
        at->hurried_at = at_now_ms();
    if (deadline < 0 || deadline > at->hurried_at + HURRY_MS)
        return at->hurried_at + HURRY_MS;
    return deadline;
}

size_t at_write(struct at *at, const char *octets, size_t n)
{
    int64_t deadline = hurried_deadline(at, at_now_ms() + WRITE_MS);
    size_t done = 0;

    while (done < n && !at->is_lost) {
        ssize_t written = write(at->fd, octets + done, n - done);
        struct pollfd poll_fd = { .fd = at->fd, .events = POLLOUT };
        int64_t left = deadline - at_now_ms();

        if (written > 0)
            done += (size_t)written;
        else if (written < 0 && errno != EAGAIN && errno != EINTR)
            lose(at, strerror(errno));
        else if (left <= 0 || poll(&poll_fd, 1, (int)left) == 0)
            break;
    }
    return done;
}

/* The line behind the final result of a send may be a second result, of a send given up or of this one: it
 * stays in the reader until the first was judged. */
static bool is_answered_send(const struct at *at)
{
    return at->is_busy && at->is_send && at->is_done;
}

static enum at_token next_token(struct at *at, bool is_quiet, const char **line)
{
    if (is_answered_send(at))
        return AT_NOTHING;
    return is_quiet ? at_reader_flush(at->reader, line) : at_reader_next(at->reader, line);
}

bool at_take_tokens(struct at *at, bool is_quiet)
{
    const char *line;
    enum at_token token;
    bool took = false;

    if (is_quiet && at->is_send && !at->has_prompt && at_reader_has_prompt(at->reader)) {
        at_reader_reset(at->reader);
        at->has_prompt = took = true;
    }
    while ((token = next_token(at, is_quiet, &line))) {
        took = true;
        if (token == AT_PROMPT)
            at->has_prompt = true;
        else
            at_take_line(at, line);
    }
    return took;
}

static bool read_port(struct at *at)
{
    char octets[4096];
    ssize_t n = read(at->fd, octets, sizeof octets);

    if (n == 0)
        return lose(at, "end of file");
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? true : lose(at, strerror(errno));
    at->has_read = true;
    at_reader_feed(at->reader, octets, (size_t)n);
    at_take_tokens(at, false);
    return true;
}

static void read_wake(struct at *at)
{
    uint64_t count;

    if (read(at->wake_fd, &count, sizeof count) > 0)
        at->was_woken = true;
}

static bool lacks_only_its_end(const struct at *at)
{
    return at_reader_has_final(at->reader) || (at->is_send && at_reader_has_prompt(at->reader));
}

static int poll_timeout(struct at *at, int64_t deadline, bool *waits_for_quiet)
{
    int64_t left = deadline < 0 ? -1 : deadline - at_now_ms();

    if (deadline >= 0 && left < 0)
        left = 0;
    *waits_for_quiet = lacks_only_its_end(at) && (left < 0 || left > QUIET_MS);
    return *waits_for_quiet ? QUIET_MS : (int)left;
}

bool at_pump(struct at *at, int64_t deadline, bool stops_for_wake)
{
    struct pollfd fds[2] = { { .fd = at->fd, .events = POLLIN }, { .fd = at->wake_fd, .events = POLLIN } };

    if (at_take_tokens(at, false))
        return true;
    while (!at->is_lost) {
        bool waits_for_quiet;
        int timeout = poll_timeout(at, hurried_deadline(at, deadline), &waits_for_quiet);
        int n = poll(fds, 2, timeout);

        if (n < 0 && errno != EINTR)
            return lose(at, strerror(errno));
        if (n == 0) {
            if (lacks_only_its_end(at))
                at_take_tokens(at, true);
            return waits_for_quiet;
        }
        if (n < 0)
            continue;
        if (fds[1].revents) {
            read_wake(at);
            if (stops_for_wake)
                return true;
        }
        if (fds[0].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
            return read_port(at);
    }
    return false;
}

bool at_listen(struct at *at, int timeout_ms)
{
    at_pump(at, timeout_ms < 0 ? -1 : at_now_ms() + timeout_ms, true);
    return !at->is_lost;
}

void at_drain(struct at *at)
{
    struct pollfd poll_fd = { .fd = at->fd, .events = POLLIN };

    for (int i = 0; i < 64 && !at->is_lost && poll(&poll_fd, 1, 0) > 0; i++)
        read_port(at);
}

void at_look(struct at *at, int us)
{
    struct pollfd poll_fd = { .fd = at->fd, .events = POLLIN };

    if (!at->is_lost && ppoll(&poll_fd, 1, &(struct timespec){ .tv_nsec = us * 1000L }, NULL) > 0)
        read_port(at);
}

bool at_pause(struct at *at, int ms)
{
    int64_t end = at_now_ms() + ms;

    while (!at->is_lost && !atomic_load(&at->is_hurried) && at_now_ms() < end)
        at_pump(at, end, false);
    return !at->is_lost;
}

void at_escape(struct at *at)
{
    at_write(at, "\x1b\r", 2);
}

void at_hurry(struct at *at)
{
    atomic_store(&at->is_hurried, true);
}

void at_set_patience(struct at *at, int command_timeout_ms)
{
    at->patience_ms = command_timeout_ms;
}

void at_interrupt(struct at *at)
{
    at->is_void = true;
    forget_sends(at);
    if (at->is_busy)
        at->restarted = at->is_done = true;
}

bool at_is_lost(const struct at *at)
{
    return at->is_lost;
}

int at_greeting_ms(const struct at *at)
{
    return at->greeting_ms;
}

bool at_was_late(const struct at *at)
{
    return at->was_late;
}

bool at_was_woken(struct at *at)
{
    bool was_woken = at->was_woken;

    at->was_woken = false;
    return was_woken;
}

unsigned long at_commands(const struct at *at)
{
    return at->commands;
}

const char *at_error(const struct at *at)
{
    return at->error;
}
