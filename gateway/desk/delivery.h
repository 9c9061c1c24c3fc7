/*
 * What became of a text we sent: the line's answer, and the status report of the network or provider.
 */
#ifndef GATEWAY_DESK_DELIVERY_H
#define GATEWAY_DESK_DELIVERY_H

#include "gateway/turn/turn.h"
#include "store/events.h"
#include "store/notices.h"

/* A stored event of kind EVENT_RECEIPT (reference, from = the recipient, at = TP-SCTS, status = TP-ST; a
 * provider's: message_id, own_id); sets its outcome. */
bool delivery_take_receipt(struct turn *turn, struct event *event);

/*
 * Our id of a notice for a provider, so that we recognise its receipt: letters, digits and a hyphen, at
 * most 32. From mem.
 */
const char *delivery_own_id(void *mem, const struct notice *notice);

/* Seconds until the next try after so many attempts: 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 6 h ... */
int delivery_backoff(int attempts);

/*
 * The jobs that record an outcome. outbox.c posts them, each with its own struct as arg, talloc'ed because it
 * outlives the caller.
 */

/* What became of one notice. */
struct outcome {
    int64_t id;
    int attempts; /* this one included */
    const char *line;
    const char *why;
    const char *kept;    /* the words that may be kept; NULL: all */
    int64_t lease_until; /* of the claim that a release gives back */
    bool any_hour;       /* goes out in quiet hours too */
    bool is_permanent;
    bool wakes; /* the lines must look for it again */
    int parts;
    int parts_sent;   /* those the network has or may have; the others were certainly not sent */
    int references[]; /* one a part; -1: unknown, -2: sent, but the modem named none */
};

/* One job an outcome: the network took all of it; it may have; it took some parts; it took none; it was never
 * offered, and the claim goes back. False: the store failed. */
bool delivery_record_sent(struct turn *turn, void *outcome);
bool delivery_record_unknown(struct turn *turn, void *outcome);
bool delivery_record_partly(struct turn *turn, void *outcome);
bool delivery_record_refused(struct turn *turn, void *outcome);
bool delivery_record_release(struct turn *turn, void *outcome);

/* A provider took a notice and gave it these ids; "" when it gave none. */
struct taken {
    int64_t id;
    const char *line, *kept;
    const char **external_ids;
    size_t n;
};

/* Receipts that came before this settle it. */
bool delivery_record_taken(struct turn *turn, void *taken);

/* A modem's late answer to an unknown notice: this part of it was sent. */
struct late {
    int64_t id;
    int attempt, part, parts, reference;
};

bool delivery_record_late(struct turn *turn, void *late);

/* A modem's late answer to an unknown notice: +CMS ERROR code. */
struct late_refusal {
    int64_t id;
    int attempt, part;
    bool is_permanent;
    int code;
};

bool delivery_record_late_refusal(struct turn *turn, void *late_refusal);

#endif
