#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command_store.h"
#include "gateway/command/keep/daily.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "store/upkeep/backup.h"

static int back_up(void *mem, const struct config *config, const char *file)
{
    struct backup_count count;
    const char *error = "";

    if (!backup_take(mem, config->database, file, &count, &error))
        return command_failed("%s", error);
    printf(words("%s: %lld events, %lld cases, %lld steps, %lld notices, %lld people; checked\n"), file,
           (long long)count.events, (long long)count.cases, (long long)count.steps, (long long)count.notices,
           (long long)count.people);
    return EXIT_SUCCESS;
}

/* Runs the backup that was asked for: to a file, is_daily or is_trial. */
static int run_in(void *mem, const char *file, bool is_daily, const char *identity)
{
    const struct config *config = command_config(mem);

    if (!config)
        return EXIT_WRONG_USE;
    if (!config->database)
        return command_failed("%s is in memory: only the gateway itself can open it", config->store_url);
    if (file)
        return back_up(mem, config, file);
    if (!config->backup_folder)
        return command_wrong_use(
            "--daily and --try need a folder: backup { folder = ... } in the configuration");
    if (!is_daily)
        return daily_try(mem, config, identity);
    return command_become_owner(config) ? daily_take(mem, config) : EXIT_FAILURE;
}

static int run(int argc, char **argv)
{
    bool is_daily = false, is_trial = false;
    const char *identity = NULL;
    const struct option_spec specs[] = { { "--daily", &is_daily, NULL },
                                         { "--try", &is_trial, NULL },
                                         { "--identity", NULL, &identity } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 3))
        return EXIT_WRONG_USE;
    if (argc > 2 || (argc == 2) + is_daily + is_trial != 1 || (argc == 2 && strcmp(argv[1], "-") == 0))
        return command_wrong_use("backup takes one file, or --daily, or --try");
    if (identity && !is_trial)
        return command_wrong_use("--identity goes with --try");
    mem = talloc_new(NULL);
    status = run_in(mem, argc == 2 ? argv[1] : NULL, is_daily, identity);
    talloc_free(mem);
    return status;
}

const struct command command_backup = {
    .name = "backup",
    .summary = "writes a checked copy of the store, while it is in use",
    .usage = "usage: xiangyin backup FILE [-c FILE]\n"
             "       xiangyin backup --daily [-c FILE]\n"
             "       xiangyin backup --try [--identity FILE] [-c FILE]\n\n"
             "Writes the whole store, as of one moment, into a new file that only "
             "its owner can read; a running gateway goes on.\n"
             "The copy is checked from end to end and its rows are counted against "
             "the store's before it gets its name. An existing\n"
             "file is never replaced: put the date in the name.\n\n"
             "Recordings are files of their own, beside the store or where voice "
             "{ recordings } says. With a FILE, copy that\n"
             "folder after the backup.\n"
             "The file contains people's names, numbers and words: protect it like the store itself.\n\n"
             "    --daily            makes a dated copy in the folder backup { "
             "folder }, with the configuration beside it and\n"
             "                       new recordings in its folder recordings; "
             "the newest backup { keep } stay. On another\n"
             "                       disk all are encrypted to backup { recipient }\n"
             "    --try              restores the newest copy into a folder "
             "of its own, counts its rows and removes it\n"
             "    --identity FILE    the private key of an encrypted "
             "copy; without it --try takes a fresh copy\n\n"
             "The operator's phone hears of a copy or a trial that failed. The "
             "service's timers do both, by day and by week.\n"
             "An encrypted copy becomes a backup again by: age --decrypt -i KEY -o FILE COPY.age\n",
    .run = run,
};
