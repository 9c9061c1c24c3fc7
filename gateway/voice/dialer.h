/*
 * Makes the calls that are due (gateway/desk/call_out.h): a thread that asks the desk, and hands each call to
 * the line that places it.
 */
#ifndef GATEWAY_VOICE_DIALER_H
#define GATEWAY_VOICE_DIALER_H

#include "gateway/desk/call_out.h"

struct dialer;

/* place is called on the dialer's thread with each call, which must come back by dialer_ended. most: calls at
 * once. From mem. */
struct dialer *dialer_start(void *mem, struct desk *desk, int most,
                            void (*place)(struct call_out *call, void *arg), void *arg);
/* From any thread: something may be due. */
void dialer_wake(struct dialer *dialer);
/* From any thread: a call has ended. After one that could not be placed, none is for a minute. */
void dialer_ended(struct dialer *dialer, struct call_out *call, enum call_end end, const char *why);
/* No call is placed after this; those that were must still come back before dialer_stop. */
void dialer_pause(struct dialer *dialer);
/* Ends the thread. It may still be woken, and is freed with mem. */
void dialer_stop(struct dialer *dialer);

#endif
