#include "gateway/line/line.h"

#include <time.h>

int64_t line_ticks(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}
