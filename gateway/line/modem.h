/*
 * The line of one GSM modem.
 */
#ifndef GATEWAY_LINE_MODEM_H
#define GATEWAY_LINE_MODEM_H

#include "gateway/config.h"
#include "modem/modem.h"
#include "store/events.h"

/* The state a modem's line runs with. */
void *modem_line_new(void *mem, const struct modem_config *config);

/*
 * modem_event.c: what a stored message is to the desk, from mem. imsi tells SIMs apart in the message's key;
 * received_at is now. A message that cannot be read becomes a notification that keeps its PDU.
 */
void modem_event(void *mem, const struct modem_slot *slot, const char *line, const char *imsi,
                 int64_t received_at, struct event *event);

/* modem_event.c: a call nobody answered, the same way. */
void modem_call_event(void *mem, const struct modem_call *call, const char *line, int64_t received_at,
                      struct event *event);

#endif
