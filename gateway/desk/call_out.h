/*
 * Calls that go out: notices of the voice line (turn/calling.h). One is taken and armed in one commit before
 * the telephone rings; a crash behind that ends it, so that nobody is rung twice for the same. Of one number
 * all news that is due goes in one call.
 *
 * A number is called at most once in 10 minutes and three times a day, the line has a budget for a day, and
 * people are called only in the hours of calls; danger alone rings at any hour and as often as it must.
 */
#ifndef GATEWAY_DESK_CALL_OUT_H
#define GATEWAY_DESK_CALL_OUT_H

#include "gateway/desk/desk.h"

enum call_purpose { CALL_OF_NEWS, CALL_BACK, CALL_OF_ALARM };

struct call_out {
    enum call_purpose purpose;
    const char *to;       /* E.164 */
    const char *language; /* theirs; "" not known */
    int attempts;         /* this one counted */
    int64_t *notices;     /* ids */
    int64_t *cases;       /* that they are about; 0: of none */
    size_t n;
    int64_t lease_until;
};

enum call_end {
    CALL_END_HEARD,     /* somebody heard what it was for */
    CALL_END_UNHEARD,   /* nobody answered, or nobody pressed the key: later again */
    CALL_END_NOT_PLACED /* the line could not: it did not ring, and does not count */
};

/* NULL, when nobody is to be called now; *next_due: when to ask again, 0 when something changes. Has no
 * parent. */
struct call_out *call_out_next(struct desk *desk, int64_t *next_due);

/* Records what became of it, and who is told instead once it has been tried often enough: the person by text
 * where they can have one, else a cadre who goes there. Takes the call over. */
void call_out_ended(struct desk *desk, struct call_out *call, enum call_end end, const char *why);

/* When the gateway starts: what a crash cut off is told by others, as if nobody had heard it. False: the
 * store failed. */
bool call_out_recover(struct desk *desk);

#endif
