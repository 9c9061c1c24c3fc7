#include "gateway/turn/snapshot.h"

#include <assert.h>
#include <pthread.h>
#include <talloc.h>

/* One set of tables and who uses it: the snapshot itself counts as one holder of the newest. */
struct held {
    struct held *older;
    struct understanding *understanding;
    int holders;
};

struct snapshot {
    pthread_mutex_t lock;
    const struct normaliser *normaliser; /* nothing in the store changes it: made once */
    struct held *newest;
};

static void drop(struct snapshot *shared, const struct understanding *understanding)
{
    struct held **place = &shared->newest;

    while (*place && (*place)->understanding != understanding)
        place = &(*place)->older;
    assert(*place);
    if (--(*place)->holders > 0)
        return;
    struct held *gone = *place;
    *place = gone->older;
    talloc_free(gone->understanding);
    talloc_free(gone);
}

static int end(struct snapshot *shared)
{
    if (shared->newest)
        drop(shared, shared->newest->understanding);
    pthread_mutex_destroy(&shared->lock);
    return 0;
}

struct snapshot *snapshot_new(void *mem)
{
    struct snapshot *shared = talloc_zero(mem, struct snapshot);

    pthread_mutex_init(&shared->lock, NULL);
    talloc_set_destructor(shared, end);
    return shared;
}

bool snapshot_renew(struct snapshot *shared, struct store *store, const struct config *config, void *mem,
                    const char **error)
{
    struct held *held = talloc_zero(NULL, struct held);

    if (!shared->normaliser) /* at the start, by one thread */
        shared->normaliser = normaliser_new(shared, error);
    if (shared->normaliser)
        held->understanding = turn_understanding(mem, store, config, shared->normaliser, error);
    if (!held->understanding) {
        talloc_free(held);
        return false;
    }
    held->holders = 1;
    pthread_mutex_lock(&shared->lock);
    struct held *old = shared->newest;
    held->older = old;
    shared->newest = held;
    if (old)
        drop(shared, old->understanding);
    pthread_mutex_unlock(&shared->lock);
    return true;
}

const struct understanding *snapshot_hold(struct snapshot *shared)
{
    pthread_mutex_lock(&shared->lock);
    shared->newest->holders++;
    const struct understanding *understanding = shared->newest->understanding;
    pthread_mutex_unlock(&shared->lock);
    return understanding;
}

void snapshot_release(struct snapshot *shared, const struct understanding *understanding)
{
    pthread_mutex_lock(&shared->lock);
    drop(shared, understanding);
    pthread_mutex_unlock(&shared->lock);
}
