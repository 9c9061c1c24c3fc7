/*
 * What one piece of the desk's work may use. It lives for one transaction; when that fails the turn is begun
 * anew, so a job changes nothing but the store, its turn and, as its last act, its own argument.
 */
#ifndef GATEWAY_TURN_TURN_H
#define GATEWAY_TURN_TURN_H

#include "gateway/config.h"
#include "gateway/understand/understand.h"
#include "store/store.h"
#include "templates/words.h"

struct turn {
    void *mem; /* gone when the turn is over */
    struct store *store;
    const struct config *config;
    const struct words *words;
    const struct understanding *understanding;
    int64_t now;         /* of what is being done: an event's received_at, else the clock */
    int64_t ahead;       /* seconds that now is ahead of the clock: when somebody moves the calendar on */
    bool is_rehearsal;   /* nothing will be committed */
    bool has_notices;    /* notices were added: the outbox is woken after the commit */
    bool has_new_names;  /* units, place names or people changed: understanding is built anew */
    bool has_parts;      /* a message waits for its other parts: the clock must know */
    const char *error;   /* why a job returned false, where the store does not know */
    struct cache *cache; /* cache.c's */
};

/* False: failed, the transaction is rolled back; turn->error or store_error says why. */
typedef bool desk_job(struct turn *turn, void *arg);

/*
 * Runs one job in a transaction of its own, in a process that has no desk (subcommands). words and
 * understanding are opened for it. rehearsal: rolled back at the end. False: *error says why, from mem.
 */
bool turn_once(void *mem, struct store *store, const struct config *config, int64_t now, bool is_rehearsal,
               desk_job *job, void *arg, const char **error);

/*
 * Built from the units, place names and people in the store. A talloc context of its own. normaliser: one
 * that lives longer, NULL to make one. NULL: *error says why, from mem.
 */
struct understanding *turn_understanding(void *mem, struct store *store, const struct config *config,
                                         const struct normaliser *normaliser, const char **error);

/* The reason of a failed job: the turn's, else the store's. */
const char *turn_error(const struct turn *turn);

#endif
