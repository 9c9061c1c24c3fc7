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
 * modem_event.c: fills in the event of a stored message; texts are allocated from mem. imsi distinguishes
 * SIMs in external_id; received_at is now. A message that cannot be decoded becomes a notification that
 * is_unreadable and keeps its PDU; the text of one that is cut off ends in "…".
 */
void modem_event(void *mem, const struct modem_slot *slot, const char *line, const char *imsi,
                 int64_t received_at, struct event *event);

/* modem_event.c: the same for a call that nobody answered. */
void modem_call_event(void *mem, const struct modem_call *call, const char *line, int64_t received_at,
                      struct event *event);

#endif
