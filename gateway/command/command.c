#include "gateway/command/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/words.h"

/* Set once before a subcommand runs: which one it is, and the file named by -c. */
static const struct command *current;
static const char *config_path;

static void print_summaries(FILE *out, const struct command *const *all)
{
    fprintf(out, "usage: xiangyin SUBCOMMAND [-c FILE] ...\n\n");
    for (const struct command *const *command = all; *command; command++)
        fprintf(out, "    %-10s %s\n", (*command)->name, (*command)->summary);
    fprintf(out, "\nxiangyin SUBCOMMAND --help says more; xiangyin --version names the version. Without -c: "
                 "xiangyin.conf, else "
                 "/etc/xiangyin/xiangyin.conf.\n");
}

/* One call, so one write: two processes that share a log do not cut into each other's line. */
static void say(const char *format, va_list arguments)
{
    char *text = talloc_vasprintf(NULL, words(format), arguments);

    fprintf(stderr, "xiangyin%s%s: %s\n", current ? " " : "", current ? current->name : "", text);
    talloc_free(text);
}

int command_wrong_use(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s: xiangyin%s%s --help\n", words("Try"), current ? " " : "",
            current ? current->name : "");
    return EXIT_WRONG_USE;
}

int command_failed(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return EXIT_FAILURE;
}

int command_show_token(const char *token)
{
    printf("%s\n", token);
    fputs(words("It is shown this once; only its hash is kept.\n"), stderr);
    return EXIT_SUCCESS;
}

const char *command_config_path(void)
{
    return config_path;
}

static const struct command *find_command(const struct command *const *all, const char *name)
{
    for (const struct command *const *command = all; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static void drop_argument(int *argc, char **argv, int at)
{
    memmove(argv + at, argv + at + 1, (size_t)(*argc - at) * sizeof *argv);
    (*argc)--;
}

/* -c FILE, --config FILE, anywhere before "--". False when FILE is missing. */
static bool take_config(int *argc, char **argv)
{
    for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0;) {
        if (strcmp(argv[i], "-c") == 0 || strcmp(argv[i], "--config") == 0) {
            if (i + 1 >= *argc)
                return false;
            config_path = argv[i + 1];
            drop_argument(argc, argv, i);
            drop_argument(argc, argv, i);
        } else if (strncmp(argv[i], "--config=", 9) == 0) {
            config_path = argv[i] + 9;
            drop_argument(argc, argv, i);
        } else {
            i++;
        }
    }
    return true;
}

static const struct option_spec *find_option(const struct option_spec *specs, size_t n, const char *argument)
{
    size_t length = strcspn(argument, "=");

    for (size_t i = 0; i < n; i++)
        if (strlen(specs[i].name) == length && strncmp(specs[i].name, argument, length) == 0)
            return &specs[i];
    return NULL;
}

/* Takes the option at argv[at]; false after saying what is wrong with it. */
static bool take_option(int *argc, char **argv, int at, const struct option_spec *spec)
{
    char *equals = strchr(argv[at], '=');

    if (!spec->value) {
        if (equals) {
            command_wrong_use("%s takes no value", spec->name);
            return false;
        }
    } else if (equals) {
        *spec->value = equals + 1;
    } else if (at + 1 < *argc) {
        *spec->value = argv[at + 1];
        drop_argument(argc, argv, at);
    } else {
        command_wrong_use("%s needs a value", spec->name);
        return false;
    }
    if (spec->is_set)
        *spec->is_set = true;
    drop_argument(argc, argv, at);
    return true;
}

bool command_options(int *argc, char **argv, const struct option_spec *specs, size_t n)
{
    for (int i = 1; i < *argc;) {
        if (strcmp(argv[i], "--") == 0) {
            drop_argument(argc, argv, i);
            return true;
        }
        const struct option_spec *spec = find_option(specs, n, argv[i]);

        if (!spec && (argv[i][0] != '-' || argv[i][1] != '-')) {
            i++;
            continue;
        }
        if (!spec) {
            command_wrong_use("unknown option %s", argv[i]);
            return false;
        }
        if (!take_option(argc, argv, i, spec))
            return false;
    }
    return true;
}

int command_verb(int argc, char **argv, const struct verb *verbs, size_t n)
{
    for (size_t i = 0; argc > 1 && i < n; i++)
        if (strcmp(argv[1], verbs[i].name) == 0) {
            void *mem = talloc_new(NULL);
            int status = verbs[i].run(mem, argc - 1, argv + 1);

            talloc_free(mem);
            return status;
        }
    return argc > 1 ? command_wrong_use("unknown subcommand %s", argv[1])
                    : command_wrong_use("missing subcommand");
}

char *command_read_line(void *mem, FILE *in)
{
    char *line = NULL, *copy = NULL;
    size_t size = 0;
    ssize_t n = getline(&line, &size, in);

    if (n >= 0) {
        while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
            n--;
        copy = talloc_strndup(mem, line, (size_t)n);
    }
    free(line);
    return copy;
}

int command_main(const struct command *const *all, int argc, char **argv)
{
    if (argc < 2) {
        print_summaries(stderr, all);
        return EXIT_WRONG_USE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_summaries(stdout, all);
        return EXIT_SUCCESS;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("xiangyin %s\n", command_version);
        return EXIT_SUCCESS;
    }
    argv++, argc--;
    /* -c FILE may stand before the subcommand too */
    if (strcmp(argv[0], "-c") == 0 && argc >= 3) {
        config_path = argv[1];
        argv += 2, argc -= 2;
    }
    current = find_command(all, argv[0]);
    if (!current) {
        words_begin(config_path);
        command_wrong_use("unknown subcommand %s", argv[0]);
        return EXIT_WRONG_USE;
    }
    if (asks_for_help(argc, argv)) {
        fputs(current->usage, stdout);
        return EXIT_SUCCESS;
    }
    bool is_read = take_config(&argc, argv);

    words_begin(config_path);
    if (!is_read)
        return command_wrong_use("-c needs a file");
    int status = current->run(argc, argv);
    /* a full disk or a closed pipe must not look like success */
    if (fflush(stdout) != 0 || ferror(stdout))
        return command_failed("standard output cannot be written");
    return status;
}
