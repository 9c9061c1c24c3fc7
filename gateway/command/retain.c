#include <stdlib.h>
#include <talloc.h>

#include "gateway/calendar/retention.h"
#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"

enum { BATCH = 500 };

static void tell(const struct retained *all, bool is_rehearsal)
{
    printf(
        words(
            "%s: the words of %lld cases, of %lld other messages received and %lld other texts sent\n"
            "what stays of each case: number, class, place, dates, rating, and each step's kind and time\n"),
        is_rehearsal ? words("would be removed") : words("removed"), (long long)all->cases,
        (long long)all->events, (long long)all->notices);
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
    return true;
}

static int retain(void *mem, bool is_rehearsal)
{
    const struct config *config = command_config(mem);
    struct retained all = { 0 };
    struct store *store;
    int64_t before;
    bool is_done;

    if (!config)
        return EXIT_WRONG_USE;
    before = retention_before(config, clock_now());
    if (!before)
        return command_failed("everything is kept for ever: set retention { texts = \"5 years\" }");
    store = command_store(mem, config, !is_rehearsal);
    if (!store)
        return EXIT_FAILURE;
    is_done = is_rehearsal ? store_count_retainable(store, before, &all) : remove_all(store, before, &all);
    if (!is_done)
        return command_failed("%s", store_error(store));
    tell(&all, is_rehearsal);
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
             "Removes the words of cases that ended, and were not touched since, longer ago than retention { "
             "texts } "
             "says:\n"
             "what people wrote, what they were told, and the words of each step. Also those of older "
             "messages that\n"
             "belong to no case. Figures stay the same; a step \"texts removed\" says when. A running "
             "gateway does\n"
             "this every day by itself. There is no way back.\n\n"
             "    --dry-run    only counts\n",
    .run = run,
};
