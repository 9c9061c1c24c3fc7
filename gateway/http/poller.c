#include "gateway/http/poller.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <talloc.h>
#include <unistd.h>

/* Passes made at the end for answers that are ready to be sent. */
enum { LAST_PASSES = 16 };

struct poller {
    struct MHD_Daemon *daemon;
    pthread_t thread;
    int wake; /* eventfd */
    atomic_bool is_stopping;
};

/* Milliseconds until libmicrohttpd wants to run even without an event; -1: never. */
static int patience(const struct poller *poller)
{
    MHD_UNSIGNED_LONG_LONG ms;

    if (MHD_get_timeout(poller->daemon, &ms) != MHD_YES)
        return -1;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

static void *run(void *arg)
{
    struct poller *poller = arg;
    struct pollfd waited[] = {
        { .fd = MHD_get_daemon_info(poller->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, .events = POLLIN },
        { .fd = poller->wake, .events = POLLIN },
    };
    eventfd_t woken;

    while (!poller->is_stopping) {
        if (poll(waited, 2, patience(poller)) > 0 && waited[1].revents)
            eventfd_read(poller->wake, &woken);
        MHD_run(poller->daemon);
    }
    for (int i = 0; i < LAST_PASSES && patience(poller) == 0; i++)
        MHD_run(poller->daemon);
    return NULL;
}

struct poller *poller_start(void *mem, struct MHD_Daemon *daemon)
{
    struct poller *poller = talloc_zero(mem, struct poller);
    int failed;

    poller->daemon = daemon;
    poller->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (poller->wake < 0) {
        talloc_free(poller);
        return NULL;
    }
    failed = pthread_create(&poller->thread, NULL, run, poller);
    if (failed == 0)
        return poller;
    close(poller->wake);
    talloc_free(poller);
    errno = failed;
    return NULL;
}

void poller_wake(struct poller *poller)
{
    if (poller)
        eventfd_write(poller->wake, 1);
}

void poller_stop(struct poller *poller)
{
    if (!poller)
        return;
    poller->is_stopping = true;
    poller_wake(poller);
    pthread_join(poller->thread, NULL);
    close(poller->wake);
    talloc_free(poller);
}
