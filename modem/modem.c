#include "modem/modem_private.h"

#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "modem/port.h"

enum { HANG_UP_MS = 100, CALLER_MS = 500 };

static int destroy(struct modem *modem)
{
    modem_stop(modem);
    if (modem->wake_fd >= 0)
        close(modem->wake_fd);
    return 0;
}

static void copy_settings(struct modem *modem, const struct modem_settings *settings)
{
    struct modem_settings *own = &modem->settings;

    *own = *settings;
    own->device = talloc_strdup(modem, settings->device ? settings->device : "");
    own->pin = settings->pin ? talloc_strdup(modem, settings->pin) : NULL;
    own->storage = settings->storage && *settings->storage ? talloc_strdup(modem, settings->storage) : NULL;
    if (own->command_timeout_ms <= 0)
        own->command_timeout_ms = 5000;
    if (own->send_timeout_ms <= 0)
        own->send_timeout_ms = 60000;
}

struct modem *modem_new(void *mem, const struct modem_settings *settings)
{
    struct modem *modem = talloc_zero(mem, struct modem);

    modem->fd = -1;
    modem->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    modem->state = (struct modem_state){ .registration = -1, .signal = 99 };
    modem->quirk = quirk_find("", "");
    modem->at = at_new(modem, modem->wake_fd, modem_hear, modem_hear_late, modem);
    if (modem->wake_fd < 0) {
        talloc_free(modem);
        return NULL;
    }
    copy_settings(modem, settings);
    at_set_patience(modem->at, modem->settings.command_timeout_ms);
    talloc_set_destructor(modem, destroy);
    return modem;
}

bool modem_is_lost(const struct modem *modem)
{
    return modem->fd < 0 || at_is_lost(modem->at) || modem->is_restarted;
}

/* The bits for modem_wait to return; none of them is returned twice. */
static int take_wake(struct modem *modem)
{
    int wake;

    if (at_was_woken(modem->at))
        modem->wake |= MODEM_KICKED;
    if (modem->n_calls > 0)
        modem->wake |= MODEM_CALL;
    if (modem->n_lates > 0)
        modem->wake |= MODEM_LATE;
    wake = modem->wake;
    if (modem_is_lost(modem))
        wake |= MODEM_LOST;
    modem->wake = 0;
    return wake;
}

static int left_until(int64_t deadline)
{
    int64_t left = deadline - at_now_ms();

    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

/* The earlier of two moments, of which -1 never comes. */
static int64_t earlier(int64_t one, int64_t other)
{
    return one < 0 || (other >= 0 && other < one) ? other : one;
}

static void notice_time(struct modem *modem)
{
    int64_t end = modem_call_deadline(modem), retry = modem_failing_deadline(modem);

    if (end >= 0 && at_now_ms() >= end)
        modem_end_call(modem);
    if (retry >= 0 && at_now_ms() >= retry)
        modem->wake |= MODEM_MAIL;
    if (modem->is_suspect)
        modem_is_usable(modem);
}

int modem_wait(struct modem *modem, int timeout_ms)
{
    int64_t deadline = timeout_ms < 0 ? -1 : at_now_ms() + timeout_ms;
    int wake;

    if (modem->fd >= 0)
        at_drain(modem->at); /* a burst of codes wakes the caller once */
    for (;;) {
        int64_t next = deadline;

        if (modem->fd >= 0)
            notice_time(modem);
        wake = take_wake(modem);
        if (wake || (deadline >= 0 && at_now_ms() >= deadline))
            return wake;
        next = earlier(next, modem_call_deadline(modem));
        next = earlier(next, modem_failing_deadline(modem));
        at_listen(modem->at, next < 0 ? -1 : left_until(next));
        at_drain(modem->at); /* a burst of codes wakes the caller once */
    }
}

void modem_pause(struct modem *modem, int timeout_ms)
{
    struct pollfd wait = { .fd = modem->wake_fd, .events = POLLIN };
    uint64_t count;

    if (poll(&wait, 1, timeout_ms) > 0 && read(modem->wake_fd, &count, sizeof count) > 0)
        modem->wake |= MODEM_KICKED;
}

void modem_kick(struct modem *modem)
{
    uint64_t one = 1;

    (void)!write(modem->wake_fd, &one, sizeof one);
}

void modem_hurry(struct modem *modem)
{
    atomic_store(&modem->is_hurried, true);
    at_hurry(modem->at);
    modem_kick(modem);
}

/* The number of who rings comes a moment after the first RING. */
static void wait_for_caller(struct modem *modem)
{
    int64_t end = at_now_ms() + CALLER_MS;

    while (modem->ringing.is_on && !modem->ringing.has_caller && !at_is_lost(modem->at) && at_now_ms() < end)
        at_look(modem->at, 10000);
}

void modem_stop(struct modem *modem)
{
    if (modem->fd < 0)
        return;
    /* ESC closes a prompt that is still open and does no harm otherwise. */
    if (!at_is_lost(modem->at)) {
        at_drain(modem->at); /* a ring that just came counts */
        wait_for_caller(modem);
        at_escape(modem->at);
    }
    if (!at_is_lost(modem->at) && modem->talking.is_on) {
        at_shout(modem->at, "AT+CHUP");
        nanosleep(&(struct timespec){ .tv_nsec = HANG_UP_MS * 1000000L }, NULL); /* until it is written */
    }
    modem_end_talk(modem);
    modem_end_call(modem);
    at_detach(modem->at);
    port_close(modem->fd);
    modem->fd = -1;
}

bool modem_take_late(struct modem *modem, int *reference, int *code)
{
    if (modem->n_lates == 0)
        return false;
    *reference = modem->lates[0].reference;
    *code = modem->lates[0].code;
    modem->n_lates--;
    memmove(modem->lates, modem->lates + 1, modem->n_lates * sizeof *modem->lates);
    return true;
}

bool modem_is_unsent(int code)
{
    return at_is_unsent(code);
}

bool modem_take_call(struct modem *modem, struct modem_call *call)
{
    if (modem->n_calls == 0)
        return false;
    *call = modem->calls[0];
    modem->n_calls--;
    memmove(modem->calls, modem->calls + 1, modem->n_calls * sizeof *modem->calls);
    return true;
}

const struct modem_state *modem_state(const struct modem *modem)
{
    return &modem->state;
}

unsigned long modem_commands(const struct modem *modem)
{
    return at_commands(modem->at);
}

const char *modem_error(const struct modem *modem)
{
    return modem->error;
}
