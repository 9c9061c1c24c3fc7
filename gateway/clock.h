/*
 * What time it is for the gateway. That is the host's clock, except in a rehearsal: where $XIANGYIN_CLOCK
 * names a file, it is the moment that file was last changed (touch -d '2026-12-01 09:00' FILE), and stands
 * still until it is changed again. A knock (`xiangyin due`) makes a running gateway look at once, else it
 * does within a minute. Stamps in the log are the host's.
 */
#ifndef GATEWAY_CLOCK_H
#define GATEWAY_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Unix seconds. The host's when the file cannot be looked at. */
int64_t wall_clock(void);

/* The file, NULL in earnest. */
const char *wall_clock_file(void);

/* Makes it this moment for every process that looks at the file, which is made when there is none. False:
 * errno says why. */
bool wall_clock_set(const char *file, int64_t at);

#endif
