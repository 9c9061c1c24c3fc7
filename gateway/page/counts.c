#include "gateway/page/counts.h"

#include <pthread.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"

enum { KEPT = 64, KEPT_SECONDS = 5 };

struct counts {
    pthread_mutex_t lock;
    size_t next;
    struct kept {
        char *key, *text;
        int64_t at; /* ticks */
    } kept[KEPT];
};

struct counts *counts_new(void *mem)
{
    struct counts *counts = talloc_zero(mem, struct counts);

    pthread_mutex_init(&counts->lock, NULL);
    return counts;
}

/* Call with the lock held. The key has the language in it because the counts carry labels. */
static struct kept *find(struct visit *visit)
{
    struct counts *counts = visit->page->counts;
    const char *key = talloc_asprintf(visit->exchange, "%s %s", visit->person->phone, visit->language);

    for (size_t i = 0; i < KEPT; i++)
        if (counts->kept[i].key && strcmp(counts->kept[i].key, key) == 0)
            return &counts->kept[i];
    return NULL;
}

struct json_object *counts_find(struct visit *visit)
{
    struct counts *counts = visit->page->counts;
    struct json_object *queues = NULL;
    struct kept *kept;

    pthread_mutex_lock(&counts->lock);
    kept = find(visit);
    if (kept && clock_ticks() - kept->at < KEPT_SECONDS)
        queues = json_tokener_parse(kept->text);
    pthread_mutex_unlock(&counts->lock);
    return queues;
}

void counts_keep(struct visit *visit, struct json_object *queues)
{
    struct counts *counts = visit->page->counts;
    struct kept *kept;

    pthread_mutex_lock(&counts->lock);
    kept = find(visit);
    if (!kept)
        kept = &counts->kept[counts->next++ % KEPT];
    talloc_free(kept->key);
    talloc_free(kept->text);
    kept->key = talloc_asprintf(counts, "%s %s", visit->person->phone, visit->language);
    kept->text = talloc_strdup(counts, json_object_to_json_string(queues));
    kept->at = clock_ticks();
    pthread_mutex_unlock(&counts->lock);
}

void counts_forget(struct visit *visit)
{
    struct counts *counts = visit->page->counts;
    struct kept *kept;

    pthread_mutex_lock(&counts->lock);
    kept = find(visit);
    if (kept)
        kept->at = clock_ticks() - KEPT_SECONDS;
    pthread_mutex_unlock(&counts->lock);
}
