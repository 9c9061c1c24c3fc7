#include "gateway/report/pictures_kept.h"

#include <pthread.h>
#include <string.h>
#include <talloc.h>

#include "gateway/clock.h"

enum { PLACES = 16, KEPT_SECONDS = 60 };

struct drawn {
    struct pictures_query query;
    int64_t until; /* ticks */
    char *text;    /* JSON: json-c counts its holders without a lock; NULL: a free place */
};

struct pictures_kept {
    int64_t at_once_us;
    pthread_mutex_t lock; /* guards the places */
    struct drawn places[PLACES];
};

static int end(struct pictures_kept *kept)
{
    pthread_mutex_destroy(&kept->lock);
    return 0;
}

struct pictures_kept *pictures_kept_new(void *mem, int64_t at_once_us)
{
    struct pictures_kept *kept = talloc_zero(mem, struct pictures_kept);

    kept->at_once_us = at_once_us;
    pthread_mutex_init(&kept->lock, NULL);
    talloc_set_destructor(kept, end);
    return kept;
}

/* All but now. */
static bool is_same(const struct pictures_query *a, const struct pictures_query *b)
{
    return a->since == b->since && a->until == b->until && a->unit == b->unit && a->fewest == b->fewest;
}

static char *recall(struct pictures_kept *kept, void *mem, const struct pictures_query *query)
{
    char *text = NULL;

    pthread_mutex_lock(&kept->lock);
    for (size_t i = 0; i < PLACES && !text; i++) {
        const struct drawn *drawn = &kept->places[i];

        if (drawn->text && is_same(&drawn->query, query) && clock_ticks() < drawn->until)
            text = talloc_strdup(mem, drawn->text);
    }
    pthread_mutex_unlock(&kept->lock);
    return text;
}

/* In the place of the same query, or else of what was drawn first. */
static void keep(struct pictures_kept *kept, const struct pictures_query *query, const char *text)
{
    struct drawn *place = kept->places;

    pthread_mutex_lock(&kept->lock);
    for (size_t i = 0; i < PLACES; i++) {
        struct drawn *drawn = &kept->places[i];

        if (drawn->text && is_same(&drawn->query, query)) {
            place = drawn;
            break;
        }
        if (drawn->until < place->until)
            place = drawn;
    }
    talloc_free(place->text);
    *place = (struct drawn){ *query, clock_ticks() + KEPT_SECONDS, talloc_strdup(kept, text) };
    pthread_mutex_unlock(&kept->lock);
}

struct json_object *pictures_kept_find(struct pictures_kept *kept, void *mem, struct store *store,
                                       const struct pictures_query *query)
{
    char *text = recall(kept, mem, query);
    struct json_object *pictures = text ? json_tokener_parse(text) : NULL;
    int64_t began_us = clock_ticks_us();

    talloc_free(text);
    if (pictures)
        return pictures;
    pictures = pictures_json(mem, store, query);
    if (pictures && clock_ticks_us() - began_us >= kept->at_once_us)
        keep(kept, query, json_object_to_json_string_ext(pictures, JSON_C_TO_STRING_PLAIN));
    return pictures;
}
