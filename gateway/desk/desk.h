/*
 * The one writer. Lines hand it events and wait for the commit; the outbox and the calendar hand it jobs. It
 * executes everything that waits in one transaction, then answers each caller. If that transaction fails,
 * each request is executed alone; an event that fails alone is stored as failed.
 */
#ifndef GATEWAY_DESK_DESK_H
#define GATEWAY_DESK_DESK_H

#include "gateway/turn/turn.h"
#include "store/events.h"

struct desk;

/*
 * Opens the store, brings back what a crash left, builds the understanding, starts the thread. words and
 * config outlive the desk. NULL: *error says why, from mem.
 */
struct desk *desk_start(void *mem, const struct config *config, const struct words *words,
                        const char **error);

/* Executes what still waits, then ends the thread. Later calls return false. */
void desk_stop(struct desk *desk);

/*
 * Blocks until all are committed, duplicates included (their id is then 0); of what the desk found only id,
 * outcome and case_id may be read afterwards. Understanding them runs on the calling thread. False: nothing
 * of it is kept (as while clock_is_plausible denies the clock); the sender must not be told that we have it,
 * and should try later.
 */
bool desk_submit(struct desk *desk, struct event *events, size_t n);

/*
 * The same without waiting: done(is_kept, arg) is called on the desk's thread after the commit, or the
 * refusal. The events and what they point to must live until then. False: the desk has stopped or the clock
 * is wrong, and done is not called.
 */
bool desk_submit_then(struct desk *desk, struct event *events, size_t n,
                      void (*done)(bool is_kept, void *arg), void *arg);

/* Blocks until the job is committed. False: it failed and was rolled back. */
bool desk_do(struct desk *desk, desk_job *job, void *arg);

/* Does not wait: the job is part of the next commit. The desk takes over arg, which is talloc'ed, and frees
 * it after the job. */
void desk_post(struct desk *desk, desk_job *job, void *arg);

/* The same for what need not be committed at once: it goes along with the next request, at the latest after
 * 20 ms. */
void desk_post_along(struct desk *desk, desk_job *job, void *arg);

/* What a commit changed, as a set of bits. */
enum desk_change { DESK_NOTICES = 1, DESK_PARTS = 2, DESK_ROWS = 4 /* anything */ };

/* tell(changes, arg) is called on the desk's thread after each commit that changed something of these. One
 * listener. */
void desk_on_change(struct desk *desk, void (*tell)(int changes, void *arg), void *arg);

/*
 * From now on calls beat(arg) on the desk's thread: at once, every ms milliseconds while it waits for work,
 * and before a batch if the last one is a quarter of that old. NULL ends that, after a beat under way. A desk
 * that hangs calls nothing.
 */
void desk_beat(struct desk *desk, int ms, void (*beat)(void *arg), void *arg);

/* Reloads units, places and people from the store, on the calling thread, after another process wrote. */
void desk_refresh(struct desk *desk);

/*
 * Replaces the configuration and texts from the next transaction on, and waits until the desk has taken them.
 * mem must own nothing else; the desk frees it at the next desk_renew, or in desk_stop.
 */
void desk_renew(struct desk *desk, void *mem, const struct config *config, const struct words *words);

/* The texts given to desk_start, for other threads; desk_renew does not change them. */
const struct words *desk_words(const struct desk *desk);

/* The most automatic answers a day; 0: no limit. */
int desk_answers_per_day(struct desk *desk);

/* The current understanding, valid until desk_release. Both may be called on any thread. */
const struct understanding *desk_hold(struct desk *desk);
void desk_release(struct desk *desk, const struct understanding *understanding);

/* Why the last transaction failed, "" when it did not; for health. Copied to buffer. */
void desk_trouble(struct desk *desk, char *buffer, size_t size);

/* Upper ends of the buckets: requests in a batch 1, 2, 4 ... 512; commits 0.5, 1, 2 ... 1024 ms. */
enum { DESK_BATCH_BUCKETS = 10, DESK_TIME_BUCKETS = 12 };

struct desk_counts {
    unsigned long commits, events, jobs, failures;
    unsigned long requests, batches[DESK_BATCH_BUCKETS];      /* by size */
    unsigned long microseconds, times[DESK_TIME_BUCKETS + 1]; /* of a batch, from its begin to its commit */
};
struct desk_counts desk_counts(struct desk *desk);

#endif
