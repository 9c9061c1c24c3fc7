/*
 * Outgoing calls: notices of the voice line (turn/calling.h). A call is taken and armed in one commit before
 * the telephone rings; a crash after that ends it, so that nobody is rung twice for the same notice. All news
 * due for one number goes into one call.
 *
 * A number is called at most once in 10 minutes and three times a day, only in the configured hours, and the
 * line has a daily limit. Alarms of danger are exempt from all of these.
 */
#ifndef GATEWAY_DESK_CALL_OUT_H
#define GATEWAY_DESK_CALL_OUT_H

#include "gateway/desk/desk.h"

enum call_purpose { CALL_OF_NEWS, CALL_BACK, CALL_OF_ALARM };

struct call_out {
    enum call_purpose purpose;
    const char *to;       /* E.164 */
    const char *language; /* the person's; "": not known */
    int attempts;         /* with this one */
    int64_t *notices;     /* ids */
    int64_t *cases;       /* that the notices are about; 0: none */
    size_t n;
    int64_t lease_until;
};

enum call_end {
    CALL_END_HEARD,     /* somebody heard what it was for */
    CALL_END_UNHEARD,   /* nobody answered, or nobody pressed the key: tried again later */
    CALL_END_NOT_PLACED /* the line could not place it: it did not ring and does not count */
};

/* The next call, without a talloc parent. NULL: nobody is to be called now; *next_due: when to ask again, in
 * seconds, 0: after the next change. False: the store failed, and *call is NULL. */
bool call_out_next(struct desk *desk, struct call_out **call, int64_t *next_due);

/* Records the end of a call and takes it over. After the last try the person gets a text, if they can have
 * one, else a cadre is asked to go there. */
void call_out_ended(struct desk *desk, struct call_out *call, enum call_end end, const char *why);

/* Call it when the gateway starts: treats calls cut off by a crash as given up. False: the store failed. */
bool call_out_recover(struct desk *desk);

#endif
