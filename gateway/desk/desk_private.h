/* Shared by desk.c, which queues requests, and desk_work.c, which executes them. */
#ifndef GATEWAY_DESK_DESK_PRIVATE_H
#define GATEWAY_DESK_DESK_PRIVATE_H

#include <pthread.h>
#include <semaphore.h>

#include "gateway/desk/desk.h"
#include "gateway/turn/snapshot.h"

/*
 * POSTED_TRIES: the desk itself retries a posted job, each second: for ever while the store is out of
 * order, this often when the job's own statements fail.
 */
enum { BATCH_MOST = 512, POSTED_TRIES = 600 };

/* One caller's job or events. On the caller's stack, unless posted. */
struct request {
    struct request *next;
    desk_job *job;
    void *arg;
    struct event *events;
    struct understood *understood;
    size_t n;
    const struct understanding *understanding; /* that understood points into */
    bool is_posted;                            /* nobody waits: the desk frees it */
    int64_t alone_at;                          /* by clock_ticks_ms: when it no longer waits for company */
    bool is_store_down;                        /* why it is not is_good */
    int tries, tries_at_stop;                  /* of a posted job */
    void (*then)(bool is_kept, void *arg);
    void *then_arg;
    bool is_good;
    sem_t done; /* not posted; without the desk's lock, on which all who are woken would wait again */
};

/* The configuration and texts of turns, owned by mem; NULL: by the caller of desk_start. */
struct desk_means {
    void *mem;
    const struct config *config;
    const struct words *words;
};

struct desk {
    const struct config *config;     /* as at the start: where the store is, where the templates are */
    const struct words *first_words; /* as at the start */
    struct desk_means means;         /* replaced only by the desk's thread, under the lock */
    const struct words *kept;        /* with the texts that the operator keeps; the desk's thread alone */
    void *kept_mem;
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t arrival;
    struct request *first, **last;
    struct request *postponed; /* posted jobs that failed */
    struct desk_means renewed; /* replaces means before the next transaction; mem NULL: nothing does */
    bool is_stopping;
    struct snapshot *snapshot;
    char failure[256]; /* of the last transaction; the desk's thread alone looks at it */
    char trouble[256];
    int64_t alerted_at; /* ticks when the operator last heard of a failed event; the desk's thread alone */
    struct desk_counts counts;
    void (*tell)(int changes, void *arg);
    void *tell_arg;
    void (*beat)(void *arg); /* NULL: nobody wants one */
    void *beat_arg;
    int beat_ms;
    int64_t beaten_at; /* by clock_ticks_ms */
    bool is_beating;
    pthread_cond_t beaten;
};

/* Does all requests from first on in one transaction; when that fails, one piece at a time. Sets is_good of
 * each. */
void desk_work(struct desk *desk, struct request *first);

/* Reads the texts that the operator keeps, over those of means. */
void desk_keep_texts(struct desk *desk);

#endif
