#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/clock.h"
#include "gateway/command/arguments.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/voice/command_recorder.h"
#include "gateway/command/words.h"
#include "gateway/recording/sweep.h"
#include "store/upkeep/erase.h"

static void tell(const struct erased *erased)
{
    printf(
        words("erased: %lld cases, %lld steps, %lld texts received, %lld texts sent, %lld recordings, %lld "
              "other rows\n"
              "what stays of each case: number, class, place, dates, and each step's kind and time\n"
              "backups and exports made before still hold the person\n"),
        (long long)erased->cases, (long long)erased->steps, (long long)erased->events,
        (long long)erased->notices, (long long)erased->recordings, (long long)erased->others);
    if (erased->released > 0)
        printf(
            words("%lld cases that the person had in hand are new again: somebody else must take them on\n"),
            (long long)erased->released);
    if (erased->elsewhere > 0)
        printf(words("%lld cases of other people hold the number in their text: look at them\n"),
               (long long)erased->elsewhere);
}

static int take_out(void *mem, const char *number)
{
    const struct config *config;
    struct erased erased;
    struct store *store;
    const char *phone;
    int status = command_open(mem, true, &config, &store);

    if (status != EXIT_SUCCESS)
        return status;
    phone = argument_e164(mem, number);
    if (!store_erase(store, phone, clock_now(), &erased))
        return command_failed("%s", store_error(store));
    if (!erased.was_known)
        return command_failed("nothing is stored about %s", phone);
    if (erased.is_registered)
        return command_failed("%s belongs to a cadre: import them as 村民 first", phone);
    if (erased.open > 0)
        return command_failed("%lld cases of %s are still open: close or withdraw them first",
                              (long long)erased.open, phone);
    struct command_recorder own = { .mem = mem, .config = config, .store = store };
    const struct recorder recorder = command_recorder(&own);

    if (erased.recordings > 0)
        sweep_removed(&recorder, store);
    command_knock(config);
    tell(&erased);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    void *mem;
    int status;

    if (!command_options(&argc, argv, NULL, 0))
        return EXIT_WRONG_USE;
    if (argc != 2)
        return command_wrong_use("erase takes one number");
    mem = talloc_new(NULL);
    status = take_out(mem, argv[1]);
    talloc_free(mem);
    return status;
}

const struct command command_erase = {
    .name = "erase",
    .summary = "erases one person from everything that is stored",
    .usage = "usage: xiangyin erase NUMBER [-c FILE]\n\n"
             "Erases the number, the name, every text and recording of this "
             "person, and every word about their cases, from the\n"
             "database files too, and prints what was erased. The cases remain "
             "for statistics: number, category, place, dates,\n"
             "and the kind and time of each step; a step \"erased\" records the "
             "day. Refuses while one of their cases is open,\n"
             "and for registered cadres.\n"
             "This cannot be undone. To see first what is stored: xiangyin export --person NUMBER.\n",
    .run = run,
};
