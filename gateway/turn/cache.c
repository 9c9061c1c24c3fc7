#include "gateway/turn/cache.h"

#include <string.h>
#include <talloc.h>

enum { PLACES = 256, DUTIES = 24, READ_TEXTS = 16 };

struct cache {
    struct {
        int64_t id;
        const struct unit *unit;
    } units[PLACES]; /* direct-mapped by id; a collision evicts */
    struct {
        const char *duty;
        const struct unit *unit;
    } duties[DUTIES];
    size_t n_duties;
    struct leave *leaves;
    size_t n_leaves;
    bool has_leaves;
    struct routing_rule *rules;
    size_t n_rules;
    bool has_rules;
    struct {
        const char *text;
        struct accused_text *read;
    } read_texts[READ_TEXTS]; /* direct-mapped by case; a collision evicts */
};

static struct cache *cache_of(struct turn *turn)
{
    if (!turn->cache)
        turn->cache = talloc_zero(turn->mem, struct cache);
    return turn->cache;
}

bool cache_unit(struct turn *turn, int64_t id, const struct unit **unit)
{
    struct cache *cache = cache_of(turn);
    size_t place = (size_t)id % PLACES;
    struct unit *found;

    if (cache->units[place].id != id) {
        if (!store_unit(turn->store, turn->mem, id, &found))
            return false;
        cache->units[place].id = id;
        cache->units[place].unit = found;
    }
    *unit = id ? cache->units[place].unit : NULL;
    return true;
}

bool cache_duty(struct turn *turn, const char *duty, const struct unit **unit)
{
    struct cache *cache = cache_of(turn);
    struct unit *found;

    for (size_t i = 0; i < cache->n_duties; i++)
        if (strcmp(cache->duties[i].duty, duty) == 0) {
            *unit = cache->duties[i].unit;
            return true;
        }
    if (!store_unit_by_duty(turn->store, turn->mem, duty, &found))
        return false;
    if (cache->n_duties < DUTIES) {
        cache->duties[cache->n_duties].duty = talloc_strdup(cache, duty);
        cache->duties[cache->n_duties++].unit = found;
    }
    *unit = found;
    return true;
}

bool cache_leaves(struct turn *turn, const struct leave **leaves, size_t *n)
{
    struct cache *cache = cache_of(turn);

    if (!cache->has_leaves && !store_leaves(turn->store, cache, turn->now, &cache->leaves, &cache->n_leaves))
        return false;
    cache->has_leaves = true;
    *leaves = cache->leaves;
    *n = cache->n_leaves;
    return true;
}

void cache_forget_leaves(struct turn *turn)
{
    if (turn->cache)
        turn->cache->has_leaves = false;
}

bool cache_rules(struct turn *turn, const struct routing_rule **rules, size_t *n)
{
    struct cache *cache = cache_of(turn);

    if (!cache->has_rules && !store_routes(turn->store, cache, &cache->rules, &cache->n_rules))
        return false;
    cache->has_rules = true;
    *rules = cache->rules;
    *n = cache->n_rules;
    return true;
}

const struct accused_text *cache_accused(struct turn *turn, const struct case_ *case_)
{
    struct cache *cache = cache_of(turn);
    size_t place = (size_t)case_->id % READ_TEXTS;
    const char *text = cache->read_texts[place].text;

    if (!text || strcmp(text, case_->text) != 0) {
        cache->read_texts[place].text = talloc_strdup(cache, case_->text);
        cache->read_texts[place].read = accused_read(turn->understanding, cache, case_->text);
    }
    return cache->read_texts[place].read;
}
