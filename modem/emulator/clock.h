/* The one clock of the emulator and its client. */
#ifndef MODEM_EMULATOR_CLOCK_H
#define MODEM_EMULATOR_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Microseconds of CLOCK_MONOTONIC. */
static inline int64_t emulator_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* The same in milliseconds. */
static inline int64_t emulator_now_ms(void)
{
    return emulator_now() / 1000;
}

#endif
