/*
 * Sends a modem line's claimed notices one at a time; each is armed before its last octet goes out.
 */
#ifndef GATEWAY_LINE_MODEM_OUTGOING_H
#define GATEWAY_LINE_MODEM_OUTGOING_H

#include "gateway/line/claims.h"
#include "modem/modem.h"

enum { OUTGOING_UNANSWERED = 16 };

struct modem_outgoing {
    struct claims claims;
    struct attempted_part
        unanswered[OUTGOING_UNANSWERED]; /* whose +CMGS may still come, in the order of sending */
    size_t n_unanswered;
    char refused_to[32];  /* number of the latest refusal */
    int refused_in_a_row; /* different numbers refused without a text sent in between */
    bool is_refusal_alerted;
};

/* The modem is up: loads what counts towards the rate limits; forgets sends from before, which it cannot
 * answer any more. */
void modem_outgoing_begin(struct line *line, struct modem_outgoing *outgoing);

/* Sends one text, claiming more when none is left. False: nothing to send now. */
bool modem_outgoing_send(struct line *line, struct modem *modem, struct modem_outgoing *outgoing);

/* New notices may be there: gives claims back so that more urgent ones go first. */
void modem_outgoing_look(struct line *line, struct modem_outgoing *outgoing);

/* A late answer settles the notice it belongs to: sent, or refused and tried again as its code says. */
void modem_outgoing_late(struct line *line, struct modem *modem, struct modem_outgoing *outgoing);

/* The modem is gone: what is claimed and not armed goes back. */
void modem_outgoing_release(struct line *line, struct modem_outgoing *outgoing);

/* Milliseconds until something may be sent; -1 when nothing waits. */
int modem_outgoing_timeout(const struct modem_outgoing *outgoing);

#endif
