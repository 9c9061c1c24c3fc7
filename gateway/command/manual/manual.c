#include <stdio.h>
#include <string.h>

#include "gateway/command/manual/completion.h"
#include "gateway/command/manual/page.h"
#include "gateway/command/subcommands.h"

static int run(int argc, char **argv)
{
    const char *shell = NULL;
    const struct option_spec specs[] = { { "--completion", NULL, &shell } };

    if (!command_options(&argc, argv, specs, 1))
        return EXIT_WRONG_USE;
    if (argc > 2 || (shell && argc > 1))
        return command_wrong_use("manual takes one page");
    if (shell)
        return completion_print(stdout, shell)
                   ? 0
                   : command_wrong_use("no completion for %s: bash or zsh", shell);
    if (argc == 1) {
        page_list(stdout);
        return 0;
    }
    return page_print(stdout, argv[1]) ? 0 : command_wrong_use("there is no page %s", argv[1]);
}

const struct command command_manual = {
    .name = "manual",
    .summary = "prints the manual's pages and completion for shells",
    .usage = "usage: xiangyin manual [PAGE]\n"
             "       xiangyin manual --completion bash|zsh\n\n"
             "Lists the pages of the manual, or prints one as mdoc: xiangyin manual xiangyin.1 | man -l -\n\n"
             "    --completion SHELL    the script by which bash or zsh completes subcommands and options\n",
    .run = run,
};
