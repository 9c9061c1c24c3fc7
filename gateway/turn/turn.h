/*
 * What one job of the desk may use. A turn lives for one transaction. When that fails, the job runs again in
 * a new turn, so it may change only the store, its turn and, as its last act, its own argument.
 */
#ifndef GATEWAY_TURN_TURN_H
#define GATEWAY_TURN_TURN_H

#include "gateway/config.h"
#include "gateway/understand/understand.h"
#include "store/store.h"
#include "templates/words.h"

struct turn {
    void *mem; /* freed when the turn ends */
    struct store *store;
    const struct config *config;
    const struct words *words;
    const struct understanding *understanding;
    int64_t now;        /* logical time: the event's received_at, else the clock */
    int64_t ahead;      /* seconds that now is ahead of the clock, when an operator moves the calendar */
    bool is_rehearsal;  /* nothing will be committed */
    bool has_notices;   /* notices were added: wake the outbox after the commit */
    bool has_new_names; /* units, place names, people or words of the lexicon changed: renew the understanding
                         */
    bool has_new_texts; /* a text that the operator keeps changed */
    bool has_parts;     /* a message waits for its other parts: the timer must know */
    const char *error;  /* why a job returned false, unless the store says it */
    struct cache *cache; /* cache.c's */
};

/* False: the transaction is rolled back; turn->error or store_error says why. */
typedef bool desk_job(struct turn *turn, void *arg);

/*
 * Runs one job in its own transaction, in a process without a desk (subcommands); opens words and
 * understanding for it. is_rehearsal: rolls back at the end. False: *error says why, from mem.
 */
bool turn_once(void *mem, struct store *store, const struct config *config, int64_t now, bool is_rehearsal,
               desk_job *job, void *arg, const char **error);

/* The directory whose files replace those of templates/lexicon/, from mem; NULL: there is none. */
const char *turn_lexicons(void *mem, const struct config *config);

/*
 * Builds an understanding from the units, place names and people in the store. It has no talloc parent: the
 * caller frees it. language must live longer; NULL reads it anew. NULL: *error says why, from mem.
 */
struct understanding *turn_understanding(void *mem, struct store *store, const struct config *config,
                                         const struct language *language, const char **error);

/* Why a job failed: the turn's reason, else the store's. */
const char *turn_error(const struct turn *turn);

#endif
