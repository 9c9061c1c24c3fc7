#include "gateway/report/figures_keeper.h"

#include <pthread.h>
#include <talloc.h>

#include "gateway/clock.h"
#include "gateway/log.h"
#include "gateway/turn/dates.h"

/* WAITED_US: what counts faster is waited for where it is older than SOON_SECONDS. EXPECTED: asked long ago.
 */
enum {
    UNITS = 64,
    ASKED_SECONDS = 3600,
    SOON_SECONDS = 60,
    LATER_SECONDS = 600,
    WAITED_US = 20000,
    EXPECTED = 1
};

struct kept {
    int64_t unit, asked; /* ticks; 0: free */
    void *mem;           /* owns the report; NULL: not counted yet */
    struct report report;
};

struct figures_keeper {
    const char *store_url;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t change;
    struct kept kept[UNITS];
    int64_t at, counted; /* when all were counted: the time, and ticks */
    int64_t took_us;     /* to count them */
    bool is_wanted;      /* somebody waits */
    bool has_failed;     /* the last time */
    bool is_stopping;
};

/* What is counted at once, of all units. */
struct counting {
    struct report_query queries[UNITS];
    struct report reports[UNITS];
    void *mem[UNITS];
    size_t n;
};

struct report_query figures_keeper_query(int64_t unit, int64_t now)
{
    return (struct report_query){ .since = date_moment((struct date){ date_of(now).year, 1, 1 }, 0),
                                  .until = now + 1,
                                  .now = now,
                                  .unit = unit,
                                  .by = BY_HANDLING_UNIT };
}

/* The unit's place, or that of the one nobody has asked about for the longest time. The lock is held. */
static struct kept *place_of(struct figures_keeper *keeper, int64_t unit)
{
    struct kept *oldest = keeper->kept;

    for (size_t i = 0; i < UNITS; i++) {
        if (keeper->kept[i].asked && keeper->kept[i].unit == unit)
            return &keeper->kept[i];
        if (keeper->kept[i].asked < oldest->asked)
            oldest = &keeper->kept[i];
    }
    talloc_free(oldest->mem);
    *oldest = (struct kept){ .unit = unit };
    return oldest;
}

static int64_t last_asked(const struct figures_keeper *keeper)
{
    int64_t last = 0;

    for (size_t i = 0; i < UNITS; i++)
        if (keeper->kept[i].asked > last)
            last = keeper->kept[i].asked;
    return last;
}

/* Seconds until all are counted again. The lock is held. */
static int64_t seconds_left(const struct figures_keeper *keeper)
{
    bool is_watched = clock_ticks() - last_asked(keeper) < ASKED_SECONDS;

    return keeper->is_wanted ? 0
                             : keeper->counted + (is_watched ? SOON_SECONDS : LATER_SECONDS) - clock_ticks();
}

static void begin(struct figures_keeper *keeper, struct counting *counting, int64_t now)
{
    counting->n = 0;
    for (size_t i = 0; i < UNITS; i++)
        if (keeper->kept[i].asked) {
            counting->mem[counting->n] = talloc_new(NULL);
            counting->queries[counting->n++] = figures_keeper_query(keeper->kept[i].unit, now);
        }
}

/* The lock is held. */
static void publish(struct figures_keeper *keeper, struct counting *counting, bool is_good)
{
    for (size_t i = 0; i < counting->n; i++)
        for (size_t k = 0; k < UNITS; k++) {
            struct kept *kept = &keeper->kept[k];

            if (!is_good || !kept->asked || kept->unit != counting->queries[i].unit)
                continue;
            talloc_free(kept->mem);
            kept->mem = counting->mem[i];
            kept->report = counting->reports[i];
            counting->mem[i] = NULL;
        }
    for (size_t i = 0; i < counting->n; i++)
        talloc_free(counting->mem[i]);
}

static bool count(struct figures_keeper *keeper, struct counting *counting)
{
    void *mem = talloc_new(NULL);
    const char *error = "";
    struct store *store = store_open_reader(mem, keeper->store_url, &error);
    bool is_good =
        store && report_make_several(counting->mem, store, counting->queries, counting->n, counting->reports);

    if (!is_good)
        log_error("figures: %s", store ? store_error(store) : error);
    talloc_free(mem);
    return is_good;
}

static void count_all(struct figures_keeper *keeper)
{
    struct counting *counting = talloc(NULL, struct counting);
    int64_t now = clock_now();
    int64_t began_us = clock_ticks_us();
    bool is_good;

    begin(keeper, counting, now);
    keeper->is_wanted = false;
    pthread_mutex_unlock(&keeper->lock);
    is_good = count(keeper, counting);
    pthread_mutex_lock(&keeper->lock);
    publish(keeper, counting, is_good);
    keeper->has_failed = !is_good;
    keeper->at = is_good ? now : keeper->at;
    keeper->counted = clock_ticks();
    keeper->took_us = clock_ticks_us() - began_us;
    pthread_cond_broadcast(&keeper->change);
    talloc_free(counting);
}

static void *run(void *arg)
{
    struct figures_keeper *keeper = arg;

    pthread_mutex_lock(&keeper->lock);
    while (!keeper->is_stopping) {
        struct timespec until = clock_ticks_after(1000 * (int)seconds_left(keeper));

        if (!last_asked(keeper))
            pthread_cond_wait(&keeper->change, &keeper->lock);
        else if (seconds_left(keeper) > 0)
            pthread_cond_clockwait(&keeper->change, &keeper->lock, CLOCK_MONOTONIC, &until);
        else
            count_all(keeper);
    }
    pthread_mutex_unlock(&keeper->lock);
    return NULL;
}

static int stop(struct figures_keeper *keeper)
{
    pthread_mutex_lock(&keeper->lock);
    keeper->is_stopping = true;
    pthread_cond_broadcast(&keeper->change);
    pthread_mutex_unlock(&keeper->lock);
    pthread_join(keeper->thread, NULL);
    for (size_t i = 0; i < UNITS; i++)
        talloc_free(keeper->kept[i].mem);
    return 0;
}

struct figures_keeper *figures_keeper_start(void *mem, const char *store_url, const char **error)
{
    struct figures_keeper *keeper = talloc_zero(mem, struct figures_keeper);

    keeper->store_url = talloc_strdup(keeper, store_url);
    pthread_mutex_init(&keeper->lock, NULL);
    pthread_cond_init(&keeper->change, NULL);
    if (pthread_create(&keeper->thread, NULL, run, keeper) == 0) {
        talloc_set_destructor(keeper, stop);
        return keeper;
    }
    *error = "cannot create a thread";
    return NULL;
}

void figures_keeper_expect(struct figures_keeper *keeper, int64_t unit)
{
    struct kept *kept;

    pthread_mutex_lock(&keeper->lock);
    kept = place_of(keeper, unit);
    if (!kept->asked) {
        kept->asked = EXPECTED;
        keeper->is_wanted = true;
        pthread_cond_broadcast(&keeper->change);
    }
    pthread_mutex_unlock(&keeper->lock);
}

static void copy(void *mem, struct report *copy, const struct report *report)
{
    *copy = *report;
    copy->rows = talloc_array(mem, struct report_row, report->n);
    for (size_t i = 0; i < copy->n; i++)
        copy->rows[i] = (struct report_row){ .id = report->rows[i].id,
                                             .key = talloc_strdup(mem, report->rows[i].key),
                                             .name = talloc_strdup(mem, report->rows[i].name),
                                             .figures = report->rows[i].figures };
}

bool figures_keeper_find(struct figures_keeper *keeper, void *mem, int64_t unit, struct report *report,
                         int64_t *at)
{
    struct kept *kept;
    bool is_good, is_stale;

    pthread_mutex_lock(&keeper->lock);
    keeper->has_failed = false;
    for (;;) {
        kept = place_of(keeper, unit);
        kept->asked = clock_ticks() + 1;
        is_stale = clock_ticks() - keeper->counted >= SOON_SECONDS;
        if ((kept->mem && !(is_stale && keeper->took_us < WAITED_US)) || keeper->has_failed)
            break;
        keeper->is_wanted = true;
        pthread_cond_broadcast(&keeper->change);
        pthread_cond_wait(&keeper->change, &keeper->lock);
    }
    is_good = kept->mem != NULL;
    if (is_good)
        copy(mem, report, &kept->report);
    if (is_stale) { /* who looks again finds them anew */
        keeper->is_wanted = true;
        pthread_cond_broadcast(&keeper->change);
    }
    *at = keeper->at;
    pthread_mutex_unlock(&keeper->lock);
    return is_good;
}
