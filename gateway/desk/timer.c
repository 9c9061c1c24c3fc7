#include "gateway/desk/timer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/statvfs.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/calendar/calendar.h"
#include "gateway/clock.h"
#include "gateway/desk/alert.h"
#include "gateway/desk/parts.h"
#include "gateway/desk/waits.h"
#include "gateway/knock.h"
#include "gateway/log.h"
#include "store/calendar.h"

/*
 * SLEEP_MOST_SECONDS: timer_wake comes when the clock is set. DEAF_SECONDS: where nothing else tells that
 * something may be due. RETRY_SECONDS: after a failure. DISK_LOW_MB: with less free space than this the
 * operator is alerted.
 */
enum {
    SLEEP_MOST_SECONDS = 3600,
    DEAF_SECONDS = 60,
    RETRY_SECONDS = 10,
    DISK_SECONDS = 3600,
    DISK_LOW_MB = 256
};

struct timer {
    const struct config *config;
    struct desk *desk;
    struct store *store; /* a reader of its own */
    timer_knocked *knocked;
    void *arg;
    pthread_t thread;
    atomic_bool is_stopping;
    int64_t disk_at; /* last check of the disk */
    int64_t seen_at; /* what the clock showed last; 0: not looked at yet */
    bool is_disk_alerted;
    atomic_int doubt; /* enum clock_doubt: why the calendar does not run */
    int knock_fd;     /* -1: the store is in memory */
    int wake_fd;
};

static bool parts_are_due(struct timer *timer, int64_t now, int64_t *next)
{
    int64_t first;

    *next = 0;
    if (!store_oldest_waiting(timer->store, &first) || first == 0)
        return false;
    *next = first + timer->config->part_timeout;
    return *next <= now;
}

static bool calendar_is_due(struct timer *timer, int64_t now, int64_t *next)
{
    return calendar_next(timer->store, timer->config, now, next) && *next <= now;
}

/* Alerts once, until there is plenty of room again. */
static void watch_disk(struct timer *timer, int64_t now)
{
    struct statvfs disk;

    if (!timer->config->database || now < timer->disk_at + DISK_SECONDS)
        return;
    timer->disk_at = now;
    if (statvfs(timer->config->database, &disk) != 0)
        return;
    long megabytes = (long)((uint64_t)disk.f_bavail * disk.f_frsize >> 20);
    if (megabytes < DISK_LOW_MB && !timer->is_disk_alerted) {
        log_event(LOG_EVENT_DISK_LOW, "only %ld MB of disk space left for %s", megabytes,
                  timer->config->database);
        alert_post(timer->desk, "alert-disk", "", megabytes, "");
        timer->is_disk_alerted = true;
    }
    if (megabytes > 2L * DISK_LOW_MB)
        timer->is_disk_alerted = false;
}

/* Says once, to the log and to the operator, that the calendar has stopped, and when it goes on. */
static void tell_doubt(struct timer *timer, const struct due *due)
{
    bool is_news = atomic_exchange(&timer->doubt, (int)due->doubt) != (int)due->doubt;

    if (is_news && due->doubt != CLOCK_BELIEVED) {
        log_event(
            LOG_EVENT_CALENDAR_STOPPED,
            "the calendar has stopped: %s. Set the clock, or if it is right run: xiangyin due --confirm",
            clock_doubt_text(due->doubt));
        alert_post(timer->desk, "alert-clock", "", 0, "");
    } else if (is_news) {
        log_info("the calendar runs again");
    }
    if (due->n_repaired > 0) {
        log_warning("repaired %lld rows that a wrong clock had left for days to come",
                    (long long)due->n_repaired);
        alert_post(timer->desk, "alert-clock-repaired", "", (long)due->n_repaired, "");
    }
}

static bool run_calendar(struct timer *timer, int64_t now)
{
    struct due due = { .at = now };

    if (!desk_do(timer->desk, calendar_due, &due))
        return false;
    tell_doubt(timer, &due);
    return true;
}

/* Whether the clock shows less than it did: when the timer looked last, or in a former run. */
static bool is_set_back(struct timer *timer, int64_t now)
{
    int64_t before = timer->seen_at;

    timer->seen_at = now;
    if (before == 0 && !store_newest_moment(timer->store, &before))
        timer->seen_at = 0;
    return now < before;
}

/* Other processes cannot knock. */
static bool is_deaf(const struct timer *timer)
{
    return timer->config->database && timer->knock_fd < 0;
}

/* Does what is due. Returns in how many seconds to look again, at most SLEEP_MOST_SECONDS; a span, not a
 * time, because the clock may be set before the wait begins. */
static int do_due(struct timer *timer)
{
    int64_t now = clock_now(), parts = 0, calendar = 0, next;

    if (is_set_back(timer, now) && !desk_do(timer->desk, waits_shorten, NULL)) {
        timer->seen_at = 0;
        return RETRY_SECONDS;
    }
    watch_disk(timer, now);
    if (parts_are_due(timer, now, &parts)) {
        if (!desk_do(timer->desk, parts_expire, NULL))
            return RETRY_SECONDS;
        parts_are_due(timer, now, &parts);
    }
    if (calendar_is_due(timer, now, &calendar)) {
        if (!run_calendar(timer, now))
            return RETRY_SECONDS;
        calendar_is_due(timer, now, &calendar); /* not later than now while the clock is not believed */
    }
    next = now + (calendar > now && !is_deaf(timer) ? SLEEP_MOST_SECONDS : DEAF_SECONDS);
    if (parts > now && parts < next)
        next = parts;
    if (calendar > now && calendar < next)
        next = calendar;
    return (int)(next - now);
}

static void hear_knocks(struct timer *timer)
{
    struct knock_question question;

    while (knock_take(timer->knock_fd, &question))
        timer->knocked(timer->arg, timer->knock_fd, &question);
}

static void sleep_for(struct timer *timer, int seconds)
{
    struct pollfd fds[] = { { .fd = timer->wake_fd, .events = POLLIN },
                            { .fd = timer->knock_fd, .events = POLLIN } };
    uint64_t count;

    if (poll(fds, 2, seconds * 1000) == 0 && is_deaf(timer))
        timer->knocked(timer->arg, -1, &(struct knock_question){ 0 });
    if (fds[0].revents & POLLIN)
        (void)!read(timer->wake_fd, &count, sizeof count);
    if (fds[1].revents & POLLIN)
        hear_knocks(timer);
}

static void *run(void *arg)
{
    struct timer *timer = arg;

    while (!atomic_load(&timer->is_stopping))
        sleep_for(timer, do_due(timer));
    return NULL;
}

struct timer *timer_start(void *mem, const struct config *config, struct desk *desk, timer_knocked *knocked,
                          void *arg, const char **error)
{
    struct timer *timer = talloc_zero(mem, struct timer);

    *timer = (struct timer){ .config = config, .desk = desk, .knocked = knocked, .arg = arg, .knock_fd = -1 };
    timer->store = store_open_reader(timer, config->store_url, error);
    if (!timer->store)
        return NULL;
    timer->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    timer->knock_fd = config->database ? knock_open(config->database) : -1;
    if (config->database && timer->knock_fd < 0)
        log_warning(
            "cannot listen beside the store (%s): work queued by other processes may wait up to a minute",
            strerror(errno));
    if (pthread_create(&timer->thread, NULL, run, timer) != 0) {
        *error = "cannot start the timer thread";
        return NULL;
    }
    return timer;
}

void timer_wake(struct timer *timer)
{
    uint64_t one = 1;

    (void)!write(timer->wake_fd, &one, sizeof one);
}

void timer_note_events(struct timer *timer)
{
    if (atomic_load(&timer->doubt) != CLOCK_BELIEVED)
        timer_wake(timer);
}

void timer_stop(struct timer *timer)
{
    atomic_store(&timer->is_stopping, true);
    timer_wake(timer);
    pthread_join(timer->thread, NULL);
    if (timer->knock_fd >= 0)
        knock_close(timer->knock_fd, timer->config->database);
    close(timer->wake_fd);
}
