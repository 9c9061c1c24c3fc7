#include "gateway/command/command.h"

#include <stdlib.h>
#include <talloc.h>

static int run(int argc, char **argv)
{
    void *mem = talloc_new(NULL);
    const char *path = command_config_path() ? command_config_path() : config_default_path();
    struct config_problem *problems;
    size_t n, errors = 0;

    if (argc > 1) {
        talloc_free(mem);
        return command_wrong_use("no argument %s is known", argv[1]);
    }
    bool is_good = config_read(mem, path, &problems, &n) != NULL;

    for (size_t i = 0; i < n; i++) {
        fprintf(stderr, "%s\n", problems[i].text);
        errors += !problems[i].is_warning;
    }
    if (is_good)
        printf("%s: good\n", path);
    else
        fprintf(stderr, "%s: %zu error%s\n", path, errors, errors == 1 ? "" : "s");
    talloc_free(mem);
    return is_good ? EXIT_SUCCESS : EXIT_WRONG_USE;
}

const struct command command_check = {
    .name = "check",
    .summary = "reads the configuration and says what is wrong with it",
    .usage = "usage: xiangyin check [-c FILE]\n\n"
             "Names every wrong key, value, duplicate and unclosed section with file and line. Exits 0 when run would start.\n",
    .run = run,
};
