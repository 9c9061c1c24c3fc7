/*
 * The centre's store: the counties' journals, and orders for the counties. Every statement runs on SQLite
 * and PostgreSQL. A gateway's id is its county's division code.
 */
#ifndef STORE_CENTRE_CENTRE_H
#define STORE_CENTRE_CENTRE_H

#include "store/journal/journal.h"
#include "store/sql.h"

/* schema.c. For sql_open. */
extern const struct schema centre_schema;

/* The state of one county's journal at the centre. */
struct feed {
    const char *gateway, *name;
    const char *token_hash;
    int64_t epoch;     /* of the box that may send rows; each take-over adds one */
    int64_t seq;       /* the last row that the centre has */
    const char *hash;  /* of that row */
    int64_t whole_seq; /* the last row that ends a transaction of the county's; what follows is a part */
    int64_t safe_seq;  /* the last row that is in a backup of the centre */
    const char *recovery_key; /* "": not told yet */
    const char *stopped;      /* why rows are refused; "": they are accepted */
    const char *session;      /* of the box that may send; "": none yet */
    const char *next_session; /* given to the box, and not used yet */
    const char *operator_phone;
    bool is_neighbour;        /* its lines may send alerts about other counties */
    int64_t heard_at;         /* 0: never */
    int64_t silent_at;        /* when its silence was alerted; 0: not silent */
    int64_t orders_done;      /* the last order that it has carried out */
    int64_t orders_given;     /* the last one that was sent to it */
    const char *transfer_key; /* public key that seals copies of cases for this county; "": not known yet */
};

/* feeds.c. Adds a county. If it exists (*is_new is false), updates its name, phone and token. */
bool centre_put_feed(struct store *store, const struct feed *feed, bool *is_new);
/* feeds.c. *feed is NULL if there is none. */
bool centre_feed(struct store *store, void *mem, const char *gateway, struct feed **feed);
bool centre_feed_by_token(struct store *store, void *mem, const char *hash, struct feed **feed);
bool centre_feeds(struct store *store, void *mem, struct feed **feeds, size_t *n);
bool centre_stop_feed(struct store *store, const char *gateway, const char *why);
bool centre_hear(struct store *store, const char *gateway, int64_t at);
bool centre_note_silence(struct store *store, const char *gateway, int64_t at);
bool centre_set_sessions(struct store *store, const char *gateway, const char *session, const char *next);
/* feeds.c. A box that uses an ended session is a copy, or was restored from one. */
bool centre_end_session(struct store *store, const char *session);
bool centre_has_ended(struct store *store, const char *session, bool *has_ended);
/* feeds.c. Of a centre that was restored from a backup older than a take-over, as centre_raise_epoch; never
 * to an earlier one: *is_set is false. */
bool centre_set_epoch(struct store *store, const char *gateway, int64_t epoch, int64_t at, bool *is_set);
bool centre_set_recovery_key(struct store *store, const char *gateway, const char *key);
bool centre_set_safe(struct store *store, const char *gateway, int64_t seq);
/*
 * feeds.c. Starts the next epoch, *epoch, at that time: rows of earlier epochs are refused from now on. The
 * valid chain ends with the last whole transaction; what came of another is kept as if it had been adopted.
 */
bool centre_raise_epoch(struct store *store, const char *gateway, int64_t at, int64_t *epoch);

/* rows.c. Adds the feed's next row, and applies it to the figures, or erases what it says. */
bool centre_add_row(struct store *store, const char *gateway, int64_t epoch, const struct journal_row *row);
/* rows.c. Does what the row of a whole transaction asks for: forwards a case, forgets or refuses orders. */
bool centre_act_on(struct store *store, const char *gateway, const struct journal_row *row);
/* rows.c. The same for all rows that are here from first to last. */
bool centre_act_on_rows(struct store *store, const char *gateway, int64_t first, int64_t last);
/* rows.c. Sets the feed's last row, and its last that ends a transaction. *is_moved is false if the feed has
 * another epoch by now. */
bool centre_move_end(struct store *store, const char *gateway, int64_t epoch, const struct journal_point *end,
                     int64_t whole_seq, int64_t at, bool *is_moved);
/* rows.c. The hash of a row of the valid chain; "" if the centre does not have it. */
bool centre_hash_at(struct store *store, void *mem, const char *gateway, int64_t seq, const char **hash);
/* rows.c. Calls each for at most limit rows of the valid chain after seq, in order, up to the end of the last
 * whole transaction. Adopted rows, which an old box wrote after a take-over, are not part of it. */
bool centre_each_row(struct store *store, const char *gateway, int64_t after, int limit,
                     bool (*each)(const struct journal_row *row, void *arg), void *arg);

/*
 * rows.c. Removes the remains of erased rows from SQLite's file, if there are any. Call it outside a
 * transaction; it may take long. PostgreSQL removes them when it vacuums the table; VACUUM FULL removes them
 * at once.
 */
bool centre_shred(struct store *store);

/*
 * rows.c. Blanks the bodies of all rows before the county's newest whole list of its rows: a store is built
 * from those that follow. So nothing stays readable that was sent before the county began to seal. *n: how
 * many. Rows of a box that was replaced stay.
 */
bool centre_blank_old_rows(struct store *store, const char *gateway, int64_t *n);

/* rows.c. The last row that the valid chain has of this epoch or an earlier one. */
bool centre_last_of_epoch(struct store *store, const char *gateway, int64_t epoch, int64_t *seq);

/*
 * rows.c. Adds a row that an old box wrote after it was replaced. The row does not become part of the valid
 * chain. *is_new is false if the centre has it already.
 */
bool centre_adopt_row(struct store *store, const char *gateway, int64_t epoch, const struct journal_row *row,
                      int64_t at, bool *is_new);

/* An instruction to a county's gateway. */
struct order {
    int64_t id;
    const char *gateway, *kind, *body;
    int64_t made_at;
    const char *refused; /* why the county did not carry it out; "": it did, or has not said yet */
};
/* orders.c */
bool centre_add_order(struct store *store, struct order *order);
bool centre_orders(struct store *store, void *mem, const char *gateway, int64_t after, int limit,
                   struct order **orders, size_t *n);
bool centre_last_order(struct store *store, int64_t *id);
bool centre_note_given(struct store *store, const char *gateway, int64_t given);
/*
 * The county has carried out orders up to done, which this store never gave: it was restored from a backup.
 * From now on orders get higher numbers, and those that it was given after first, the last one when the
 * centre started, get new ones. False: the store failed, or done is more than 100,000 above first.
 */
bool centre_number_anew(struct store *store, const char *gateway, int64_t first, int64_t done);
bool centre_note_orders(struct store *store, const char *gateway, int64_t done);
/* Only if it is the order that the county means: one of a centre that was restored may have the same id. */
bool centre_refuse_order(struct store *store, const struct order *order);
/* The newest orders, the newest first, but for those that only end a wait. gateway "": of all counties. */
bool centre_newest_orders(struct store *store, void *mem, const char *gateway, int limit,
                          struct order **orders, size_t *n);
/*
 * When a box is replaced. Texts and events that the old box was given after the last order of its journal may
 * have been sent or filed there: they are refused, so that no text goes out twice. Links are given again and
 * say so ("is_again"), for their reporters may have been told. The last model that it
 * took is given again, because no journal holds it.
 */
bool centre_settle_orders(struct store *store, const char *gateway);

/*
 * transfers.c. The version names the list of counties that each of them has: it changes with a name or key.
 * "": no county was ever added.
 */
bool centre_counties_version(struct store *store, void *mem, const char **version);
bool centre_renew_counties(struct store *store, const char *version);
bool centre_set_transfer_key(struct store *store, const char *gateway, const char *key);
/*
 * orders.c. Empties the copies of cases in orders that the county has carried out, once its journal says so
 * here: until then a box that takes its place is given them again.
 */
bool centre_forget_copies(struct store *store, const char *gateway);

/* Counts of one county's unrestricted cases that were received within a span. */
struct centre_figures {
    const char *gateway, *name;
    int64_t cases, open, overdue, closed, rated, content, explained, out_of_scope, withdrawn, merged;
};
/* figures.c. Includes counties without a case. */
bool centre_figures(struct store *store, void *mem, int64_t since, int64_t until, int64_t now,
                    struct centre_figures **figures, size_t *n);

#endif
