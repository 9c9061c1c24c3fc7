#include "gateway/command/keep/daily.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/clock.h"
#include "gateway/command/command.h"
#include "gateway/command/command_store.h"
#include "gateway/command/keep/copies.h"
#include "gateway/command/keep/vault.h"
#include "gateway/command/words.h"
#include "gateway/desk/alert.h"
#include "gateway/recording/keep.h"
#include "store/upkeep/backup.h"

static bool tell_operator(struct turn *turn, void *arg)
{
    (void)arg;
    return alert_tell(turn, "alert-backup", "", 0, "");
}

/* Prints what is wrong and texts the operator that the backup failed. Returns an exit code. */
static int fail(void *mem, const struct config *config, const char *wrong)
{
    struct store *store = command_store(mem, config, true);
    const char *error;

    if (store && turn_once(mem, store, config, clock_now(), false, tell_operator, NULL, &error))
        command_knock(config);
    return command_failed("%s", wrong);
}

/* The folder of a database's file. */
static const char *beside(void *mem, const char *database)
{
    return dirname(talloc_strdup(mem, database));
}

/* Makes the folder if it is missing. Refuses another disk without encryption. NULL, or why nothing is copied.
 */
static const char *refusal(void *mem, const struct config *config)
{
    if ((mkdir(config->backup_folder, 0700) != 0 && errno != EEXIST) ||
        access(config->backup_folder, W_OK) != 0)
        return talloc_asprintf(mem, "%s: %s", config->backup_folder, strerror(errno));
    if (!config->backup_recipient && !vault_same_disk(config->backup_folder, beside(mem, config->database)))
        return talloc_asprintf(mem,
                               words("%s is on another disk: what leaves this one is encrypted, so backup { "
                                     "recipient } must be given"),
                               config->backup_folder);
    return NULL;
}

/* Copies the store under this name, by way of a plain copy beside the store. NULL, or what is wrong. */
static const char *copy_store(void *mem, const struct config *config, const char *name,
                              struct backup_count *count)
{
    const char *taken = talloc_asprintf(mem, "%s.copy-%d", config->database, (int)getpid()), *wrong = NULL;
    const char *to = talloc_asprintf(mem, "%s/%s", config->backup_folder, name);

    if (!config->backup_recipient)
        return backup_take(mem, config->database, to, count, &wrong) ? NULL : wrong;
    if (backup_take(mem, config->database, taken, count, &wrong))
        wrong = vault_copy(mem, taken, talloc_asprintf(mem, "%s.age", to), config->backup_recipient);
    unlink(taken);
    return wrong;
}

/* Copies the configuration, without which a new box is set up by guessing. NULL, or what is wrong. */
static const char *copy_configuration(void *mem, const struct config *config)
{
    const char *end = config->backup_recipient ? ".age" : "";

    if (access(config->path, F_OK) != 0)
        return NULL; /* it was read from standard input */
    return vault_copy(mem, config->path,
                      talloc_asprintf(mem, "%s/xiangyin.conf%s", config->backup_folder, end),
                      config->backup_recipient);
}

int daily_take(void *mem, const struct config *config)
{
    const char *name = copies_name(mem, clock_now()), *wrong = refusal(mem, config);
    struct backup_count count;
    int n_recordings = 0;

    if (!wrong)
        wrong = copy_store(mem, config, name, &count);
    if (!wrong)
        wrong = copy_configuration(mem, config);
    if (!wrong)
        wrong = copies_recordings(mem, keep_folder(mem, config),
                                  talloc_asprintf(mem, "%s/recordings", config->backup_folder),
                                  config->backup_recipient, &n_recordings);
    if (wrong)
        return fail(mem, config, wrong);
    if (copies_prune(mem, config->backup_folder, config->backup_keep) < 0)
        return fail(mem, config, talloc_asprintf(mem, "%s: %s", config->backup_folder, strerror(errno)));
    printf(words("%s: %lld events, %lld cases, %lld steps, %lld notices, %lld people; checked\n"), name,
           (long long)count.events, (long long)count.cases, (long long)count.steps, (long long)count.notices,
           (long long)count.people);
    if (n_recordings)
        printf(words("%d recordings copied\n"), n_recordings);
    return EXIT_SUCCESS;
}

static bool same_counts(const struct backup_count *one, const struct backup_count *other)
{
    return one->events == other->events && one->cases == other->cases && one->steps == other->steps &&
           one->notices == other->notices && one->people == other->people;
}

/* Restores the plain copy to a new path and opens it. NULL, or what is wrong. */
static const char *restore_copy(void *mem, const char *copy, const char *path, struct backup_count *count)
{
    struct backup_restore restore = {
        .file = copy, .database = path, .aside = talloc_asprintf(mem, "%s.before", path), .now = clock_now()
    };
    const char *wrong = "";
    struct store *store;

    if (!backup_check(mem, copy, count, &wrong) || !backup_restore(mem, &restore, &wrong))
        return wrong;
    store = store_open(mem, talloc_asprintf(mem, "sqlite:%s", path), &wrong);
    if (!store)
        return wrong;
    talloc_free(store);
    return same_counts(count, &restore.count) ? NULL
                                              : words("the restored store has not as many rows as its copy");
}

/* A plain copy to try: the newest one, decrypted if necessary and possible; else a fresh one. */
static const char *find_copy(void *mem, const struct config *config, const char *identity, const char *room,
                             const char **copy)
{
    const char *opened = talloc_asprintf(mem, "%s/copy.db", room), *wrong = NULL;
    struct backup_count count;
    struct copy *copies;
    size_t n;

    if (!copies_list(mem, config->backup_folder, &copies, &n))
        return talloc_asprintf(mem, "%s: %s", config->backup_folder, strerror(errno));
    if (n == 0)
        return talloc_asprintf(mem, words("%s has no copy yet: xiangyin backup --daily"),
                               config->backup_folder);
    const char *newest = talloc_asprintf(mem, "%s/%s", config->backup_folder, copies[0].name);
    *copy = copies[0].is_encrypted ? opened : newest;
    if (!copies[0].is_encrypted)
        return NULL;
    if (identity)
        return vault_open(mem, newest, opened, identity);
    printf(words("%s is encrypted and the private key is not here: a fresh copy is tried\n"), newest);
    return backup_take(mem, config->database, opened, &count, &wrong) ? NULL : wrong;
}

static void empty(void *mem, const char *room)
{
    static const char *const names[] = { "copy.db", "store.db", "store.db-wal", "store.db-shm",
                                         "store.db.lock" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(talloc_asprintf(mem, "%s/%s", room, names[i]));
    rmdir(room);
}

int daily_try(void *mem, const struct config *config, const char *identity)
{
    char *room = talloc_asprintf(mem, "%s.try-XXXXXX", config->database);
    struct backup_count count;
    const char *wrong, *copy = NULL;

    if (!mkdtemp(room))
        return fail(mem, config, talloc_asprintf(mem, "%s: %s", room, strerror(errno)));
    wrong = find_copy(mem, config, identity, room, &copy);
    if (!wrong)
        wrong = restore_copy(mem, copy, talloc_asprintf(mem, "%s/store.db", room), &count);
    empty(mem, room);
    if (wrong)
        return fail(mem, config, wrong);
    printf(words("restored on trial: %lld events, %lld cases, %lld steps, %lld notices, %lld people\n"),
           (long long)count.events, (long long)count.cases, (long long)count.steps, (long long)count.notices,
           (long long)count.people);
    return EXIT_SUCCESS;
}
