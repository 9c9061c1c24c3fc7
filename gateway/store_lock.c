#include "gateway/store_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"

enum { LOOK_MS = 50 };

static int open_beside(const char *database, int flags)
{
    char path[PATH_MAX];

    if (snprintf(path, sizeof path, "%s.lock", database) >= (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, flags | O_CLOEXEC, 0600);
}

int store_lock_take(const char *database, int timeout_ms)
{
    int64_t until = clock_ticks_ms() + timeout_ms;
    int fd = open_beside(database, O_RDWR | O_CREAT);

    while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        int reason = errno;

        if (reason == EWOULDBLOCK && clock_ticks_ms() < until) {
            nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
            continue;
        }
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

bool store_lock_is_held(const char *database)
{
    int fd = open_beside(database, O_RDONLY); /* made by root, it would keep out the gateway's own user */
    bool is_held;

    if (fd < 0)
        return false;
    errno = 0;
    is_held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return is_held;
}

void store_lock_drop(int fd)
{
    close(fd);
}
