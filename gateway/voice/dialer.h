/*
 * Makes the calls that are due (gateway/desk/call_out.h): a thread asks the desk and gives each call to the
 * line, which places it.
 */
#ifndef GATEWAY_VOICE_DIALER_H
#define GATEWAY_VOICE_DIALER_H

#include "gateway/desk/call_out.h"

struct dialer;

/* Calls place on the dialer's thread for each call; the line must return the call with dialer_ended. most:
 * calls at the same time. From mem. */
struct dialer *dialer_start(void *mem, struct desk *desk, int most,
                            void (*place)(struct call_out *call, void *arg), void *arg);
/* Tells the dialer that a call may be due. May be called on any thread. */
void dialer_wake(struct dialer *dialer);
/* Reports that a call has ended, on any thread. After a call that could not be placed, none is placed for a
 * minute. */
void dialer_ended(struct dialer *dialer, struct call_out *call, enum call_end end, const char *why);
/* Places no further call; calls already placed must still end with dialer_ended before dialer_stop. */
void dialer_pause(struct dialer *dialer);
/* Ends the thread. dialer_wake may still be called afterwards; the dialer is freed with mem. */
void dialer_stop(struct dialer *dialer);

#endif
