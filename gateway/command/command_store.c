#include "gateway/command/command_store.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/case/lifecycle_guard.h"
#include "gateway/command/command.h"
#include "gateway/command/words.h"
#include "gateway/knock.h"
#include "gateway/log.h"
#include "gateway/store_lock.h"

/* What somebody at a new machine would have to guess. */
static void hint(const char *path)
{
    if (strcmp(path, "-") == 0 || access(path, R_OK) == 0)
        return;
    if (errno == EACCES)
        command_failed("only root and the gateway's own user may read it: try it with sudo");
    else if (errno == ENOENT && !command_config_path())
        command_failed("xiangyin setup, run as root, writes it");
}

/* What is wrong is told in the language of subcommands. A file that is broken names none. */
static struct config *read_once(void *mem, const char *path, struct config_problem **problems, size_t *n)
{
    struct config *config;

    words_without_configuration();
    config_speak(words);
    config = config_read(mem, path, problems, n);
    config_speak(NULL);
    return config;
}

struct config *command_read_config(void *mem, const char *path, struct config_problem **problems, size_t *n)
{
    struct config *config = read_once(mem, path, problems, n);

    /* its warnings, in the language that it names */
    if (config && words_configured(config->language) && *n > 0 && strcmp(path, "-") != 0)
        config = read_once(mem, path, problems, n);
    return config;
}

/* Settles language and time zone by the configuration; NULL: prints the errors. */
static struct config *take_config(struct config *config, const char *path,
                                  const struct config_problem *problems, size_t n)
{
    if (config) {
        words_configured(config->language);
        setenv("TZ", config->timezone, 1);
        tzset();
        return config;
    }
    for (size_t i = 0; i < n; i++)
        if (!problems[i].is_warning)
            fprintf(stderr, "%s\n", problems[i].text);
    hint(path);
    return NULL;
}

static const char *config_path(void)
{
    return command_config_path() ? command_config_path() : config_default_path();
}

struct config *command_config_at(void *mem, const char *path)
{
    struct config_problem *problems;
    size_t n;
    struct config *config = read_once(mem, path, &problems, &n);

    return take_config(config, path, problems, n);
}

struct config *command_config(void *mem)
{
    return command_config_at(mem, config_path());
}

/* The log stays English. */
struct config *command_config_warned(void *mem)
{
    struct config_problem *problems;
    size_t n;
    struct config *config;

    words_without_configuration();
    config = config_read(mem, config_path(), &problems, &n);
    for (size_t i = 0; config && i < n; i++)
        log_warning("%s", problems[i].text);
    return take_config(config, config_path(), problems, n);
}

/* A reader cannot create the database: the message says what does. */
static bool is_there(const struct config *config)
{
    if (access(config->database, F_OK) == 0)
        return true;
    command_failed(errno == ENOENT
                       ? "there is no store yet at %s: start xiangyin run or xiangyin import first"
                       : "the store %s cannot be reached",
                   config->database);
    return false;
}

static struct store *open_as_it_is(void *mem, const struct config *config, const char **error)
{
    struct store *reader = store_open_reader(mem, config->store_url, error);

    talloc_free(reader);
    return reader ? store_open(mem, config->store_url, error) : NULL;
}

/* A gateway that runs goes on with the tables as it knows them, so a newer program leaves them as they are;
 * none begins to serve while they are brought up to date. */
static struct store *open_to_write(void *mem, const struct config *config, const char **error)
{
    int lock = store_lock_share(config->database);
    bool is_served = lock < 0 && errno == EWOULDBLOCK;
    struct store *store =
        is_served ? open_as_it_is(mem, config, error) : store_open(mem, config->store_url, error);

    if (lock >= 0)
        store_lock_drop(lock);
    return store;
}

struct store *command_store(void *mem, const struct config *config, bool writes)
{
    const char *error;
    struct store *store;

    if (!config->database) {
        command_failed("%s is in memory: only the gateway itself can open it", config->store_url);
        return NULL;
    }
    if (!writes && !is_there(config))
        return NULL;
    store = writes ? open_to_write(mem, config, &error) : store_open_reader(mem, config->store_url, &error);
    if (!store) {
        command_failed("%s", error);
        return NULL;
    }
    if (writes && !lifecycle_guard_write(store)) {
        command_failed("%s", store_error(store));
        TALLOC_FREE(store);
    }
    return store;
}

int command_open(void *mem, bool writes, const struct config **config, struct store **store)
{
    *config = command_config(mem);
    if (!*config)
        return EXIT_WRONG_USE;
    *store = command_store(mem, *config, writes);
    return *store ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool command_begin(struct store *store)
{
    return store_begin(store, STORE_COMMAND_BUSY_MS) || (command_failed("%s", store_error(store)), false);
}

bool command_become_owner(const struct config *config)
{
    char *copy = talloc_strdup(NULL, config->database);
    struct stat folder;
    bool is_needed = geteuid() == 0 && stat(dirname(copy), &folder) == 0 && folder.st_uid != 0;
    const struct passwd *owner = is_needed ? getpwuid(folder.st_uid) : NULL;

    talloc_free(copy);
    if (!is_needed || (owner && initgroups(owner->pw_name, owner->pw_gid) == 0 &&
                       setgid(owner->pw_gid) == 0 && setuid(owner->pw_uid) == 0))
        return true;
    command_failed("cannot work as the owner of the folder of %s: %s", config->database, strerror(errno));
    return false;
}

void command_knock(const struct config *config)
{
    knock_send(config->database);
}
