/* Shared by server.c, which serves HTTP, and work.c, which works on the store. */
#ifndef GATEWAY_CENTRE_CENTRE_PRIVATE_H
#define GATEWAY_CENTRE_CENTRE_PRIVATE_H

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "gateway/centre/server.h"
#include "gateway/centre/take.h"
#include "gateway/http/poller.h"
#include "templates/words.h"

enum { CENTRE_DEADLINE_MS = 10000, CENTRE_PATIENCE_MS = 20000 };

/* One request of a county. */
struct ask {
    struct ask *next;
    struct MHD_Connection *connection;
    char *body;          /* TAKE_ROWS: room for all of it; NULL otherwise, and once it has been read */
    size_t length, room; /* room: octets held of the centre's admission */
    bool is_handled;
    struct take take;
    int64_t until; /* ticks: when a wait must be answered at the latest */
    int status;
    const char *answer;
};

struct centre {
    const struct config *config;
    struct store *store;
    struct MHD_Daemon *daemon;
    struct poller *poller;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t arrival;
    struct ask *first, **last; /* not worked on yet */
    size_t held;               /* suspended connections */
    pthread_cond_t settled;
    bool is_stopping;
    /* used by the working thread alone */
    struct ask *waiting; /* waits without an order yet */
    int64_t last_order, orders_at_start;
    char counties[64]; /* the version of their list */
    int64_t started_at, looked_at, shredded_at;
    bool is_outage;
    struct admission *admission;
    const struct words *words;
    atomic_long rows, batches;
};

enum { ADMISSION_HASH_SIZE = 65, ADMISSION_HELD_MOST = 64 * 1024 * 1024 };

/* admission.c. Any thread may call these. admission_learn adds a token's hash, admission_renew replaces all.
 */
struct admission *admission_new(void *mem);
void admission_learn(struct admission *admission, const char *hash);
void admission_renew(struct admission *admission, const struct feed *feeds, size_t n);
bool admission_knows(struct admission *admission, const char *hash);
/* admission.c. Reserves octets. False: all bodies together would exceed ADMISSION_HELD_MOST. */
bool admission_hold(struct admission *admission, size_t octets);
void admission_let_go(struct admission *admission, size_t octets);
size_t admission_held(struct admission *admission);

/* work.c. Reads the counties' tokens for the admission. False: the store failed. */
bool centre_renew_tokens(struct centre *centre, void *mem);

/* work.c. Works until the centre stops. */
void *centre_work(void *arg);

/* server.c. Sends the ask's answer. */
void centre_answer(struct centre *centre, struct ask *ask);

/* silence.c. Sends one alert when a county becomes silent and one when it is back. False: the store failed.
 */
bool centre_watch(struct centre *centre, void *mem, int64_t now);

struct centre_alert {
    const char *gateway; /* the county it is about; "": the province */
    const char *name;    /* of the template */
    const char *words;
};

/* silence.c. Texts the operators of that county and of the province over a neighbour's lines. */
bool centre_tell(struct centre *centre, struct store *store, void *mem, const struct centre_alert *alert,
                 int64_t now);

#endif
