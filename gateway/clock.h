/*
 * The time. The gateway uses the host's clock, except in a rehearsal: if $XIANGYIN_CLOCK names a file, the
 * time is the file's modification time (touch -d '2026-12-01 09:00' FILE) and stands still until that
 * changes. A running gateway notices a change within a minute, or at once after a knock (`xiangyin due`). The
 * log always shows the host's time.
 */
#ifndef GATEWAY_CLOCK_H
#define GATEWAY_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* Unix seconds. The host's time if the file cannot be read. */
int64_t clock_now(void);

/*
 * Whether a clock can be right that shows this moment: not before the program was released (in a rehearsal,
 * not before 2021), nor after 2059, which case numbers cannot say. A machine without a battery-backed clock
 * starts in 1970 or 2000.
 */
bool clock_is_plausible(int64_t at);

/* The rehearsal's file; NULL when the host's clock counts. */
const char *clock_file(void);

/* Sets the time for every process that uses the file, which is created if missing. False: errno says why. */
bool clock_set(const char *file, int64_t at);

/* CLOCK_MONOTONIC, which setting the clock does not move: for pauses and time-outs. In seconds, milliseconds
 * and microseconds. */
int64_t clock_ticks(void);
int64_t clock_ticks_ms(void);
int64_t clock_ticks_us(void);

/* The monotonic moment ms milliseconds from now, as pthread_cond_clockwait takes it. */
struct timespec clock_ticks_after(int ms);

#endif
