#include "gateway/store_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "store/sql.h"

enum { LOOK_MS = 50 };

/* Beside the file itself, by whichever name or link it is called: else each name would have a lock of its
 * own.
 */
static int open_beside(const char *database, int flags)
{
    char path[PATH_MAX], *file = realpath(database, NULL);
    bool fits = snprintf(path, sizeof path, "%s.lock", file ? file : database) < (int)sizeof path;

    free(file);
    if (!fits) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open(path, flags | O_CLOEXEC, 0600);
}

/* Closes fd when the lock is not had in time; errno says why. */
static int wait_for(int fd, int operation, int timeout_ms)
{
    int64_t until = clock_ticks_ms() + timeout_ms;

    while (fd >= 0 && flock(fd, operation | LOCK_NB) != 0) {
        int reason = errno;

        if ((reason == EWOULDBLOCK && clock_ticks_ms() < until) || reason == EINTR) {
            nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
            continue;
        }
        close(fd);
        errno = reason;
        return -1;
    }
    return fd;
}

int store_lock_take(const char *database, int timeout_ms)
{
    int fd = open_beside(database, O_RDWR | O_CREAT);

    if (fd >= 0)
        sqlite_own_as_folder(fd, database); /* made by root, it would keep out the gateway's own user */
    return wait_for(fd, LOCK_EX, timeout_ms);
}

int store_lock_take_made(const char *database, int timeout_ms)
{
    return wait_for(open_beside(database, O_RDONLY), LOCK_EX, timeout_ms);
}

int store_lock_share(const char *database)
{
    return wait_for(open_beside(database, O_RDONLY), LOCK_SH, 0);
}

bool store_lock_is_held(const char *database)
{
    int fd = store_lock_share(database);

    if (fd < 0)
        return errno == EWOULDBLOCK;
    close(fd);
    errno = 0;
    return false;
}

void store_lock_drop(int fd)
{
    close(fd);
}
