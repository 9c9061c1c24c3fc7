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
#include "gateway/knock.h"
#include "gateway/log.h"

/*
 * SLEEP_MOST: the wall clock can be set while we sleep, so look at it this often. RETRY: after a failure.
 * DISK_LOW_MB: less than this and the operator hears of it.
 */
enum { SLEEP_MOST_SECONDS = 60, RETRY_SECONDS = 10, DISK_SECONDS = 3600, DISK_LOW_MB = 256 };

struct clock {
    const struct config *config;
    struct desk *desk;
    struct store *store; /* a reader of its own */
    void (*knocked)(void *arg);
    void *arg;
    pthread_t thread;
    atomic_bool is_stopping;
    int64_t disk_at; /* looked at last */
    bool is_disk_told;
    int knock_fd; /* -1: the store is in memory, nobody else can write */
    int wake_fd;
};

static bool parts_are_due(struct clock *clock, int64_t now, int64_t *next)
{
    int64_t first;

    *next = 0;
    if (!store_oldest_waiting(clock->store, &first) || first == 0)
        return false;
    *next = first + clock->config->part_timeout;
    return *next <= now;
}

static bool calendar_is_due(struct clock *clock, int64_t now, int64_t *next)
{
    return calendar_next(clock->store, clock->config, now, next) && *next <= now;
}

/* Told once, until there is plenty of room again. */
static void watch_disk(struct clock *clock, int64_t now)
{
    struct statvfs disk;

    if (!clock->config->database || now < clock->disk_at + DISK_SECONDS)
        return;
    clock->disk_at = now;
    if (statvfs(clock->config->database, &disk) != 0)
        return;
    long megabytes = (long)((uint64_t)disk.f_bavail * disk.f_frsize >> 20);
    if (megabytes < DISK_LOW_MB && !clock->is_disk_told) {
        log_warning("only %ld MB are left for %s", megabytes, clock->config->database);
        alert_post(clock->desk, "alert-disk", "", megabytes, "");
        clock->is_disk_told = true;
    }
    if (megabytes > 2L * DISK_LOW_MB)
        clock->is_disk_told = false;
}

/* Does what is due. Returns when to look again. */
static int64_t do_due(struct clock *clock)
{
    int64_t now = wall_clock(), parts = 0, calendar = 0, next = now + SLEEP_MOST_SECONDS;

    watch_disk(clock, now);
    if (parts_are_due(clock, now, &parts)) {
        if (!desk_do(clock->desk, parts_expire, NULL))
            return now + RETRY_SECONDS;
        parts_are_due(clock, now, &parts);
    }
    if (calendar_is_due(clock, now, &calendar)) {
        struct due due = { .at = now };
        if (!desk_do(clock->desk, calendar_due, &due))
            return now + RETRY_SECONDS;
        calendar_is_due(clock, now, &calendar);
    }
    if (parts > now && parts < next)
        next = parts;
    if (calendar > now && calendar < next)
        next = calendar;
    return next;
}

static void sleep_until(struct clock *clock, int64_t at)
{
    struct pollfd fds[] = { { .fd = clock->wake_fd, .events = POLLIN },
                            { .fd = clock->knock_fd, .events = POLLIN } };
    int64_t now = wall_clock();
    uint64_t count;

    poll(fds, 2, at > now ? (int)(at - now) * 1000 : 0);
    if (fds[0].revents & POLLIN)
        (void)!read(clock->wake_fd, &count, sizeof count);
    if ((fds[1].revents & POLLIN) && knock_wait(clock->knock_fd, 0))
        clock->knocked(clock->arg);
}

static void *run(void *arg)
{
    struct clock *clock = arg;

    while (!atomic_load(&clock->is_stopping))
        sleep_until(clock, do_due(clock));
    return NULL;
}

struct clock *timer_start(void *mem, const struct config *config, struct desk *desk,
                          void (*knocked)(void *arg), void *arg, const char **error)
{
    struct clock *clock = talloc_zero(mem, struct clock);

    *clock = (struct clock){ .config = config, .desk = desk, .knocked = knocked, .arg = arg, .knock_fd = -1 };
    clock->store = store_open_reader(clock, config->store_url, error);
    if (!clock->store)
        return NULL;
    clock->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    clock->knock_fd = config->database ? knock_open(config->database) : -1;
    if (config->database && clock->knock_fd < 0)
        log_warning("no socket beside the store (%s): what other processes queue is seen within a minute",
                    strerror(errno));
    if (pthread_create(&clock->thread, NULL, run, clock) != 0) {
        *error = "no thread for the clock";
        return NULL;
    }
    return clock;
}

void timer_wake(struct clock *clock)
{
    uint64_t one = 1;

    (void)!write(clock->wake_fd, &one, sizeof one);
}

void timer_stop(struct clock *clock)
{
    atomic_store(&clock->is_stopping, true);
    timer_wake(clock);
    pthread_join(clock->thread, NULL);
    if (clock->knock_fd >= 0)
        knock_close(clock->knock_fd, clock->config->database);
    close(clock->wake_fd);
}
