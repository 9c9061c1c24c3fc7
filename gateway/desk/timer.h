/*
 * The thread that waits for moments: dates of the calendar, messages that waited too long for their parts,
 * and knocks of other processes. It sleeps until the next of them.
 */
#ifndef GATEWAY_DESK_TIMER_H
#define GATEWAY_DESK_TIMER_H

#include "gateway/desk/desk.h"

struct timer;

/* knocked(arg) is called on the timer's thread after each knock. NULL: *error says why. */
struct timer *timer_start(void *mem, const struct config *config, struct desk *desk,
                          void (*knocked)(void *arg), void *arg, const char **error);

/* From any thread: the next moment may have become an earlier one. */
void timer_wake(struct timer *timer);

void timer_stop(struct timer *timer);

#endif
