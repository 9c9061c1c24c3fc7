/*
 * Decides by a request's headers, before any octet of its body is stored, whether the centre reads the body:
 * the token must be known, and all bodies together have a limit.
 */
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/centre/centre_private.h"

/* Hashes of all counties' tokens, as last read from the store. */
struct admission {
    pthread_mutex_t lock; /* guards the rest */
    char (*hashes)[ADMISSION_HASH_SIZE];
    size_t n;
    size_t held; /* octets of all bodies */
};

struct admission *admission_new(void *mem)
{
    struct admission *admission = talloc_zero(mem, struct admission);

    pthread_mutex_init(&admission->lock, NULL);
    return admission;
}

static bool has_hash(const struct admission *admission, const char *hash)
{
    for (size_t i = 0; i < admission->n; i++)
        if (strcmp(admission->hashes[i], hash) == 0)
            return true;
    return false;
}

static void add_hash(struct admission *admission, const char *hash)
{
    admission->hashes =
        talloc_realloc_size(admission, admission->hashes, (admission->n + 1) * sizeof *admission->hashes);
    snprintf(admission->hashes[admission->n++], ADMISSION_HASH_SIZE, "%s", hash);
}

void admission_learn(struct admission *admission, const char *hash)
{
    pthread_mutex_lock(&admission->lock);
    if (!has_hash(admission, hash))
        add_hash(admission, hash);
    pthread_mutex_unlock(&admission->lock);
}

void admission_renew(struct admission *admission, const struct feed *feeds, size_t n)
{
    pthread_mutex_lock(&admission->lock);
    admission->n = 0;
    for (size_t i = 0; i < n; i++)
        add_hash(admission, feeds[i].token_hash);
    pthread_mutex_unlock(&admission->lock);
}

bool admission_knows(struct admission *admission, const char *hash)
{
    bool is_known;

    pthread_mutex_lock(&admission->lock);
    is_known = has_hash(admission, hash);
    pthread_mutex_unlock(&admission->lock);
    return is_known;
}

bool admission_hold(struct admission *admission, size_t octets)
{
    bool fits;

    pthread_mutex_lock(&admission->lock);
    fits = admission->held + octets <= ADMISSION_HELD_MOST;
    if (fits)
        admission->held += octets;
    pthread_mutex_unlock(&admission->lock);
    return fits;
}

void admission_let_go(struct admission *admission, size_t octets)
{
    pthread_mutex_lock(&admission->lock);
    admission->held -= octets;
    pthread_mutex_unlock(&admission->lock);
}

size_t admission_held(struct admission *admission)
{
    size_t held;

    pthread_mutex_lock(&admission->lock);
    held = admission->held;
    pthread_mutex_unlock(&admission->lock);
    return held;
}
