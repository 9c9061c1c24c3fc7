#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/centre/centre_command.h"
#include "gateway/command/command.h"
#include "gateway/command/words.h"
#include "store/upkeep/image.h"

enum { ROWS_AT_ONCE = 1000 };

struct marking {
    struct feed *feeds;
    size_t n;
};

static bool mark_safe(struct store *store, void *arg)
{
    const struct marking *marking = arg;

    for (size_t i = 0; i < marking->n; i++)
        if (!centre_set_safe(store, marking->feeds[i].gateway, marking->feeds[i].seq))
            return false;
    return true;
}

static bool run_command(char **argv)
{
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        execvp(argv[0], argv);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The backup that the command makes has all rows that were here before the command began. */
int centre_back_up(void *mem, int argc, char **argv)
{
    struct marking marking = { 0 };
    const struct config *config;
    struct store *store;

    if (argc < 2)
        return command_wrong_use("backup takes the command that makes one");
    store = centre_command_store(mem, &config);
    if (!store)
        return EXIT_FAILURE;
    if (!centre_feeds(store, mem, &marking.feeds, &marking.n))
        return command_failed("%s", store_error(store));
    fflush(NULL);
    if (!run_command(argv + 1))
        return command_failed("%s failed: nothing counts as backed up", argv[1]);
    return centre_command_do(store, mark_safe, &marking) ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct building {
    struct image *image;
    struct image_takeover *takeover;
    const char *error;
    int64_t n;
};

static bool add_row(const struct journal_row *row, void *arg)
{
    struct building *building = arg;

    building->n++;
    building->takeover->end.seq = row->seq;
    snprintf(building->takeover->end.hash, JOURNAL_HASH_SIZE, "%s", row->hash);
    return image_add(building->image, row, &building->error);
}

static bool add_rows(struct store *store, const char *gateway, struct building *building)
{
    do {
        building->n = 0;
        if (!centre_each_row(store, gateway, building->takeover->end.seq, ROWS_AT_ONCE, add_row, building))
            building->error = store_error(store);
    } while (!building->error && building->n > 0);
    return !building->error;
}

struct raising {
    const char *gateway;
    int64_t at, epoch;
};

static bool raise_epoch(struct store *store, void *arg)
{
    struct raising *raising = arg;

    return centre_raise_epoch(store, raising->gateway, raising->at, &raising->epoch);
}

int centre_take_over(void *mem, int argc, char **argv)
{
    const char *file = NULL, *key, *error = NULL;
    const struct option_spec specs[] = { { "--key", NULL, &file } };
    struct raising raising = { 0 };
    struct image_takeover takeover = { .now = clock_now() };
    struct building building = { .takeover = &takeover };
    struct image_result result;
    const struct config *config;
    struct store *store;
    struct feed *feed;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc != 3)
        return command_wrong_use("takeover takes the county's code and a new file");
    if (!centre_command_key(mem, file, &key))
        return EXIT_FAILURE;
    store = centre_command_store(mem, &config);
    feed = store ? centre_command_feed(mem, store, argv[1]) : NULL;
    if (!feed)
        return EXIT_FAILURE;
    building.image = image_begin(mem, argv[2], key, &error);
    if (!building.image)
        return command_failed("%s", error);
    /* the old box goes on where no other can take its place */
    if (!add_rows(store, argv[1], &building) || !image_is_whole(building.image, &building.error))
        return command_failed("%s", building.error);
    raising = (struct raising){ .gateway = argv[1], .at = takeover.now };
    if (!centre_command_do(store, raise_epoch, &raising))
        return EXIT_FAILURE;
    takeover.epoch = raising.epoch;
    takeover.recovery_key = feed->recovery_key;
    if (!add_rows(store, argv[1], &building))
        return command_failed("%s", building.error);
    if (!image_finish(building.image, &takeover, &result, &error))
        return command_failed("%s", error);
    printf(words("%s: epoch %lld, up to row %lld: %lld rows; %lld texts may have gone out and are UNKNOWN\n"),
           argv[2], (long long)takeover.epoch, (long long)takeover.end.seq, (long long)result.rows,
           (long long)result.doubtful);
    if (result.sealed > 0)
        printf(words("%lld sealed rows are left out: they need the county's recovery key\n"),
               (long long)result.sealed);
    talloc_free(building.image);
    return EXIT_SUCCESS;
}

struct epoch {
    const char *gateway;
    int64_t epoch;
    bool is_set;
};

static bool set_epoch(struct store *store, void *arg)
{
    struct epoch *epoch = arg;

    return centre_set_epoch(store, epoch->gateway, epoch->epoch, clock_now(), &epoch->is_set);
}

int centre_epoch(void *mem, int argc, char **argv)
{
    struct epoch epoch = { 0 };
    const struct config *config;
    struct store *store;
    struct feed *feed;

    if (argc != 3 || (epoch.epoch = strtoll(argv[2], NULL, 10)) < 1)
        return command_wrong_use("epoch takes the county's code and a number");
    store = centre_command_store(mem, &config);
    feed = store ? centre_command_feed(mem, store, argv[1]) : NULL;
    if (!feed)
        return EXIT_FAILURE;
    epoch.gateway = feed->gateway;
    if (!centre_command_do(store, set_epoch, &epoch))
        return EXIT_FAILURE;
    if (!epoch.is_set)
        return command_failed("the epoch is %lld already", (long long)feed->epoch);
    return EXIT_SUCCESS;
}

struct adopting {
    const struct feed *feed;
    const char *gateway, *path;
    int64_t after, epoch, adopted, now;
    const char *error;
    struct store *store;
};

static bool adopt_row(const struct journal_row *row, void *arg)
{
    struct adopting *adopting = arg;
    bool is_new;

    if (!centre_adopt_row(adopting->store, adopting->gateway, adopting->epoch, row, adopting->now, &is_new))
        adopting->error = store_error(adopting->store);
    adopting->adopted += !adopting->error && is_new;
    return !adopting->error;
}

/* Whether the old box's rows go on where the centre's rows of its epoch end. */
static bool check_old(struct adopting *adopting, struct store *old, void *mem)
{
    struct journal_point point;
    const char *hash;

    if (!centre_last_of_epoch(adopting->store, adopting->gateway, adopting->epoch, &adopting->after) ||
        !centre_hash_at(adopting->store, mem, adopting->gateway, adopting->after, &hash) ||
        !store_journal_point(old, adopting->after, &point))
        return false;
    if (strcmp(point.hash, hash) != 0)
        adopting->error = words("its rows are not those that this county sent");
    return !adopting->error;
}

static bool adopt_all(struct store *store, void *arg)
{
    struct adopting *adopting = arg;
    void *mem = talloc_new(store);
    const char *epoch = NULL;
    struct store *old =
        store_open_reader(mem, talloc_asprintf(mem, "sqlite:%s", adopting->path), &adopting->error);
    bool is_done = old && store_get(old, mem, "centre epoch", &epoch);

    adopting->adopted = 0;
    adopting->store = store;
    adopting->epoch = epoch ? strtoll(epoch, NULL, 10) : 1;
    if (is_done && adopting->epoch >= adopting->feed->epoch)
        adopting->error = words("no box has taken its place, so it sends its rows itself");
    is_done = is_done && !adopting->error && check_old(adopting, old, mem) &&
              store_each_journal_row(old, adopting->after, adopt_row, adopting) && !adopting->error;
    if (!is_done && adopting->error)
        sql_fail(store, "%s", adopting->error);
    talloc_free(mem);
    return is_done;
}

int centre_adopt(void *mem, int argc, char **argv)
{
    struct adopting adopting = { .now = clock_now() };
    const struct config *config;
    struct store *store;

    if (argc != 3)
        return command_wrong_use("adopt takes the county's code and the old box's store");
    store = centre_command_store(mem, &config);
    adopting.feed = store ? centre_command_feed(mem, store, argv[1]) : NULL;
    if (!adopting.feed)
        return EXIT_FAILURE;
    adopting.gateway = argv[1];
    adopting.path = argv[2];
    if (!centre_command_do(store, adopt_all, &adopting))
        return EXIT_FAILURE;
    printf(words("%lld rows of epoch %lld adopted\n"), (long long)adopting.adopted,
           (long long)adopting.epoch);
    return EXIT_SUCCESS;
}

struct blanking {
    const char *gateway;
    int64_t n;
};

static bool blank_rows(struct store *store, void *arg)
{
    struct blanking *blanking = arg;

    return centre_blank_old_rows(store, blanking->gateway, &blanking->n);
}

int centre_blank(void *mem, int argc, char **argv)
{
    struct blanking blanking = { 0 };
    const struct config *config;
    struct store *store;

    if (argc != 2)
        return command_wrong_use("blank takes the county's code");
    store = centre_command_store(mem, &config);
    if (!store || !centre_command_feed(mem, store, argv[1]))
        return EXIT_FAILURE;
    blanking.gateway = argv[1];
    if (!centre_command_do(store, blank_rows, &blanking))
        return EXIT_FAILURE;
    printf(words("%lld rows blanked\n"), (long long)blanking.n);
    return EXIT_SUCCESS;
}
