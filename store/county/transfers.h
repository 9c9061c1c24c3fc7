/*
 * Cases that were forwarded to other counties and cases that came from them: a copy in each county, and the
 * link between the two numbers.
 */
#ifndef STORE_COUNTY_TRANSFERS_H
#define STORE_COUNTY_TRANSFERS_H

#include "store/store.h"

/* Written "out", "in". */
enum transfer_direction { TRANSFER_OUT, TRANSFER_IN };

/* Written "asked", "linked", "refused". A case that came in is never "asked". */
enum transfer_state { TRANSFER_ASKED, TRANSFER_LINKED, TRANSFER_REFUSED };

/*
 * There is one for each case and county that it went to, and one for each case of another county that came.
 * The journal brings each change to the centre, which passes on what is asked and what was answered.
 */
struct transfer {
    int64_t id;
    enum transfer_direction direction;
    enum transfer_state state;
    const char *number;        /* our case's; "": it came in and was refused */
    const char *county, *name; /* the other county's code and name */
    const char *their_number;  /* "": not known yet */
    const char *copy;          /* out and asked: the case, sealed to the other gateway; else "" */
    const char *why;           /* refused: a TRANSFER_WHY */
    int64_t asked_at, answered_at;
};

#define TRANSFER_WHY_KEY "key"         /* the copy was sealed to a key that its receiver no longer has */
#define TRANSFER_WHY_UNKNOWN "unknown" /* the centre knows no such county */
#define TRANSFER_WHY_FAILED "failed"   /* the receiver could not make a case of it */

/* A case of another county that came in, while its event is being handled. */
struct copied {
    const char *county, *name, *number;
    const char *reporter, *category, *topic, *place, *text;
    bool is_anonymous;
    int64_t received_at;
};

/* Adds it, or replaces the one of the same county and case: number if out, their_number if in. */
bool store_put_transfer(struct store *store, const struct transfer *transfer);

/* Our case that went to that county, or their case that came from it. From mem; NULL: none. */
bool store_transfer_out(struct store *store, void *mem, const char *number, const char *county,
                        struct transfer **transfer);
bool store_transfer_in(struct store *store, void *mem, const char *county, const char *their_number,
                       struct transfer **transfer);

/* All of one of our cases, the oldest first, and all with this number of another county. From mem. */
bool store_transfers_of(struct store *store, void *mem, const char *number, struct transfer **transfers,
                        size_t *n);
bool store_transfers_by_their_number(struct store *store, void *mem, const char *their_number,
                                     struct transfer **transfers, size_t *n);

#endif
