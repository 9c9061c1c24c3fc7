#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/centre/fetch.h"
#include "gateway/clock.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/store_lock.h"
#include "store/upkeep/backup.h"

enum { LOOKING_MS = 300 /* for a command that looks whether a gateway runs */ };

/* xiangyin.db.before-20261201-090000 */
static const char *name_aside(void *mem, const char *database, int64_t now)
{
    time_t seconds = (time_t)now;
    struct tm local;
    char text[32] = "";

    if (localtime_r(&seconds, &local))
        strftime(text, sizeof text, "%Y%m%d-%H%M%S", &local);
    return talloc_asprintf(mem, "%s.before-%s", database, text);
}

static void tell(const struct backup_restore *restore)
{
    printf(words("%s: %lld events, %lld cases, %lld steps, %lld notices, %lld people; checked\n"),
           restore->file, (long long)restore->count.events, (long long)restore->count.cases,
           (long long)restore->count.steps, (long long)restore->count.notices,
           (long long)restore->count.people);
    if (restore->has_aside)
        printf(words("the old store is %s\n"), restore->aside);
    if (restore->doubtful)
        printf(words("%lld texts may have gone out since the backup: xiangyin notice list --state UNKNOWN\n"),
               (long long)restore->doubtful);
}

/* Whether the file is as age writes it: a copy from another disk. */
static bool is_encrypted(const char *file)
{
    static const char mark[] = "age-encryption.org/";
    char head[sizeof mark - 1];
    FILE *in = fopen(file, "re");
    bool is_so = in && fread(head, 1, sizeof head, in) == sizeof head && memcmp(head, mark, sizeof head) == 0;

    if (in)
        fclose(in);
    return is_so;
}

/* Puts the backup in the store's place and upgrades it to this program's schema. Returns an exit code. */
static int put_back(void *mem, const struct config *config, const char *file)
{
    struct backup_restore restore = { .file = file, .database = config->database, .now = clock_now() };
    const char *error = "";
    struct store *store;

    if (is_encrypted(file))
        return command_failed("%s is encrypted; first: age --decrypt -i KEY -o COPY.db %s", file, file);
    restore.aside = name_aside(mem, config->database, restore.now);
    if (!backup_restore(mem, &restore, &error))
        return command_failed("%s", error);
    store = store_open(mem, config->store_url, &error);
    if (!store)
        return command_failed("%s", error);
    talloc_free(store);
    tell(&restore);
    return EXIT_SUCCESS;
}

/* Reads the recovery key. False after printing why. */
static bool read_key(void *mem, const char *file, const char **key)
{
    FILE *in = file ? strcmp(file, "-") == 0 ? stdin : fopen(file, "r") : NULL;
    char *line = in ? command_read_line(mem, in) : NULL;

    if (in && in != stdin)
        fclose(in);
    if (line)
        line[strcspn(line, " \t\r")] = '\0';
    *key = line;
    return line || !file || (command_failed("%s: no key can be read", file), false);
}

/* Before anything else is done: the centre, once asked, gives the place of a gateway that runs to this store.
 * Without the lock's file no gateway ever ran here. False after printing why. */
static bool lock(const struct config *config)
{
    if (store_lock_take_made(config->database, LOOKING_MS) >= 0 || errno == ENOENT)
        return true;
    if (errno == EWOULDBLOCK)
        command_failed("a gateway runs on %s: stop it first", config->database);
    else
        command_failed("cannot lock %s: %s", config->database, strerror(errno));
    return false;
}

/* Restores what the centre has, as a backup in a temporary file. */
static int put_back_from_centre(void *mem, const struct config *config, const char *key_file)
{
    const char *path = talloc_asprintf(mem, "%s.from-centre", config->database), *key, *error = "";
    struct image_result result;
    int status;

    if (!config->centre_url)
        return command_failed("centre { url token } is missing in the configuration");
    if (!read_key(mem, key_file, &key))
        return EXIT_FAILURE;
    if (!fetch_image(mem, config, path, key, &result, &error))
        return command_failed("%s", error);
    status = put_back(mem, config, path);
    unlink(path);
    unlink(talloc_asprintf(mem, "%s-wal", path));
    unlink(talloc_asprintf(mem, "%s-shm", path));
    if (status == EXIT_SUCCESS && result.sealed > 0)
        printf(words("%lld sealed rows are left out: they need the county's recovery key\n"),
               (long long)result.sealed);
    return status;
}

static int run(int argc, char **argv)
{
    bool is_from_centre = false;
    const char *key = NULL;
    const struct option_spec specs[] = { { "--from-centre", &is_from_centre, NULL },
                                         { "--key", NULL, &key } };
    const struct config *config;
    void *mem;
    int status = EXIT_WRONG_USE;

    if (!command_options(&argc, argv, specs, 2))
        return EXIT_WRONG_USE;
    if (is_from_centre ? argc != 1 : argc != 2 || strcmp(argv[1], "-") == 0)
        return command_wrong_use("restore takes one file");
    mem = talloc_new(NULL);
    config = command_config(mem);
    if (config && !config->database)
        status = command_failed("%s is in memory: only the gateway itself can open it", config->store_url);
    else if (config && !lock(config))
        status = EXIT_FAILURE;
    else if (config)
        status = is_from_centre ? put_back_from_centre(mem, config, key) : put_back(mem, config, argv[1]);
    talloc_free(mem);
    return status;
}

const struct command command_restore = {
    .name = "restore",
    .summary = "puts a backup in the store's place, and keeps the old one beside it",
    .usage = "usage: xiangyin restore FILE [-c FILE]\n"
             "       xiangyin restore --from-centre [--key FILE] [-c FILE]\n\n"
             "Checks FILE first. Refuses while a gateway or another program has the "
             "store open. The old store stays beside the new\n"
             "one, as STORE.before-DATE-TIME.\n\n"
             "What arrived after the backup exists only in the old store. Case "
             "numbers given since then are not given again. Texts\n"
             "that were waiting when the backup was taken may have been sent "
             "since: they become UNKNOWN and are not sent by\n"
             "themselves; see xiangyin notice list.\n\n"
             "--from-centre builds the store from what the province's centre has, "
             "and takes the county's place there: a box that\n"
             "still runs stands still then. --key has the recovery key; "
             "without it restricted cases are left out.\n",
    .run = run,
};
