#include "gateway/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const char *wall_clock_file(void)
{
    const char *file = getenv("XIANGYIN_CLOCK");

    return file && *file ? file : NULL;
}

int64_t wall_clock(void)
{
    const char *file = wall_clock_file();
    struct stat status;

    if (file && stat(file, &status) == 0)
        return status.st_mtim.tv_sec;
    return time(NULL);
}

bool wall_clock_set(const char *file, int64_t at)
{
    const struct timespec times[] = { { .tv_sec = at }, { .tv_sec = at } };
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        return false;
    bool is_set = futimens(fd, times) == 0;
    close(fd);
    return is_set;
}
