#include "gateway/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef XIANGYIN_RELEASED /* seconds; the Makefile names the day */
#define XIANGYIN_RELEASED 1793491200
#endif

/* The years that case numbers can say: 2021-01-01 and 2060-01-01 UTC. */
enum { EARLIEST = 1609459200 };
static const int64_t latest = 2840140800;

const char *clock_file(void)
{
    const char *file = getenv("XIANGYIN_CLOCK");

    return file && *file ? file : NULL;
}

int64_t clock_now(void)
{
    const char *file = clock_file();
    struct stat status;

    if (file && stat(file, &status) == 0)
        return status.st_mtim.tv_sec;
    return time(NULL);
}

bool clock_is_plausible(int64_t at)
{
    return at >= (clock_file() ? EARLIEST : XIANGYIN_RELEASED) && at < latest;
}

bool clock_set(const char *file, int64_t at)
{
    const struct timespec times[] = { { .tv_sec = at }, { .tv_sec = at } };
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return false;
    bool is_set = futimens(fd, times) == 0;
    close(fd);
    return is_set;
}

int64_t clock_ticks_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_ticks_ms(void)
{
    return clock_ticks_us() / 1000;
}

int64_t clock_ticks(void)
{
    return clock_ticks_us() / 1000000;
}

struct timespec clock_ticks_after(int ms)
{
    int64_t at = clock_ticks_us() + (int64_t)ms * 1000;

    return (struct timespec){ .tv_sec = at / 1000000, .tv_nsec = at % 1000000 * 1000 };
}
