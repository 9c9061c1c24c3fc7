#include <limits.h>
#include <stdlib.h>
#include <talloc.h>

#include "gateway/calendar/retention.h"
#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/voice/command_recorder.h"
#include "gateway/command/words.h"
#include "gateway/recording/sweep.h"
#include "store/search/search.h"

enum { BATCH = 500 };

static void tell(const struct retained *all, int64_t recordings, bool is_rehearsal)
{
    printf(
        words(
            "%s: the words of %lld cases, of %lld other messages received and %lld other texts sent, and "
            "%lld "
            "recordings\n"
            "what stays of each case: number, class, place, dates, rating, and each step's kind and time\n"),
        is_rehearsal ? words("would be removed") : words("removed"), (long long)all->cases,
        (long long)all->events, (long long)all->notices, (long long)recordings);
}

/* In batches, between which a running gateway goes on writing. */
static bool remove_all(struct store *store, int64_t before, struct retained *all)
{
    struct retained some = { .has_more = true };

    while (some.has_more) {
        if (!store_begin(store, STORE_COMMAND_BUSY_MS) ||
            !store_retain(store, before, clock_now(), BATCH, &some) || !store_commit(store)) {
            store_rollback(store);
            return false;
        }
        all->cases += some.cases;
        all->events += some.events;
        all->notices += some.notices;
    }
    return all->cases == 0 || store_clean_index(store);
}

/* Marks the recordings, then deletes their files. */
static bool remove_recordings(void *mem, const struct config *config, struct store *store, int64_t before,
                              int64_t *all)
{
    struct command_recorder own = { .mem = mem, .config = config, .store = store };
    const struct recorder recorder = command_recorder(&own);
    int64_t some = BATCH;

    while (some == BATCH) {
        if (!store_begin(store, STORE_COMMAND_BUSY_MS) ||
            !store_retain_recordings(store, before, BATCH, &some) || !store_commit(store)) {
            store_rollback(store);
            return false;
        }
        *all += some;
        sweep_removed(&recorder, store);
    }
    return true;
}

/* A rehearsal marks the recordings in a transaction that is rolled back. */
static bool count_recordings(struct store *store, int64_t before, int64_t *all)
{
    bool is_done =
        store_begin(store, STORE_COMMAND_BUSY_MS) && store_retain_recordings(store, before, INT_MAX, all);

    store_rollback(store);
    return is_done;
}

static int retain(void *mem, bool is_rehearsal)
{
    const struct config *config = command_config(mem);
    struct retained all = { 0 };
    int64_t before, recordings_before, recordings = 0;
    struct store *store;
    bool is_done = true;

    if (!config)
        return EXIT_WRONG_USE;
    before = retention_before(config, clock_now());
    recordings_before = retention_recordings_before(config, clock_now());
    if (!recordings_before)
        return command_failed("everything is kept for ever: set retention { texts = \"5 years\" }");
    store = command_store(mem, config, true);
    if (!store)
        return EXIT_FAILURE;
    if (before)
        is_done =
            is_rehearsal ? store_count_retainable(store, before, &all) : remove_all(store, before, &all);
    is_done =
        is_done && (is_rehearsal ? count_recordings(store, recordings_before, &recordings)
                                 : remove_recordings(mem, config, store, recordings_before, &recordings));
    if (!is_done)
        return command_failed("%s", store_error(store));
    tell(&all, recordings, is_rehearsal);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    bool is_rehearsal = false;
    const struct option_spec specs[] = { { "--dry-run", &is_rehearsal, NULL } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("retain takes no argument %s", argv[1]);
    mem = talloc_new(NULL);
    status = retain(mem, is_rehearsal);
    talloc_free(mem);
    return status;
}

const struct command command_retain = {
    .name = "retain",
    .summary = "removes words that have been kept long enough",
    .usage = "usage: xiangyin retain [--dry-run] [-c FILE]\n\n"
             "Removes the words of cases that ended, and were last touched, "
             "longer ago than retention { texts } says: what\n"
             "people wrote, what they were told, and the words of each step. "
             "Also removes those of older messages that\n"
             "belong to no case, and recordings by retention { recordings }. "
             "Figures stay the same; a step \"texts removed\"\n"
             "says when. A running gateway does this every day by itself. It cannot be undone.\n\n"
             "    --dry-run    only counts\n",
    .run = run,
};
