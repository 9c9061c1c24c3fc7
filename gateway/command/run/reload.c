#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/command_store.h"
#include "gateway/command/subcommands.h"
#include "gateway/knock.h"

enum { ANSWER_MS = 60000 };

/* Prints the lines of the gateway's answer after its first word. Returns an exit code. */
static int show(const char *answer)
{
    const char *lines = strchr(answer, '\n');

    if (lines)
        fprintf(stderr, "%s\n", lines + 1);
    if (strncmp(answer, "reloaded", strlen("reloaded")) == 0)
        return EXIT_SUCCESS;
    if (strncmp(answer, "restart", strlen("restart")) == 0)
        return command_failed("the rest has been read again; what is named above needs a restart");
    command_failed("nothing has changed: the gateway goes on with what it had");
    return EXIT_WRONG_USE;
}

static int ask(void *mem, const struct config *config)
{
    const char *answer;

    if (!config->database)
        return command_failed("%s is in memory: only the gateway itself can open it", config->store_url);
    answer = knock_ask(mem, config->database, ANSWER_MS);
    if (!answer && errno == ETIMEDOUT)
        return command_failed("the gateway on %s does not answer", config->database);
    return answer ? show(answer) : command_failed("no gateway runs on %s", config->database);
}

static int run(int argc, char **argv)
{
    void *mem;
    const struct config *config;
    int status;

    if (argc > 1)
        return command_wrong_use("unexpected argument %s", argv[1]);
    mem = talloc_new(NULL);
    config = command_config(mem);
    status = config ? ask(mem, config) : EXIT_WRONG_USE;
    talloc_free(mem);
    return status;
}

const struct command command_reload = {
    .name = "reload",
    .summary = "makes the running gateway read its configuration again",
    .usage = "usage: xiangyin reload [-c FILE]\n\n"
             "The gateway reads people, units, templates, certificates and the configuration again, without "
             "a pause: no text is\n"
             "lost or delayed. Of the configuration it takes the limits of texts and answers, time limits "
             "and holidays, the phones\n"
             "of operator and overseer, and log; other options that differ from what runs are named: they "
             "need a restart.\n"
             "Exits with 0 when all is as the configuration says, with 1 when something needs a restart, "
             "with 2 when the\n"
             "configuration has an error: then nothing has changed.\n",
    .run = run,
};
