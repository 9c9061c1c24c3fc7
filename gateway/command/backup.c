#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "store/upkeep/backup.h"

static int back_up(void *mem, const char *file)
{
    const struct config *config = command_config(mem);
    struct backup_count count;
    const char *error = "";

    if (!config)
        return EXIT_WRONG_USE;
    if (!config->database)
        return command_failed("%s is in memory: only the gateway itself can open it", config->store_url);
    if (!backup_take(mem, config->database, file, &count, &error))
        return command_failed("%s", error);
    printf(words("%s: %lld events, %lld cases, %lld steps, %lld notices, %lld people; checked\n"), file,
           (long long)count.events, (long long)count.cases, (long long)count.steps, (long long)count.notices,
           (long long)count.people);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    void *mem;
    int status;

    if (!command_options(&argc, argv, NULL, 0))
        return EXIT_WRONG_USE;
    if (argc != 2 || strcmp(argv[1], "-") == 0)
        return command_wrong_use("backup takes one file");
    mem = talloc_new(NULL);
    status = back_up(mem, argv[1]);
    talloc_free(mem);
    return status;
}

const struct command command_backup = {
    .name = "backup",
    .summary = "writes a checked copy of the store, while it is in use",
    .usage =
        "usage: xiangyin backup FILE [-c FILE]\n\n"
        "Writes the whole store, as of one moment, into a new file that only its owner can read; a "
        "running gateway goes on.\n"
        "The copy is checked from end to end and its rows are counted against the store's before it "
        "gets its name. An existing\n"
        "file is never replaced: put the date in the name.\n\n"
        "Recordings are files of their own, beside the store or where voice { recordings } says: copy that "
        "folder after the backup.\n"
        "The file contains people's names, numbers and words: protect it like the store itself.\n",
    .run = run,
};
