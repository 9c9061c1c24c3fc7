#include "gateway/turn/snapshot.h"

#include <assert.h>
#include <pthread.h>
#include <talloc.h>

/* An understanding and the number of its users; the snapshot itself is one user of the newest. */
struct held {
    struct held *older;
    struct understanding *understanding;
    int holders;
};

struct snapshot {
    pthread_mutex_t lock;
    const struct language *language; /* does not depend on the store: read once */
    struct held *newest;
};

static void drop(struct snapshot *snapshot, const struct understanding *understanding)
{
    struct held **place = &snapshot->newest;

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

static int end(struct snapshot *snapshot)
{
    if (snapshot->newest)
        drop(snapshot, snapshot->newest->understanding);
    pthread_mutex_destroy(&snapshot->lock);
    return 0;
}

struct snapshot *snapshot_new(void *mem)
{
    struct snapshot *snapshot = talloc_zero(mem, struct snapshot);

    pthread_mutex_init(&snapshot->lock, NULL);
    talloc_set_destructor(snapshot, end);
    return snapshot;
}

bool snapshot_renew(struct snapshot *snapshot, struct store *store, const struct config *config, void *mem,
                    const char **error)
{
    struct held *held = talloc_zero(NULL, struct held);

    if (!snapshot->language) /* at the start, by one thread */
        snapshot->language = language_new(snapshot, turn_lexicons(mem, config), error);
    if (snapshot->language)
        held->understanding = turn_understanding(mem, store, config, snapshot->language, error);
    if (!held->understanding) {
        talloc_free(held);
        return false;
    }
    held->holders = 1;
    pthread_mutex_lock(&snapshot->lock);
    struct held *old = snapshot->newest;
    held->older = old;
    snapshot->newest = held;
    if (old)
        drop(snapshot, old->understanding);
    pthread_mutex_unlock(&snapshot->lock);
    return true;
}

const struct understanding *snapshot_hold(struct snapshot *snapshot)
{
    pthread_mutex_lock(&snapshot->lock);
    snapshot->newest->holders++;
    const struct understanding *understanding = snapshot->newest->understanding;
    pthread_mutex_unlock(&snapshot->lock);
    return understanding;
}

void snapshot_release(struct snapshot *snapshot, const struct understanding *understanding)
{
    pthread_mutex_lock(&snapshot->lock);
    drop(snapshot, understanding);
    pthread_mutex_unlock(&snapshot->lock);
}
