/*
 * Handles a county's request at the centre, inside one transaction, which may be repeated.
 */
#ifndef GATEWAY_CENTRE_TAKE_H
#define GATEWAY_CENTRE_TAKE_H

#include "gateway/centre/wire.h"
#include "store/centre/centre.h"

/* TAKE_REPORT and the kinds after it need the readers' token; the others need a county's. */
enum take_kind { TAKE_ROWS, TAKE_WAIT, TAKE_READ, TAKE_OVER, TAKE_REPORT, TAKE_PAGE, TAKE_METRICS };

/* The setting with the hash of the readers' token. */
#define READER_TOKEN "reader token"

struct take {
    enum take_kind kind;
    const char *token_hash;
    int64_t now;
    const struct wire_batch *batch; /* TAKE_ROWS */
    int64_t after;                  /* TAKE_WAIT: the last order carried out; TAKE_READ: the last row read */
    int64_t orders_at_start;        /* TAKE_WAIT: the last order when the centre started */
    int64_t epoch;                  /* TAKE_WAIT */
    const char *session;            /* TAKE_WAIT */
    int64_t since, until;           /* TAKE_REPORT, TAKE_PAGE: when the cases were received */
    bool is_first;                  /* TAKE_WAIT: the box has just started and asks for a session */
    const char *transfer_key;       /* TAKE_WAIT: of the box; "": not told now */
    const char *counties; /* TAKE_WAIT: the version of the list that the box has; "": it wants none */
    /* The result, from mem. */
    int status;         /* of HTTP */
    const char *answer; /* JSON; NULL: a wait that has nothing to say yet */
    const char *gateway;
    const char *alert; /* what to tell the operators of both ends; NULL: nothing */
};

/* Gives the list of counties a new version: each county gets it with its next wait. False: the store failed.
 */
bool take_renew_counties(struct store *store);

/* False: the transaction failed, and store_error says why. */
bool take(struct store *store, void *mem, struct take *take);

#endif
