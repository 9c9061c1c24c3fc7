#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/command/check_staff.h"
#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/command/words.h"
#include "gateway/config/table.h"
#include "gateway/voice/prompts.h"
#include "gateway/voice/sip_line.h"
#include "gateway/voice/synthesizer.h"
#include "modem/port.h"

static bool is_there(void *mem, const char *device)
{
    char **paths;

    for (size_t i = port_find(mem, device, &paths); i-- > 0;)
        if (access(paths[i], F_OK) == 0)
            return true;
    return false;
}

/* What the configuration names and this machine lacks. */
static void check_devices(void *mem, const struct config *config)
{
    for (size_t i = 0; i < config->n_modems; i++)
        if (!is_there(mem, config->modems[i].device))
            check_warn("modem \"%s\": %s is not plugged in, or has another name now", config->modems[i].name,
                       config->modems[i].device);
}

/* Root may read everything, the user of the service may not: a child looks with that user's eyes. */
static void check_as_owner(const struct config *config)
{
    const struct {
        const char *path;
        int how;
    } needs[] = { { config->http_certificate, R_OK },
                  { config->http_key, R_OK },
                  { config->templates, R_OK | X_OK },
                  { config->backup_folder, W_OK | X_OK } };
    pid_t child = geteuid() == 0 && config->database ? fork() : -1;

    if (child == 0) {
        bool is_owner = command_become_owner(config) && geteuid() != 0;

        for (size_t i = 0; is_owner && i < sizeof needs / sizeof *needs; i++)
            if (needs[i].path && access(needs[i].path, needs[i].how) != 0 && errno != ENOENT)
                check_warn("%s cannot be used by the gateway's own user: %s", needs[i].path, strerror(errno));
        _exit(0);
    }
    if (child > 0)
        waitpid(child, NULL, 0);
}

/* What callers would not hear. False: run would refuse. */
static bool check_voice(void *mem, const struct config *config, const char *path)
{
    const char *wrong = sip_line_check(mem, config);
    struct prompts_from from = prompts_of(mem, config);
    struct prompts *prompts;

    if (wrong) {
        fprintf(stderr, "%s: %s\n", path, wrong);
        return false;
    }
    if (!config->voice_listen)
        return true;
    prompts = prompts_open(mem, &from);
    for (size_t i = 0; i < prompts->n; i++)
        if (prompts->list[i].why)
            check_warn("voice: %s", prompts->list[i].why);
    if (prompts_missing(prompts) > 0 && !synthesizer_is_there(config->synthesizer))
        check_warn("voice: prompts without sound: %zu; %s, which would render them, is not installed",
                   prompts_missing(prompts), config->synthesizer);
    return true;
}

/* Nothing to look at before the first import or run. */
static bool check_store(void *mem, const struct config *config)
{
    struct store *store;

    if (!config->database || access(config->database, F_OK) != 0)
        return true;
    store = command_store(mem, config, false);
    return store && (check_staff(mem, store, config->overseer_phone) ||
                     (command_failed("%s", store_error(store)), false));
}

static int check(void *mem, const char *path)
{
    struct config_problem *problems;
    size_t n, errors = 0;
    const struct config *config = command_read_config(mem, path, &problems, &n);

    for (size_t i = 0; i < n; i++) {
        fprintf(stderr, "%s\n", problems[i].text);
        errors += !problems[i].is_warning;
    }
    if (config && !check_voice(mem, config, path))
        errors++;
    if (!config || errors > 0) {
        fprintf(stderr, words("%s: errors: %zu\n"), path, errors);
        return EXIT_WRONG_USE;
    }
    check_devices(mem, config);
    check_as_owner(config);
    if (!check_store(mem, config))
        return EXIT_FAILURE;
    printf(words("%s: good\n"), path);
    if (!config->retain_texts.months && !config->retain_texts.days)
        fputs(
            words("all words are kept for ever; retention { texts = \"5 years\" } would remove those of old "
                  "cases\n"),
            stdout);
    fputs(words("phone numbers of reporters are kept until xiangyin erase, figures for ever\n"), stdout);
    return EXIT_SUCCESS;
}

static int run(int argc, char **argv)
{
    bool wants_options = false;
    const struct option_spec specs[] = { { "--options", &wants_options, NULL } };
    void *mem;
    int status;

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc > 1)
        return command_wrong_use("unexpected argument %s; name the file with -c", argv[1]);
    if (wants_options) {
        config_print_options(stdout);
        return EXIT_SUCCESS;
    }
    mem = talloc_new(NULL);
    status = check(mem, command_config_path() ? command_config_path() : config_default_path());
    talloc_free(mem);
    return status;
}

const struct command command_check = {
    .name = "check",
    .summary = "reads the configuration and says what is wrong with it",
    .usage = "usage: xiangyin check [-c FILE]\n"
             "       xiangyin check --options\n\n"
             "Prints every wrong key, value, duplicate and unclosed section as FILE:LINE: words on standard "
             "error, and warns of\n"
             "devices that are not there and of units whose cases nobody would hear of. Exits with 0\n"
             "when run would start, with 2 when it would refuse. Warnings do not count as errors. Secrets "
             "are never shown.\n\n"
             "    -c FILE      the configuration; - reads standard input\n"
             "    --options    lists every section and option that a configuration may contain\n",
    .run = run,
};
